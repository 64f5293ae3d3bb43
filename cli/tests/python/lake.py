"""What the checks against other readers and writers share: a home folder, tables over files, rows as plain values."""

import datetime
import decimal
import io
import json
import math
import os
import subprocess
import tempfile

import pyarrow as pa

BINARY = os.environ["PRISMLAKE_BINARY"]


class QueryFailed(Exception):
    """A statement that Prismlake refused: exit code 1 and a code in its message."""


class Lake:
    """A catalog of its own, in a folder that goes with it."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.home = self.folder.name
        # Rows come in the order of the files.
        with open(f"{self.home}/config.toml", "w", encoding="utf-8") as config:
            config.write("[limits]\nparallelism = 1\n")
        self.tables = 0

    def run(self, sql, output="arrow"):
        done = subprocess.run(
            [BINARY, "--home", self.home, "sql", "--format", output, "-e", sql],
            capture_output=True,
            timeout=300,
            check=False,
        )
        message = done.stderr.decode("utf-8", "replace")
        if "panicked" in message:
            raise AssertionError(f"a panic on: {sql}\n{message}")
        if done.returncode == 1:
            raise QueryFailed(message.strip())
        if done.returncode != 0:
            raise AssertionError(f"exit code {done.returncode} on: {sql}\n{message}")
        return done.stdout

    def arrow(self, sql):
        output = self.run(sql)
        with pa.ipc.open_stream(io.BytesIO(output)) as reader:
            return reader.read_all()

    def declare(self, schema, stored, folder, properties=""):
        """A table over a folder; returns its name."""
        self.tables += 1
        name = f"t{self.tables}"
        columns = ", ".join(f"`{field.name.lower()}` {hive_type(field.type)}" for field in schema)
        self.run(f"CREATE EXTERNAL TABLE {name} ({columns}) {stored} LOCATION 'file://{folder}/' {properties}", "csv")
        return name


def hive_type(t):
    """The Hive type that a column of this Arrow type is declared with."""
    import pyarrow.types as is_

    if is_.is_dictionary(t):
        return hive_type(t.value_type)
    simple = {
        pa.bool_(): "boolean", pa.int8(): "tinyint", pa.int16(): "smallint", pa.int32(): "int", pa.int64(): "bigint",
        pa.uint8(): "smallint", pa.uint16(): "int", pa.uint32(): "bigint", pa.uint64(): "decimal(20,0)",
        pa.float16(): "float", pa.float32(): "float", pa.float64(): "double", pa.date32(): "date", pa.null(): "string",
        pa.string(): "string", pa.large_string(): "string", pa.binary(): "binary", pa.large_binary(): "binary",
    }
    if t in simple:
        return simple[t]
    if is_.is_timestamp(t):
        return "timestamp"
    if is_.is_time32(t):
        return "int"
    if is_.is_time64(t):
        return "bigint"
    if is_.is_fixed_size_binary(t):
        return "binary"
    if is_.is_decimal(t):
        return f"decimal({t.precision},{t.scale})"
    if is_.is_list(t) or is_.is_large_list(t) or is_.is_fixed_size_list(t):
        return f"array<{hive_type(t.value_type)}>"
    if is_.is_map(t):
        return f"map<{hive_type(t.key_type)},{hive_type(t.item_type)}>"
    if is_.is_struct(t):
        return "struct<" + ",".join(f"{field.name.lower()}:{hive_type(field.type)}" for field in t) + ">"
    if is_.is_union(t):
        fields = "".join(f",field{place}:{hive_type(t.field(place).type)}" for place in range(t.num_fields))
        return f"struct<tag:tinyint{fields}>"
    raise NotImplementedError(f"no Hive type for {t}")


def plain(value):
    """A value in one form, whatever library it came from. Times are cut to microseconds, which is what tables hold."""
    if value is None or isinstance(value, (str, bytes, bool)):
        return value
    if hasattr(value, "to_pydatetime"):
        value = value.to_pydatetime(warn=False)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.time):
        return ((value.hour * 60 + value.minute) * 60 + value.second) * 1_000_000 + value.microsecond
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else value.normalize()
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else value
    if isinstance(value, dict):
        return {key.lower(): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def column_values(table, name):
    return [plain(value) for value in table.column(name).to_pylist()]


def rows_as_text(rows):
    return sorted(json.dumps(row, default=str, sort_keys=True) for row in rows)
