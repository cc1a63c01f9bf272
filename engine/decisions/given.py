"""Values between people and columns: what a caller gives for an input, and how a value is shown."""

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from engine.decisions.cells import YES_NO, read_day, read_number
from engine.expr.scope import Value
from engine.expr.spans import SpanValue, span_of_text
from engine.frames import FIELD_DTYPES
from engine.model import Field, Input
from engine.problems import Problem, did_you_mean
from engine.text import NOWHERE, Word

CODE: Final = "decision-input"

_WANTED: Final = {
    "number": "a number, such as 3 or 0.5",
    "money": "an amount, such as 400 or 399.50",
    "date": "a day, such as 2026-03-01",
    "yes_no": "yes or no",
    "duration": "a span with its unit, such as 3 days",
    "moment": "a number of seconds since 1970",
}


def given_value(field: Field, value: object) -> Value | Problem:
    """Return a value that a caller gives for an input: text, number, yes/no or day; None is unknown.

    >>> given_value(Field(Word("month"), "number"), "3rd").message
    '"3rd" is not a number, such as 3 or 0.5, and "month" is number'
    """
    if value is None or value == "unknown":
        return (
            SpanValue(days=pl.lit(None, pl.Int64))
            if field.type == "duration"
            else pl.lit(None, FIELD_DTYPES[field.type])
        )
    if isinstance(value, SpanValue):
        return value
    text = shown(value)
    found = _READ[field.type](text)
    span = value.span if isinstance(value, Word) else NOWHERE
    if found is None:
        return Problem(span, CODE, f'"{text}" is not {_WANTED[field.type]}, and "{field.name}" is {field.type}')
    known = [str(each) for each in field.choices]
    for each in _chosen(text, field):
        if known and each not in known:
            return Problem(span, CODE, f'"{each}" is not a choice of "{field.name}"', did_you_mean(each, known))
    return found


def given_values(inputs: Mapping[str, Input], given: Mapping[str, object]) -> dict[str, Value] | list[Problem]:
    """Return the values that a caller gives for some inputs, or everything that is wrong with them."""
    found: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, value in given.items():
        if name not in inputs:
            span = name.span if isinstance(name, Word) else NOWHERE
            problems.append(Problem(span, CODE, f'there is no input "{name}"', did_you_mean(name, inputs)))
            continue
        read = given_value(inputs[name].field, value)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            found[str(name)] = read
    return problems or found


def _chosen(text: str, field: Field) -> list[str]:
    if field.type == "choices":
        return _items(text)
    return [text] if field.type == "choice" else []


def _items(text: str) -> list[str]:
    return [each.strip() for each in text.strip("[]").split(",") if each.strip()]


def _number(text: str) -> Value | None:
    number = read_number(text)
    return None if number is None else pl.lit(float(number))


def _money(text: str) -> Value | None:
    number = read_number(text)
    return None if number is None or number != round(number, 2) else pl.lit(number, FIELD_DTYPES["money"])


def _date(text: str) -> Value | None:
    day = read_day(text)
    return None if day is None else pl.lit(day)


def _yes_no(text: str) -> Value | None:
    return pl.lit(YES_NO[text.lower()]) if text.lower() in YES_NO else None


def _moment(text: str) -> Value | None:
    return pl.lit(int(text), pl.Int64) if text.lstrip("-").isdecimal() else None


_READ: Final[dict[str, Callable[[str], Value | None]]] = {
    "text": pl.lit,
    "choice": pl.lit,
    "reference": pl.lit,
    "number": _number,
    "money": _money,
    "date": _date,
    "yes_no": _yes_no,
    "moment": _moment,
    "duration": span_of_text,
    "choices": lambda text: pl.lit(pl.Series([_items(text)], dtype=FIELD_DTYPES["choices"])).first(),
}


def shown(value: object) -> str:
    """Return a value as a cell or an expression would write it.

    >>> shown(3.0), shown(True), shown(None), shown(SpanValue(days=14)), shown(SpanValue(working_seconds=5400))
    ('3', 'yes', 'unknown', '14 days', '1.5 working_hours')
    """
    if value is None or isinstance(value, bool):
        return {None: "unknown", True: "yes", False: "no"}[value]
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, SpanValue):
        return _shown_span(value)
    return ", ".join(map(shown, value)) if isinstance(value, list | tuple) else str(value)


def _shown_span(span: SpanValue) -> str:
    found = []
    for name, part in zip(("months", "days", "seconds", "working_days", "working_seconds"), span.parts(), strict=True):
        if isinstance(part, pl.Expr):
            return "unknown"
        if part and name == "seconds":
            unit, length = ("hours", 3600) if part % 3600 == 0 else ("minutes", 60)
            found.append(f"{shown(float(part / length))} {unit}")
        elif part:
            working = name == "working_seconds"
            found.append(f"{shown(float(part / 3600 if working else part))} {'working_hours' if working else name}")
    return " + ".join(found) or "0 days"
