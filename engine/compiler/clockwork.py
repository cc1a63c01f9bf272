"""The functions of the language that need a campus's calendar or zone, over columns of moments."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from engine.calendars import columns as working
from engine.calendars import walltime as wall
from engine.calendars.table import NULL, WorkTable
from engine.compiler.timeline import UNKNOWN, Bools, Ints, to_series

DAY: Final = 86_400

Amount: TypeAlias = float | npt.NDArray[np.float64]

#: moment -> moment
MOVES: Final[Mapping[str, Callable[[WorkTable, Ints, Ints], Ints]]] = {
    "end_of_day": wall.end_of_day,
    "end_of_next_day": lambda table, cal, at: wall.end_of_day(table, cal, wall.add_days(table, cal, at, 1)),
    "start_of_day": wall.start_of_day,
    "start_of_week": wall.start_of_week,
    "end_of_week": wall.end_of_week,
    "start_of_month": wall.start_of_month,
    "end_of_month": wall.end_of_month,
    "end_of_quarter": wall.end_of_quarter,
    "close_of_day": working.close_of_day,
    "next_working_moment": working.next_working_moment,
}

#: moment -> whole number
PARTS: Final[Mapping[str, Callable[[WorkTable, Ints, Ints], Ints]]] = {
    "weekday": lambda table, cal, at: _known(at, wall.weekday(table, cal, at) + 1),
    "hour": lambda table, cal, at: _known(at, wall.minute_of_day(table, cal, at) // 60),
    "day": wall.day,
    "month": wall.month,
    "quarter": wall.quarter,
    "year": wall.year,
}

#: moment -> yes or no
TESTS: Final[Mapping[str, Callable[[WorkTable, Ints, Ints], Bools]]] = {
    "is_weekend": wall.is_weekend,
    "is_workday": working.is_workday,
}


def _known(moments: Ints, answer: Ints) -> Ints:
    return np.where(moments == NULL, NULL, answer)


def months_between(table: WorkTable, cal: Ints, start: Ints, end: Ints) -> Ints:
    """Return the whole months from `start` to `end`, date to date: none from 15 January to 14 February."""
    low, high = np.minimum(start, end), np.maximum(start, end)
    months = (wall.year(table, cal, high) - wall.year(table, cal, low)) * 12 + (
        wall.month(table, cal, high) - wall.month(table, cal, low)
    )
    known = (start != NULL) & (end != NULL)
    months = np.where(known, months, 0)
    first_day, last_day = wall.start_of_day(table, cal, low), wall.start_of_day(table, cal, high)
    short = wall.add_months(table, cal, first_day, months) > last_day
    return np.where(known, np.where(end < start, -1, 1) * (months - short), NULL)


def days_between(table: WorkTable, cal: Ints, start: Ints, end: Ints) -> Ints:
    """Return the calendar days from `start` to `end`: yesterday evening to this morning is one."""
    days = wall.local_day(table, cal, end) - wall.local_day(table, cal, start)
    return np.where((start == NULL) | (end == NULL), NULL, days)


def add_span(table: WorkTable, cal: Ints, start: Ints, parts: Mapping[str, Amount]) -> Ints:
    """Return `start` moved by a span: months, then days, then elapsed seconds, then working time.

    `parts` has months, days, seconds, working_days (may be fractions) and working_seconds, each a number or a column.
    """
    answer = start
    if _moves(parts["months"]):
        answer = wall.add_months(table, cal, answer, _whole(parts["months"]))
    if _moves(parts["days"]):
        answer = _add_days(table, cal, answer, np.asarray(parts["days"], np.float64))
    if _moves(parts["seconds"]):
        answer = np.where(answer == NULL, NULL, answer + _whole(parts["seconds"]))
    if _moves(parts["working_days"]) or _moves(parts["working_seconds"]):
        days = working.working_day_seconds(table, cal, parts["working_days"])
        budget = days + _whole(parts["working_seconds"])
        answer = working.add_working(table, cal, answer, budget)
    return answer


def working_length(table: WorkTable, cal: Ints) -> Ints:
    """Return the seconds of a standard working day of each row's calendar."""
    return table.day_seconds(cal)


def _moves(part: Amount) -> bool:
    return bool(np.any(part != 0))


def _whole(part: Amount) -> Ints:
    return np.asarray(np.rint(part), np.int64)


def _add_days(table: WorkTable, cal: Ints, start: Ints, days: npt.NDArray[np.float64]) -> Ints:
    whole = np.floor(days).astype(np.int64)
    moved = wall.add_days(table, cal, start, whole)
    rest = np.rint((days - whole) * DAY).astype(np.int64)
    return np.where(moved == NULL, NULL, moved + rest)


def at_time(table: WorkTable, cal: Ints, moments: Ints, minutes: Ints) -> Ints:
    """Return the moment of the same local day at a wall time, given as minutes of the day."""
    walls = wall.local_day(table, cal, moments) * DAY + minutes * 60
    return np.where(moments == NULL, NULL, table.moment(cal, np.where(moments == NULL, 0, walls)))


def years_between(table: WorkTable, cal: Ints, start: Ints, end: Ints) -> Ints:
    """Return the whole years from `start` to `end`, date to date."""
    months = months_between(table, cal, start, end)
    return np.where(months == NULL, NULL, months // 12)


def call(function: str, table: WorkTable, cal: Ints, columns: list[Ints]) -> pl.Series:
    """Return what a function gives for columns of moments, days or minutes."""
    first = columns[0]
    if function in MOVES:
        return to_series(MOVES[function](table, cal, first))
    if function in PARTS:
        return to_series(PARTS[function](table, cal, first)).cast(pl.Float64)
    if function in TESTS:
        return pl.Series(TESTS[function](table, cal, first)).set(pl.Series(first == UNKNOWN), None)
    return CALLS[function](table, cal, *columns)


def _date_of(table: WorkTable, cal: Ints, moments: Ints) -> pl.Series:
    return to_series(wall.local_day(table, cal, moments)).cast(pl.Int32).cast(pl.Date)


def _numbers(compute: Callable[[WorkTable, Ints, Ints, Ints], Ints], scale: float = 1.0) -> Callable[..., pl.Series]:
    def numbers(table: WorkTable, cal: Ints, first: Ints, second: Ints) -> pl.Series:
        return to_series(compute(table, cal, first, second)).cast(pl.Float64) / scale

    return numbers


def _worked_days(table: WorkTable, cal: Ints, start: Ints, end: Ints) -> pl.Series:
    worked = to_series(working.working_between(table, cal, start, end)).cast(pl.Float64)
    return worked / pl.Series(working_length(table, cal))


#: What is left: other numbers of arguments, other types of answers.
CALLS: Final[Mapping[str, Callable[..., pl.Series]]] = {
    "date_of": _date_of,
    "at_time": lambda table, cal, moments, minutes: to_series(at_time(table, cal, moments, minutes)),
    "midnight": lambda _table, _cal, moments: to_series(moments),
    "close_of_workday": lambda table, cal, at, number: to_series(working.close_of_workday(table, cal, at, number)),
    "next_weekday_time": lambda table, cal, at, day, minutes: to_series(
        wall.next_weekday_time(table, cal, at, day - 1, minutes)
    ),
    "days_between": _numbers(days_between),
    "months_between": _numbers(months_between),
    "age": _numbers(years_between),
    "working_hours_between": _numbers(working.working_between, 3600.0),
    "working_days_between": _worked_days,
}
