"""The generated tables: their values, their Parquet files, and how both engines come to know them."""

import dataclasses
import datetime
import decimal
import pathlib

import pyarrow
import pyarrow.parquet

from data_types import (
    BIGINT, BOOLEAN, DATE, DOUBLE, INTEGER, PRICE, RATE, TIMESTAMP, VARCHAR, array, map_of, row,
)
from dialects import quoted

WORDS = ["", " ", "a", "A", "b", "ab", "abc", "a,b", "b,,c", "100%", "x_y", " pad ", "it's", "é", "ÉCLAIR", "日本", "ж", "🙂", "{}", "\\n", "NULL", "007"]
FOLDERS = ["north", "south", "a b", "é"]
PLACE = row(("x", INTEGER), ("label", VARCHAR))
COUNTS = map_of(VARCHAR, INTEGER)
EPOCH = datetime.datetime(1970, 1, 1)


@dataclasses.dataclass
class TableColumn:
    name: str
    type: object
    values: object
    bound: float = 0


def some(random, share, value):
    return None if random.random() < share else value()


def money(random):
    return decimal.Decimal(random.choice([0, 1, -1, random.randint(-10**4, 10**4), random.randint(-10**9, 10**9)])) / 100


def rate(random):
    return decimal.Decimal(random.choice([0, 50000, random.randint(-10**7, 10**7), random.randint(-10**13, 10**13)])) / 100000


def moment(random):
    seconds = random.choice([0, -1, random.randint(-10**9, 2 * 10**9), random.randint(-10**9, 2 * 10**9)])
    return EPOCH + datetime.timedelta(seconds=seconds, milliseconds=random.choice([0, 0, 1, 500, 999]))


def day(random):
    return random.choice([
        datetime.date(1970, 1, 1), datetime.date(2024, 2, 29), datetime.date(1999, 12, 31),
        datetime.date(2020, 1, 1) + datetime.timedelta(days=random.randint(-800, 800)),
        datetime.date(random.randint(1600, 2900), random.randint(1, 12), random.randint(1, 28)),
    ])


# Each column's values, NULLs among them. Doubles are quarters, whose sums are exact in every order; NaN, which DuckDB takes for equal
# to itself, and infinities are not among them.
COLUMNS = [
    TableColumn("k", INTEGER, lambda random: some(random, 0.15, lambda: random.randint(0, 5)), 5),
    TableColumn("i", INTEGER, lambda random: some(random, 0.15, lambda: random.choice([0, 1, -1, random.randint(-100, 100), 2**31 - 1, -(2**31)])), 2**31),
    TableColumn("n", BIGINT, lambda random: some(random, 0.15, lambda: random.choice([0, 7, -7, random.randint(-10**6, 10**6), 2**63 - 1, -(2**63)])), 2**63),
    TableColumn("d", DOUBLE, lambda random: some(random, 0.15, lambda: random.choice([0.0, 0.5, -0.5, random.randint(-4000, 4000) / 4, random.randint(-(10**9), 10**9) / 4])), 10**9),
    TableColumn("price", PRICE, lambda random: some(random, 0.15, lambda: money(random)), 10**7),
    TableColumn("rate", RATE, lambda random: some(random, 0.15, lambda: rate(random)), 10**8),
    TableColumn("s", VARCHAR, lambda random: some(random, 0.15, lambda: random.choice(WORDS))),
    TableColumn("g", VARCHAR, lambda random: some(random, 0.1, lambda: random.choice(["x", "y", "z", "ab"]))),
    TableColumn("b", BOOLEAN, lambda random: some(random, 0.2, lambda: random.random() < 0.5)),
    TableColumn("day", DATE, lambda random: some(random, 0.15, lambda: day(random))),
    TableColumn("ts", TIMESTAMP, lambda random: some(random, 0.15, lambda: moment(random))),
    TableColumn("ints", array(INTEGER), lambda random: some(random, 0.15, lambda: [some(random, 0.2, lambda: random.randint(-5, 5)) for _ in range(random.randint(0, 4))]), 5),
    TableColumn("words", array(VARCHAR), lambda random: some(random, 0.15, lambda: [some(random, 0.2, lambda: random.choice(WORDS)) for _ in range(random.randint(0, 3))])),
    TableColumn("place", PLACE, lambda random: some(random, 0.15, lambda: {"x": some(random, 0.2, lambda: random.randint(-9, 9)), "label": some(random, 0.2, lambda: random.choice(WORDS))}), 9),
    TableColumn("counts", COUNTS, lambda random: some(random, 0.15, lambda: [(key, some(random, 0.2, lambda: random.randint(0, 9))) for key in random.sample(["a", "b", "é", ""], random.randint(0, 3))]), 9),
]
ID = TableColumn("id", INTEGER, None, 1000)
REGION = TableColumn("region", VARCHAR, lambda random: some(random, 0.1, lambda: random.choice(FOLDERS)))
BATCH = TableColumn("batch", INTEGER, lambda random: random.randint(1, 3), 3)

