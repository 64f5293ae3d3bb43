"""The tree of a query. One tree renders to both dialects, and can be made smaller."""

import dataclasses
import math

from data_types import DOUBLE, Type


@dataclasses.dataclass
class Expression:
    """A template with its arguments in the places {0}, {1}, …; `bound` is what a number's absolute value does not exceed."""

    type: Type
    form: object
    arguments: tuple = ()
    bound: float = 0
    # What keeps a value within bounds stays when queries are made smaller.
    guard: bool = False

    def render(self, dialect):
        form = dialect.chosen(self.form)
        if not self.arguments:
            return form
        return form.format(*(argument.render(dialect) for argument in self.arguments))


@dataclasses.dataclass
class Literal:
    type: Type
    value: object
    arguments: tuple = ()

    @property
    def bound(self):
        return math.ceil(abs(self.value)) if self.type.is_number and self.value is not None else 0

    def render(self, dialect):
        return dialect.literal(self.value, self.type)


@dataclasses.dataclass
class Lambda:
    parameters: list
    body: Expression

    def render(self, dialect):
        return dialect.lambda_of(self.parameters, self.body.render(dialect))


@dataclasses.dataclass
class Column:
    """A column that is in scope, under a name that no other column of the query has."""

    name: str
    type: Type
    bound: float = 0

    def read(self):
        return Expression(self.type, self.name, (), self.bound)


@dataclasses.dataclass
class Source:
    """A table, a CTE or a query in FROM, with new names for its columns."""

    what: object
    alias: str
    columns: list
    lateral: bool = False

    def render(self, dialect):
        what = self.what if isinstance(self.what, str) else f"({self.what.render(dialect)})"
        return f"{'LATERAL ' * self.lateral}{what} AS {self.alias}({', '.join(column.name for column in self.columns)})"


@dataclasses.dataclass
class Values:
    rows: list

    def render(self, dialect):
        rows = (", ".join(value.render(dialect) for value in row) for row in self.rows)
        return "VALUES " + ", ".join(f"({row})" for row in rows)


@dataclasses.dataclass
class Join:
    """A join; `using` are names that its sides share, and `condition` is for joins that have one."""

    kind: str
    left: object
    right: object
    condition: object = None
    using: tuple = ()

    def render(self, dialect):
        text = f"{self.left.render(dialect)} {self.kind} JOIN {self.right.render(dialect)}"
        if self.using:
            return f"{text} USING ({', '.join(self.using)})"
        return f"{text} ON {self.condition.render(dialect)}" if self.condition else text


@dataclasses.dataclass
class Unnest:
    """FROM's rows with the elements of one of their arrays."""

    left: object
    kind: str
    array: Expression
    alias: str
    names: list

    def render(self, dialect):
        text = f"{self.left.render(dialect)} {self.kind} JOIN UNNEST({self.array.render(dialect)}) WITH ORDINALITY"
        return f"{text} AS {self.alias}({', '.join(self.names)})" + (" ON TRUE" if self.kind == "LEFT" else "")


@dataclasses.dataclass
class Grouping:
    """GROUP BY: expressions, plain or in sets of their places; `word` is GROUPING SETS, ROLLUP or CUBE."""

    keys: list
    word: str = ""
    sets: tuple = ()

    def render(self, dialect):
        keys = [key.render(dialect) for key in self.keys]
        if self.word == "GROUPING SETS":
            sets = ("(" + ", ".join(keys[place] for place in places) + ")" for places in self.sets)
            return f"GROUPING SETS ({', '.join(sets)})"
        return f"{self.word}({', '.join(keys)})" if self.word else ", ".join(keys)


@dataclasses.dataclass
class Item:
    value: object
    name: str


@dataclasses.dataclass
class Select:
    items: list
    source: object = None
    where: object = None
    grouping: object = None
    having: object = None
    distinct: bool = False

    @property
    def columns(self):
        return [Column(item.name, item.value.type, item.value.bound) for item in self.items]

    def render(self, dialect):
        items = ", ".join(f"{item.value.render(dialect)} AS {item.name}" for item in self.items)
        parts = ["SELECT DISTINCT" if self.distinct else "SELECT", items]
        for word, clause in [
            ("FROM", self.source), ("WHERE", self.where), ("GROUP BY", self.grouping), ("HAVING", self.having),
        ]:
            if clause:
                parts.append(f"{word} {clause.render(dialect)}")
        return " ".join(parts)


@dataclasses.dataclass
class SetOperation:
    word: str
    left: object
    right: object

    @property
    def columns(self):
        pairs = zip(self.left.columns, self.right.columns)
        return [Column(left.name, left.type, max(left.bound, right.bound)) for left, right in pairs]

    def render(self, dialect):
        return f"({self.left.render(dialect)}) {self.word} ({self.right.render(dialect)})"


@dataclasses.dataclass
class Ordered:
    """The query ordered by all of its columns, so that rows that tie are the same, and cut."""

    query: object
    # A direction and a place of NULLs for each column, round and round.
    directions: list
    offset: object = None
    limit: object = None

    @property
    def columns(self):
        return self.query.columns

    @staticmethod
    def key(column):
        # Trino sorts a negative zero before zero, DuckDB takes them for the same.
        return f"CASE WHEN {column.name} = 0 THEN 0e0 ELSE {column.name} END" if column.type == DOUBLE else column.name

    def render(self, dialect):
        keys = (
            f"{self.key(column)} {self.directions[place % len(self.directions)]}" for place, column in enumerate(self.columns)
        )
        text = f"SELECT * FROM ({self.query.render(dialect)}) AS ordered ORDER BY {', '.join(keys)}"
        offset = f" OFFSET {self.offset}" if self.offset is not None else ""
        limit = f" LIMIT {self.limit}" if self.limit is not None else ""
        # Trino has OFFSET first, DuckDB takes either.
        return text + offset + limit


@dataclasses.dataclass
class With:
    tables: list
    query: object

    @property
    def columns(self):
        return self.query.columns

    def render(self, dialect):
        tables = (f"{item.name} AS ({item.value.render(dialect)})" for item in self.tables)
        return f"WITH {', '.join(tables)} {self.query.render(dialect)}"


@dataclasses.dataclass
class Given:
    """A value that stands for a column above a grouping: a key or an aggregate."""

    value: object

    @property
    def type(self):
        return self.value.type

    @property
    def bound(self):
        return self.value.bound

    def read(self):
        return self.value
