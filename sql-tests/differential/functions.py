"""Operators and functions that mean the same in Trino and in DuckDB, or can be written so that they do.

A function's arguments are types, or literals to choose from. `bound` tells how large a number it returns, from its arguments' bounds; a
generator keeps within what fits, since which of two engines looks at a failing row first is no one's promise."""

import dataclasses

from data_types import (
    ARRAYS, BIGINT, BOOLEAN, DATE, DOUBLE, INTEGER, PRICE, RATE, TIMESTAMP, VARCHAR,
)
from dialects import Both
from tables import COUNTS, PLACE

INTS, WORDS = ARRAYS


@dataclasses.dataclass
class OneOf:
    """A literal of that type, one of some values."""

    type: object
    values: list


@dataclasses.dataclass
class Function:
    result: object
    arguments: list
    form: object
    bound: object = lambda *bounds: 0
    # What numbers among the arguments may not exceed.
    limit: float = None


def count(first, last):
    return OneOf(INTEGER, list(range(first, last + 1)))


def text(*values):
    return OneOf(VARCHAR, list(values))


def at_most(value):
    return lambda *bounds: value


def added(*bounds):
    return sum(bounds)


def first(*bounds):
    return bounds[0]


def multiplied(left, right):
    return left * right


# Rounded to what all libraries agree on, so that later comparisons see the same values.
def library(call):
    return f"(round({call} * 1048576) / 1048576)"


FUNCTIONS = []
for number in (INTEGER, BIGINT, DOUBLE):
    # Trino fails where an integer is divided by zero, and DuckDB has another sign for division of integers.
    quotient = Both("({0} / NULLIF({1}, 0))", "({0} // NULLIF({1}, 0))" if number.is_integer else "({0} / NULLIF({1}, 0))")
    FUNCTIONS += [
        Function(number, [number, number], "({0} + {1})", added),
        Function(number, [number, number], "({0} - {1})", added),
        Function(number, [number, number], "({0} * {1})", multiplied),
        Function(number, [number, number], quotient, (lambda left, right: left * 2**20) if number == DOUBLE else first),
        Function(number, [number, number], "({0} % NULLIF({1}, 0))", first),
        Function(number, [number], "(- {0})", first),
        Function(number, [number], "abs({0})", first),
        Function(number, [number], Both("sign({0})", f"CAST(sign({{0}}) AS {number.name})"), at_most(1)),
    ]
for kind in (PRICE, RATE):
    name = "decimal({}, {})".format(*kind.parameters)
    # Decimals are not divided: DuckDB's quotients are doubles.
    FUNCTIONS += [
        Function(kind, [kind, kind], f"CAST({{0}} + {{1}} AS {name})", added),
        Function(kind, [kind, kind], f"CAST({{0}} - {{1}} AS {name})", added),
        Function(kind, [kind, kind], f"CAST({{0}} * {{1}} AS {name})", multiplied),
        Function(kind, [kind, INTEGER], f"CAST({{0}} * {{1}} AS {name})", multiplied),
        Function(kind, [PRICE, RATE], f"CAST({{0}} + {{1}} AS {name})", added),
        Function(kind, [RATE, PRICE], f"CAST({{0}} AS {name})", first),
        Function(kind, [PRICE, RATE], f"CAST({{0}} AS {name})", first),
        Function(kind, [INTEGER], f"CAST({{0}} AS {name})", first),
        Function(kind, [BIGINT], f"CAST({{0}} AS {name})", first),
        Function(kind, [kind], "(- {0})", first),
        Function(kind, [kind], "abs({0})", first),
        Function(kind, [kind], f"CAST(round({{0}}) AS {name})", lambda value: value + 1),
        Function(kind, [kind, count(0, 2)], f"CAST(round({{0}}, {{1}}) AS {name})", lambda value, digits: value + 1),
        Function(kind, [kind], f"CAST(ceil({{0}}) AS {name})", lambda value: value + 1),
        Function(kind, [kind], f"CAST(floor({{0}}) AS {name})", lambda value: value + 1),
        Function(kind, [kind], Both(f"CAST(truncate({{0}}) AS {name})", f"CAST(trunc({{0}}) AS {name})"), first),
        Function(kind, [kind, kind], f"CAST({{0}} % NULLIF({{1}}, 0) AS {name})", first, limit=10**6),
    ]
