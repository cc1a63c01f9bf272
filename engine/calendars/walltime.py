"""Sums over columns in local wall time, where hours of work play no part: dates, weekdays, ends of months.

Each function takes (table, cal, moments, ...): cal is a column of calendar numbers, or one number for all rows. An
unknown moment (`NULL`) gives an unknown answer. The *end* of a day, week, month or quarter is 23:59 of its last day:
a list that said "due 2026-03-02 00:00" would be read a day wrong.
"""

import numpy as np
import numpy.typing as npt

from engine.calendars.known import over_known
from engine.calendars.ladder import Ints
from engine.calendars.table import WorkTable
from engine.calendars.zones import DAY

Bools = npt.NDArray[np.bool_]

END_OF_DAY = DAY - 60
_EPOCH_ORDINAL = 719_163  # date(1970, 1, 1).toordinal()
_FAR = 1_000_000  # more days or months than the calendar holds, few enough to multiply


@over_known
def add_days(table: WorkTable, cal: Ints | int, moments: Ints | int, days: Ints | int) -> Ints:
    """Return the same wall time so many days later, or earlier where `days` is negative.

    The clocks of London go forward on 29 March 2026, so these days have 23 hours:
    >>> from engine.calendars.calendar import Calendar
    >>> from engine.calendars.columns import one
    >>> from engine.calendars.zones import moment_of, moment_text
    >>> london = Calendar("london", "Europe/London")
    >>> moment_text(one(add_days, london, moment_of("2026-03-28 09:00", london.zone), 1), london.zone)
    '2026-03-29 09:00'
    """
    cal, moments, days = _arrays(cal, moments, days)
    return table.moment(cal, table.wall(cal, moments) + np.clip(days, -_FAR, _FAR) * DAY)


@over_known
def add_months(table: WorkTable, cal: Ints | int, moments: Ints | int, months: Ints | int) -> Ints:
    """Return the same day and wall time so many months later; the month's last day where it is too short.

    >>> from engine.calendars.calendar import Calendar
    >>> from engine.calendars.columns import one
    >>> from engine.calendars.zones import moment_of, moment_text
    >>> office = Calendar("office")
    >>> moment_text(one(add_months, office, moment_of("2026-01-31 09:30", office.zone), 1), office.zone)
    '2026-02-28 09:30'
    """
    cal, moments, months = _arrays(cal, moments, months)
    wall = table.wall(cal, moments)
    day, second = wall // DAY, wall % DAY
    month = _month_of(day)
    target = month + np.clip(months, -_FAR // 50, _FAR // 50)
    shown = _first_day(target) + day - _first_day(month)
    return table.moment(cal, np.minimum(shown, _first_day(target + 1) - 1) * DAY + second)


@over_known
def next_weekday_time(
    table: WorkTable, cal: Ints | int, moments: Ints | int, weekday: Ints | int, minute: Ints | int
) -> Ints:
    """Return the next time, strictly later, that it is this weekday (0 is Monday) and this minute of the day.

    >>> from engine.calendars.calendar import Calendar
    >>> from engine.calendars.columns import one
    >>> from engine.calendars.zones import moment_of, moment_text
    >>> office, friday = Calendar("office"), moment_of("2026-03-06 12:00", "Asia/Shanghai")
    >>> moment_text(one(next_weekday_time, office, friday, 4, 12 * 60), office.zone)
    '2026-03-13 12:00'
    """
    cal, moments, weekday, minute = _arrays(cal, moments, weekday, minute)
    day = table.wall(cal, moments) // DAY
    day += (weekday - _weekday_of(day)) % 7
    found = table.moment(cal, day * DAY + minute * 60)
    late = found <= moments
    found[late] = table.moment(cal[late], (day[late] + 7) * DAY + minute[late] * 60)
    return found


@over_known
def start_of_day(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return 00:00 of the moment's local day."""
    return _day_moment(table, cal, local_day(table, cal, moments), 0)


@over_known
def end_of_day(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return 23:59 of the moment's local day."""
    return _day_moment(table, cal, local_day(table, cal, moments), END_OF_DAY)


@over_known
def start_of_week(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return 00:00 of the Monday of the moment's local week."""
    day = local_day(table, cal, moments)
    return _day_moment(table, cal, day - _weekday_of(day), 0)


@over_known
def end_of_week(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return 23:59 of the Sunday of the moment's local week."""
    day = local_day(table, cal, moments)
    return _day_moment(table, cal, day - _weekday_of(day) + 6, END_OF_DAY)


@over_known
def start_of_month(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return 00:00 of the first day of the moment's local month."""
    return _day_moment(table, cal, _first_day(_month_of(local_day(table, cal, moments))), 0)


@over_known
def end_of_month(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return 23:59 of the last day of the moment's local month."""
    return _day_moment(table, cal, _first_day(_month_of(local_day(table, cal, moments)) + 1) - 1, END_OF_DAY)


@over_known
def end_of_quarter(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return 23:59 of the last day of March, June, September or December, whichever is next."""
    month = _month_of(local_day(table, cal, moments))
    return _day_moment(table, cal, _first_day(month - month % 3 + 3) - 1, END_OF_DAY)


@over_known
def local_day(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the local day as days since 1970-01-01, which is how polars stores a date."""
    cal, moments = _arrays(cal, moments)
    return table.wall(cal, moments) // DAY


@over_known
def local_date_ordinal(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the local day as Python's `date.toordinal` counts it."""
    return local_day(table, cal, moments) + _EPOCH_ORDINAL


@over_known
def minute_of_day(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the local minute of the day, 0 to 1439."""
    cal, moments = _arrays(cal, moments)
    return table.wall(cal, moments) % DAY // 60


@over_known
def weekday(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the local weekday, 0 for Monday to 6 for Sunday."""
    return _weekday_of(local_day(table, cal, moments))


@over_known
def year(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the local year."""
    return year_of(local_day(table, cal, moments))


@over_known
def quarter(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the local quarter, 1 to 4."""
    return _month_of(local_day(table, cal, moments)) % 12 // 3 + 1


@over_known
def month(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the local month, 1 to 12."""
    return _month_of(local_day(table, cal, moments)) % 12 + 1


@over_known
def day(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Ints:
    """Return the local day of the month, 1 to 31."""
    since = local_day(table, cal, moments)
    return since - _first_day(_month_of(since)) + 1


@over_known
def is_weekend(table: WorkTable, cal: Ints | int, moments: Ints | int) -> Bools:
    """Return whether the local day is a Saturday or Sunday, whatever the calendar works."""
    return _weekday_of(local_day(table, cal, moments)) >= 5


def year_of(day: Ints) -> Ints:
    """Return the year of a day counted since 1970."""
    return 1970 + _month_of(day) // 12


def _day_moment(table: WorkTable, cal: Ints | int, day: Ints, second: int) -> Ints:
    return table.moment(np.asarray(cal), day * DAY + second)


def _weekday_of(day: Ints) -> Ints:
    return (day + 3) % 7  # 1970-01-01 was a Thursday


def _month_of(day: Ints) -> Ints:
    """Return the month as months since January 1970."""
    return day.astype("M8[D]").astype("M8[M]").astype(np.int64)


def _first_day(month: Ints) -> Ints:
    return month.astype("M8[M]").astype("M8[D]").astype(np.int64)


def _arrays(*columns: Ints | int) -> tuple[Ints, ...]:
    return tuple(np.asarray(each, dtype=np.int64) for each in columns)
