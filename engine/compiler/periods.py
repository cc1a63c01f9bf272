"""What the calendar brings: a task for each day, week, month or quarter, or at the times of a cron line."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
import polars as pl

from engine.calendars import columns as working
from engine.calendars import walltime as wall
from engine.compiler.cron import walls
from engine.compiler.opened import Duty, Opened, in_order, without_event
from engine.compiler.scope import events_where
from engine.compiler.timeline import NONE, Ints, expand, first_of_row, merge_moments
from engine.model import Opening

DAY: Final = 86_400
AROUND: Final = 40
"""Days that a calendar's rest days may move a moment by."""


def _months(days: Ints) -> Ints:
    return days.astype("M8[D]").astype("M8[M]").astype(np.int64)


def _month_start(months: Ints) -> Ints:
    return months.astype("M8[M]").astype("M8[D]").astype(np.int64)


def _week_text(day: pl.Expr) -> pl.Expr:
    return day.dt.strftime("%G-W%V")


def _quarter_text(day: pl.Expr) -> pl.Expr:
    return pl.format("{}-Q{}", day.dt.year(), day.dt.quarter()).alias("day")


#: period -> (days since 1970 to number, number to its first day, its first day as the task's key)
PERIODS: Mapping[str, tuple[Callable[[Ints], Ints], Callable[[Ints], Ints], Callable[[pl.Expr], pl.Expr]]] = {
    "day": (lambda days: days, lambda number: number, lambda day: day.dt.strftime("%Y-%m-%d")),
    "week": (lambda days: (days + 3) // 7, lambda number: number * 7 - 3, _week_text),
    "month": (_months, _month_start, lambda day: day.dt.strftime("%Y-%m")),
    "quarter": (lambda days: _months(days) // 3, lambda number: _month_start(number * 3), _quarter_text),
}


def quota(duty: Duty, opening: Opening) -> Opened:
    """Return one opening for each whole period of each case, the one that has begun among them."""
    world = duty.world
    rows, begin = _begin(duty, opening)
    number, first_day, text = PERIODS[str(opening.period)]
    cal = world.cal_no[rows]
    own = number(wall.local_day(world.table, cal, begin))
    first = own + (world.day_start(cal, first_day(own)) < begin)
    last = number(wall.local_day(world.table, cal, np.full(len(rows), world.as_of)))
    recent = _recent(duty, rows)
    if recent is not None:
        first = np.maximum(first, number(wall.local_day(world.table, cal, recent)))
    world.wake(rows, world.day_start(cal, first_day(last + 1)))
    owner, index = expand(first, last + 1)
    at = world.day_start(cal[owner], first_day(index))
    days = pl.DataFrame({"day": first_day(index)})
    key = days.select(text(pl.col("day").cast(pl.Int32).cast(pl.Date)))["day"]
    return in_order(without_event(rows[owner], at, key))


def cron(duty: Duty, opening: Opening) -> Opened:
    """Return one opening for each time that the line fires on the calendar of each case."""
    world = duty.world
    rows, begin = _begin(duty, opening)
    recent = _recent(duty, rows)
    since = begin if recent is None else np.maximum(begin, recent)
    parts = [(NONE, NONE)]
    for number in np.unique(world.cal_no[rows]).tolist():
        here = world.cal_no[rows] == number
        mine = rows[here]
        moments = _fires(duty, number, opening, int(since[here].min()), before=recent is not None)
        first = np.searchsorted(moments, begin[here], "left")
        last = int(np.searchsorted(moments, world.as_of, "right"))
        if last < len(moments):
            world.wake(mine, np.full(len(mine), moments[last]))
        if recent is not None:
            first = np.maximum(first, np.searchsorted(moments, recent[here], "right") - 1)
        owner, place = expand(first, np.full(len(mine), last))
        parts.append((mine[owner], moments[place]))
    rows, at = (np.concatenate(each) for each in zip(*parts, strict=True))
    return in_order(without_event(rows, at, None))


def _begin(duty: Duty, opening: Opening) -> tuple[Ints, Ints]:
    """Return the cases that a calendar opening is for and the moment from which it is."""
    world = duty.world
    if not opening.events:
        rows = world.rows_of(duty.subject)
        return rows, world.created_at[rows]
    events = merge_moments([events_where(world, event, "") for event in opening.events])
    first = first_of_row(events.rows)
    return events.rows[first], events.at[first]


def _recent(duty: Duty, rows: Ints) -> Ints | None:
    """Return for each row a moment before which every opening but the last is known to concern nobody any more.

    None: all openings are of interest.
    """
    unfinished, since = duty.unfinished, duty.world.unchanged_until
    if unfinished is None or since is None:
        return None
    answer = since.copy()
    np.minimum.at(answer, unfinished["row"].to_numpy(), unfinished["opened_at"].to_numpy())
    return answer[rows]


def _fires(duty: Duty, number: int, opening: Opening, begin: int, *, before: bool) -> Ints:
    """Return the moments at which a line fires on one calendar, off its rest days, from `begin` to past `as_of`.

    `before`: the last one at or before `begin` is among them, however rarely the line fires.
    """
    last = duty.world.as_of // DAY + AROUND
    for years in (0, 1, 9) if before else (0,):
        first = max(begin // DAY - AROUND - years * 366, 0)
        moments = _shifted(duty, number, opening, walls(str(opening.cron), first, last))
        if len(moments) and moments[0] <= begin:
            break
    return moments


def _shifted(duty: Duty, number: int, opening: Opening, local: Ints) -> Ints:
    table, cal = duty.world.table, np.full(len(local), number)
    moments = table.moment(cal, local)
    match str(opening.shift or "none"):
        case "previous_working_day":
            moments = working.previous_workday_time(table, cal, moments)
        case "next_working_day":
            moments = working.next_workday_time(table, cal, moments)
        case "skip":
            moments = moments[working.is_workday(table, cal, moments)]
    return np.unique(moments)
