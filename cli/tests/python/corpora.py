"""Apache's own example files, read by Prismlake and compared with what Apache publishes of them or with what pyarrow reads."""

import base64
import decimal
import glob
import gzip
import json
import os
import shutil
import sys
import tempfile

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet

from lake import Lake, QueryFailed, column_values, hive_type, plain

CORPORA = sys.argv[1]

# Files that both readers may refuse, and why Prismlake does.
REFUSED = {
    "TestOrcFile.testTimestamp.orc": "its root is no struct, so that it has no columns",
}

# Decimals before they had a precision: Java's reader, whose rows are published, takes 38 and 18, pyarrow's another scale.
EARLY_DECIMALS = {"orc-file-11-format.orc": pa.decimal128(38, 18)}


def single_file(path):
    """A folder with this file alone, under its own name."""
    folder = tempfile.mkdtemp(prefix="corpus")
    shutil.copy(path, folder)
    return folder


def parquet_file(lake, path):
    name = os.path.basename(path)
    try:
        file = pa.parquet.ParquetFile(path)
        expected = file.read()
    except Exception as error:  # pylint: disable=broad-except
        return refused(lake, path, f"pyarrow: {str(error)[:60]}")
    readable = []
    for field in expected.schema:
        try:
            hive_type(field.type)
            readable.append(field)
        except NotImplementedError:
            pass
    table = lake.declare(pa.schema(readable), "STORED AS PARQUET", single_file(path))
    for field in readable:
        column = field.name.lower()
        try:
            found = lake.arrow(f'SELECT "{column}" FROM {table}')
        except QueryFailed as failure:
            return f"FAILED {column}: {failure}"
        left, right = column_values(found, column), [plain(v) for v in times(expected.column(field.name)).to_pylist()]
        if left != right:
            differing = [(a, b) for a, b in zip(left, right) if a != b][:3]
            return f"DIFFERS {column}: {len(left)} and {len(right)} rows, {differing}"
    count = lake.arrow(f"SELECT count(*) AS n FROM {table}").column("n")[0].as_py()
    if count != expected.num_rows:
        return f"DIFFERS: {count} rows, {expected.num_rows} expected"
    return f"same, {expected.num_rows} rows of {len(readable)} columns"


def times(column):
    """Nanoseconds are cut as the reader cuts them; times of day are counted."""
    import pyarrow.compute as pc
    import pyarrow.types as is_

    if is_.is_timestamp(column.type) and column.type.unit == "ns":
        return pc.floor_temporal(column, unit="microsecond").cast(pa.timestamp("us"))
    if is_.is_time32(column.type):
        return column.cast(pa.int32())
    if is_.is_time64(column.type):
        return column.cast(pa.int64())
    return column


def refused(lake, path, why):
    """A file that need not be readable: an answer or a clear error, and no panic."""
    stored = "STORED AS ORC" if path.endswith(".orc") else "STORED AS PARQUET"
    table = lake.declare(pa.schema([("a", pa.int64())]), stored, single_file(path))
    try:
        lake.run(f"SELECT a, count(*) FROM {table} GROUP BY a", "csv")
    except QueryFailed as failure:
        if os.path.basename(path) not in str(failure):
            return f"FAILED: the error does not name the file: {failure}"
        return f"refused ({why})"
    return f"no column of it is asked for ({why})"


def broken_file(lake, path):
    """A file that is broken on purpose: every column that its footer names is asked for."""
    module = pa.orc.ORCFile if path.endswith(".orc") else pa.parquet.ParquetFile
    try:
        file = module(path)
        schema = file.schema_arrow if hasattr(file, "schema_arrow") else file.schema
    except Exception as error:  # pylint: disable=broad-except
        return refused(lake, path, f"pyarrow: {str(error)[:60]}")
    stored = "STORED AS ORC" if path.endswith(".orc") else "STORED AS PARQUET"
    table = lake.declare(schema, stored, single_file(path))
    try:
        lake.run(f"SELECT * FROM {table}", "ndjson")
    except QueryFailed as failure:
        if os.path.basename(path) not in str(failure):
            return f"FAILED: the error does not name the file: {failure}"
        return f"refused: {str(failure).split(': ', 2)[-1][:80]}"
    return "read"


