"""Spans of time as values: every part a number, or a column of numbers."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Final

import polars as pl

from engine.expr.phrases import UNITS

#: A number, or a column of them.
Part = int | float | pl.Expr

_PART_OF: Final[dict[str, tuple[str, int]]] = {
    "minutes": ("seconds", 60),
    "hours": ("seconds", 3600),
    "working_hours": ("working_seconds", 3600),
    "days": ("days", 1),
    "working_days": ("working_days", 1),
    "weeks": ("days", 7),
    "months": ("months", 1),
}
#: A hundred years in each unit: a longer span is a slip of the pen, and no sum can follow it.
_LONGEST: Final = {
    "minutes": 52_600_000,
    "hours": 876_600,
    "working_hours": 200_000,
    "days": 36_525,
    "working_days": 25_000,
    "weeks": 5_218,
    "months": 1_200,
}
_DAY: Final = 86_400
_TEXT: Final = re.compile(r"\s*(-?[0-9]+(?:\.[0-9]+)?)\s+([a-z_]+)\s*")


@dataclass(frozen=True, slots=True, eq=False)
class SpanValue:
    """A span: calendar months and days, seconds by the clock, working days and working seconds.

    A number counts a span forwards, a negative one backwards. Whole `months` and `days`; parts of a day are seconds.
    """

    months: Part = 0
    days: Part = 0
    seconds: Part = 0
    working_days: Part = 0
    working_seconds: Part = 0

    def __add__(self, other: "SpanValue") -> "SpanValue":
        return self._with(other, lambda one, two: one + two)

    def __sub__(self, other: "SpanValue") -> "SpanValue":
        return self + -other

    def __neg__(self) -> "SpanValue":
        return self.each(lambda part: -part)

    def times(self, factor: Part) -> "SpanValue":
        """Return the span `factor` times over; parts of days become seconds, parts of months are dropped."""
        scaled = self.each(lambda part: part * factor)
        return SpanValue(
            scaled.months if isinstance(scaled.months, int) else _whole(scaled.months),
            _whole(scaled.days),
            scaled.seconds + _seconds_beyond(scaled.days),
            scaled.working_days,
            scaled.working_seconds,
        )

    def each(self, change: Callable[[Part], Part]) -> "SpanValue":
        """Return the span with every part that is not 0 changed."""
        return SpanValue(*(part if _is_zero(part) else change(part) for part in self.parts()))

    def parts(self) -> tuple[Part, ...]:
        """Return months, days, seconds, working_days, working_seconds."""
        return self.months, self.days, self.seconds, self.working_days, self.working_seconds

    def columns(self) -> list[pl.Expr]:
        """Return those parts that are columns."""
        return [each for each in self.parts() if isinstance(each, pl.Expr)]

    def _with(self, other: "SpanValue", join: Callable[[Part, Part], Part]) -> "SpanValue":
        pairs = zip(self.parts(), other.parts(), strict=True)
        return SpanValue(*(two if _is_zero(one) else one if _is_zero(two) else join(one, two) for one, two in pairs))

    def choose(self, other: "SpanValue", test: pl.Expr) -> "SpanValue":
        """Return this span where `test` holds, else the other one."""
        pairs = zip(self.parts(), other.parts(), strict=True)
        return SpanValue(*(_choose(one, two, test) for one, two in pairs))

    def is_known(self) -> pl.Expr:
        """Return whether every part is known."""
        columns = self.columns()
        return pl.all_horizontal([each.is_not_null() for each in columns]) if columns else pl.lit(value=True)


def _is_zero(part: Part) -> bool:
    return not isinstance(part, pl.Expr) and part == 0


def _whole(part: Part) -> Part:
    if isinstance(part, pl.Expr):
        return pl.when(part < 0).then(part.ceil()).otherwise(part.floor()).cast(pl.Int64)
    return int(part)


def _seconds_beyond(days: Part) -> Part:
    if isinstance(days, pl.Expr):
        whole = pl.when(days < 0).then(days.ceil()).otherwise(days.floor())
        return ((days - whole) * _DAY).round().cast(pl.Int64)
    return round((days - int(days)) * _DAY)


def _choose(one: Part, two: Part, test: pl.Expr) -> Part:
    if not isinstance(one, pl.Expr) and not isinstance(two, pl.Expr) and one == two:
        return one
    return pl.when(test).then(one).otherwise(two)


def span(number: Part, unit: str) -> SpanValue:
    """Return `number` of a unit of the language.

    >>> span(0.5, "working_days")
    SpanValue(months=0, days=0, seconds=0, working_days=0.5, working_seconds=0)
    >>> span(1.5, "days")
    SpanValue(months=0, days=1, seconds=43200, working_days=0, working_seconds=0)
    """
    part, factor = _PART_OF[unit]
    if part == "seconds":
        return SpanValue(seconds=_rounded(number * factor))
    if part == "working_seconds":
        return SpanValue(working_seconds=_rounded(number * factor))
    if part == "working_days":
        return SpanValue(working_days=number)
    if part == "months":
        return SpanValue(months=_whole(number))
    return SpanValue(days=1).times(number * factor)


def is_too_long(number: float, unit: str) -> bool:
    """Return whether so much of a unit is more than a hundred years.

    >>> is_too_long(1200, "months"), is_too_long(99_999_999, "months")
    (False, True)
    """
    return not abs(number) <= _LONGEST[unit]


def _rounded(part: Part) -> Part:
    return part.round().cast(pl.Int64) if isinstance(part, pl.Expr) else round(part)


def span_of_text(text: str) -> SpanValue | None:
    """Return the span that a duration's text says, or None.

    >>> span_of_text("2 hours")
    SpanValue(months=0, days=0, seconds=7200, working_days=0, working_seconds=0)
    """
    match = _TEXT.fullmatch(text)
    unit = match and next((each for each in UNITS if match[2] in (each, each.removesuffix("s"))), None)
    if not match or unit is None:
        return None
    number = float(match[1])
    return span(int(number) if number.is_integer() else number, unit)


def span_of_column(texts: pl.Expr) -> SpanValue:
    """Return the spans of a column of durations' texts; what says no span is unknown."""
    number = texts.str.extract(r"^\s*(-?[0-9]+(?:\.[0-9]+)?)\s+[a-z_]+\s*$", 1).cast(pl.Float64)
    unit = texts.str.extract(r"([a-z_]+)\s*$", 1)
    unit = pl.when(unit.str.ends_with("s")).then(unit).otherwise(unit + "s")
    number = pl.when(unit.is_in(UNITS)).then(number)
    parts = {each.name: number * 0.0 for each in fields(SpanValue)}
    for each, (part, factor) in _PART_OF.items():
        parts[part] = pl.when(unit == each).then(number * factor).otherwise(parts[part])
    days = parts["days"]
    return SpanValue(
        _whole(parts["months"]),
        _whole(days),
        parts["seconds"].round().cast(pl.Int64) + _seconds_beyond(days),
        parts["working_days"],
        parts["working_seconds"].round().cast(pl.Int64),
    )
