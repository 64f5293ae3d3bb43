"""How Trino and DuckDB write the same thing: types, literals, lambdas and intervals."""

import dataclasses

from data_types import BIGINT, BOOLEAN, DATE, DOUBLE, INTEGER, TIMESTAMP, VARCHAR


@dataclasses.dataclass(frozen=True)
class Both:
    """A template for each dialect, where one text does not do for both."""

    trino: str
    duckdb: str


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Dialect:
    def chosen(self, form):
        return getattr(form, self.name) if isinstance(form, Both) else form

    def type_name(self, type):
        if type.name == "decimal":
            return "decimal({}, {})".format(*type.parameters)
        if type.name == "map":
            return f"map({', '.join(map(self.type_name, type.parameters))})"
        return type.name

    def fields(self, type):
        return ", ".join(f"{name} {self.type_name(kind)}" for name, kind in type.parameters)

    def literal(self, value, type):
        if value is None:
            return f"CAST(NULL AS {self.type_name(type)})"
        if type == BOOLEAN:
            return "true" if value else "false"
        if type == VARCHAR:
            return quoted(value)
        if type == DATE:
            return f"DATE '{value.isoformat()}'"
        if type == TIMESTAMP:
            return f"TIMESTAMP '{value.isoformat(sep=' ', timespec='milliseconds')}'"
        if type.name == "array":
            items = ", ".join(self.literal(item, type.element) for item in value)
            return f"CAST(ARRAY[{items}] AS {self.type_name(type)})"
        return self.number(value, type)


class Trino(Dialect):
    name = "trino"

    def type_name(self, type):
        if type.name == "array":
            return f"array({self.type_name(type.element)})"
        if type.name == "row":
            return f"row({self.fields(type)})"
        return super().type_name(type)

    def number(self, value, type):
        if type == INTEGER:
            return str(value) if value >= 0 else f"({value})"
        if type == DOUBLE:
            return f"DOUBLE '{value!r}'"
        if type == BIGINT:
            return f"BIGINT '{value}'"
        return f"CAST(DECIMAL '{value}' AS {self.type_name(type)})"

    def lambda_of(self, parameters, body):
        return f"({', '.join(parameters)}) -> {body}"


class DuckDB(Dialect):
    name = "duckdb"

    def type_name(self, type):
        if type.name == "array":
            return f"{self.type_name(type.element)}[]"
        if type.name == "row":
            return f"struct({self.fields(type)})"
        return super().type_name(type)

    def number(self, value, type):
        # DuckDB's bare literals take the type of what they meet.
        return f"CAST('{value}' AS {self.type_name(type)})"

    def lambda_of(self, parameters, body):
        return f"lambda {', '.join(parameters)}: {body}"


TRINO = Trino()
DUCKDB = DuckDB()
