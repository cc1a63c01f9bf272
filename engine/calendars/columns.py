"""Sums over columns of moments by the hours that calendars work.

Each function takes (table, cal, moments, ...): cal is a column of calendar numbers, or one number for all rows;
moments are seconds since 1970 in UTC, amounts are seconds. An unknown one (`NULL`) gives an unknown answer. Rows of
different calendars are computed in one pass. Sums in wall time alone are in walltime.py and can be imported from here.
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from engine.calendars.calendar import Calendar
from engine.calendars.hours import Hours
from engine.calendars.known import over_known
from engine.calendars.ladder import Ints
from engine.calendars.table import WorkTable, check_limits, table_of
from engine.calendars.walltime import (
    END_OF_DAY,
    Bools,
    add_days,
    add_months,
    day,
    end_of_day,
    end_of_month,
    end_of_quarter,
    end_of_week,
    is_weekend,
    local_date_ordinal,
    local_day,
    minute_of_day,
    month,
    next_weekday_time,
    quarter,
    start_of_day,
    start_of_month,
    start_of_week,
    weekday,
    year,
    year_of,
)
from engine.calendars.zones import DAY, LIMIT

__all__ = [
    "END_OF_DAY",
    "add_days",
    "add_months",
    "add_working",
    "close_of_day",
    "close_of_workday",
    "day",
    "end_of_day",
    "end_of_month",
    "end_of_quarter",
    "end_of_week",
    "is_provisional",
    "is_weekend",
    "is_workday",
    "local_date_ordinal",
    "local_day",
    "minute_of_day",
    "month",
    "next_weekday_time",
    "next_workday_time",
    "next_working_moment",
    "one",
    "previous_workday_time",
    "quarter",
    "start_of_day",
    "start_of_month",
    "start_of_week",
    "weekday",
    "working_between",
    "working_day_seconds",
    "year",
]


def one(act: Callable[..., Ints | Bools], on: Calendar | WorkTable, moment: int, *amounts: int, cal: int = 0) -> int:
    """Return what `act` gives for one moment: the same code as for columns, over columns of length one.

    >>> from engine.calendars.zones import moment_of
    >>> one(weekday, Calendar("office"), moment_of("2026-05-09 10:00", "Asia/Shanghai"))
    5
    """
    table = table_of(on) if isinstance(on, Calendar) else on
    columns = [np.array([each], dtype=np.int64) for each in (cal, moment, *amounts)]
    answer: int = act(table, *columns)[0].item()
    return answer


@over_known
def add_working(table: WorkTable, cal: Ints | int, start: Ints | int, seconds: Ints | int) -> Ints:
    """Return the moment by which so much working time has passed since `start`, or was left where it is negative.

    Work that ends with a block ends at that block's end, not at the next block's start; counted backwards it ends
    at a block's start. No time at all leaves `start` as it is. Saturday 9 May 2026 is a make-up workday:
    >>> from engine.calendars.zones import moment_of, moment_text
    >>> office = Calendar("office")
    >>> moment_text(one(add_working, office, moment_of("2026-05-08 17:00", office.zone), 2 * 3600), office.zone)
    '2026-05-09 10:00'
    """
    row, start, seconds = table.rows[cal], np.asarray(start), np.clip(seconds, -LIMIT[1] * 2, LIMIT[1] * 2)
    check_limits(start)
    check_limits(start + seconds)  # work never passes faster than time

    def look(hours: Hours) -> tuple[Ints, Ints]:
        work = hours.work_until(row, start) + seconds
        first, last = hours.work_bounds(row)
        # Keys are whole numbers, so "at most" is "below one more".
        block = np.maximum(hours.work_before.below(work + (seconds <= 0)) - 1, 0)
        found = hours.starts[block] + work - hours.work_before.keys[block]
        beyond = ((seconds > 0) & (work > last)).astype(np.int64) - ((seconds < 0) & (work < first))
        return np.where(seconds == 0, start, found), beyond

    return table.until_found(row, start, look)


@over_known
def working_between(table: WorkTable, cal: Ints | int, start: Ints | int, end: Ints | int) -> Ints:
    """Return the working seconds from `start` to `end`, negative where `end` is earlier.

    >>> from engine.calendars.zones import moment_of
    >>> office = Calendar("office")
    >>> friday, monday = (moment_of(text, office.zone) for text in ("2026-03-06 17:00", "2026-03-09 09:30"))
    >>> one(working_between, office, friday, monday) / 3600
    1.5
    """
    row, start, end = table.rows[cal], np.asarray(start), np.asarray(end)
    table.hours(start)
    table.hours(end)
    hours = table.hours(start)  # laid out for both by now: hours only ever grow
    return hours.work_until(row, end) - hours.work_until(row, start)


def working_day_seconds(table: WorkTable, cal: Ints | int, days: npt.ArrayLike) -> Ints:
    """Return the working seconds of so many standard working days; parts of a day count to the second.

    >>> half_past_seven = Calendar("c", week=(((540, 720), (780, 1050)),) * 5 + ((), ()))
    >>> working_day_seconds(table_of(half_past_seven), 0, [0.5, 2]) / 3600
    array([ 3.75, 15.  ])
    """
    return np.asarray(np.rint(np.asarray(days, dtype=np.float64) * table.day_seconds(cal)), dtype=np.int64)


@over_known
def next_working_moment(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the moment itself inside working time, else the start of the next block."""
    row, moments = table.rows[cal], np.asarray(moments)

    def look(hours: Hours) -> tuple[Ints, Ints]:
        block = hours.next_block(row, moments)
        end_of_row = hours.block_of_slot[row * (hours.days + 1) + hours.days]
        return np.maximum(moments, hours.starts[block]), (block >= end_of_row).astype(np.int64)

    return table.until_found(row, moments, look)


