"""Days, weeks, months and quarters as numbers: which one a moment lies in, where it begins, what it is called."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from engine.calendars import walltime as wall
from engine.compiler.periods import PERIODS
from engine.compiler.timeline import Ints
from engine.compiler.world import World

EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Span:
    """The days asked about, first to last with both."""

    first: date
    last: date

    @property
    def days(self) -> tuple[int, int]:
        """Return both as days since 1970."""
        return (self.first - EPOCH).days, (self.last - EPOCH).days


@dataclass(frozen=True, slots=True)
class Period:
    """One kind of period: from days since 1970 to its number, from a number to its first day, and to its name."""

    number: Callable[[Ints], Ints]
    first_day: Callable[[Ints], Ints]
    text: Callable[[pl.Expr], pl.Expr]


def period_of(kind: str, span: Span) -> Period:
    """Return a kind of period; the range asked about is a period of its own."""
    if kind in PERIODS:
        return Period(*PERIODS[kind])
    first, last = span.days
    name = f"{span.first}..{span.last}"

    def number(days: Ints) -> Ints:
        return np.where(days < first, -1, np.where(days > last, 1, 0)).astype(np.int64)

    def first_day(numbers: Ints) -> Ints:
        return np.where(numbers < 1, first, last + 1)

    return Period(number, first_day, lambda day: pl.when(day.is_not_null()).then(pl.lit(name)).alias("day"))


def periods_in(kind: str, span: Span) -> pl.DataFrame:
    """Return the periods that the span touches: number, period (its name), first_day, next_day (days since 1970)."""
    period = period_of(kind, span)
    ends = period.number(np.array(span.days, np.int64))
    numbers = np.arange(ends[0], ends[1] + 1, dtype=np.int64)
    first, after = period.first_day(numbers), period.first_day(numbers + 1)
    days = pl.DataFrame({"number": numbers, "first_day": first, "next_day": after, "day": first})
    name = period.text(pl.col("day").cast(pl.Int32).cast(pl.Date)).alias("period")
    return days.select("number", name, "first_day", "next_day")


def number_of(world: World, rows: Ints, at: Ints, kind: str, span: Span) -> Ints:
    """Return the number of the period in which each moment lies, by the wall time of its case's campus."""
    return period_of(kind, span).number(wall.local_day(world.table, world.cal_no[rows], at))
