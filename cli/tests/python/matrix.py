"""Every format, codec and type: written by Prismlake and read by others, and written by others and read by Prismlake."""

import datetime
import decimal
import glob
import os
import sys
import tempfile

import duckdb
import fastavro
import pyarrow as pa
import pyarrow.csv
import pyarrow.json
import pyarrow.orc
import pyarrow.parquet

from lake import Lake, QueryFailed, column_values, hive_type, plain, rows_as_text

UTC = datetime.timezone.utc
failures = []


def check(what, found, expected):
    if found == expected:
        return
    failures.append(what)
    if isinstance(found, list) and isinstance(expected, list) and len(found) == len(expected):
        for row, (left, right) in enumerate(zip(found, expected)):
            if isinstance(left, dict) and isinstance(right, dict):
                for key in right:
                    if left.get(key) != right[key]:
                        print(f"{what}: DIFFERS in row {row}, {key}: {left.get(key)!r} is not {right[key]!r}")
        return
    print(f"{what}: DIFFERS\n  found    {str(found)[:300]}\n  expected {str(expected)[:300]}")


def attempt(what, action):
    try:
        return action()
    except (QueryFailed, pa.ArrowException, duckdb.Error, ValueError, KeyError, OSError) as error:
        failures.append(what)
        print(f"{what}: FAILED {type(error).__name__}: {str(error)[:300]}")
        return None


def values():
    """A column of each type, with NULLs and with the ends of its range."""
    decimals = decimal.Decimal
    return {
        "flag": (pa.bool_(), [True, False, None]),
        "i8": (pa.int8(), [-128, 127, None]),
        "i16": (pa.int16(), [-32768, 32767, None]),
        "i32": (pa.int32(), [-(2**31), 2**31 - 1, None]),
        "i64": (pa.int64(), [-(2**63), 2**63 - 1, None]),
        "f32": (pa.float32(), [-1.5, 3.25, None]),
        "f64": (pa.float64(), [-1e308, 0.1, None]),
        "dec9": (pa.decimal128(9, 2), [decimals("-1234567.89"), decimals("0.01"), None]),
        "dec38": (pa.decimal128(38, 18), [decimals("-12345678901234567890.123456789012345678"), decimals("1"), None]),
        "txt": (pa.string(), ["", 'quote " comma , é\\', None]),
        "bin": (pa.binary(), [b"", b"\x00\xff", None]),
        "day": (pa.date32(), [datetime.date(1582, 10, 15), datetime.date(9999, 12, 31), None]),
        "ts": (pa.timestamp("us"), [datetime.datetime(1903, 2, 3, 2, 43, 11, 634567), datetime.datetime(2026, 1, 2), None]),
        "tags": (pa.list_(pa.int32()), [[1, None, 3], [], None]),
        "props": (pa.map_(pa.string(), pa.int64()), [[("a", 1), ("b", None)], [], None]),
        "who": (pa.struct([("name", pa.string()), ("age", pa.int32())]), [{"name": "Ann", "age": None}, {"name": None, "age": 3}, None]),
        "deep": (
            pa.list_(pa.struct([("m", pa.map_(pa.string(), pa.list_(pa.int32())))])),
            [[{"m": [("k", [1, 2])]}, None], [{"m": None}], None],
        ),
    }


def table():
    columns = {name: pa.array(column, type=kind) for name, (kind, column) in values().items()}
    return pa.table({"id": pa.array([1, 2, 3], pa.int32()), **columns})


def expected_rows(source, columns):
    return [plain(row) for row in source.select(columns).to_pylist()]


def lake_rows(lake, name, columns):
    quoted = ", ".join(f'"{column}"' for column in columns)
    found = lake.arrow(f"SELECT {quoted} FROM {name} ORDER BY id")
    return [plain(row) for row in found.to_pylist()]


