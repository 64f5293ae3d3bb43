"""Generates calls of aggregate functions. In their templates @ is where FILTER, IGNORE NULLS and OVER are written."""

import dataclasses

from data_types import BIGINT, BOOLEAN, DATE, DOUBLE, INTEGER, PRICE, RATE, SCALARS, TIMESTAMP, VARCHAR, array, decimal
from dialects import Both
from expressions import Expressions
from tree import Expression

# No group has more rows.
ROWS = 10**6


def completed(value, suffix):
    """The call with what follows it."""
    form = value.form
    if isinstance(form, Both):
        form = Both(form.trino.replace("@", suffix), form.duckdb.replace("@", suffix))
    else:
        form = form.replace("@", suffix)
    return dataclasses.replace(value, form=form, guard=True)


def aggregate(queries, source, over=""):
    """A call over the source's columns, OVER a window if there is one. Windows have no DISTINCT and no order within calls."""
    random = queries.random
    expressions = Expressions(random, source.columns)
    kinds = ["count", "count x", "sum", "avg", "extreme", "extreme", "boolean", "count_if"]
    if not over:
        kinds += ["distinct", "sum distinct", "array_agg", "listagg", "deviation", "covariance", "bits", "by"]
    kind = random.choice(kinds)
    value = call(kind, queries, source, expressions)
    if random.random() < 0.2:
        place = f"{{{len(value.arguments)}}}"
        value = dataclasses.replace(value, arguments=(*value.arguments, expressions.of(BOOLEAN, 1)))
        return completed(value, f" FILTER (WHERE {place}){over}")
    return completed(value, over)


def call(kind, queries, source, expressions):
    random = expressions.random
    if kind == "count":
        return Expression(BIGINT, "count(*)@", (), ROWS)
    if kind == "count x":
        return Expression(BIGINT, "count({0})@", (expressions.of(random.choice(SCALARS), 1),), ROWS)
    if kind == "distinct":
        return Expression(BIGINT, "count(DISTINCT {0})@", (expressions.of(random.choice(SCALARS), 1),), ROWS)
    if kind in ("sum", "sum distinct"):
        return summed(expressions, "DISTINCT " if kind == "sum distinct" else "")
    if kind == "avg":
        value = expressions.fit(expressions.of(random.choice([INTEGER, BIGINT]), 1), 10**6)
        return Expression(DOUBLE, "avg({0})@", (value,), value.bound)
    if kind == "extreme":
        value = expressions.of(random.choice(SCALARS), 1)
        return Expression(value.type, f"{random.choice(['min', 'max'])}({{0}})@", (value,), value.bound)
    if kind == "boolean":
        return Expression(BOOLEAN, f"{random.choice(['bool_and', 'bool_or'])}({{0}})@", (expressions.of(BOOLEAN, 1),))
    if kind == "count_if":
        # DuckDB's count_if of no rows is NULL.
        form = Both("count_if({0})@", "count(CASE WHEN {0} THEN 1 END)@")
        return Expression(BIGINT, form, (expressions.of(BOOLEAN, 1),), ROWS)
    if kind == "array_agg":
        value = expressions.of(random.choice([INTEGER, VARCHAR]), 1)
        order = random.choice(["ASC NULLS FIRST", "DESC NULLS LAST", "ASC NULLS LAST"])
        return Expression(array(value.type), f"array_agg({{0}} ORDER BY {{0}} {order})@", (value,), value.bound)
    if kind == "listagg":
        form = Both("listagg({0}, ';') WITHIN GROUP (ORDER BY {0})@", "string_agg({0}, ';' ORDER BY {0})@")
        return Expression(VARCHAR, form, (expressions.of(VARCHAR, 1),))
    if kind == "deviation":
        value = expressions.fit(expressions.of(random.choice([INTEGER, DOUBLE]), 1), 1000)
        name = random.choice(["stddev_samp", "stddev_pop", "var_samp", "var_pop"])
        # Rounded to what does not depend on the order of rows.
        return Expression(DOUBLE, f"round({name}({{0}})@ * 1024) / 1024", (value,), 10**6, guard=True)
    if kind == "covariance":
        parts = tuple(expressions.fit(expressions.of(DOUBLE, 1), 1000) for _ in range(2))
        name = random.choice(["covar_samp", "covar_pop"])
        return Expression(DOUBLE, f"round({name}({{0}}, {{1}})@ * 1024) / 1024", parts, 10**6, guard=True)
    if kind == "bits":
        value = expressions.of(BIGINT, 1)
        form = random.choice([Both("bitwise_and_agg({0})@", "bit_and({0})@"), Both("bitwise_or_agg({0})@", "bit_or({0})@")])
        return Expression(BIGINT, form, (value,), 2**63)
    return best_by(queries, source, expressions)


def summed(expressions, word):
    value = expressions.of(expressions.random.choice([INTEGER, BIGINT, DOUBLE, PRICE, RATE]), 1)
    if value.type.is_decimal:
        value = expressions.fit(value, 10**8)
        return Expression(decimal(38, value.type.parameters[1]), f"sum({word}{{0}})@", (value,), value.bound * ROWS)
    if value.type == DOUBLE:
        # Whole numbers, whose sums are exact in every order.
        value = expressions.fit(value, 2**30)
        return Expression(DOUBLE, f"sum({word}round({{0}}))@", (value,), (value.bound + 1) * ROWS)
    # DuckDB's sums of integers are hugeint.
    value = expressions.fit(value, 2**40)
    return Expression(BIGINT, f"CAST(sum({word}{{0}})@ AS bigint)", (value,), value.bound * ROWS)


def best_by(queries, source, expressions):
    """The value of the row with the largest key, where one column is different in every row."""
    if not source.keys or len(source.keys) != 1 or not source.keys[0].name.endswith("_id"):
        return Expression(BIGINT, "count(*)@", (), ROWS)
    value = expressions.of(expressions.random.choice([INTEGER, VARCHAR, DATE, TIMESTAMP]), 1)
    form = expressions.random.choice([
        Both("max_by({0}, {1})@", "arg_max_null({0}, {1})@"), Both("min_by({0}, {1})@", "arg_min_null({0}, {1})@"),
    ])
    return Expression(value.type, form, (value, source.keys[0].read()), value.bound)
