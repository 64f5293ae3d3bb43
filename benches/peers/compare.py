"""Prismlake beside pyarrow, DuckDB and Polars: the same question of the same files, whole processes timed in turn.

Usage: compare.py PRISMLAKE FOLDER [ROWS]. Files are made in FOLDER once, some 1.5 GB with the default of 6,000,000 rows. Each line is
the median of the ratios, Prismlake's time to the fastest other's; below 1 Prismlake is faster.
"""

import os
import statistics
import subprocess
import sys
import time

BINARY, FOLDER = sys.argv[1], os.path.abspath(sys.argv[2])
ROWS = int(sys.argv[3]) if len(sys.argv) > 3 else 6_000_000
RUNS = 5

GENERATE = """
import duckdb, fastavro, os, pyarrow as pa, pyarrow.orc
folder, rows = {folder!r}, {rows}
duckdb.sql(f"CREATE TABLE t AS SELECT i AS id, hash(i) % 1000 AS grp, (hash(i * 7) % 1000000) / 100.0 AS price, "
           "'customer ' || (hash(i * 3) % 50000) AS name, 'note ' || md5(i::VARCHAR) AS note, "
           "TIMESTAMP '2026-01-01' + INTERVAL (i % 31536000) SECOND AS moment, (hash(i * 11) % 2) = 0 AS flag FROM range({rows}) r(i)")
duckdb.sql("CREATE VIEW v AS SELECT id::BIGINT AS id, grp::INTEGER AS grp, price::DOUBLE AS price, name, note, moment, flag FROM t")
for kind in ["parquet", "orc", "csv", "csv_gz", "json", "avro", "wide"]:
    os.makedirs(f"{{folder}}/{{kind}}", exist_ok=True)
duckdb.sql(f"COPY v TO '{{folder}}/parquet/a.parquet' (FORMAT parquet, COMPRESSION snappy)")
duckdb.sql(f"COPY v TO '{{folder}}/csv/a.csv' (FORMAT csv, HEADER false)")
duckdb.sql(f"COPY v TO '{{folder}}/csv_gz/a.csv.gz' (FORMAT csv, HEADER false, COMPRESSION gzip)")
duckdb.sql(f"COPY (SELECT * FROM v LIMIT {{rows}} // 2) TO '{{folder}}/json/a.json' (FORMAT json)")
table = pa.table(duckdb.sql("SELECT * FROM v").arrow().read_all())
pa.orc.write_table(table, f"{{folder}}/orc/a.orc", compression="zlib", stripe_size=64 << 20)
columns = ", ".join(f"(hash(i + {{n}}) % 100000)::INTEGER AS c{{n}}" for n in range(100))
duckdb.sql(f"COPY (SELECT {{columns}} FROM range({{rows}} // 6) r(i)) TO '{{folder}}/wide/a.parquet' (FORMAT parquet, COMPRESSION snappy)")
schema = fastavro.parse_schema({{"type": "record", "name": "r", "fields": [
    {{"name": "id", "type": "long"}}, {{"name": "grp", "type": "int"}}, {{"name": "price", "type": "double"}}, {{"name": "name", "type": "string"}},
    {{"name": "note", "type": "string"}}, {{"name": "moment", "type": {{"type": "long", "logicalType": "timestamp-micros"}}}}, {{"name": "flag", "type": "boolean"}}]}})
import datetime
def records():
    for batch in table.slice(0, rows // 6).to_batches(10_000):
        for row in batch.to_pylist():
            row["moment"] = row["moment"].replace(tzinfo=datetime.timezone.utc)
            yield row
with open(f"{{folder}}/avro/a.avro", "wb") as out:
    fastavro.writer(out, schema, records(), codec="snappy", sync_interval=1 << 16)
"""

COLUMNS = "id bigint, grp int, price double, name string, note string, moment timestamp, flag boolean"
CSV = "ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ('escapeChar'='\"')"
TABLES = {
    "parquet": (COLUMNS, "STORED AS PARQUET"),
    "orc": (COLUMNS, "STORED AS ORC"),
    "csv": (COLUMNS, CSV),
    "text": (COLUMNS, "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','"),
    "csv_gz": (COLUMNS, CSV),
    "json": (COLUMNS, "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'"),
    "avro": (COLUMNS, "STORED AS AVRO"),
    "wide": (", ".join(f"c{n} int" for n in range(100)), "STORED AS PARQUET"),
}
FULL = "SELECT count(id), sum(grp), sum(price), max(name), max(note), max(moment), count(flag) FROM {}"
ARROW_FULL = "print(t.num_rows, pc.sum(t['grp']), pc.sum(t['price']), pc.max(t['name']), pc.max(t['note']), pc.max(t['moment']), pc.count(t['flag']))"
POLARS_FULL = "print(f.select(pl.col('id').count(), pl.col('grp').sum(), pl.col('price').sum(), pl.col('name').max(), pl.col('note').max(), pl.col('moment').max(), pl.col('flag').count()).collect())"
NAMES = "['id','grp','price','name','note','moment','flag']"
DUCK_CSV = "{'id':'BIGINT','grp':'INTEGER','price':'DOUBLE','name':'VARCHAR','note':'VARCHAR','moment':'TIMESTAMP','flag':'BOOLEAN'}"


