"""Prismlake against DuckDB: generated queries over generated tables, whose answers must be the same.

    python sql-tests/differential BINARY [--seed N] [--queries N] [--seconds N] [--only N]

A seed makes the same tables and the same queries, each by its number. Ends with 1 if an answer differs. DuckDB (1.5.5) and pyarrow are
needed. Queries that only values can make fail are kept apart from all others, which may not fail at all.
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import itertools
import pathlib
import random
import sys
import tempfile
import threading
import time

import duckdb

from comparison import difference
from dialects import DUCKDB, TRINO
from engines import DuckDB, Prismlake, Server
from queries import Queries
from shrinking import shrink
from tables import prepare
from tree import Ordered, With

# Fewer queries with answers on both sides would mean that the generator writes what neither understands.
ANSWERED_SHARE_MIN = 0.8
WORKERS = 2
# A query takes milliseconds.
ANSWER_SECONDS_MAX = 60


@dataclasses.dataclass
class Outcome:
    """`kind` is what was found, the same for a query and its smaller forms."""

    kind: str
    text: str = ""


@dataclasses.dataclass
class Find:
    number: int
    outcome: Outcome
    query: object


class Comparer:
    """Runs queries on both engines, with connections for each thread."""

    def __init__(self, port, connection, tables, seed):
        self.port = port
        self.connection = connection
        self.tables = tables
        self.seed = seed
        self.local = threading.local()

    def engines(self):
        if not hasattr(self.local, "engines"):
            self.local.engines = Prismlake(self.port, ANSWER_SECONDS_MAX), DuckDB(self.connection)
        return self.local.engines

    def query(self, number):
        return Queries(random.Random(f"{self.seed}/{number}"), self.tables).query()

    def outcome(self, query):
        prismlake, peer = self.engines()
        ours, theirs = prismlake.run(query.render(TRINO)), peer.run(query.render(DUCKDB))
        if theirs.code == "NOT_SUPPORTED":
            return Outcome("DuckDB cannot")
        if ours.failed and theirs.failed:
            if ours.failed_by_value and theirs.failed_by_value:
                return Outcome("both failed")
            # One that DuckDB does not take either may be the generator's mistake, which is to be mended as well.
            return Outcome(f"no query: {ours.code}", f"Prismlake: {ours.message}\nDuckDB: {theirs.message}")
        if ours.failed:
            return Outcome(f"Prismlake failed: {ours.code}", ours.message)
        if theirs.failed:
            return Outcome(f"DuckDB failed: {theirs.code}", theirs.message)
        body = query.query if isinstance(query, With) else query
        ordered = isinstance(body, Ordered)
        types = [column.type for column in query.columns]
        found = difference(ours.rows, theirs.rows, types, ordered)
        return Outcome("answers differ", found) if found else Outcome("same answer")

    def compare(self, number):
        query = self.query(number)
        return Find(number, self.outcome(query), query)


def prepared(options, folder):
    tables = prepare(random.Random(f"{options.seed}/tables"), folder / "lake")
    # Lists may be aggregated in the order of a constant.
    connection = duckdb.connect(config={"threads": 1, "order_by_non_integer_literal": True})
    server = Server(options.binary, str(folder / "home"))
    prismlake = Prismlake(server.port, ANSWER_SECONDS_MAX)
    for table in tables:
        for statement in table.trino_ddl(folder / "lake"):
            answer = prismlake.run(statement)
            if answer.failed:
                server.close()
                sys.exit(f"{statement}\n{answer.code}: {answer.message}")
        for statement in table.duckdb_ddl(folder / "lake"):
            connection.execute(statement)
    return server, connection, tables


def numbers(options):
    if options.only is not None:
        yield options.only
        return
    end = time.monotonic() + options.seconds if options.seconds else None
    for number in itertools.count() if options.queries is None and end else range(options.queries or 2000):
        if end and time.monotonic() > end:
            return
        yield number


def told(find, comparer, options):
    print(f"\n== seed {options.seed}, query {find.number}: {find.outcome.kind}")
    query = find.query
    if options.shrink and not find.outcome.kind.startswith("no query"):
        query = shrink(query, lambda less: comparer.outcome(less).kind == find.outcome.kind, options.shrink)
    outcome = comparer.outcome(query)
    print(f"Prismlake: {query.render(TRINO)}\nDuckDB:    {query.render(DUCKDB)}\n{outcome.text}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--queries", type=int, help="how many [default: 2000, or as many as the seconds allow]")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--only", type=int, help="one query, by its number")
    parser.add_argument("--shrink", type=float, default=20, help="seconds to make a query smaller that shows a difference")
    parser.add_argument("--finds", type=int, default=10, help="how many differences are printed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        server, connection, tables = prepared(options, pathlib.Path(name))
        try:
            comparer = Comparer(server.port, connection, tables, options.seed)
            sys.exit(run(comparer, options))
        finally:
            server.close()


def run(comparer, options):
    counts, finds = collections.Counter(), []
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        todo = numbers(options)
        while batch := list(itertools.islice(todo, 50)):
            for find in pool.map(comparer.compare, batch):
                counts[find.outcome.kind] += 1
                if find.outcome.kind not in ("same answer", "both failed", "DuckDB cannot"):
                    finds.append(find)
    for find in finds[: options.finds]:
        told(find, comparer, options)
    total = counts.total()
    print(f"\nseed {options.seed}: {total} queries")
    for kind, count in counts.most_common():
        print(f"{count:8} {kind}")
    if counts["same answer"] + counts["answers differ"] < ANSWERED_SHARE_MIN * total and options.only is None:
        print("too few queries have answers on both sides")
        return 1
    return 1 if finds else 0


if __name__ == "__main__":
    main()
