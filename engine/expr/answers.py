"""Values of calls: what is pure is answered here, the rest is asked of the scope."""

import ast
from collections.abc import Callable
from typing import Final

import polars as pl

from engine.expr.evaluation import Evaluation, cents, quotient, typed
from engine.expr.functions import FUNCTIONS
from engine.expr.phrases import (
    LAST_WORKDAY_BEFORE,
    NEXT_WEEKDAY,
    PHRASES,
    SPAN_AFTER,
    SPAN_BEFORE,
    SPAN_OF,
    minute_of_day,
)
from engine.expr.scope import HistoryCall, Value
from engine.expr.spans import SpanValue, span
from engine.frames import MONEY

_ROUND: Final = "half_away_from_zero"


def call_value(on: Evaluation, node: ast.Call) -> Value:
    """Return the value of a call of a checked expression."""
    assert isinstance(node.func, ast.Name)
    name = node.func.id
    if name in _PURE:
        return _PURE[name](on, node)
    if name in PHRASES:
        return _phrase(on, name, on.moment(node.args[0]))
    return typed(_asked(on, node, name), on.kind(node))


def _asked(on: Evaluation, node: ast.Call, name: str) -> Value:
    match FUNCTIONS[name].group:
        case "history":
            return on.scope.history(_history(on, node, name))
        case "calendar":
            return on.scope.calendar(name, [_calendar_argument(on, each) for each in node.args])
        case "step":
            return on.scope.step_state(name, _name(node.args[0]))
        case "table":
            return on.scope.decide(_name(node.args[0]), _name(node.args[1]) if len(node.args) > 1 else None)
        case "opening":
            return on.scope.opening(_name(node.args[0]))
        case group:
            raise AssertionError(f"{name} of {group} has no column")


def _name(node: ast.expr) -> str:
    assert isinstance(node, ast.Name)
    return node.id


def _history(on: Evaluation, node: ast.Call, name: str) -> HistoryCall:
    given = {each.arg: each.value for each in node.keywords}
    return HistoryCall(
        name,
        _name(node.args[0]),
        _name(node.args[1]) if len(node.args) > 1 else None,
        given.get("if"),
        on.moment(given["since"]) if "since" in given else None,
        on.span(given["within"]) if "within" in given else None,
        on.tree,
    )


def _calendar_argument(on: Evaluation, node: ast.expr) -> Value:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return pl.lit(minute_of_day(node.value))
    return _minute(on.column(node)) if on.kind(node) == "text" else on.moment(node)


def _minute(clock: pl.Expr) -> pl.Expr:
    """Return the minute of the day of a column of texts like "17:00"; of any other text: unknown."""
    hour, minute = (clock.str.extract(r"^([0-9]{1,2}):([0-5][0-9])$", part).cast(pl.Int64) for part in (1, 2))
    total = hour * 60 + minute
    return pl.when(total <= 24 * 60).then(total)


def _phrase(on: Evaluation, phrase: str, start: pl.Expr) -> pl.Expr:
    match phrase.split():
        case [_, "of", "next", "working", "day"]:
            return on.scope.calendar("close_of_workday", [start, pl.lit(1)])
        case words:
            return on.scope.calendar("_".join(words), [start])


def _last_workday_before(on: Evaluation, node: ast.Call) -> Value:
    return on.scope.calendar("close_of_workday", [on.moment(node.args[0]), pl.lit(-1)])


def _next_weekday(on: Evaluation, node: ast.Call) -> Value:
    weekday, minute = (pl.lit(each.value) for each in node.args[1:] if isinstance(each, ast.Constant))
    return on.scope.calendar("next_weekday_time", [on.moment(node.args[0]), weekday, minute])


def _span_of(_: Evaluation, node: ast.Call) -> Value:
    number, unit = (each.value for each in node.args if isinstance(each, ast.Constant))
    assert isinstance(number, int | float)
    return span(number, str(unit))


def _before(on: Evaluation, node: ast.Call) -> Value:
    return on.scope.calendar("add", [on.moment(node.args[1]), -on.span(node.args[0])])


def _after(on: Evaluation, node: ast.Call) -> Value:
    return on.scope.calendar("add", [on.moment(node.args[1]), on.span(node.args[0])])


def _is_known(on: Evaluation, node: ast.Call) -> Value:
    value = on.value(node.args[0])
    return value.is_known() if isinstance(value, SpanValue) else value.is_not_null()


def _or_else(on: Evaluation, node: ast.Call) -> Value:
    first, second = (on.as_kind(each, on.kind(node)) for each in node.args)
    if isinstance(first, SpanValue) and isinstance(second, SpanValue):
        return first.choose(second, first.is_known())
    assert isinstance(first, pl.Expr)
    assert isinstance(second, pl.Expr)
    return pl.coalesce(first, second)


def _extreme(choose: Callable[..., pl.Expr]) -> Callable[[Evaluation, ast.Call], Value]:
    def value(on: Evaluation, node: ast.Call) -> Value:
        kind = on.kind(node)
        columns = [on.as_kind(each, kind) for each in node.args]
        known = pl.all_horizontal([each.is_not_null() for each in columns if isinstance(each, pl.Expr)])
        return pl.when(known).then(choose(columns))

    return value


def _round_to(on: Evaluation, node: ast.Call) -> Value:
    digits = node.args[1]
    assert isinstance(digits, ast.Constant)
    assert isinstance(digits.value, int)
    value = on.column(node.args[0])
    if on.kind(node) == "money":
        return value.round(min(digits.value, 2), mode=_ROUND).cast(MONEY)
    return value.round(digits.value, mode=_ROUND)


def _whole(change: Callable[[pl.Expr], pl.Expr]) -> Callable[[Evaluation, ast.Call], Value]:
    def value(on: Evaluation, node: ast.Call) -> Value:
        changed = change(on.column(node.args[0]))
        return cents(changed) if on.kind(node) == "money" else changed

    return value


def _hours_between(on: Evaluation, node: ast.Call) -> Value:
    first, second = (on.moment(each) for each in node.args)
    return quotient(second - first, pl.lit(3600.0))


def _has(on: Evaluation, node: ast.Call) -> Value:
    return on.column(node.args[0]).list.contains(on.column(node.args[1]))


def _size(on: Evaluation, node: ast.Call) -> Value:
    return on.column(node.args[0]).list.len().cast(pl.Float64)


def _starts_with(on: Evaluation, node: ast.Call) -> Value:
    return on.column(node.args[0]).str.starts_with(on.column(node.args[1]))


_PURE: Final[dict[str, Callable[[Evaluation, ast.Call], Value]]] = {
    SPAN_OF: _span_of,
    SPAN_BEFORE: _before,
    SPAN_AFTER: _after,
    LAST_WORKDAY_BEFORE: _last_workday_before,
    NEXT_WEEKDAY: _next_weekday,
    "is_known": _is_known,
    "or_else": _or_else,
    "min_of": _extreme(pl.min_horizontal),
    "max_of": _extreme(pl.max_horizontal),
    "round_to": _round_to,
    "floor": _whole(pl.Expr.floor),
    "ceil": _whole(pl.Expr.ceil),
    "abs": _whole(pl.Expr.abs),
    "hours_between": _hours_between,
    "has": _has,
    "size": _size,
    "starts_with": _starts_with,
}
