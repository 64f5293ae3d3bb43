"""TPC-H and TPC-DS: the standard queries in their standard text, run by Prismlake and by DuckDB over the same Parquet files.

    python benches/peers/tpc.py BINARY FOLDER [--scale 1] [--suite h|ds] [--query N ...] [--times N]

The data, the queries and DuckDB come from the wheels duckdb, duckdb-extension-tpch and duckdb-extension-tpcds (1.5.5). The folder keeps the data
between runs. Every query's rows are compared with DuckDB's, sorted where the query does not sort. With --times each query is run that often on
both sides, and the ratio of the medians is shown.
"""

import argparse
import datetime
import decimal
import importlib
import json
import math
import pathlib
import re
import statistics
import subprocess
import sys
import time

import duckdb

SUITES = {"h": ("tpch", "dbgen"), "ds": ("tpcds", "dsdgen")}


# DuckDB's texts of a few queries lean on what Trino does not allow: text compared with dates, days added to dates as numbers, and
# grouping by a column's alias. In these Prismlake runs Trino's way of writing the same; DuckDB always runs its own text.
REWRITTEN = [
    (re.compile(r"(?<!DATE )'(\d{4}-\d{1,2}-\d{1,2})'", re.IGNORECASE), r"DATE '\1'"),
    (re.compile(r"d1\.d_date \+ 5\b"), "d1.d_date + INTERVAL '5' DAY"),
    (re.compile(r"GROUP BY\s+supplier_no"), "GROUP BY l_suppkey"),
]


# Averages and quotients of decimals are doubles in DuckDB, and decimals with the scale of their arguments in Trino. Where that decides an
# answer (by what is rounded, or who ties with whom), the values are compared as doubles on both sides; the text as it is must run all the same.
IN_DOUBLES = {
    ("ds", 44): (re.compile(r"\bavg\(", re.IGNORECASE), "avg(1e0 * "),
    ("ds", 53): (re.compile(r"\bavg\(", re.IGNORECASE), "avg(1e0 * "),
    ("ds", 58): (re.compile(r"\bsum\(", re.IGNORECASE), "1e0 * sum("),
    ("ds", 63): (re.compile(r"\bavg\(", re.IGNORECASE), "avg(1e0 * "),
    ("ds", 83): (re.compile(r"\bsum\(", re.IGNORECASE), "1e0 * sum("),
}


def in_trinos_words(text):
    for pattern, replacement in REWRITTEN:
        text = pattern.sub(replacement, text)
    return text


def load(connection, extension):
    package = importlib.import_module(f"duckdb_extension_{extension}")
    found = next(pathlib.Path(package.__file__).parent.rglob(f"{extension}.duckdb_extension"))
    connection.execute(f"LOAD '{found}'")


