"""Generates calls of window functions, whose results do not depend on the order of rows that tie."""

from aggregates import aggregate, completed
from data_types import BIGINT, DOUBLE, INTEGER, SCALARS
from dialects import Both
from expressions import Expressions
from tree import Expression, Given

DIRECTIONS = ["ASC NULLS FIRST", "ASC NULLS LAST", "DESC NULLS FIRST", "DESC NULLS LAST"]


def window(queries, source):
    random = queries.random
    scalars = [column for column in source.columns if column.type.is_scalar]
    partition = random.sample(scalars, min(len(scalars), random.choice([0, 1, 1, 2])))
    order = random.sample(scalars, min(len(scalars), random.choice([0, 1, 1, 2])))
    total = bool(source.keys) and random.random() < 0.7
    if total:
        order += [column for column in source.keys if column not in order]
    keys = ", ".join(f"{column.name} {random.choice(DIRECTIONS)}" for column in order)
    clauses = []
    if partition:
        clauses.append(f"PARTITION BY {', '.join(column.name for column in partition)}")
    if keys:
        clauses.append(f"ORDER BY {keys}")
    expressions = Expressions(random, source.columns)
    kinds = ["aggregate", "aggregate"]
    if keys:
        kinds += ["rank"]
    if total:
        kinds += ["row", "value", "value", "neighbour"]
    kind = random.choice(kinds)
    if kind in ("aggregate", "value"):
        clauses += frame(random, order, total)
    over = f" OVER ({' '.join(clauses)})"
    if kind == "aggregate":
        return Given(aggregate(queries, source, over))
    if kind == "rank":
        name = random.choice(["rank()@", "dense_rank()@", "percent_rank()@", "cume_dist()@"])
        value = Expression(DOUBLE if name[0] in "pc" else BIGINT, name, (), 10**6)
    elif kind == "row":
        name = random.choice(["row_number()@", "ntile(3)@", "ntile(100)@"])
        value = Expression(BIGINT, name, (), 10**6)
    elif kind == "neighbour":
        value = neighbour(random, expressions)
    else:
        value = of_frame(random, expressions)
    return Given(completed(value, over))


def neighbour(random, expressions):
    value = expressions.of(random.choice(SCALARS), 1)
    name = random.choice(["lag", "lead"])
    kind = random.choice(["", ", 2", ", 0", "default"])
    if kind == "default":
        other = expressions.leaf(value.type)
        return Expression(value.type, f"{name}({{0}}, 1, {{1}})@", (value, other), max(value.bound, other.bound))
    if random.random() < 0.3:
        form = Both(f"{name}({{0}}{kind}) IGNORE NULLS@", f"{name}({{0}}{kind} IGNORE NULLS)@")
        return Expression(value.type, form, (value,), value.bound)
    return Expression(value.type, f"{name}({{0}}{kind})@", (value,), value.bound)


def of_frame(random, expressions):
    value = expressions.of(random.choice(SCALARS), 1)
    call = random.choice(["first_value({0}%s)", "last_value({0}%s)", "nth_value({0}, 2%s)"])
    if random.random() < 0.3:
        form = Both(call % "" + " IGNORE NULLS@", call % " IGNORE NULLS" + "@")
    else:
        form = call % "" + "@"
    return Expression(value.type, form, (value,), value.bound)


def frame(random, order, total):
    """None, or one whose ends are in order. Rows are counted only where their order is known."""
    if not order:
        return []
    kinds = ["", "RANGE", "GROUPS"] + (["ROWS", "ROWS"] if total else [])
    # Distances need one number to be measured by, which is not at the end of its type.
    distance = len(order) == 1 and order[0].type in (INTEGER, BIGINT) and order[0].bound < 2**30
    kind = random.choice(kinds)
    if not kind:
        return []
    # Prismlake refuses frames that end before they begin, such as 1 PRECEDING to 3 PRECEDING, which are empty in Trino.
    near, far = sorted(random.randint(0, 3) for _ in range(2))
    starts = ["UNBOUNDED PRECEDING", f"{far} PRECEDING", "CURRENT ROW", f"{near} FOLLOWING"]
    ends = [None, f"{near} PRECEDING", "CURRENT ROW", f"{far} FOLLOWING", "UNBOUNDED FOLLOWING"]
    places = [0, 2, 4] if kind == "RANGE" and not distance else [0, 1, 2, 3, 4]
    start = random.choice([place for place in places if place < 4])
    end = random.choice([place for place in places if place >= max(start, 1)])
    return [f"{kind} BETWEEN {starts[start]} AND {ends[end]}"]