def read_by_others(lake, source, name, form, codec, columns):
    """Reads the files of a table that Prismlake wrote."""
    path = lake.arrow(f'SELECT "$path" AS p FROM {name} LIMIT 1').column("p")[0].as_py().removeprefix("file://")
    files = glob.glob(os.path.dirname(path) + "/*")
    expected = expected_rows(source, columns)
    what = f"{form} {codec}, written by Prismlake"
    if form in ("PARQUET", "ORC"):
        reader = pa.parquet.read_table if form == "PARQUET" else pa.orc.read_table
        found = attempt(f"{what}, pyarrow", lambda: pa.concat_tables([reader(file) for file in files]))
        if found is not None:
            rows = [plain(row) for row in found.select(columns).sort_by("id").to_pylist()]
            check(f"{what}, pyarrow", rows, expected)
    if form == "PARQUET":
        def duck():
            return duckdb.sql(f"SELECT * FROM read_parquet({files!r}) ORDER BY id").arrow().read_all()

        found = attempt(f"{what}, DuckDB", duck)
        if found is not None:
            check(f"{what}, DuckDB", [plain(row) for row in found.select(columns).to_pylist()], expected)
    if form == "AVRO":
        rows = []
        for file in files:
            with open(file, "rb") as stream:
                rows.extend(attempt(f"{what}, fastavro", lambda: list(fastavro.reader(stream))) or [])
        rows = sorted(({key: avro_plain(value) for key, value in row.items()} for row in rows), key=lambda row: row["id"])
        avro_expected = [{key: avro_plain(value) for key, value in row.items()} for row in maps_as_dicts(source.select(columns))]
        check(f"{what}, fastavro", rows, avro_expected)
    if form in ("JSON", "TEXTFILE") and codec in ("NONE", "GZIP", "ZSTD"):
        scalars = [column for column in columns if column not in ("tags", "props", "who", "deep", "bin")]
        if form == "JSON":
            # DuckDB takes a number of so many digits for a double.
            scalars = [column for column in scalars if column != "dec38"]
            query = f"SELECT * FROM read_json({files!r}, format='newline_delimited', columns={duck_types(source, scalars)!r}) ORDER BY id"
        else:
            order = {name: kind for name, kind in duck_types(source, columns).items()}
            query = f"SELECT * FROM read_csv({files!r}, delim='\\x01', quote='', escape='', nullstr='\\N', header=false, columns={order!r}) ORDER BY id"
            query = query.replace("'\\\\x01'", "chr(1)").replace("delim='\\x01'", "delim='\x01'")

        found = attempt(f"{what}, DuckDB", lambda: duckdb.sql(query).arrow().read_all())
        if found is not None:
            rows = [plain(row) for row in found.select(scalars).to_pylist()]
            check(f"{what}, DuckDB", rows, expected_rows(source, scalars))


def duck_types(source, columns):
    kinds = {"string": "VARCHAR", "boolean": "BOOLEAN", "tinyint": "TINYINT", "smallint": "SMALLINT", "int": "INTEGER",
             "bigint": "BIGINT", "float": "FLOAT", "double": "DOUBLE", "date": "DATE", "timestamp": "TIMESTAMP", "binary": "VARCHAR"}
    types = {}
    for column in columns:
        kind = hive_type(source.schema.field(column).type)
        types[column] = kinds.get(kind, kind.upper() if kind.startswith("decimal") else "VARCHAR")
    return types


def maps_as_dicts(source):
    def convert(kind, value):
        if value is None:
            return None
        if pa.types.is_map(kind):
            return {key: convert(kind.item_type, item) for key, item in value}
        if pa.types.is_list(kind):
            return [convert(kind.value_type, item) for item in value]
        if pa.types.is_struct(kind):
            return {field.name: convert(field.type, value[field.name]) for field in kind}
        return value

    return [
        {field.name: convert(field.type, row[field.name]) for field in source.schema} for row in source.to_pylist()
    ]


