"""Generates expressions of a type over the columns in scope. None of them fails on any value, but those of `risky`."""

import datetime
import decimal

from data_types import BIGINT, BOOLEAN, DATE, DOUBLE, INTEGER, SCALARS, TIMESTAMP, VARCHAR, array
from dialects import Both
from functions import BY_RESULT, OneOf
from tables import WORDS
from tree import Column, Expression, Lambda, Literal

# Where a number is too large for what is done with it, this is what is left of it.
REDUCED = 1000
COMPARISONS = ["=", "<>", "<", "<=", ">", ">="]


class Expressions:
    def __init__(self, random, columns, subqueries=None, lambdas=True):
        self.random = random
        self.columns = columns
        self.with_lambdas = lambdas
        # Makes the queries that expressions hold; None where there may be none.
        self.subqueries = subqueries
        self.lambdas = 0

    def of(self, type, depth):
        roll = self.random.random()
        if not type.is_scalar and type.name != "array":
            return self.leaf(type)
        if depth <= 0 or roll < 0.15:
            return self.leaf(type)
        if roll < 0.3:
            return self.conditional(type, depth - 1)
        if type == BOOLEAN and roll < 0.75:
            return self.predicate(depth - 1)
        if self.subqueries and type.is_scalar and roll < 0.36:
            return self.subqueries.scalar(type, self.columns)
        if type.name == "array" and self.with_lambdas and roll < 0.45:
            return self.transformed(type, depth - 1)
        return self.call(type, depth - 1)

    def leaf(self, type):
        fitting = [column for column in self.columns if column.type == type]
        if fitting and (self.random.random() < 0.8 or type.name in ("row", "map")):
            return self.random.choice(fitting).read()
        return Literal(type, self.value(type))

    def value(self, type):
        random = self.random
        if random.random() < 0.08 or type.name in ("row", "map"):
            return None
        if type == BOOLEAN:
            return random.random() < 0.5
        if type.is_integer:
            return random.choice([0, 1, 2, 3, -1, 10, random.randint(-100, 100)])
        if type == DOUBLE:
            return random.choice([0.0, 1.0, -2.5, random.randint(-400, 400) / 4])
        if type.is_decimal:
            return decimal.Decimal(random.randint(-10000, 10000)) / 100
        if type == VARCHAR:
            return random.choice(WORDS)
        if type == DATE:
            return datetime.date(2020, 1, 1) + datetime.timedelta(days=random.randint(-1000, 1000))
        if type == TIMESTAMP:
            return datetime.datetime(2001, 2, 3, 4, 5, 6) + datetime.timedelta(milliseconds=random.randint(-(10**12), 10**12))
        return [self.value(type.element) for _ in range(random.randint(0, 3))]

    def fit(self, value, limit):
        """The number itself if it is known to be within the limit, else its rest."""
        if value.bound <= limit:
            return value
        rest = min(REDUCED, int(limit) + 1)
        if value.type.is_decimal:
            name = "decimal({}, {})".format(*value.type.parameters)
            return Expression(value.type, f"CAST({{0}} % {rest} AS {name})", (value,), rest, guard=True)
        # DuckDB's bare literals take the type of what they meet, and so does Trino's result here.
        return Expression(value.type, f"({{0}} % {rest})", (value,), rest, guard=True)

    def call(self, type, depth):
        return self.apply(self.random.choice(BY_RESULT[type]), depth)

    def apply(self, function, depth):
        arguments = []
        for wanted in function.arguments:
            if isinstance(wanted, OneOf):
                arguments.append(Literal(wanted.type, self.random.choice(wanted.values)))
                continue
            argument = self.of(wanted, depth)
            if function.limit is not None and wanted.is_number:
                argument = self.fit(argument, function.limit)
            arguments.append(argument)
        bound = function.bound(*(argument.bound for argument in arguments))
        if function.result.is_number and bound > function.result.largest:
            arguments = [
                self.fit(argument, REDUCED) if argument.type.is_number and not isinstance(argument, Literal) else argument
                for argument in arguments
            ]
            bound = function.bound(*(argument.bound for argument in arguments))
        return Expression(function.result, function.form, tuple(arguments), bound)

    def conditional(self, type, depth):
        kind = self.random.choice(["case", "case", "simple case", "coalesce", "nullif", "if"])
        left, right = self.of(type, depth), self.of(type, depth)
        bound = max(left.bound, right.bound)
        if kind == "coalesce":
            return Expression(type, "COALESCE({0}, {1})", (left, right), bound)
        if kind == "nullif" and type.is_scalar:
            return Expression(type, "NULLIF({0}, {1})", (left, right), bound)
        if kind == "simple case":
            subject = self.random.choice([INTEGER, VARCHAR, BOOLEAN])
            parts = (self.of(subject, depth), self.leaf(subject), left, right)
            return Expression(type, "(CASE {0} WHEN {1} THEN {2} ELSE {3} END)", parts, bound)
        condition = self.of(BOOLEAN, depth)
        if kind == "if":
            form = Both("if({0}, {1}, {2})", "(CASE WHEN {0} THEN {1} ELSE {2} END)")
            return Expression(type, form, (condition, left, right), bound)
        if self.random.random() < 0.3:
            return Expression(type, "(CASE WHEN {0} THEN {1} END)", (condition, left), bound)
        return Expression(type, "(CASE WHEN {0} THEN {1} ELSE {2} END)", (condition, left, right), bound)

    def predicate(self, depth):
        random = self.random
        type = random.choice(SCALARS)
        kind = random.choice(["compare"] * 4 + ["null", "distinct", "in", "between", "any", "query", "query"])
        if kind == "query" and self.subqueries:
            return self.subqueries.predicate(self, self.columns, depth)
        left = self.of(type, depth)
        if kind == "null":
            return Expression(BOOLEAN, f"({{0}} IS {random.choice(['', 'NOT '])}NULL)", (left,))
        if kind == "distinct":
            form = f"({{0}} IS {random.choice(['', 'NOT '])}DISTINCT FROM {{1}})"
            return Expression(BOOLEAN, form, (left, self.of(type, depth)))
        if kind == "in":
            items = tuple(self.of(type, min(depth, 1)) if random.random() < 0.3 else Literal(type, self.value(type)) for _ in range(random.randint(1, 4)))
            places = ", ".join(f"{{{place + 1}}}" for place in range(len(items)))
            return Expression(BOOLEAN, f"({{0}} {random.choice(['', 'NOT '])}IN ({places}))", (left, *items))
        if kind == "between":
            parts = (left, self.of(type, depth - 1), self.of(type, depth - 1))
            return Expression(BOOLEAN, f"({{0}} {random.choice(['', 'NOT '])}BETWEEN {{1}} AND {{2}})", parts)
        if kind == "any" and self.with_lambdas:
            return self.matched(depth)
        return Expression(BOOLEAN, f"({{0}} {random.choice(COMPARISONS)} {{1}})", (left, self.of(type, depth)))

    def in_lambda(self, type):
        """Expressions over a lambda's variable and what it captures."""
        self.lambdas += 1
        variable = f"v{self.lambdas}_{self.random.randint(0, 99)}"
        inner = Expressions(self.random, self.columns + [Column(variable, type, self.bound_within(type))] * 3)
        return variable, inner

    def bound_within(self, type):
        return 2**31 if type == INTEGER else 0

    def transformed(self, type, depth):
        """An array from another by a lambda."""
        source = self.of(array(self.random.choice([INTEGER, VARCHAR])), depth)
        variable, inner = self.in_lambda(source.type.element)
        if source.type == type and self.random.random() < 0.5:
            body = Lambda([variable], inner.of(BOOLEAN, depth))
            return Expression(type, Both("filter({0}, {1})", "list_filter({0}, {1})"), (source, body), source.bound)
        value = inner.of(type.element, depth)
        form = Both("transform({0}, {1})", "list_transform({0}, {1})")
        return Expression(type, form, (source, Lambda([variable], value)), value.bound)

    def matched(self, depth):
        """Whether elements match. DuckDB has no match functions, and its bool_or takes no notice of NULL."""
        source = self.of(array(self.random.choice([INTEGER, VARCHAR])), depth)
        variable, inner = self.in_lambda(source.type.element)
        known = Expression(BOOLEAN, "COALESCE({0}, false)", (inner.of(BOOLEAN, depth),), guard=True)
        name, test = self.random.choice([("any_match", "> 0"), ("none_match", "= 0")])
        form = Both(f"{name}({{0}}, {{1}})", f"(len(list_filter({{0}}, {{1}})) {test})")
        return Expression(BOOLEAN, form, (source, Lambda([variable], known)))

    def risky(self, type, depth):
        """Arithmetic that may overflow or divide by zero. Every part of it is evaluated in every row."""
        if depth <= 0:
            # No literal NULL: DuckDB computes nothing beside one.
            leaf = self.leaf(type)
            return leaf if not isinstance(leaf, Literal) or leaf.value is not None else Literal(type, 1)
        part = lambda: self.risky(type, depth - 1)
        # As Trino, DuckDB checks overflow; but it has NULL where something is divided by zero.
        zero = "CASE WHEN {1} = 0 THEN error('Division by zero') ELSE ({0} %s {1}) END"
        kind = self.random.choice(["+", "-", "*", "/", "%", "negated", "abs", "cast"])
        if type.is_integer and kind in "/%":
            form = Both(f"({{0}} {kind} {{1}})", zero % ("//" if kind == "/" else "%"))
            return Expression(type, form, (part(), part()))
        if kind in "+-*":
            return Expression(type, f"({{0}} {kind} {{1}})", (part(), part()))
        if kind == "cast" and type == INTEGER:
            return Expression(type, "CAST({0} AS integer)", (self.risky(BIGINT, depth - 1),))
        if kind == "negated":
            return Expression(type, "(- {0})", (part(),))
        return Expression(type, "abs({0})", (part(),))
