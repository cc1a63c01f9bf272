"""Whether a written value is of a type, and which of two spans is longer."""

import re
from collections.abc import Container
from datetime import date, datetime

from engine.expr.phrases import UNITS
from engine.expr.spans import is_too_long

_SPAN = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\s+([a-z_]+)")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_UNITS = {name: unit for unit in UNITS for name in (unit, unit.removesuffix("s"))}
_MOST_DIGITS = 18
_EXPECTED = {
    "number": "a number of at most 18 digits",
    "money": "a number of at most 18 digits",
    "yes_no": "true or false",
    "date": "a day, such as 2026-03-01",
    "moment": "a moment, such as 2026-03-01 09:00",
    "duration": "a span with its unit, such as 2 working_hours",
}


def span_of(text: str) -> tuple[float, str] | None:
    """Return the number and the unit of a plain span, None if the text says something else.

    >>> span_of("1 day"), span_of("3")
    ((1.0, 'days'), None)
    """
    match = _SPAN.fullmatch(text.strip())
    if match is None or match[2] not in _UNITS:
        return None
    return float(match[1]), _UNITS[match[2]]


def is_longer(text: str, than: str) -> bool | None:
    """Return whether one span is longer than another, None where their units differ or either is no plain span.

    >>> is_longer("3 days", than="2 days"), is_longer("3 days", than="2 working_days")
    (True, None)
    """
    one, other = span_of(text), span_of(than)
    if one is None or other is None or one[1] != other[1]:
        return None
    return one[0] > other[0]


def wanted(text: str, kind: str, choices: Container[str] = ()) -> str:
    """Return "" if the text is a value of the type, else what was expected."""
    match kind:
        case "number" | "money":
            right = _NUMBER.fullmatch(text) is not None and sum(map(str.isdigit, text)) <= _MOST_DIGITS
        case "yes_no":
            right = text in ("true", "false", "yes", "no")
        case "date":
            right = _is_day(text)
        case "moment":
            right = _is_moment(text)
        case "duration":
            span = span_of(text)
            if span and is_too_long(*span):
                return "at most a hundred years"
            right = span is not None
        case "choice" | "choices":
            return "" if all(each in choices for each in text.split(", ")) else "one of its choices"
        case _:
            return ""
    return "" if right else _EXPECTED[kind]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