def python(code):
    prelude = "import pyarrow as pa, pyarrow.compute as pc, pyarrow.dataset as ds\n" if "pc." in code or "pa." in code or "ds." in code else ""
    return [sys.executable, "-c", prelude + code]


def duck(sql):
    return python(f"import duckdb\nprint(duckdb.sql({sql!r}).fetchall())")


def polars(scan, rest=POLARS_FULL):
    return python(f"import polars as pl\nf = {scan}\n{rest}")


def ours(sql):
    return [BINARY, "--home", f"{FOLDER}/home", "sql", "--format", "csv", "-e", sql]


def rows():
    f = FOLDER
    yield "ORC, every column", ours(FULL.format("orc")), {
        "pyarrow": python(f"import pyarrow.orc\nt = pa.orc.read_table('{f}/orc/a.orc')\n{ARROW_FULL}"),
    }
    yield "ORC, 20 rows by id", ours(f"SELECT sum(price) FROM orc WHERE id BETWEEN {ROWS // 2} AND {ROWS // 2 + 19}"), {
        "pyarrow": python(f"d = ds.dataset('{f}/orc/a.orc', format='orc').to_table(columns=['price'], filter=(ds.field('id') >= {ROWS // 2}) & (ds.field('id') <= {ROWS // 2 + 19}))\nprint(pc.sum(d['price']))"),
    }
    yield "CSV, every column", ours(FULL.format("csv")), {
        "DuckDB": duck(FULL.format(f"read_csv('{f}/csv/a.csv', header=false, columns={DUCK_CSV})")),
        "pyarrow": python(f"import pyarrow.csv\nt = pa.csv.read_csv('{f}/csv/a.csv', read_options=pa.csv.ReadOptions(column_names={NAMES}))\n{ARROW_FULL}"),
        "Polars": polars(f"pl.scan_csv('{f}/csv/a.csv', has_header=False, new_columns={NAMES})"),
    }
    yield "Delimited text, every column", ours(FULL.format("text")), {
        "DuckDB": duck(FULL.format(f"read_csv('{f}/csv/a.csv', header=false, quote='', columns={DUCK_CSV})")),
        "Polars": polars(f"pl.scan_csv('{f}/csv/a.csv', has_header=False, quote_char=None, new_columns={NAMES})"),
    }
    yield "CSV in gzip, every column", ours(FULL.format("csv_gz")), {
        "DuckDB": duck(FULL.format(f"read_csv('{f}/csv_gz/a.csv.gz', header=false, columns={DUCK_CSV})")),
        "pyarrow": python(f"import pyarrow.csv\nt = pa.csv.read_csv('{f}/csv_gz/a.csv.gz', read_options=pa.csv.ReadOptions(column_names={NAMES}))\n{ARROW_FULL}"),
        "Polars": polars(f"pl.scan_csv('{f}/csv_gz/a.csv.gz', has_header=False, new_columns={NAMES})"),
    }
    yield "JSON, every column", ours(FULL.format("json")), {
        "DuckDB": duck(FULL.format(f"read_json('{f}/json/a.json', format='newline_delimited', columns={DUCK_CSV})")),
        "pyarrow": python(f"import pyarrow.json\nt = pa.json.read_json('{f}/json/a.json')\n{ARROW_FULL}"),
        "Polars": polars(f"pl.scan_ndjson('{f}/json/a.json')"),
    }
    yield "Avro, every column", ours(FULL.format("avro")), {
        "Polars": polars(f"pl.read_avro('{f}/avro/a.avro').lazy()"),
    }
    yield "Parquet, every column", ours(FULL.format("parquet")), {
        "DuckDB": duck(FULL.format(f"'{f}/parquet/a.parquet'")),
        "pyarrow": python(f"import pyarrow.parquet\nt = pa.parquet.read_table('{f}/parquet/a.parquet')\n{ARROW_FULL}"),
        "Polars": polars(f"pl.scan_parquet('{f}/parquet/a.parquet')"),
    }
    three = "SELECT sum(c3), max(c50), min(c97) FROM {}"
    yield "Parquet, 3 of 100 columns", ours(three.format("wide")), {
        "DuckDB": duck(three.format(f"'{f}/wide/a.parquet'")),
        "pyarrow": python(f"import pyarrow.parquet\nt = pa.parquet.read_table('{f}/wide/a.parquet', columns=['c3','c50','c97'])\nprint(pc.sum(t['c3']), pc.max(t['c50']), pc.min(t['c97']))"),
        "Polars": polars(f"pl.scan_parquet('{f}/wide/a.parquet')", "print(f.select(pl.col('c3').sum(), pl.col('c50').max(), pl.col('c97').min()).collect())"),
    }
    out = f"{f}/out"
    for form, codec, others in [
        ("PARQUET", "SNAPPY", {
            "DuckDB": duck(f"COPY (SELECT * FROM '{f}/parquet/a.parquet') TO '{out}/duck.parquet' (FORMAT parquet, COMPRESSION snappy)"),
            "pyarrow": python(f"import pyarrow.parquet\npa.parquet.write_table(pa.parquet.read_table('{f}/parquet/a.parquet'), '{out}/arrow.parquet')"),
            "Polars": polars(f"pl.scan_parquet('{f}/parquet/a.parquet')", f"f.sink_parquet('{out}/polars.parquet', compression='snappy')"),
        }),
        ("ORC", "ZLIB", {
            "pyarrow": python(f"import pyarrow.parquet, pyarrow.orc\npa.orc.write_table(pa.parquet.read_table('{f}/parquet/a.parquet'), '{out}/arrow.orc', compression='zlib')"),
        }),
        ("TEXTFILE", "NONE", {
            "DuckDB": duck(f"COPY (SELECT * FROM '{f}/parquet/a.parquet') TO '{out}/duck.csv' (FORMAT csv)"),
            "pyarrow": python(f"import pyarrow.parquet, pyarrow.csv\npa.csv.write_csv(pa.parquet.read_table('{f}/parquet/a.parquet'), '{out}/arrow.csv')"),
            "Polars": polars(f"pl.scan_parquet('{f}/parquet/a.parquet')", f"f.sink_csv('{out}/polars.csv')"),
        }),
    ]:
        command = ["sh", "-c", f"rm -rf {out}/ours && exec \"$0\" \"$@\""] + ours(
            f"UNLOAD (SELECT * FROM parquet) TO 'file://{out}/ours/' WITH (format = '{form}', compression = '{codec}')"
        )
        yield f"{form} written, {codec}", command, others