def avro_plain(value):
    if isinstance(value, dict):
        return {key: avro_plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [avro_plain(item) for item in value]
    return plain(value)


WRITTEN = {
    "PARQUET": ["NONE", "SNAPPY", "GZIP", "ZSTD", "LZ4"],
    "ORC": ["NONE", "ZLIB", "SNAPPY", "ZSTD", "LZ4"],
    "AVRO": ["NONE", "SNAPPY", "DEFLATE", "ZSTD", "BZIP2"],
    "JSON": ["NONE", "GZIP", "BZIP2", "ZSTD", "SNAPPY", "LZ4"],
    "TEXTFILE": ["NONE", "GZIP", "BZIP2", "ZSTD", "SNAPPY", "LZ4"],
}


def written_by_prismlake(lake, source):
    folder = tempfile.mkdtemp()
    pa.parquet.write_table(source, f"{folder}/source.parquet")
    origin = lake.declare(source.schema, "STORED AS PARQUET", folder)
    columns = source.column_names
    check("the source itself", lake_rows(lake, origin, columns), expected_rows(source, columns))
    for form, codecs in WRITTEN.items():
        for codec in codecs:
            name = f"w_{form}_{codec}".lower()
            what = f"{form} {codec}"
            made = attempt(
                what,
                lambda: lake.run(f"CREATE TABLE {name} WITH (format='{form}', write_compression='{codec}') AS SELECT * FROM {origin}", "csv"),
            )
            if made is None:
                continue
            # Text cannot tell a list of one NULL from NULL.
            same = [column for column in columns if form != "TEXTFILE" or column != "deep"]
            back = attempt(what, lambda: lake_rows(lake, name, same))
            check(f"{what}, written and read by Prismlake", back, expected_rows(source, same))
            read_by_others(lake, source, name, form, codec, columns)


def read_back(lake, source, stored, folder, what, columns=None, properties=""):
    columns = columns or source.column_names
    name = lake.declare(source.select(columns).schema, stored, folder, properties)
    found = attempt(what, lambda: lake_rows(lake, name, columns))
    if found is not None:
        check(what, found, expected_rows(source, columns))


def written_by_pyarrow(lake, source):
    for codec in ["NONE", "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4"]:
        for options in ({}, {"use_dictionary": False, "data_page_version": "2.0"}, {"use_deprecated_int96_timestamps": True}):
            folder = tempfile.mkdtemp()
            pa.parquet.write_table(source, f"{folder}/a.parquet", compression=codec, row_group_size=2, **options)
            read_back(lake, source, "STORED AS PARQUET", folder, f"PARQUET {codec} {options}, written by pyarrow")
    flat = source.select(["id", "i32", "i64", "txt", "bin", "f64", "dec38"])
    encodings = {"id": "DELTA_BINARY_PACKED", "i32": "DELTA_BINARY_PACKED", "i64": "BYTE_STREAM_SPLIT", "txt": "DELTA_BYTE_ARRAY",
                 "bin": "DELTA_LENGTH_BYTE_ARRAY", "f64": "BYTE_STREAM_SPLIT", "dec38": "BYTE_STREAM_SPLIT"}
    folder = tempfile.mkdtemp()
    pa.parquet.write_table(flat, f"{folder}/a.parquet", use_dictionary=False, column_encoding=encodings)
    read_back(lake, flat, "STORED AS PARQUET", folder, "PARQUET in every encoding, written by pyarrow")
    # pyarrow's ORC writer has no time before 1970 with a fraction that it reads back itself.
    orc = source.set_column(source.column_names.index("ts"), "ts", pa.array([datetime.datetime(2001, 2, 3, 4, 5, 6, 789012), None, None], pa.timestamp("us")))
    for codec in ["UNCOMPRESSED", "SNAPPY", "ZLIB", "LZ4", "ZSTD"]:
        folder = tempfile.mkdtemp()
        pa.orc.write_table(orc, f"{folder}/a.orc", compression=codec)
        read_back(lake, orc, "STORED AS ORC", folder, f"ORC {codec}, written by pyarrow")


def written_by_fastavro(lake):
    fields = [
        {"name": "id", "type": "int"},
        {"name": "flag", "type": ["null", "boolean"]},
        {"name": "i64", "type": ["long", "null"]},
        {"name": "f32", "type": ["null", "float"]},
        {"name": "f64", "type": "double"},
        {"name": "dec", "type": ["null", {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 4}]},
        {"name": "fixed_dec", "type": {"type": "fixed", "name": "fd", "size": 9, "logicalType": "decimal", "precision": 18, "scale": 2}},
        {"name": "txt", "type": ["null", "string"]},
        {"name": "bin", "type": ["null", "bytes"]},
        {"name": "fix", "type": {"type": "fixed", "name": "f4", "size": 4}},
        {"name": "day", "type": ["null", {"type": "int", "logicalType": "date"}]},
        {"name": "ms", "type": {"type": "long", "logicalType": "timestamp-millis"}},
        {"name": "us", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "local", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
        {"name": "color", "type": {"type": "enum", "name": "c", "symbols": ["RED", "BLUE"]}},
        {"name": "uid", "type": {"type": "string", "logicalType": "uuid"}},
        {"name": "tags", "type": {"type": "array", "items": ["null", "string"]}},
        {"name": "props", "type": {"type": "map", "values": "long"}},
        {"name": "who", "type": ["null", {"type": "record", "name": "w", "fields": [{"name": "Name", "type": "string"}, {"name": "age", "type": ["null", "int"]}]}]},
    ]
    schema = fastavro.parse_schema({"type": "record", "name": "r", "fields": fields})
    import uuid

    at = datetime.datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
    row = {
        "id": 1, "flag": True, "i64": 2**60, "f32": 1.5, "f64": 0.1, "dec": decimal.Decimal("-12345678.1234"),
        "fixed_dec": decimal.Decimal("-12.34"), "txt": "é", "bin": b"\x00", "fix": b"abcd", "day": datetime.date(2026, 1, 2), "ms": at, "us": at,
        "local": at.replace(tzinfo=None), "color": "BLUE", "uid": uuid.UUID(int=5), "tags": ["a", None], "props": {"k": 7},
        "who": {"Name": "Ann", "age": None},
    }
    nulls = {**row, "id": 2, "flag": None, "i64": None, "f32": None, "dec": None, "txt": None, "bin": None, "day": None, "who": None, "tags": [], "props": {}}
    columns = "id int, flag boolean, i64 bigint, f32 float, f64 double, dec decimal(20,4), fixed_dec decimal(18,2), txt string, bin binary, fix binary, day date, ms timestamp, us timestamp, `local` timestamp, color string, uid string, tags array<string>, props map<string,bigint>, who struct<name:string,age:int>"
    for codec in ["null", "deflate", "snappy", "zstandard", "bzip2", "xz"]:
        folder = tempfile.mkdtemp()
        try:
            with open(f"{folder}/a.avro", "wb") as stream:
                fastavro.writer(stream, schema, [row, nulls], codec=codec)
        except ValueError as error:
            print(f"AVRO {codec}: fastavro cannot write it: {error}")
            continue
        lake.run(f"CREATE EXTERNAL TABLE avro_{codec} ({columns}) STORED AS AVRO LOCATION 'file://{folder}/'", "csv")
        what = f"AVRO {codec}, written by fastavro"
        found = attempt(what, lambda: lake.arrow(f"SELECT * FROM avro_{codec} ORDER BY id").to_pylist())
        if found is None:
            continue
        for line, source in zip(found, [row, nulls]):
            for key, value in source.items():
                value = str(value) if key == "uid" else value
                got = line[key]
                if key == "props":
                    got = dict(got)
                check(f"{what}: {key}", plain(got), plain(value))


def written_by_duckdb(lake, source):
    flat = source.select(["id", "flag", "i8", "i16", "i32", "i64", "f32", "f64", "dec9", "txt", "day", "ts"])
    duckdb.register("flat", flat)
    folder = tempfile.mkdtemp()
    duckdb.sql(f"COPY flat TO '{folder}/a.parquet' (FORMAT parquet, COMPRESSION zstd)")
    read_back(lake, flat, "STORED AS PARQUET", folder, "PARQUET, written by DuckDB")
    for codec, ending in [("none", ""), ("gzip", ".gz"), ("zstd", ".zst")]:
        folder = tempfile.mkdtemp()
        duckdb.sql(f"COPY flat TO '{folder}/a.json{ending}' (FORMAT json, COMPRESSION {codec})")
        read_back(lake, flat, "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'", folder, f"JSON {codec}, written by DuckDB")
        folder = tempfile.mkdtemp()
        duckdb.sql(f"COPY flat TO '{folder}/a.csv{ending}' (FORMAT csv, HEADER, COMPRESSION {codec}, NULLSTR 'nil')")
        serde = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ('escapeChar'='\"', 'serialization.null.format'='nil')"
        read_back(lake, flat, serde, folder, f"CSV {codec}, written by DuckDB", properties="TBLPROPERTIES ('skip.header.line.count'='1')")


def main():
    lake = Lake()
    source = table()
    written_by_prismlake(lake, source)
    written_by_pyarrow(lake, source)
    written_by_fastavro(lake)
    written_by_duckdb(lake, source)
    print(f"{len(failures)} of the cells differ or failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
