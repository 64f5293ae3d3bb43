"""Whether two answers are the same: Prismlake's as text, DuckDB's as Python's values."""

import datetime
import decimal
import math

from data_types import BOOLEAN, DATE, DOUBLE, TIMESTAMP


def prismlakes(text, type):
    if text is None:
        return None
    if type == BOOLEAN:
        return text == "t"
    if type.is_integer:
        return int(text)
    if type == DOUBLE:
        return float(text)
    if type.is_decimal:
        return decimal.Decimal(text)
    if type == TIMESTAMP:
        return datetime.datetime.fromisoformat(text)
    return text


def duckdbs(value, type):
    if value is None:
        return None
    if type == DATE:
        return value.isoformat()
    if not type.is_scalar:
        return nested_text(value, type)
    return value


def nested_text(value, type):
    """What Prismlake prints of a value that may be within another."""
    if value is None:
        return "null"
    if type.name == "array":
        return "[" + ", ".join(nested_text(item, type.element) for item in value) + "]"
    if type.name == "row":
        fields = (f"{name}={nested_text(value[name], kind)}" for name, kind in type.parameters)
        return "{" + ", ".join(fields) + "}"
    if type.name == "map":
        key, kind = type.parameters
        return "{" + ", ".join(f"{nested_text(name, key)}={nested_text(item, kind)}" for name, item in value.items()) + "}"
    if type == BOOLEAN:
        return str(value).lower()
    if type == TIMESTAMP:
        return value.isoformat(sep=" ", timespec="milliseconds")
    return str(value)


def alike(ours, theirs):
    if isinstance(ours, float) and isinstance(theirs, float):
        # The last digits of logarithms and deviations are the library's.
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-9) or (math.isnan(ours) and math.isnan(theirs))
    return type(ours) is type(theirs) and ours == theirs


def sorting_key(row):
    """An order that the last digits of a double do not change, but for rows that are alike in all others."""
    texts = [(value is None, "" if isinstance(value, float) else str(value)) for value in row]
    doubles = [value for value in row if isinstance(value, float)]
    numbers = [(math.isnan(value), 0 if math.isnan(value) else value) for value in doubles]
    return texts, [(nan, round(value, 6)) for nan, value in numbers], numbers


def difference(ours, theirs, types, ordered):
    """The first rows that differ, as text, or None. Rows of queries without an order are compared as sets."""
    try:
        left = [[prismlakes(value, type) for value, type in zip(row, types, strict=True)] for row in ours]
    except (ValueError, ArithmeticError) as error:
        return f"Prismlake's values are not of their types {[type.name for type in types]}: {error}"
    right = [[duckdbs(value, type) for value, type in zip(row, types, strict=True)] for row in theirs]
    if not ordered:
        left.sort(key=sorting_key)
        right.sort(key=sorting_key)
    for place, (mine, other) in enumerate(zip(left, right)):
        if not all(map(alike, mine, other)):
            return f"row {place + 1} of {len(left)} and {len(right)}\n  Prismlake {mine}\n  DuckDB    {other}"
    if len(left) != len(right):
        row = (left if len(left) > len(right) else right)[min(len(left), len(right))]
        return f"Prismlake has {len(left)} rows, DuckDB {len(right)}; the first that is left over is {row}"
    return None
