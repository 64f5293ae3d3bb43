"""The two engines: Prismlake behind PostgreSQL's wire protocol, so that one process answers thousands of queries, and DuckDB."""

import dataclasses
import socket
import struct
import subprocess

import duckdb


@dataclasses.dataclass
class Answer:
    """Rows, or an error with its code and whether the values are its cause."""

    rows: list = None
    code: str = ""
    message: str = ""

    @property
    def failed(self):
        return self.rows is None

    @property
    def failed_by_value(self):
        return self.code in VALUE_ERRORS


# Trino's errors that depend on values. All others say that a query cannot be run, or that an engine is broken.
VALUE_ERRORS = {"DIVISION_BY_ZERO", "NUMERIC_VALUE_OUT_OF_RANGE", "INVALID_CAST_ARGUMENT", "INVALID_FUNCTION_ARGUMENT"}


class Server:
    """`prismlake serve` on a port of its own."""

    def __init__(self, binary, home):
        self.process = subprocess.Popen(
            [binary, "--home", home, "serve", "--postgres", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True
        )
        line = self.process.stderr.readline()
        if ":" not in line:
            raise RuntimeError(f"{binary} does not serve: {line}{self.process.stderr.read()}")
        self.port = int(line.rsplit(":", 1)[1])

    def close(self):
        self.process.kill()
        self.process.wait()


class Prismlake:
    """One connection, which speaks the simple query protocol."""

    def __init__(self, port, seconds):
        self.port = port
        self.seconds = seconds
        self.connect()

    def connect(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=self.seconds)
        self.stream = self.socket.makefile("rb")
        parameters = b"user\0differential\0database\0default\0\0"
        self.socket.sendall(struct.pack("!ii", len(parameters) + 8, 196608) + parameters)
        self.messages()

    def messages(self):
        """What the server sends until it is ready for the next query."""
        found = []
        while True:
            header = self.stream.read(5)
            if len(header) < 5:
                raise ConnectionError("the server closed the connection")
            kind, length = header[:1], struct.unpack("!i", header[1:])[0]
            body = self.stream.read(length - 4)
            if kind == b"Z":
                return found
            found.append((kind, body))

    def run(self, text):
        encoded = text.encode() + b"\0"
        try:
            self.socket.sendall(b"Q" + struct.pack("!i", len(encoded) + 4) + encoded)
            messages = self.messages()
        except OSError as error:
            self.socket.close()
            self.connect()
            return Answer(code="NO_ANSWER", message=str(error))
        rows = []
        for kind, body in messages:
            if kind == b"E":
                fields = {part[:1]: part[1:].decode() for part in body.split(b"\0") if part}
                code, _, message = fields[b"M"].partition(": ")
                return Answer(code=code, message=message)
            if kind == b"D":
                rows.append(values_of(body))
        return Answer(rows=rows)


def values_of(body):
    count, place, values = struct.unpack("!h", body[:2])[0], 2, []
    for _ in range(count):
        length = struct.unpack("!i", body[place : place + 4])[0]
        place += 4
        if length < 0:
            values.append(None)
        else:
            values.append(body[place : place + length].decode())
            place += length
    return values


# DuckDB's limits: lambdas beside UNNEST do not see the columns around them, and UNNEST takes no NULL for an array.
UNSUPPORTED = [
    "was not found because the FROM clause is missing", "UNNEST requires a single list as input", "subqueries in lambda expressions",
    "LATERAL join cannot contain aggregates",
]


class DuckDB:
    """A cursor of a database in this process."""

    def __init__(self, connection):
        self.cursor = connection.cursor()

    def run(self, text):
        try:
            return Answer(rows=[list(row) for row in self.cursor.execute(text).fetchall()])
        except (duckdb.OutOfRangeException, duckdb.ConversionException, duckdb.InvalidInputException) as error:
            return Answer(code="NUMERIC_VALUE_OUT_OF_RANGE", message=str(error))
        except duckdb.BinderException as error:
            code = "NOT_SUPPORTED" if any(text in str(error) for text in UNSUPPORTED) else type(error).__name__
            return Answer(code=code, message=str(error))
        except duckdb.NotImplementedException as error:
            return Answer(code="NOT_SUPPORTED", message=str(error))
        except duckdb.Error as error:
            return Answer(code=type(error).__name__, message=str(error))