def generate(folder, suite, scale):
    """Writes each table as one Parquet file, once."""
    extension, generator = SUITES[suite]
    target = folder / f"{extension}-{scale}"
    done = target / "done"
    if done.exists():
        return target
    connection = duckdb.connect()
    load(connection, extension)
    connection.execute(f"CALL {generator}(sf={scale})")
    for (table,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall():
        place = target / table
        place.mkdir(parents=True, exist_ok=True)
        connection.execute(f"COPY {table} TO '{place}/data.parquet' (FORMAT parquet)")
    done.touch()
    return target


def hive_type(text):
    text = text.lower()
    if text.startswith("decimal"):
        return text.replace(" ", "")
    return {
        "integer": "int", "bigint": "bigint", "varchar": "string", "date": "date", "double": "double", "boolean": "boolean",
    }[text]


def tables_ddl(connection, data):
    statements = []
    for place in sorted(data.iterdir()):
        if not place.is_dir():
            continue
        connection.execute(f"CREATE VIEW {place.name} AS SELECT * FROM read_parquet('{place}/data.parquet')")
        columns = connection.execute(f"DESCRIBE {place.name}").fetchall()
        fields = ", ".join(f"`{name}` {hive_type(kind)}" for name, kind, *_ in columns)
        statements.append(
            f"CREATE EXTERNAL TABLE {place.name} ({fields}) STORED AS PARQUET LOCATION 'file://{place}/'"
        )
    return statements


def cell(value):
    """A value that compares alike on both sides: numbers as floats, everything else as text."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, decimal.Decimal)):
        return float(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    try:
        return float(value)
    except ValueError:
        return str(value).rstrip()


def alike(left, right):
    if isinstance(left, float) and isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-5, abs_tol=0.011) or (math.isnan(left) and math.isnan(right))
    return left == right


def order(row):
    """Rows in an order that small differences of numbers do not change."""
    return [(value is None, "" if isinstance(value, float) else str(value)) for value in row] + [
        (value is None, round(value, 1) if isinstance(value, float) else 0) for value in row
    ]


def difference(ours, theirs):
    if len(ours) != len(theirs):
        return f"{len(ours)} rows, DuckDB has {len(theirs)}"
    for left, right in zip(sorted(ours, key=order), sorted(theirs, key=order)):
        if len(left) != len(right) or not all(map(alike, left, right)):
            return f"{left} differs from DuckDB's {right}"
    return None


def run(binary, home, text):
    began = time.monotonic()
    done = subprocess.run(
        [binary, "--home", home, "sql", "-e", text, "--format", "ndjson", "--stats", "none"],
        capture_output=True, text=True,
    )
    took = time.monotonic() - began
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    pairs = lambda items: [cell(value) for _, value in items]
    return [json.loads(line, object_pairs_hook=pairs) for line in done.stdout.splitlines()], took


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("binary")
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--scale", type=float, default=1)
    arguments.add_argument("--suite", choices=SUITES, action="append")
    arguments.add_argument("--query", type=int, action="append")
    arguments.add_argument("--times", type=int, default=0)
    options = arguments.parse_args()
    failed = 0
    for suite in options.suite or SUITES:
        extension, _ = SUITES[suite]
        scale = int(options.scale) if options.scale == int(options.scale) else options.scale
        data = generate(options.folder, suite, scale)
        connection = duckdb.connect()
        load(connection, extension)
        home = str(options.folder / f"home-{extension}-{scale}")
        ddl = tables_ddl(connection, data)
        subprocess.run(["rm", "-rf", home], check=True)
        run(options.binary, home, ";\n".join(ddl))
        passed, ratios = 0, []
        queries = connection.execute(f"SELECT query_nr, query FROM {extension}_queries()").fetchall()
        for number, text in queries:
            if options.query and number not in options.query:
                continue
            try:
                mine_text = in_trinos_words(text)
                ours, _ = run(options.binary, home, mine_text)
                if (suite, number) in IN_DOUBLES:
                    pattern, replacement = IN_DOUBLES[suite, number]
                    ours, _ = run(options.binary, home, pattern.sub(replacement, mine_text))
                theirs = [[cell(value) for value in row] for row in connection.execute(text).fetchall()]
                problem = difference(ours, theirs)
            except (RuntimeError, duckdb.Error) as error:
                problem = str(error)
            if problem:
                failed += 1
                print(f"{extension} {number}: {problem}", flush=True)
                continue
            passed += 1
            if options.times:
                mine = statistics.median(run(options.binary, home, mine_text)[1] for _ in range(options.times))
                peer = []
                for _ in range(options.times):
                    began = time.monotonic()
                    connection.execute(text).fetchall()
                    peer.append(time.monotonic() - began)
                ratios.append(mine / statistics.median(peer))
                print(f"{extension} {number}: {ratios[-1]:.2f} of DuckDB's time", flush=True)
        print(f"{extension} at scale {scale}: {passed} of {passed + failed} queries answer as DuckDB does", flush=True)
        if ratios:
            print(f"{extension}: geometric mean {math.exp(statistics.fmean(map(math.log, ratios))):.2f} of DuckDB's time")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
