"""Walking through expressions, for tests that change them in one place."""

from __future__ import annotations

import sympy as sp


def nodes(expr, path=()):
    """Every part of an expression, with the way to it."""
    yield path, expr
    for i, part in enumerate(expr.args):
        if isinstance(part, sp.Expr):
            yield from nodes(part, (*path, i))


def put(expr, path, new):
    """The expression with another part at a place."""
    if not path:
        return new
    parts = list(expr.args)
    parts[path[0]] = put(parts[path[0]], path[1:], new)
    return expr.func(*parts)