@over_known
def close_of_day(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the end of the day's last block; of the next workday's where the day has none or it has passed.

    >>> from engine.calendars.zones import moment_of, moment_text
    >>> office = Calendar("office")
    >>> moment_text(one(close_of_day, office, moment_of("2026-03-06 18:01", office.zone)), office.zone)
    '2026-03-09 18:00'
    """
    row, moments = table.rows[cal], np.asarray(moments)
    day_now = local_day(table, cal, moments)

    def look(hours: Hours) -> tuple[Ints, Ints]:
        slot = hours.slot(row, day_now)
        is_open = hours.is_workday(slot)
        is_open &= hours.close(slot) >= moments
        later, beyond = hours.nth_workday(row, slot, np.ones_like(slot))
        return hours.close(np.where(is_open, slot, later)), np.where(is_open, 0, beyond)

    return table.until_found(row, moments, look)


@over_known
def close_of_workday(table: WorkTable, cal: Ints | int, moments: Ints | int, n: Ints | int) -> Ints:
    """Return the close of the n-th workday after the moment's day, or before it where `n` is negative.

    0 is `close_of_day`. The close of the last workday before Monday's lesson:
    >>> from engine.calendars.zones import moment_of, moment_text
    >>> office = Calendar("office")
    >>> moment_text(one(close_of_workday, office, moment_of("2026-03-09 10:00", office.zone), -1), office.zone)
    '2026-03-06 18:00'
    """
    row, moments, n = table.rows[cal], np.asarray(moments), np.asarray(n)
    day_now = local_day(table, cal, moments)

    def look(hours: Hours) -> tuple[Ints, Ints]:
        slot, beyond = hours.nth_workday(row, hours.slot(row, day_now), np.where(n == 0, 1, n))
        return hours.close(slot), np.where(n == 0, 0, beyond)

    found = table.until_found(row, moments, look)
    today = n == 0
    if today.any():
        found[today] = close_of_day(table, np.broadcast_to(cal, today.shape)[today], moments[today])
    return found


@over_known
def next_workday_time(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the moment on a workday, else the same wall time on the next workday."""
    return _shift_to_workday(table, np.asarray(cal), np.asarray(moments), 1)


@over_known
def previous_workday_time(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the moment on a workday, else the same wall time on the workday before."""
    return _shift_to_workday(table, np.asarray(cal), np.asarray(moments), -1)


@over_known
def is_workday(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Bools:
    """Return whether the calendar works on the moment's local day; False where the moment is unknown."""
    hours = table.hours(np.asarray(moments))
    return hours.is_workday(hours.slot(table.rows[cal], local_day(table, cal, moments)))


@over_known
def is_provisional(table: WorkTable, cal: Ints | int, start: Ints | int, end: Ints | int) -> Bools:
    """Return whether any year from `start` to `end` has no published table; False where either is unknown."""
    years = [year_of(local_day(table, cal, each)) for each in (start, end)]
    return table.provisional_years(table.rows[cal], np.minimum(*years), np.maximum(*years)) > 0


def _shift_to_workday(table: WorkTable, cal: Ints, moments: Ints, step: int) -> Ints:
    row, wall = table.rows[cal], table.wall(cal, moments)

    def look(hours: Hours) -> tuple[Ints, Ints]:
        slot = hours.slot(row, wall // DAY)
        stays = hours.is_workday(slot)
        other, beyond = hours.nth_workday(row, slot, np.full_like(slot, step))
        return np.where(stays, slot, other) - hours.slot(row, wall // DAY), np.where(stays, 0, beyond)

    days = table.until_found(row, moments, look)
    return np.where(days == 0, moments, table.moment(cal, wall + days * DAY))
