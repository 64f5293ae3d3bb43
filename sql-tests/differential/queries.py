"""Generates queries: joins, subqueries, CTEs, aggregation, set operations and orders, over generated expressions."""

import dataclasses

from aggregates import aggregate
from data_types import ARRAYS, BIGINT, BOOLEAN, INTEGER, PRICE, SCALARS, VARCHAR
from expressions import COMPARISONS, Expressions
from tree import (
    Column, Expression, Given, Grouping, Item, Join, Literal, Ordered, Select, SetOperation, Source, Unnest, Values, With,
)
from windows import window

# A join of more rows than this is not made.
JOINED_ROWS = 20000


@dataclasses.dataclass
class From:
    """FROM's tree, what is in scope by it, and the columns that together are different in every row, if they are known."""

    node: object
    columns: list
    keys: list
    rows: int


class Queries:
    def __init__(self, random, tables):
        self.random = random
        self.tables = tables
        self.named = 0
        self.common = []

    def name(self, prefix):
        self.named += 1
        return f"{prefix}{self.named}"

    def chance(self, share):
        return self.random.random() < share

    # Whole queries.

    def query(self):
        if self.chance(0.06):
            return self.risky()
        depth = self.random.choice([0, 1, 1, 2, 2])
        tables = []
        if self.chance(0.2):
            for _ in range(self.random.randint(1, 2)):
                query = self.body(max(depth - 1, 0))
                name = self.name("cte")
                tables.append(Item(query, name))
                self.common.append((name, query))
        query = self.body(depth)
        if self.chance(0.4) and all(column.type.is_scalar for column in query.columns):
            query = self.ordered(query, self.chance(0.6))
        return With(tables, query) if tables else query

    def body(self, depth):
        if depth > 0 and self.chance(0.2):
            types = self.types()
            word = self.random.choice(["UNION", "UNION ALL", "UNION ALL", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL"])
            left, right = self.select(depth - 1, types), self.select(depth - 1, types)
            if self.chance(0.15):
                right = SetOperation(self.random.choice(["UNION ALL", "EXCEPT"]), right, self.select(0, types))
            return SetOperation(word, left, right)
        return self.select(depth)

    def risky(self):
        """Values over one table without a filter, so that both engines must meet each failing row."""
        source = self.table(self.random.choice(self.tables))
        expressions = Expressions(self.random, source.columns)
        kinds = [self.random.choice([INTEGER, INTEGER, BIGINT]) for _ in range(self.random.randint(1, 2))]
        return Select([Item(expressions.risky(kind, 2), self.name("c")) for kind in kinds], source.node)

    def types(self):
        return [self.random.choice(SCALARS) for _ in range(self.random.randint(1, 3))]

    def ordered(self, query, cut):
        directions = [
            f"{direction} NULLS {place}" if place else direction
            for direction, place in (
                (self.random.choice(["ASC", "DESC"]), self.random.choice(["FIRST", "LAST"])) for _ in range(3)
            )
        ]
        offset = self.random.choice([None, None, 0, 1, 3]) if cut else None
        limit = self.random.choice([None, 0, 1, 2, 5, 10, 20]) if cut else None
        return Ordered(query, directions, offset, limit)

    # SELECT.

    def select(self, depth, types=None):
        source = self.source_tree(depth)
        expressions = Expressions(self.random, source.columns, Subqueries(self, depth) if depth > 0 else None)
        where = expressions.of(BOOLEAN, 2) if self.chance(0.5) else None
        kind = self.random.choice(["plain", "plain", "aggregate", "aggregate", "window"])
        if kind == "aggregate":
            return self.aggregated(source, where, types)
        if kind == "window":
            given = [window(self, source) for _ in range(self.random.randint(1, 2))]
            return self.over_given(source, where, given, types)
        if types is None:
            types = [self.random.choice(SCALARS + SCALARS + ARRAYS) for _ in range(self.random.randint(1, 4))]
        items = [Item(expressions.of(type, self.random.randint(0, 3)), self.name("c")) for type in types]
        if self.chance(0.1):
            items += [Item(column.read(), self.name("c")) for column in source.columns if not column.type.is_scalar][:2]
            items = items[: len(types)] if types is None else items[: max(len(types), 1)]
        return Select(items, source.node, where, distinct=self.chance(0.12))

    def over_given(self, source, where, given, types):
        """Window functions beside the columns that they run over."""
        columns = source.columns + given * 2
        # A lambda holds no window functions.
        expressions = Expressions(self.random, columns, lambdas=False)
        if types is None:
            items = [Item(value.value, self.name("c")) for value in given]
            items += [Item(expressions.of(self.random.choice(SCALARS), 1), self.name("c")) for _ in range(self.random.randint(0, 2))]
        else:
            items = [Item(expressions.of(type, 1), self.name("c")) for type in types]
        return Select(items, source.node, where)

    def aggregated(self, source, where, types):
        word = self.random.choice(["", "", "", "GROUPING SETS", "ROLLUP", "CUBE"])
        scalars = [column for column in source.columns if column.type.is_scalar]
        expressions = Expressions(self.random, source.columns)
        keys = []
        for _ in range(self.random.choice([0, 1, 1, 2, 2, 3]) if scalars else 0):
            # Trino groups by sets of columns alone.
            simple = word or self.chance(0.7)
            key = self.random.choice(scalars).read() if simple else expressions.call(self.random.choice(SCALARS), 1)
            if key not in keys:
                keys.append(key)
        grouping = None
        if keys:
            places = range(len(keys))
            sets = tuple(
                tuple(place for place in places if self.chance(0.5)) for _ in range(self.random.randint(1, 3))
            )
            if word == "GROUPING SETS":
                # A key that is in no set would not be grouped by, and sets that are alike give rows that are.
                sets = tuple(dict.fromkeys(sets + (tuple(places),)))
            grouping = Grouping(keys, word, sets)
        given = [Given(aggregate(self, source)) for _ in range(self.random.randint(1, 3))]
        known = [Given(key) for key in keys]
        # Prismlake does not find a key that is an expression again within a lambda.
        above = Expressions(self.random, known + given, lambdas=False)
        having = above.of(BOOLEAN, 1) if self.chance(0.2) else None
        if types is not None:
            items = [Item(above.of(type, 1), self.name("c")) for type in types]
        else:
            items = [Item(value.value, self.name("c")) for value in known + given if self.chance(0.9)]
            if self.chance(0.4) or not items:
                items.append(Item(above.of(self.random.choice(SCALARS), 2), self.name("c")))
            if word and keys:
                places = ", ".join(f"{{{place}}}" for place in range(len(keys)))
                items.append(Item(Expression(BIGINT, f"grouping({places})", tuple(keys), 2**10, guard=True), self.name("c")))
        if not keys and not any(value.value in [item.value for item in items] for value in given):
            # Without a key or an aggregate this would be no aggregation.
            if types is None:
                items.append(Item(given[0].value, self.name("c")))
            elif having is None:
                having = Expression(BOOLEAN, "({0} >= 0)", (Expression(BIGINT, "count(*)", (), 10**6),))
        return Select(items, source.node, where, grouping, having)

    # FROM.

    def source_tree(self, depth):
        left = self.source(depth)
        for _ in range(self.random.choice([0, 0, 0, 1, 1, 2])):
            if self.chance(0.12):
                left = self.unnested(left)
                continue
            if depth > 0 and left.rows <= 1000 and self.chance(0.15):
                left = self.lateral(left, depth)
                continue
            right = self.source(depth - 1)
            if left.rows * right.rows > JOINED_ROWS:
                break
            left = self.joined(left, right)
        return left

    def source(self, depth):
        if self.common and self.chance(0.5):
            name, query = self.random.choice(self.common)
            return self.renamed(name, query.columns)
        if depth > 0 and self.chance(0.35):
            query = self.body(depth - 1)
            if self.chance(0.25) and all(column.type.is_scalar for column in query.columns):
                query = self.ordered(query, True)
            return self.renamed(query, query.columns)
        if self.chance(0.08):
            return self.values()
        return self.table(self.random.choice(self.tables[:3] * 4 + self.tables[3:]))

    def table(self, table):
        alias = self.name("t")
        columns = [Column(f"{alias}_{column.name}", column.type, column.bound) for column in table.all_columns]
        return From(Source(table.name, alias, columns), columns, [columns[0]], len(table.rows))

    def renamed(self, what, columns):
        alias = self.name("t")
        columns = [Column(f"{alias}_{column.name}", column.type, column.bound) for column in columns]
        # Rows that are alike in every column may stand for each other.
        keys = columns if all(column.type.is_scalar for column in columns) else None
        return From(Source(what, alias, columns), columns, keys, 100)

    def values(self):
        expressions = Expressions(self.random, [])
        types = self.types()
        rows = [[Literal(type, expressions.value(type)) for type in types] for _ in range(self.random.randint(1, 4))]
        alias = self.name("t")
        bounds = [max(row[place].bound for row in rows) for place in range(len(types))]
        columns = [Column(f"{alias}_v{place}", type, bound) for place, (type, bound) in enumerate(zip(types, bounds))]
        return From(Source(Values(rows), alias, columns), columns, columns, len(rows))

    def unnested(self, left):
        expressions = Expressions(self.random, left.columns)
        kind = self.random.choice(ARRAYS)
        # No lambda: DuckDB does not find what one captures within UNNEST.
        value = expressions.leaf(kind) if self.chance(0.6) else expressions.call(kind, 0)
        alias = self.name("u")
        element, place = Column(f"{alias}_e", kind.element, value.bound), Column(f"{alias}_n", BIGINT, 10**3)
        join = self.random.choice(["CROSS", "LEFT"])
        keys = left.keys + [place] if left.keys else None
        return From(
            Unnest(left.node, join, value, alias, [element.name, place.name]), left.columns + [element, place], keys, left.rows * 4
        )

    def lateral(self, left, depth):
        query = Subqueries(self, depth).lateral(left.columns)
        right = self.renamed(query, query.columns)
        node = dataclasses.replace(right.node, lateral=True)
        kind = self.random.choice(["CROSS", "LEFT"])
        condition = Expression(BOOLEAN, "true", ()) if kind == "LEFT" else None
        keys = left.keys + right.keys if left.keys else None
        return From(Join(kind, left.node, node, condition), left.columns + right.columns, keys, left.rows * 20)

    def joined(self, left, right):
        kind = self.random.choice(["INNER", "INNER", "LEFT", "LEFT", "RIGHT", "FULL", "CROSS"])
        columns, rows = left.columns + right.columns, max(left.rows, 1) * max(right.rows, 1)
        keys = left.keys + right.keys if left.keys and right.keys else None
        if kind == "CROSS":
            return From(Join(kind, left.node, right.node), columns, keys, rows)
        shared = [
            (mine, other) for mine in left.columns for other in right.columns
            if mine.type == other.type and mine.type.is_scalar
        ]
        alike = [(mine, other) for mine, other in shared if mine.name.split("_")[-1] == other.name.split("_")[-1]]
        if alike and isinstance(left.node, Source) and isinstance(right.node, Source) and self.chance(0.2):
            return self.joined_using(kind, left, right, self.random.choice(alike), rows)
        condition = None
        if shared:
            mine, other = self.random.choice(alike if alike and self.chance(0.7) else shared)
            condition = Expression(BOOLEAN, "({0} = {1})", (mine.read(), other.read()))
        # Trino joins FULL by equality alone.
        if kind == "FULL":
            if condition is None:
                return From(Join("CROSS", left.node, right.node), columns, keys, rows)
        elif condition is None or self.chance(0.3):
            expressions = Expressions(self.random, columns)
            more = expressions.of(BOOLEAN, 1)
            condition = Expression(BOOLEAN, "({0} AND {1})", (condition, more)) if condition and self.chance(0.7) else more
        return From(Join(kind, left.node, right.node, condition), columns, keys, rows)

    def joined_using(self, kind, left, right, pair, rows):
        """Both sides call the column alike, and it is in scope once."""
        mine, other = pair
        shared = Column(self.name("using"), mine.type, max(mine.bound, other.bound))

        def with_shared(side, column):
            columns = [shared if item is column else item for item in side.columns]
            return Source(side.node.what, side.node.alias, columns)

        node = Join(kind, with_shared(left, mine), with_shared(right, other), using=(shared.name,))
        rest = [column for column in left.columns + right.columns if column is not mine and column is not other]
        return From(node, [shared] + rest, None, rows)


class Subqueries:
    """The queries that an expression holds. They may look at the columns around them."""

    def __init__(self, queries, depth):
        self.queries = queries
        self.random = queries.random
        self.depth = depth

    def source(self, outer):
        """FROM and WHERE. What is correlated is so by equality, mostly, or by any condition."""
        source = self.queries.source(self.depth - 1)
        if self.queries.chance(0.4):
            expressions = Expressions(self.random, source.columns)
            return source, expressions.of(BOOLEAN, 1) if self.queries.chance(0.5) else None
        around = [column for column in outer if isinstance(column, Column)]
        pairs = [(mine, other) for mine in source.columns for other in around if mine.type == other.type and mine.type.is_scalar]
        if not pairs:
            return source, None
        mine, other = self.random.choice(pairs)
        comparison = "=" if self.queries.chance(0.6) else self.random.choice(COMPARISONS)
        where = Expression(BOOLEAN, f"({{0}} {comparison} {{1}})", (mine.read(), other.read()))
        if self.queries.chance(0.5):
            columns = source.columns + (around if self.queries.chance(0.4) else [])
            more = Expressions(self.random, columns, lambdas=False).of(BOOLEAN, 1)
            where = Expression(BOOLEAN, f"({{0}} {self.random.choice(['AND', 'AND', 'OR'])} {{1}})", (where, more))
        return source, where

    def columns(self, source, outer):
        """What a subquery may select from: its own columns, and sometimes those around it."""
        around = [column for column in outer if isinstance(column, Column)]
        return source.columns + (around if self.queries.chance(0.2) else [])

    def scalar(self, type, outer):
        """One value, for any number of rows."""
        source, where = self.source(outer)
        name = self.queries.name("c")
        if self.queries.chance(0.15):
            # No lambda: it would be one in a subquery around whose columns it captures.
            argument = Expressions(self.random, self.columns(source, outer), lambdas=False).of(type, 1)
            query = Select([Item(argument, name)], source.node, where)
            directions = [f"{self.random.choice(['ASC', 'DESC'])} NULLS {self.random.choice(['FIRST', 'LAST'])}"]
            return Expression(type, "({0})", (Ordered(query, directions, self.random.choice([None, 1]), 1),), argument.bound)
        if type == BIGINT and self.queries.chance(0.4):
            value = Expression(type, "count(*)", (), 10**6)
        else:
            argument = Expressions(self.random, source.columns).of(type, 1)
            value = Expression(type, self.random.choice(["min({0})", "max({0})"]), (argument,), argument.bound)
        query = Select([Item(value, name)], source.node, where)
        return Expression(type, "({0})", (query,), value.bound)

    def predicate(self, expressions, outer, depth):
        word = self.random.choice(["", "NOT "])
        source, where = self.source(outer)
        name = self.queries.name("c")
        if self.queries.chance(0.4):
            query = Select([Item(Literal(INTEGER, 1), name)], source.node, where)
            return Expression(BOOLEAN, f"({word}EXISTS ({{0}}))", (query,))
        inner = Expressions(self.random, self.columns(source, outer), lambdas=False)
        type = self.random.choice([INTEGER, VARCHAR, PRICE, BIGINT])
        plain = Expressions(self.random, outer)
        query = Select([Item(inner.of(type, 1), name)], source.node, where, distinct=self.queries.chance(0.1))
        left = plain.of(type, 1)
        if self.queries.chance(0.3):
            comparison = f"{self.random.choice(COMPARISONS)} {self.random.choice(['ANY', 'ALL'])}"
            return Expression(BOOLEAN, f"({{0}} {comparison} ({{1}}))", (left, query))
        return Expression(BOOLEAN, f"({{0}} {word}IN ({{1}}))", (left, query))

    def lateral(self, outer):
        """A query of FROM that looks at what stands before it: some of its rows, an aggregate of them, or the first of them."""
        source, where = self.source(outer)
        types = [self.random.choice(SCALARS) for _ in range(self.random.randint(1, 2))]
        inner = Expressions(self.random, self.columns(source, outer), lambdas=False)
        kind = self.random.choice(["rows", "aggregate", "first"])
        values = [inner.of(type, 1) for type in types]
        if kind == "aggregate":
            words = (self.random.choice(["min({0})", "max({0})"]) for _ in values)
            values = [Expression(value.type, word, (value,), value.bound) for value, word in zip(values, words)]
        query = Select([Item(value, self.queries.name("c")) for value in values], source.node, where)
        if kind == "first":
            query = Ordered(query, ["ASC NULLS LAST", "DESC NULLS FIRST"], None, self.random.choice([1, 2]))
        return query
