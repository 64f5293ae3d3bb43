"""Functions beside DuckDB's: each over the same column of the same Parquet file, two threads, both engines in turn.

    python benches/peers/functions.py BINARY FOLDER [--rows 2000000] [--times 5] [--only WORD ...]

The file is made in FOLDER once. A question puts a function into an aggregate that needs its every value and costs next to nothing; its base line
is that aggregate over the bare columns, and is subtracted, so that what remains is the function. Each engine runs a question several times in
one process. A line shows the medians of the rounds' ratios, Prismlake's time to DuckDB's, below 1 where Prismlake is faster: of elapsed and of
processor time (the steadier one on a machine that does other things too), and of elapsed time with the base line. Answers are compared first;
with --times 0 that is all.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

import duckdb

THREADS = 2
REPEATS = 4

GENERATE = """
CREATE MACRO h(i, n) AS (hash(i) % n)::BIGINT;
CREATE TABLE v AS SELECT
    i AS id,
    h(i, 1000)::INTEGER AS grp,
    'Customer ' || h(i * 3, 50000) || ' Of ' || (['North', 'South', 'East', 'West'])[1 + h(i * 5, 4)] AS name,
    (['Berlin', 'Paris', 'New York', 'Tokyo', 'São Paulo', 'Reykjavik', 'Wellington', 'Ulaanbaatar'])[1 + h(i * 9, 8)] AS city,
    'the quick ' || (['brown', 'red', 'grey', 'white'])[1 + h(i * 7, 4)] || ' fox jumps over ' || h(i * 13, 900) || ' lazy dogs and the '
        || (['cat', 'hen', 'cow'])[1 + h(i * 17, 3)] AS note,
    (['Zoë Müller', 'José Álvarez', '東京 太郎', 'Ann Smith', 'Łukasz Żak'])[1 + h(i * 19, 5)] || ' / ' || h(i * 23, 100000) AS intl,
    repeat(' ', h(i * 29, 4)::INTEGER) || 'value ' || i || repeat(' ', h(i * 31, 4)::INTEGER) AS padded,
    (['ann', 'bob', 'carol.x', 'd_e'])[1 + h(i * 37, 4)] || h(i * 41, 10000) || '@example' || h(i * 43, 50) || '.com' AS email,
    'https://www.example.com/shop/item' || h(i * 47, 3000) || '?user=' || h(i * 53, 100000) || '&from=mail' AS url,
    '10.0.' || h(i * 59, 256) || '.' || h(i * 61, 256) || ' - - "GET /index/' || h(i * 67, 500) || ' HTTP/1.1" '
        || ([200, 200, 200, 404, 503])[1 + h(i * 71, 5)] || ' ' || h(i * 73, 90000) AS line,
    DATE '2015-01-01' + h(i * 79, 4000)::INTEGER AS d,
    TIMESTAMP '2015-01-01' + INTERVAL 1 SECOND * h(i * 83, 345600000)::BIGINT AS ts,
    TIMESTAMP '2018-01-01' + INTERVAL 1 SECOND * h(i * 89, 345600000)::BIGINT AS later,
    (1420070400 + h(i * 83, 345600000))::BIGINT AS epoch,
    strftime(d, '%Y-%m-%d') AS d_text,
    strftime(ts, '%Y-%m-%d %H:%M:%S') AS ts_text,
    h(i * 97, 1000000)::VARCHAR AS int_text,
    (h(i * 101, 100000000) / 100.0)::VARCHAR AS double_text,
    (h(i * 103, 1000000000) / 100.0)::DECIMAL(12, 2) AS price,
    h(i * 107, 100000000) / 1000.0 AS ratio,
    '{"id":' || i || ',"user":{"name":"user ' || h(i * 109, 5000) || '","age":' || h(i * 113, 90) || '},"tags":["a","b"'
        || repeat(',"c"', h(i * 127, 3)::INTEGER) || '],"price":' || h(i * 131, 10000) / 100.0 || '}' AS j,
    '[' || h(i * 137, 100) || repeat(',7', h(i * 139, 6)::INTEGER) || ']' AS list
