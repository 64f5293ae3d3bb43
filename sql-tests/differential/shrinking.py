"""Makes a query smaller while it still shows what was found."""

import dataclasses
import time

from tree import Expression, Join, Lambda, Literal, Ordered, Select, SetOperation, Unnest, With


def smaller(node):
    """Trees with one thing less, the larger losses first. Some of them are no valid queries."""
    if isinstance(node, With):
        yield node.query
    elif isinstance(node, (SetOperation, Join)):
        yield node.left
        yield node.right
    elif isinstance(node, Ordered):
        yield node.query
        if node.offset is not None:
            yield dataclasses.replace(node, offset=None)
    elif isinstance(node, Unnest):
        yield node.left
    elif isinstance(node, Select):
        for clause in ("where", "having", "grouping"):
            if getattr(node, clause) is not None:
                yield dataclasses.replace(node, **{clause: None})
        if node.distinct:
            yield dataclasses.replace(node, distinct=False)
    elif isinstance(node, Expression) and not node.guard:
        for argument in node.arguments:
            if getattr(argument, "type", None) == node.type and not isinstance(argument, Lambda):
                yield argument
        if node.arguments and node.type.is_scalar:
            yield Literal(node.type, None)
    yield from within(node)


def within(node):
    """The node with one of its parts made smaller, or with one part of a list left out."""
    if not dataclasses.is_dataclass(node):
        return
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        if isinstance(value, (list, tuple)) and field.name in ("items", "rows", "tables", "keys", "arguments"):
            kind = type(value)
            if field.name != "arguments" and len(value) > 1 and getattr(node, "word", "") != "GROUPING SETS":
                for place in range(len(value)):
                    yield dataclasses.replace(node, **{field.name: kind([*value[:place], *value[place + 1 :]])})
            for place, item in enumerate(value):
                for less in smaller(item):
                    yield dataclasses.replace(node, **{field.name: kind([*value[:place], less, *value[place + 1 :]])})
        elif dataclasses.is_dataclass(value) and field.name != "type":
            for less in smaller(value):
                yield dataclasses.replace(node, **{field.name: less})


def shrink(query, shows, seconds):
    """The smallest query found within some time for which `shows` holds."""
    end = time.monotonic() + seconds
    found = True
    while found:
        found = False
        for less in smaller(query):
            if time.monotonic() > end:
                return query
            if shows(less):
                query, found = less, True
                break
    return query
