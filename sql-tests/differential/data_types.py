"""The SQL types that expressions have, as both dialects know them."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Type:
    """A type; `parameters` are a decimal's digits, or the types within an array, a map or a row."""

    name: str
    parameters: tuple = ()

    @property
    def element(self):
        return self.parameters[0]

    @property
    def is_number(self):
        return self in (INTEGER, BIGINT, DOUBLE) or self.is_decimal

    @property
    def is_integer(self):
        return self in (INTEGER, BIGINT)

    @property
    def is_decimal(self):
        return self.name == "decimal"

    @property
    def is_scalar(self):
        return self.name not in ("array", "map", "row")

    @property
    def largest(self):
        """What the absolute value of a number may not exceed if it is to fit, with room for one more digit."""
        if self == INTEGER:
            return 2**31 - 1
        if self == BIGINT:
            return 2**63 - 1
        if self == DOUBLE:
            # Up to here sums of quarters are exact, in whatever order they are added.
            return 2**50
        precision, scale = self.parameters
        return 10 ** (precision - scale) - 1


BOOLEAN = Type("boolean")
INTEGER = Type("integer")
BIGINT = Type("bigint")
DOUBLE = Type("double")
VARCHAR = Type("varchar")
DATE = Type("date")
TIMESTAMP = Type("timestamp")


def decimal(precision, scale):
    return Type("decimal", (precision, scale))


def array(element):
    return Type("array", (element,))


def row(*fields):
    """Fields are pairs of a name and a type."""
    return Type("row", fields)


def map_of(key, value):
    return Type("map", (key, value))


PRICE = decimal(10, 2)
RATE = decimal(20, 5)
SCALARS = [BOOLEAN, INTEGER, BIGINT, DOUBLE, VARCHAR, DATE, TIMESTAMP, PRICE, RATE]
ARRAYS = [array(INTEGER), array(VARCHAR)]