FROM range({rows}) r(i)
"""

# The aggregate around a function, by what the function returns.
FRAMES = {"text": "count_if({} = 'no such value')", "number": "sum({})", "value": "max({})", "truth": "count_if({})", "row": "count({})"}

# The frame of a bare column.
COLUMNS = {"id": "number", "grp": "number", "d": "value", "ts": "value", "later": "value", "epoch": "number", "price": "number", "ratio": "number"}

# Topic, what the function returns, the columns, Prismlake's expression, DuckDB's if it is another.
QUESTIONS = [
    ("text", "text", "name", "lower(name)"),
    ("text", "text", "intl", "lower(intl)"),
    ("text", "text", "city", "upper(city)"),
    ("text", "text", "name", "upper(name)"),
    ("text", "text", "name", "substr(name, 3, 5)"),
    ("text", "text", "note", "substr(note, 11, 20)"),
    ("text", "text", "name", "substr(name, -4)"),
    ("text", "text", "intl", "substr(intl, 3, 8)"),
    ("text", "text", "name city", "concat(name, ' of ', city)"),
    ("text", "text", "name city", "name || city"),
    ("text", "text", "name", "name || '!'"),
    ("text", "text", "note", "replace(note, 'the', 'a')"),
    ("text", "text", "name", "replace(name, ' ', '')"),
    ("text", "text", "url", "split_part(url, '/', 4)"),
    ("text", "text", "url", "split_part(url, '=', 2)"),
    ("text", "number", "note", "strpos(note, 'lazy')"),
    ("text", "number", "intl", "strpos(intl, '/')"),
    ("text", "truth", "url", "starts_with(url, 'https://www')"),
    ("text", "text", "padded", "trim(padded)"),
    ("text", "text", "padded", "rtrim(padded)"),
    ("text", "number", "name", "length(name)"),
    ("text", "number", "intl", "length(intl)"),
    ("text", "truth", "name", "name LIKE 'Customer 1%'"),
    ("text", "truth", "name", "name LIKE '%South'"),
    ("text", "truth", "note", "note LIKE '%grey%'"),
    ("text", "truth", "note", "note LIKE '%red%9%cow'"),
    ("text", "truth", "name", "name LIKE 'Customer _1_% Of %'"),
    ("text", "text", "name", "reverse(name)"),
    ("text", "text", "intl", "reverse(intl)"),
    ("text", "text", "name", "lpad(name, 32, '*')"),
    ("text", "text", "int_text", "lpad(int_text, 10, '0')"),
    ("text", "text", "name", "translate(name, 'abc', 'xyz')"),
    ("text", "number", "note", "cardinality(split(note, ' '))", "len(string_split(note, ' '))"),
    ("text", "number", "name city", "levenshtein_distance(name, city)", "levenshtein(name, city)"),
    ("text", "text", "name", "lower(to_hex(md5(to_utf8(name))))", "md5(name)"),
    ("text", "text", "name", "concat_ws('-', name, city, name)"),
    ("cast", "text", "id", "CAST(id AS varchar)"),
    ("cast", "text", "price", "CAST(price AS varchar)"),
    ("cast", "number", "int_text", "CAST(int_text AS bigint)"),
    ("cast", "number", "double_text", "CAST(double_text AS double)"),
    ("cast", "number", "double_text", "CAST(double_text AS decimal(12, 2))"),
    ("cast", "value", "d_text", "CAST(d_text AS date)"),
    ("cast", "value", "ts_text", "CAST(ts_text AS timestamp)"),
    ("cast", "text", "d", "CAST(d AS varchar)"),
    ("cast", "text", "ts", "CAST(ts AS varchar)", "CAST(ts AS varchar) || '.000000'"),
    ("cast", "value", "ts", "CAST(ts AS date)"),
    ("time", "value", "ts", "date_trunc('hour', ts)"),
    ("time", "value", "ts", "date_trunc('day', ts)", "date_trunc('day', ts)::TIMESTAMP"),
    ("time", "value", "ts", "date_trunc('week', ts)", "date_trunc('week', ts)::TIMESTAMP"),
    ("time", "value", "ts", "date_trunc('month', ts)", "date_trunc('month', ts)::TIMESTAMP"),
    ("time", "value", "d", "date_trunc('month', d)", "date_trunc('month', d)::DATE"),
    ("time", "number", "ts", "year(ts)"),
    ("time", "number", "ts", "extract(month FROM ts)"),
    ("time", "number", "d", "year(d)"),
    ("time", "number", "d", "day(d)"),
    ("time", "number", "d", "week(d)"),
    ("time", "number", "d", "day_of_week(d)", "isodow(d)"),
    ("time", "number", "ts", "hour(ts)"),
    ("time", "value", "ts", "date_add('day', 7, ts)", "ts + INTERVAL 7 DAY"),
    ("time", "value", "ts", "date_add('month', 1, ts)", "ts + INTERVAL 1 MONTH"),
    ("time", "value", "d", "d + INTERVAL '1' MONTH", "(d + INTERVAL 1 MONTH)::DATE"),
    ("time", "number", "ts later", "date_diff('day', ts, later)", "datesub('day', ts, later)"),
    ("time", "number", "ts later", "date_diff('month', ts, later)", "datesub('month', ts, later)"),
    ("time", "number", "ts later", "date_diff('second', ts, later)", "datesub('second', ts, later)"),
    ("time", "text", "ts", "date_format(ts, '%Y-%m-%d %H:%i:%s')", "strftime(ts, '%Y-%m-%d %H:%M:%S')"),
    ("time", "text", "ts", "date_format(ts, '%d %b %Y')", "strftime(ts, '%d %b %Y')"),
    ("time", "text", "ts", "format_datetime(ts, 'yyyy-MM-dd HH:mm')", "strftime(ts, '%Y-%m-%d %H:%M')"),
    ("time", "value", "ts_text", "date_parse(ts_text, '%Y-%m-%d %H:%i:%s')", "strptime(ts_text, '%Y-%m-%d %H:%M:%S')"),
    ("time", "number", "epoch", "to_unixtime(from_unixtime(epoch))", "epoch(to_timestamp(epoch))"),
    ("time", "number", "ts", "hour(at_timezone(with_timezone(ts, 'UTC'), 'America/New_York'))",
     "hour(ts AT TIME ZONE 'UTC' AT TIME ZONE 'America/New_York')"),
    ("time", "value", "d", "last_day_of_month(d)", "last_day(d)"),
    ("regexp", "truth", "line", "regexp_like(line, '\" 50[0-9] ')", "regexp_matches(line, '\" 50[0-9] ')"),
    ("regexp", "truth", "email", "regexp_like(email, '^[a-z]+\\.x[0-9]+@.*7\\.com$')", "regexp_matches(email, '^[a-z]+\\.x[0-9]+@.*7\\.com$')"),
    ("regexp", "truth", "note", "regexp_like(note, 'fox')", "regexp_matches(note, 'fox')"),
    ("regexp", "truth", "note", "regexp_like(note, '(?i)GREY|white')", "regexp_matches(note, '(?i)GREY|white')"),
    ("regexp", "text", "url", "regexp_extract(url, 'user=(\\d+)', 1)"),
    ("regexp", "text", "url", "regexp_extract(url, 'item[0-9]+')"),
    ("regexp", "text", "line", "regexp_extract(line, '^(\\S+) \\S+ \\S+ \"(\\w+) (\\S+) [^\"]*\" (\\d+)', 3)"),
    ("regexp", "text", "note", "regexp_replace(note, '[aeiou]', '*')", "regexp_replace(note, '[aeiou]', '*', 'g')"),
    ("regexp", "text", "note", "regexp_replace(note, '[0-9]+', '')", "regexp_replace(note, '[0-9]+', '', 'g')"),
    ("regexp", "text", "email", "regexp_replace(email, '(\\w+)@(\\w+)', '$2 at $1')", "regexp_replace(email, '(\\w+)@(\\w+)', '\\2 at \\1', 'g')"),
    ("regexp", "number", "note", "cardinality(regexp_extract_all(note, '[a-z]+'))", "len(regexp_extract_all(note, '[a-z]+'))"),
    ("regexp", "number", "note", "cardinality(regexp_split(note, ' +'))", "len(regexp_split_to_array(note, ' +'))"),
    ("json", "text", "j", "json_extract_scalar(j, '$.user.name')", "json_extract_string(j, '$.user.name')"),
    ("json", "text", "j", "json_extract_scalar(j, '$.id')", "json_extract_string(j, '$.id')"),
    ("json", "text", "j", "json_extract_scalar(j, '$.tags[1]')", "json_extract_string(j, '$.tags[1]')"),
    ("json", "text", "j", "json_value(j, 'lax $.user.name')", "json_extract_string(j, '$.user.name')"),
    ("json", "truth", "j", "json_exists(j, 'lax $.user.age')", "json_exists(j, '$.user.age')"),
    ("json", "text", "j", "json_format(json_extract(j, '$.user'))", "json_extract(j, '$.user')::VARCHAR"),
    ("json", "number", "j", "length(json_format(json_parse(j)))", "length(json(j)::VARCHAR)"),
    ("json", "number", "list", "json_array_length(list)"),
    ("json", "number", "j", "json_array_length(json_extract(j, '$.tags'))", "json_array_length(j, '$.tags')"),
    ("json", "number", "j", "json_size(j, '$.user')", "len(json_keys(j, '$.user'))"),
]

# Whole questions whose aggregate is what is measured.
AGGREGATES = [
    ("name", "count(DISTINCT name)"),
    ("id", "count(DISTINCT id)"),
    ("city", "count(DISTINCT city)"),
    ("name", "approx_distinct(name)", "approx_count_distinct(name)"),
    ("id", "approx_distinct(id)", "approx_count_distinct(id)"),
    ("name note", "min(name), max(note)"),
    ("price", "sum(price)"),
    ("price", "avg(price)"),
    ("ratio", "sum(ratio), avg(ratio), min(ratio), max(ratio)"),
    ("ratio", "stddev(ratio)"),
    ("ratio", "approx_percentile(ratio, 0.9)", "approx_quantile(ratio, 0.9)"),
    ("id name", "max_by(name, id)"),
]

GROUPED = [
    ("grp price", "grp", "sum(price)"),
    ("city name", "city", "min(name), max(name)"),
    ("name price", "name", "sum(price), count(*)"),
    ("grp name", "grp", "count(DISTINCT name)"),
    ("grp name", "grp", "approx_distinct(name)", "approx_count_distinct(name)"),
    ("city ratio", "city", "approx_percentile(ratio, 0.5)", "approx_quantile(ratio, 0.5)"),
    ("grp id name", "grp", "max_by(name, id)"),
]

APPROXIMATE = ("approx_",)


class Question:
    """What both engines are asked, the base line, and how the answers are compared."""

    def __init__(self, name, ours, theirs, base, check=None):
        self.name, self.ours, self.theirs, self.base = name, ours, theirs, base
        self.check = check


def questions():
    for topic, kind, columns, ours, *theirs in QUESTIONS:
        theirs = theirs[0] if theirs else ours
        frame = FRAMES[kind]
        base = ", ".join(FRAMES[COLUMNS.get(column, "text")].format(column) for column in columns.split())
        check = None
        if kind == "text":
            both = "count({0}), sum(length({0})), min({0}), max({0})"
            check = (f"SELECT {both.format(ours)} FROM v", f"SELECT {both.format('(' + theirs + ')')} FROM v")
        yield Question(f"{topic} {ours}", f"SELECT {frame.format(ours)} FROM v", f"SELECT {frame.format('(' + theirs + ')')} FROM v", f"SELECT {base} FROM v", check)
    for columns, ours, *theirs in AGGREGATES:
        base = ", ".join(FRAMES[COLUMNS.get(column, "text")].format(column) for column in columns.split())
        yield Question(f"aggregate {ours}", f"SELECT {ours} FROM v", f"SELECT {(theirs or [ours])[0]} FROM v", f"SELECT {base} FROM v")
    for columns, key, ours, *theirs in GROUPED:
        base = ", ".join(FRAMES[COLUMNS.get(column, "text")].format(column) for column in columns.split())
        of = "SELECT {1}, {0} FROM v GROUP BY {1} ORDER BY {1} LIMIT 5"
        yield Question(f"grouped by {key} {ours}", of.format(ours, key), of.format((theirs or [ours])[0], key), f"SELECT {base} FROM v")


def generate(folder, rows):
    target = folder / f"functions-{rows}"
    if not (target / "a.parquet").exists():
        target.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect()
        connection.execute(GENERATE.replace("{rows}", str(rows)))
        connection.execute(f"COPY v TO '{target}/made.parquet' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 100000)")
        os.rename(target / "made.parquet", target / "a.parquet")
    return target


HIVE = {"BIGINT": "bigint", "INTEGER": "int", "VARCHAR": "string", "DATE": "date", "TIMESTAMP": "timestamp", "DOUBLE": "double"}


def ddl(connection, data):
    columns = connection.execute("DESCRIBE v").fetchall()
    fields = ", ".join(f"`{name}` {HIVE.get(kind, kind.lower().replace(' ', ''))}" for name, kind, *_ in columns)
    return f"CREATE EXTERNAL TABLE v ({fields}) STORED AS PARQUET LOCATION 'file://{data}/'"


def prismlake(binary, home, statements):
    """Runs statements in one process: their rows, the seconds of each, and the processor time of the process."""
    process = subprocess.Popen(
        [binary, "--home", home, "sql", "-e", ";\n".join(statements), "--format", "ndjson", "--stats", "json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    rows, reports = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        raise RuntimeError(reports.strip().splitlines()[-1])
    pairs = lambda items: [value for _, value in items]
    rows = [json.loads(line, object_pairs_hook=pairs) for line in rows.splitlines()]
    reports = [json.loads(line) for line in reports.splitlines()]
    return rows, [(report["planning_ms"] + report["execution_ms"]) / 1000 for report in reports], usage.ru_utime + usage.ru_stime


def ask_prismlake(binary, home, sql):
    _, seconds, processor = prismlake(binary, home, [sql] * REPEATS)
    return min(seconds[1:]), processor / REPEATS


def ask_duckdb(connection, sql):
    seconds, processor = [], time.process_time()
    for _ in range(REPEATS):
        began = time.monotonic()
        connection.execute(sql).fetchall()
        seconds.append(time.monotonic() - began)
    return min(seconds[1:]), (time.process_time() - processor) / REPEATS


def shown(value):
    """A value as both engines' answers are compared: numbers to nine digits, times without what is zero at their end."""
    try:
        return f"{float(value):.9g}"
    except (TypeError, ValueError):
        text = re.sub(r"^(\d{4}-\d\d-\d\d)T", r"\1 ", str(value))
        return re.sub(r"( 00:00:00)?(\.0+)?$", "", text)