ARROW = {
    INTEGER: pyarrow.int32(), BIGINT: pyarrow.int64(), DOUBLE: pyarrow.float64(), VARCHAR: pyarrow.string(), BOOLEAN: pyarrow.bool_(),
    DATE: pyarrow.date32(), TIMESTAMP: pyarrow.timestamp("us"), PRICE: pyarrow.decimal128(10, 2), RATE: pyarrow.decimal128(20, 5),
    array(INTEGER): pyarrow.list_(pyarrow.int32()), array(VARCHAR): pyarrow.list_(pyarrow.string()),
    PLACE: pyarrow.struct([("x", pyarrow.int32()), ("label", pyarrow.string())]), COUNTS: pyarrow.map_(pyarrow.string(), pyarrow.int32()),
}
HIVE = {
    INTEGER: "int", BIGINT: "bigint", DOUBLE: "double", VARCHAR: "string", BOOLEAN: "boolean", DATE: "date", TIMESTAMP: "timestamp",
    PRICE: "decimal(10,2)", RATE: "decimal(20,5)", array(INTEGER): "array<int>", array(VARCHAR): "array<string>",
    PLACE: "struct<x:int,label:string>", COUNTS: "map<string,int>",
}


@dataclasses.dataclass
class Table:
    name: str
    columns: list
    keys: list
    rows: list
    files: int

    @property
    def all_columns(self):
        return self.columns + self.keys

    def write(self, folder):
        """One file a folder for each of the keys' values, or some files; a row group has ten rows."""
        place = folder / self.name
        place.mkdir(parents=True)
        if self.keys:
            parts = {}
            for values in self.rows:
                parts.setdefault(tuple(values[column.name] for column in self.keys), []).append(values)
            for number, (key, rows) in enumerate(parts.items()):
                part = place
                for column, value in zip(self.keys, key):
                    text = "__HIVE_DEFAULT_PARTITION__" if value is None else str(value)
                    part /= f"{column.name}={text}"
                part.mkdir(parents=True)
                self.write_file(part / f"part-{number}.parquet", rows)
        else:
            for number in range(self.files):
                self.write_file(place / f"part-{number}.parquet", self.rows[number :: self.files])

    def write_file(self, path, rows):
        fields = [(column.name, ARROW[column.type]) for column in self.columns]
        columns = [pyarrow.array([values[name] for values in rows], kind) for name, kind in fields]
        table = pyarrow.Table.from_arrays(columns, schema=pyarrow.schema(fields))
        pyarrow.parquet.write_table(table, path, row_group_size=10)

    def trino_ddl(self, folder):
        declared = lambda columns: ", ".join(f"`{column.name}` {HIVE[column.type]}" for column in columns)
        keys = f" PARTITIONED BY ({declared(self.keys)})" if self.keys else ""
        yield (
            f"CREATE EXTERNAL TABLE {self.name} ({declared(self.columns)}){keys} STORED AS PARQUET "
            f"LOCATION 'file://{folder / self.name}/'"
        )
        if self.keys:
            yield f"MSCK REPAIR TABLE {self.name}"

    def duckdb_ddl(self, folder):
        names = ", ".join(f'"{column.name}"' for column in self.all_columns)
        files = quoted(f"{folder / self.name}/**/*.parquet")
        options = ", hive_partitioning = false"
        if self.keys:
            kinds = ", ".join(f"'{column.name}': {column.type.name.upper()}" for column in self.keys)
            options = f", hive_partitioning = true, hive_types = {{{kinds}}}"
        yield f"CREATE TABLE {self.name} AS SELECT {names} FROM read_parquet({files}{options})"


def generate(random):
    """Four tables: of two files, of one, in partitions, and without a row."""
    shapes = [("orders", 37, 2, []), ("parts", 13, 1, []), ("visits", 29, 1, [REGION, BATCH]), ("nothing", 0, 1, [])]
    for name, count, files, keys in shapes:
        columns = [ID] + COLUMNS
        rows = []
        for number in range(count):
            values = {column.name: column.values(random) for column in COLUMNS + keys}
            values["id"] = number + 1
            rows.append(values)
        yield Table(name, columns, keys, rows, files)


def prepare(random, folder):
    tables = list(generate(random))
    for table in tables:
        table.write(pathlib.Path(folder))
    return tables
