"""What Python programs see through asyncpg, which sends binary values only, and psycopg, in text and in binary: drivers.py PORT"""

import asyncio
import datetime
import decimal
import sys
import uuid

import asyncpg
import psycopg

PORT = int(sys.argv[1])
EVENTS = "SELECT id, dec38, txt, flag, day, ts, f64, bin FROM events_parquet_snappy"


async def through_asyncpg():
    connection = await asyncpg.connect(host="127.0.0.1", port=PORT, user="tester", database="default")
    try:
        # The server tells the types, and the driver encodes values by them.
        row = await connection.fetchrow(
            f"{EVENTS} WHERE id > $1 AND dt = $2 AND dec38 + f64 IS NOT NULL AND flag AND day <> ts AND bin <> X'' AND txt <> '' ORDER BY id LIMIT 1",
            7, datetime.date(2026, 1, 1))
        where = "id = $1 AND dec38 = $2 AND flag = $3 AND day = $4 AND ts = $5 AND f64 = $6 AND bin = $7 AND txt = $8"
        values = [row[name] for name in ("id", "dec38", "flag", "day", "ts", "f64", "bin", "txt")]
        same = await connection.fetch(f"{EVENTS} WHERE {where}", *values)
        assert same == [row], (same, row)
        # A type that the text gives, an order that is not the text's, and a parameter that stands twice.
        found = await connection.fetchrow(
            "SELECT CAST($2 AS uuid), CAST($1 AS decimal(10, 3)), a + $3 FROM (VALUES 1) AS t(a) WHERE a = $3",
            decimal.Decimal("-12.345"), str(uuid.UUID(int=5)), 1)
        assert tuple(map(str, found)) == (str(uuid.UUID(int=5)), "-12.345", "2"), found
        await connection.execute("CREATE TABLE by_asyncpg AS SELECT CAST(1 AS bigint) AS a, DATE '2026-01-01' AS b, CAST('x' AS varchar) AS c")
        await connection.execute("INSERT INTO by_asyncpg VALUES ($1, $2, $3)", 2, datetime.date(1969, 12, 31), "it's")
        rows = await connection.fetch("SELECT * FROM by_asyncpg ORDER BY a")
        assert list(map(tuple, rows)) == [(1, datetime.date(2026, 1, 1), "x"), (2, datetime.date(1969, 12, 31), "it's")], rows
        return row
    finally:
        await connection.close()


def through_psycopg(id_of_row, binary):
    with psycopg.connect(f"host=127.0.0.1 port={PORT} user=tester dbname=default", autocommit=True) as connection:
        with connection.cursor(binary=binary) as cursor:
            sign = "%b" if binary else "%s"
            cursor.execute(f"{EVENTS} WHERE id = {sign} AND dt = {sign}", (id_of_row, datetime.date(2026, 1, 1)))
            [row] = cursor.fetchall()
            # Text goes without a type, and is what its place asks for.
            cursor.execute("SELECT count(*) FROM events_parquet_snappy WHERE id = %t AND dt = %t", ("7", "2026-01-01"))
            assert cursor.fetchone() == (1,)
            return row


by_asyncpg = tuple(asyncio.run(through_asyncpg()))
for binary in (False, True):
    by_psycopg = through_psycopg(by_asyncpg[0], binary)
    assert by_psycopg == by_asyncpg, (binary, by_psycopg, by_asyncpg)
print("the same")