for kind in (INTEGER, BIGINT):
    FUNCTIONS += [
        Function(kind, [BOOLEAN], f"CAST({{0}} AS {kind.name})", at_most(1)),
        # Trino rounds halves away from zero, DuckDB's cast to even.
        Function(kind, [DOUBLE], Both(f"CAST({{0}} AS {kind.name})", f"CAST(round({{0}}) AS {kind.name})"), lambda value: value + 1),
        Function(kind, [PRICE], f"CAST({{0}} AS {kind.name})", lambda value: value + 1),
        Function(kind, [RATE], f"CAST({{0}} AS {kind.name})", lambda value: value + 1),
        Function(kind, [kind], f"CAST(CAST({{0}} AS varchar) AS {kind.name})", first),
    ]
FUNCTIONS += [
    Function(INTEGER, [BIGINT], "CAST({0} AS integer)", first),
    Function(BIGINT, [INTEGER], "CAST({0} AS bigint)", first),
    Function(BIGINT, [INTEGER, BIGINT], "({0} + {1})", added),
    Function(BIGINT, [BIGINT, INTEGER], "({0} * {1})", multiplied),
    Function(BIGINT, [BIGINT, BIGINT], Both("bitwise_and({0}, {1})", "({0} & {1})"), added),
    Function(BIGINT, [BIGINT, BIGINT], Both("bitwise_or({0}, {1})", "({0} | {1})"), lambda left, right: 2 * (left + right)),
    Function(BIGINT, [BIGINT, BIGINT], Both("bitwise_xor({0}, {1})", "xor({0}, {1})"), lambda left, right: 2 * (left + right)),
    Function(BIGINT, [VARCHAR], "length({0})", at_most(10**4)),
    Function(BIGINT, [VARCHAR, text("a", "b", ",", "é", "zz")], "strpos({0}, {1})", at_most(10**4)),
    Function(BIGINT, [VARCHAR], Both("length(regexp_replace({0}, '[^a-c]', ''))", "length(regexp_replace({0}, '[^a-c]', '', 'g'))"), at_most(10**4)),
    Function(BIGINT, [DATE], "year({0})", at_most(10**4)),
    Function(BIGINT, [DATE], "quarter({0})", at_most(4)),
    Function(BIGINT, [DATE], "month({0})", at_most(12)),
    Function(BIGINT, [TIMESTAMP], "day({0})", at_most(31)),
    Function(BIGINT, [DATE], Both("day_of_week({0})", "isodow({0})"), at_most(7)),
    Function(BIGINT, [DATE], Both("day_of_year({0})", "dayofyear({0})"), at_most(366)),
    Function(BIGINT, [DATE], Both("week({0})", "weekofyear({0})"), at_most(53)),
    Function(BIGINT, [DATE], Both("year_of_week({0})", "isoyear({0})"), at_most(10**4)),
    Function(BIGINT, [TIMESTAMP], "extract(hour FROM {0})", at_most(23)),
    Function(BIGINT, [TIMESTAMP], "minute({0})", at_most(59)),
    Function(BIGINT, [TIMESTAMP], "second({0})", at_most(59)),
    Function(BIGINT, [TIMESTAMP], Both("millisecond({0})", "(millisecond({0}) % 1000)"), at_most(999)),
    Function(BIGINT, [DATE, DATE], Both("date_diff('day', {0}, {1})", "datediff('day', {0}, {1})"), at_most(10**7)),
    Function(BIGINT, [TIMESTAMP, TIMESTAMP], Both("date_diff('hour', {0}, {1})", "datesub('hour', {0}, {1})"), at_most(10**9)),
    Function(BIGINT, [DATE, DATE], Both("date_diff('month', {0}, {1})", "datesub('month', {0}, {1})"), at_most(10**6)),
    Function(DOUBLE, [INTEGER], "CAST({0} AS double)", first),
    Function(DOUBLE, [BIGINT], "CAST({0} AS double)", first),
    Function(DOUBLE, [PRICE], "CAST({0} AS double)", first),
    Function(DOUBLE, [INTEGER, DOUBLE], "({0} * {1})", multiplied),
    Function(DOUBLE, [DOUBLE, BIGINT], "({0} - {1})", added),
    Function(DOUBLE, [DOUBLE, PRICE], "({0} + {1})", added),
    Function(DOUBLE, [DOUBLE], library("sqrt(abs({0}))"), first),
    Function(DOUBLE, [DOUBLE], library("cbrt({0})"), first),
    Function(DOUBLE, [DOUBLE], library("exp({0})"), at_most(10**5), limit=10),
    Function(DOUBLE, [DOUBLE], library("ln(abs({0}) + 1)"), first),
    Function(DOUBLE, [INTEGER], library("log10(abs({0}) + 1e0)"), first, limit=10**6),
    Function(DOUBLE, [DOUBLE, count(0, 4)], library("power({0}, {1})"), at_most(10**9), limit=1000),
    Function(DOUBLE, [DOUBLE], library("sin({0})"), at_most(1), limit=10**4),
    Function(DOUBLE, [DOUBLE], library("atan({0})"), at_most(2)),
    Function(DOUBLE, [DOUBLE, DOUBLE], library("atan2({0}, abs({1}) + 1)"), at_most(2)),
    Function(DOUBLE, [DOUBLE], library("radians({0})"), first),
    Function(DOUBLE, [DOUBLE], "floor({0})", lambda value: value + 1),
    Function(DOUBLE, [DOUBLE], "ceil({0})", lambda value: value + 1),
    Function(DOUBLE, [DOUBLE], "round({0})", lambda value: value + 1),
    Function(DOUBLE, [DOUBLE], Both("truncate({0})", "trunc({0})"), first),
    Function(DOUBLE, [TIMESTAMP], Both("to_unixtime({0})", "epoch({0})"), at_most(10**11)),
    Function(VARCHAR, [VARCHAR, VARCHAR], "({0} || {1})"),
    Function(VARCHAR, [VARCHAR, text("-", "ж"), VARCHAR], "({0} || {1} || {2})"),
    Function(VARCHAR, [VARCHAR], "lower({0})"),
    Function(VARCHAR, [VARCHAR], "upper({0})"),
    Function(VARCHAR, [VARCHAR], "reverse({0})"),
    Function(VARCHAR, [VARCHAR], "trim({0})"),
    Function(VARCHAR, [VARCHAR], "ltrim({0})"),
    Function(VARCHAR, [VARCHAR], "rtrim({0})"),
    Function(VARCHAR, [VARCHAR, count(1, 4)], "substr({0}, {1})"),
    Function(VARCHAR, [VARCHAR, count(1, 4), count(0, 4)], "substring({0}, {1}, {2})"),
    Function(VARCHAR, [VARCHAR, text("a", "b", ",", "é"), text("", "x", "yy", "日")], "replace({0}, {1}, {2})"),
    Function(VARCHAR, [VARCHAR, count(0, 6), text("*", "ab")], "lpad({0}, {1}, {2})"),
    Function(VARCHAR, [VARCHAR, count(0, 6), text("*", "ж")], "rpad({0}, {1}, {2})"),
    # Beyond the last part Trino has NULL, DuckDB's split_part an empty text.
    Function(VARCHAR, [VARCHAR, text(",", "b"), count(1, 3)], Both("split_part({0}, {1}, {2})", "string_split({0}, {1})[{2}]")),
    Function(VARCHAR, [VARCHAR], Both("regexp_extract({0}, '[a-c]+')", "CASE WHEN regexp_matches({0}, '[a-c]+') THEN regexp_extract({0}, '[a-c]+') END")),
    Function(VARCHAR, [VARCHAR], Both("regexp_replace({0}, '([a-c])', '<$1>')", "regexp_replace({0}, '([a-c])', '<\\1>', 'g')")),
    Function(VARCHAR, [VARCHAR], "translate({0}, 'abc', 'xy')"),
    Function(VARCHAR, [VARCHAR, VARCHAR], "concat_ws('/', {0}, {1})"),
    Function(VARCHAR, [VARCHAR], Both("lower(to_hex(md5(to_utf8({0}))))", "md5({0})")),
    Function(VARCHAR, [INTEGER], "CAST({0} AS varchar)"),
    Function(VARCHAR, [BIGINT], "CAST({0} AS varchar)"),
    Function(VARCHAR, [PRICE], "CAST({0} AS varchar)"),
    Function(VARCHAR, [RATE], "CAST({0} AS varchar)"),
    Function(VARCHAR, [BOOLEAN], "CAST({0} AS varchar)"),
    Function(VARCHAR, [DATE], "CAST({0} AS varchar)"),
    # DuckDB leaves out fractions of zero, and columns of tables have microseconds.
    Function(VARCHAR, [TIMESTAMP], Both("CAST(CAST({0} AS timestamp(3)) AS varchar)", "strftime({0}, '%Y-%m-%d %H:%M:%S.%g')")),
    Function(VARCHAR, [TIMESTAMP], Both("date_format({0}, '%Y/%m/%d %H:%i:%s')", "strftime({0}, '%Y/%m/%d %H:%M:%S')")),
    # Of arrays without a text DuckDB joins NULL.
    Function(VARCHAR, [WORDS], Both("array_join({0}, '+')", "CASE WHEN {0} IS NOT NULL THEN coalesce(array_to_string({0}, '+'), '') END")),
    Function(VARCHAR, [WORDS], Both("array_join({0}, '+', '?')", "CASE WHEN {0} IS NOT NULL THEN coalesce(array_to_string(list_transform({0}, lambda e: coalesce(e, '?')), '+'), '') END")),
    Function(DATE, [TIMESTAMP], "CAST({0} AS date)"),
    Function(DATE, [DATE], "CAST(CAST({0} AS varchar) AS date)"),
    Function(DATE, [INTEGER, DATE], Both("date_add('day', {0}, {1})", "({1} + {0})"), limit=20000),
    Function(DATE, [INTEGER, DATE], Both("date_add('month', {0}, {1})", "CAST({1} + to_months({0}) AS date)"), limit=600),
    Function(DATE, [DATE], "CAST({0} + INTERVAL '3' DAY AS date)"),
    Function(DATE, [DATE], "CAST({0} - INTERVAL '13' MONTH AS date)"),
    Function(DATE, [DATE], Both("last_day_of_month({0})", "last_day({0})")),
    Function(DATE, [OneOf(VARCHAR, ["week", "month", "quarter", "year"]), DATE], "CAST(date_trunc({0}, {1}) AS date)"),
    Function(TIMESTAMP, [DATE], "CAST({0} AS timestamp)"),
    Function(TIMESTAMP, [TIMESTAMP], "({0} + INTERVAL '36' HOUR)"),
    Function(TIMESTAMP, [TIMESTAMP], "({0} - INTERVAL '1' YEAR)"),
    Function(TIMESTAMP, [INTEGER, TIMESTAMP], Both("date_add('second', {0}, {1})", "({1} + to_seconds({0}))"), limit=10**8),
    Function(TIMESTAMP, [OneOf(VARCHAR, ["second", "minute", "hour", "day", "week", "month", "year"]), TIMESTAMP],
        # DuckDB takes NULL <> a value within the unit for true.
        Both("date_trunc({0}, {1})", "(date_trunc({0}, {1}) + INTERVAL 0 SECOND)")),
    Function(BOOLEAN, [BOOLEAN, BOOLEAN], "({0} AND {1})"),
    Function(BOOLEAN, [BOOLEAN, BOOLEAN], "({0} OR {1})"),
    Function(BOOLEAN, [BOOLEAN, BOOLEAN, BOOLEAN], "({0} AND ({1} OR {2}))"),
    Function(BOOLEAN, [BOOLEAN], "(NOT {0})"),
    Function(BOOLEAN, [INTEGER], "CAST({0} AS boolean)"),
    Function(BOOLEAN, [VARCHAR, text("a%", "%b%", "_", "%", "", "__%", "%,%", "é%", "x_y", "100%")], "({0} LIKE {1})"),
    Function(BOOLEAN, [VARCHAR, text("%a", "_b%", "%日%")], "({0} NOT LIKE {1})"),
    Function(BOOLEAN, [VARCHAR, text("100!%", "x!_y", "%!_%")], "({0} LIKE {1} ESCAPE '!')"),
    Function(BOOLEAN, [VARCHAR, VARCHAR], "starts_with({0}, {1})"),
    Function(BOOLEAN, [VARCHAR], Both("regexp_like({0}, '^[a-c,]+$')", "regexp_matches({0}, '^[a-c,]+$')")),
    Function(BOOLEAN, [INTEGER, BIGINT], "({0} < {1})"),
    Function(BOOLEAN, [INTEGER, PRICE], "({0} >= {1})"),
    Function(BOOLEAN, [RATE, PRICE], "({0} <= {1})"),
    Function(BOOLEAN, [PRICE, DOUBLE], "({0} > {1})"),
    Function(BOOLEAN, [BIGINT, DOUBLE], "({0} <> {1})", limit=2**50),
    Function(BOOLEAN, [DATE, TIMESTAMP], "({0} <= {1})"),
]
for kind in ARRAYS:
    element = kind.element
    large = first if element == INTEGER else at_most(0)
    joined = max if element == INTEGER else at_most(0)
    # DuckDB's list_contains, list_max and list_position take no notice of NULLs.
    has_null = "len(list_filter({0}, lambda e: e IS NULL)) > 0"
    FUNCTIONS += [
        Function(BIGINT, [kind], Both("cardinality({0})", "len({0})"), at_most(10**3)),
        Function(element, [kind, OneOf(INTEGER, [1, 2, 3, -1, -2])], Both("element_at({0}, {1})", "{0}[{1}]"), large),
        Function(BOOLEAN, [kind, element], Both("contains({0}, {1})", "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN {1} = ANY({0}) END")),
        Function(BIGINT, [kind, element], Both("array_position({0}, {1})", "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN coalesce(list_position({0}, {1}), 0) END"), at_most(10**3)),
        Function(element, [kind], Both("array_max({0})", f"CASE WHEN NOT ({has_null}) THEN list_max({{0}}) END"), large),
        Function(element, [kind], Both("array_min({0})", f"CASE WHEN NOT ({has_null}) THEN list_min({{0}}) END"), large),
        Function(kind, [kind], Both("array_sort({0})", "list_sort({0}, 'ASC', 'NULLS LAST')"), large),
        # DuckDB's list_distinct has no order and leaves NULLs out.
        Function(kind, [kind], Both("array_sort(array_distinct(filter({0}, e -> e IS NOT NULL)))", "list_sort(list_distinct({0}))"), large),
        Function(kind, [kind], Both("reverse({0})", "list_reverse({0})"), large),
        Function(kind, [kind, kind], "({0} || {1})", joined),
        Function(kind, [kind, count(1, 3), count(0, 3)], Both("slice({0}, {1}, {2})", "list_slice({0}, {1}, {1} + {2} - 1)"), large),
        Function(kind, [element, element], Both("ARRAY[{0}, {1}]", "[{0}, {1}]"), joined),
        Function(kind, [kind, element], Both("array_remove({0}, {1})", "CASE WHEN {1} IS NOT NULL THEN list_filter({0}, lambda e: e <> {1} OR e IS NULL) END"), large),
        Function(BOOLEAN, [kind], "({0} IS NULL)"),
    ]
FUNCTIONS += [
    Function(WORDS, [VARCHAR, text(",", "b")], Both("split({0}, {1})", "string_split({0}, {1})")),
    Function(WORDS, [COUNTS], "map_keys({0})"),
    Function(INTS, [COUNTS], "map_values({0})", first),
    Function(INTS, [count(1, 3), count(1, 5)], Both("sequence({0}, {0} + {1})", "CAST(generate_series({0}, {0} + {1}) AS integer[])"), at_most(10)),
    Function(BIGINT, [COUNTS], Both("cardinality({0})", "CAST(cardinality({0}) AS bigint)"), at_most(10)),
    Function(INTEGER, [COUNTS, text("a", "b", "é", "", "no")], Both("element_at({0}, {1})", "{0}[{1}]"), first),
    Function(INTEGER, [PLACE], "{0}.x", first),
    Function(VARCHAR, [PLACE], "{0}.label"),
    Function(BOOLEAN, [PLACE], "({0} IS NOT NULL)"),
    Function(BOOLEAN, [PLACE, PLACE], "({0} IS NOT DISTINCT FROM {1})"),
]

BY_RESULT = {}
for function in FUNCTIONS:
    BY_RESULT.setdefault(function.result, []).append(function)