def seconds(command):
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{command}\n{done.stderr.decode()[-2000:]}")
    return time.monotonic() - start


def main():
    if not os.path.exists(f"{FOLDER}/avro/a.avro"):
        os.makedirs(FOLDER, exist_ok=True)
        subprocess.run([sys.executable, "-c", GENERATE.format(folder=FOLDER, rows=ROWS)], check=True)
    os.makedirs(f"{FOLDER}/out", exist_ok=True)
    for name, (columns, stored) in TABLES.items():
        place = "csv" if name == "text" else name
        subprocess.run(ours(f"DROP TABLE IF EXISTS {name}; CREATE EXTERNAL TABLE {name} ({columns}) {stored} LOCATION 'file://{FOLDER}/{place}/'"), check=True)
    wanted = sys.argv[4:] if len(sys.argv) > 4 else []
    for what, command, others in rows():
        if wanted and not any(word.lower() in what.lower() for word in wanted):
            continue
        # Every command once, so that the files are in memory; then in turn.
        seconds(command)
        peers = {}
        for peer, other in others.items():
            try:
                peers[peer] = [seconds(other)]
            except RuntimeError as error:
                print(f"  {peer} on {what}: {str(error)[-200:]}")
        ratios, own = [], []
        for _ in range(RUNS):
            mine = seconds(command)
            own.append(mine)
            best = min((seconds(others[peer]), peer) for peer in peers)
            for peer in peers:
                if peer == best[1]:
                    peers[peer].append(best[0])
            ratios.append((mine / best[0], best[1]))
        best = statistics.mode(peer for _, peer in ratios)
        print(f"{what:32} {statistics.median(ratio for ratio, _ in ratios):5.2f} of {best:8} ({statistics.median(own):.2f} s)", flush=True)


if __name__ == "__main__":
    main()