def difference(binary, home, connection, question):
    ours, theirs = question.check or (question.ours, question.theirs)
    mine = [[shown(value) for value in row] for row in prismlake(binary, home, [ours])[0]]
    peer = [[shown(value) for value in row] for row in connection.execute(theirs).fetchall()]
    if mine != peer and not any(word in question.name for word in APPROXIMATE):
        return f"{mine} differs from DuckDB's {peer}"[:400]
    return None


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("binary")
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--rows", type=int, default=2_000_000)
    arguments.add_argument("--times", type=int, default=5)
    arguments.add_argument("--only", nargs="*", default=[])
    options = arguments.parse_args()
    # What this process may use its children may use.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
    data = generate(options.folder.resolve(), options.rows)
    connection = duckdb.connect(config={"threads": THREADS})
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"CREATE VIEW v AS SELECT * FROM read_parquet('{data}/a.parquet')")
    home = str(options.folder / "home-functions")
    subprocess.run(["rm", "-rf", home], check=True)
    prismlake(options.binary, home, [ddl(connection, data)])
    wrong, measured = 0, []
    if options.times:
        print(f"{'function':70} {'net':>6} {'cpu':>6} {'gross':>6}   {'ours':>7} {'DuckDB':>7} ms net of processor")
    for question in questions():
        if options.only and not any(word in question.name for word in options.only):
            continue
        try:
            problem = difference(options.binary, home, connection, question)
        except (RuntimeError, duckdb.Error) as error:
            print(f"{question.name}: {error}", flush=True)
            wrong += 1
            continue
        if problem:
            wrong += 1
            print(f"{question.name}: {problem}", flush=True)
        if not options.times:
            continue
        net, cpu, gross, mine, peer = [], [], [], [], []
        for _ in range(options.times):
            ours = ask_prismlake(options.binary, home, question.ours)
            theirs = ask_duckdb(connection, question.theirs)
            our_base = ask_prismlake(options.binary, home, question.base)
            their_base = ask_duckdb(connection, question.base)
            # What is too short to measure is a millisecond.
            left = lambda whole, base: max(whole - base, 0.001)
            net.append(left(ours[0], our_base[0]) / left(theirs[0], their_base[0]))
            cpu.append(left(ours[1], our_base[1]) / left(theirs[1], their_base[1]))
            gross.append(ours[0] / theirs[0])
            mine.append(left(ours[1], our_base[1]))
            peer.append(left(theirs[1], their_base[1]))
        of = [statistics.median(values) for values in (net, cpu, gross, mine, peer)]
        measured.append((question.name, of))
        print(f"{question.name:70} {of[0]:6.2f} {of[1]:6.2f} {of[2]:6.2f}   {of[3] * 1000:7.0f} {of[4] * 1000:7.0f}", flush=True)
    if measured:
        for place, what in enumerate(("net elapsed", "net processor", "gross elapsed")):
            values = sorted((of[place], name) for name, of in measured)
            print(f"{what}: median {statistics.median(value for value, _ in values):.2f}, worst {values[-1][0]:.2f} ({values[-1][1]})")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
