"""Prismlake against Apache Spark: each reads what the other wrote. Run by scripts/test-spark; Spark is too large for every test run."""

import os
import sys
import tempfile

import pyarrow as pa
import pyarrow.parquet
from pyspark.sql import SparkSession

from lake import Lake, plain
from matrix import table

failures = []


def check(what, found, expected):
    if found != expected:
        failures.append(what)
        for left, right in zip(found, expected):
            for key in right:
                if left.get(key) != right[key]:
                    print(f"{what}: {key}: {left.get(key)!r} is not {right[key]!r}")
        if len(found) != len(expected):
            print(f"{what}: {len(found)} rows, {len(expected)} expected")


def value(item):
    """A value of Spark's in the common form."""
    if item is None:
        return None
    if hasattr(item, "asDict"):
        return {key.lower(): value(inner) for key, inner in item.asDict().items()}
    if isinstance(item, dict):
        return [[value(key), value(inner)] for key, inner in sorted(item.items())]
    if isinstance(item, list):
        return [value(inner) for inner in item]
    if isinstance(item, bytearray):
        return bytes(item)
    return plain(item)


def spark_rows(frame, columns):
    return [{name: value(row[name]) for name in columns} for row in frame.select(*columns).orderBy("id").collect()]


def main():
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC")
        .config("spark.sql.datetime.java8API.enabled", "true")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    os.environ["TZ"] = "UTC"
    lake = Lake()
    source = table()
    # Spark's Python rows hold dates from year 1, and times only as the local calendar has them.
    columns = source.column_names
    folder = tempfile.mkdtemp()
    pa.parquet.write_table(source, f"{folder}/source.parquet")
    origin = lake.declare(source.schema, "STORED AS PARQUET", folder)
    expected = [plain(row) for row in source.to_pylist()]

    written = {"PARQUET": ["NONE", "SNAPPY", "GZIP", "ZSTD", "LZ4"], "ORC": ["NONE", "ZLIB", "SNAPPY", "ZSTD", "LZ4"]}
    for form, codecs in written.items():
        for codec in codecs:
            out = f"{tempfile.mkdtemp()}/out"
            bloom = ", orc_bloom_filter_columns = ARRAY['i32', 'txt']" if form == "ORC" else ""
            lake.run(
                f"CREATE TABLE s_{form}_{codec} WITH (format='{form}', write_compression='{codec}', external_location='file://{out}/'{bloom}) AS SELECT * FROM {origin}",
                "csv",
            )
            frame = getattr(spark.read, form.lower())(out)
            check(f"{form} {codec}, read by Spark", spark_rows(frame, columns), expected)

    # Row groups, their positions in every kind of stream, and Bloom filters, by Java's own ORC reader.
    numbers = pa.table({
        "id": pa.array(range(65_000), pa.int64()),
        "s": pa.array([f"text {n % 777}" if n % 5 else None for n in range(65_000)]),
        "u": pa.array([f"unique {n}" for n in range(65_000)]),
        "f": pa.array([n / 8 for n in range(65_000)], pa.float64()),
        "b": pa.array([n % 3 == 0 if n % 7 else None for n in range(65_000)]),
        "d": pa.array([None if n % 11 == 0 else __import__("decimal").Decimal(n) / 100 for n in range(65_000)], pa.decimal128(12, 2)),
        "l": pa.array([list(range(n % 4)) if n % 6 else None for n in range(65_000)], pa.list_(pa.int32())),
        "t": pa.array([n * 1_000_001 for n in range(65_000)], pa.timestamp("us")),
    })
    folder = tempfile.mkdtemp()
    pa.parquet.write_table(numbers, f"{folder}/numbers.parquet")
    origin = lake.declare(numbers.schema, "STORED AS PARQUET", folder)
    for codec in ["NONE", "ZLIB"]:
        out = f"{tempfile.mkdtemp()}/out"
        lake.run(
            f"CREATE TABLE n_{codec} WITH (format='ORC', write_compression='{codec}', external_location='file://{out}/', orc_bloom_filter_columns = ARRAY['id', 'u']) AS SELECT * FROM {origin} ORDER BY id",
            "csv",
        )
        frame = spark.read.orc(out)
        for predicate in ["id = 43210", "u = 'unique 64999'", "id BETWEEN 19995 AND 20005", "s = 'text 5' AND id > 60000", "d = 123.45", "id > 64990", "f = 5000.125"]:
            found = spark_rows(frame.filter(predicate), numbers.column_names)
            wanted = [plain(row) for row in lake.arrow(f"SELECT * FROM {origin} WHERE {predicate} ORDER BY id").to_pylist()]
            assert wanted, predicate
            check(f"ORC {codec}, Spark where {predicate}", found, wanted)

    # Without a zone Spark stores times in ORC as plain numbers.
    frame = spark.read.parquet(f"{folder}/numbers.parquet")
    frame = frame.withColumn("t", frame["t"].cast("timestamp"))
    # Not Parquet with Hadoop's LZ4: the parquet crate takes a page of several of its blocks for broken.
    for form, codecs in {"orc": ["none", "zlib", "snappy", "zstd", "lz4"], "parquet": ["none", "snappy", "gzip", "zstd"]}.items():
        for codec in codecs:
            out = f"{tempfile.mkdtemp()}/out"
            frame.coalesce(1).write.option("compression", codec).format(form).save(out)
            name = lake.declare(numbers.schema, f"STORED AS {form.upper()}", out)
            for predicate in ["id = 43210", "id BETWEEN 19995 AND 20005", "s = 'text 5' AND id > 60000", "d = 123.45"]:
                found = [plain(row) for row in lake.arrow(f"SELECT * FROM {name} WHERE {predicate} ORDER BY id").to_pylist()]
                wanted = [plain(row) for row in lake.arrow(f"SELECT * FROM {origin} WHERE {predicate} ORDER BY id").to_pylist()]
                check(f"{form} {codec}, written by Spark, where {predicate}", found, wanted)
    print(f"{len(failures)} of the checks failed")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