def orc_rows(path):
    """The published rows, one by one."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line, parse_float=decimal.Decimal)


def same_orc(found, expected):
    """Whether a value of Prismlake's JSON is the published one."""
    if expected is None or found is None:
        return found is expected
    if isinstance(expected, bool):
        return found is expected
    if isinstance(expected, (int, decimal.Decimal)):
        if isinstance(found, str):
            found = decimal.Decimal(found) if found not in ("NaN", "Infinity", "-Infinity") else found
        if found == expected:
            return True
        return abs(float(found) - float(expected)) <= 1e-6 * max(1.0, abs(float(expected)))
    if isinstance(expected, str):
        if found == expected:
            return True
        # Times are cut to microseconds.
        cut = expected.replace(" ", "T", 1)
        whole, _, fraction = cut.partition(".")
        fraction = fraction[:6].rstrip("0")
        found_whole, _, found_fraction = str(found).replace(" ", "T", 1).partition(".")
        return (found_whole, found_fraction.rstrip("0")) == (whole, fraction)
    if isinstance(expected, list):
        if isinstance(found, str):
            return list(base64.b64decode(found)) == expected
        if isinstance(found, dict):
            entries = {str(entry["key"]): entry["value"] for entry in expected}
            return found.keys() == entries.keys() and all(same_orc(found[key], entries[key]) for key in entries)
        return len(found) == len(expected) and all(same_orc(a, b) for a, b in zip(found, expected))
    if isinstance(expected, dict) and set(expected) == {"tag", "value"}:
        return found["tag"] == expected["tag"] and same_orc(found[f"field{expected['tag']}"], expected["value"])
    if isinstance(expected, dict):
        return found.keys() == {key.lower() for key in expected} and all(
            same_orc(found[key.lower()], value) for key, value in expected.items()
        )
    raise AssertionError(f"{expected!r}")


def orc_file(lake, path):
    name = os.path.basename(path)
    published = os.path.join(CORPORA, "orc", "expected", name.replace(".orc", ".jsn.gz"))
    if name in REFUSED:
        return refused(lake, path, REFUSED[name])
    try:
        file = pa.orc.ORCFile(path)
        schema = file.schema
    except Exception as error:  # pylint: disable=broad-except
        return refused(lake, path, f"pyarrow: {str(error)[:60]}")
    if name in EARLY_DECIMALS:
        kinds = [EARLY_DECIMALS[name] if pa.types.is_decimal(field.type) else field.type for field in schema]
        schema = pa.schema(list(zip(schema.names, kinds)))
    if not os.path.exists(published):
        return orc_like_pyarrow(lake, path, file)
    if not len(schema):
        return refused(lake, path, "it has no columns")
    table = lake.declare(schema, "STORED AS ORC", single_file(path))
    try:
        lines = lake.run(f"SELECT * FROM {table}", "ndjson").decode().splitlines()
    except QueryFailed as failure:
        return f"FAILED: {failure}"
    count = 0
    for number, expected in enumerate(orc_rows(published)):
        count += 1
        if number >= len(lines):
            continue
        found = json.loads(lines[number], parse_float=decimal.Decimal)
        if not same_orc(found, expected):
            return f"DIFFERS in row {number}: {found} is not {expected}"[:600]
    if count != len(lines):
        return f"DIFFERS: {len(lines)} rows, {count} expected"
    return f"same, {count} rows"


def orc_like_pyarrow(lake, path, file):
    try:
        expected = file.read()
    except Exception as error:  # pylint: disable=broad-except
        return broken_file(lake, path) + f" (pyarrow: {str(error)[:60]})"
    table = lake.declare(file.schema, "STORED AS ORC", single_file(path))
    for field in file.schema:
        try:
            found = lake.arrow(f'SELECT "{field.name.lower()}" FROM {table}')
        except QueryFailed as failure:
            return f"FAILED {field.name}: {failure}"
        left, right = column_values(found, field.name.lower()), [plain(v) for v in times(expected.column(field.name)).to_pylist()]
        if left != right:
            return f"DIFFERS {field.name}: {[(a, b) for a, b in zip(left, right) if a != b][:3]}"
    return f"same as pyarrow, {expected.num_rows} rows"


def main():
    lake = Lake()
    failed = 0
    checks = [
        (orc_file, sorted(glob.glob(f"{CORPORA}/orc/*.orc"))),
        (parquet_file, sorted(glob.glob(f"{CORPORA}/parquet/data/*.parquet"))),
        (broken_file, sorted(glob.glob(f"{CORPORA}/parquet/bad_data/*.parquet"))),
    ]
    files = 0
    for check, paths in checks:
        for path in paths:
            files += 1
            result = check(lake, path)
            if result.startswith(("FAILED", "DIFFERS")):
                failed += 1
            print(f"{os.path.basename(path)}: {result}")
    assert files, "the corpora have no files"
    print(f"{files} files, {failed} of them wrong")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
