"""The first of several values whose condition holds, for values that are columns and for spans."""

from collections.abc import Sequence

import polars as pl

from engine.expr.scope import Value
from engine.expr.spans import SpanValue

PARTS = ("months", "days", "seconds", "working_days", "working_seconds")


def choose(cases: Sequence[tuple[pl.Expr, Value]], otherwise: Value) -> Value:
    """Return for each row the value of the first case that holds, else `otherwise`."""
    if not cases:
        return otherwise
    values = [value for _, value in cases] + [otherwise]
    if any(isinstance(value, SpanValue) for value in values):
        return SpanValue(**{part: _chain(cases, otherwise, part) for part in PARTS})
    return _chain(cases, otherwise, "")


def _chain(cases: Sequence[tuple[pl.Expr, Value]], otherwise: Value, part: str) -> pl.Expr:
    answer = _part(otherwise, part)
    for condition, value in reversed(cases):
        answer = pl.when(condition).then(_part(value, part)).otherwise(answer)
    return answer


def _part(value: Value, part: str) -> pl.Expr:
    if part:
        value = getattr(value, part) if isinstance(value, SpanValue) else pl.lit(None, pl.Float64)
    return value if isinstance(value, pl.Expr) else pl.lit(value)
