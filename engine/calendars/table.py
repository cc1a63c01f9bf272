"""Several calendars compiled into one table, so that rows of different calendars are computed in one pass."""

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from engine.calendars.calendar import Calendar
from engine.calendars.hours import Hours, lay_out
from engine.calendars.ladder import Ints
from engine.calendars.zones import DAY, LIMIT, Clock

NULL: Final = int(np.iinfo(np.int64).min)
"""Stands for an unknown moment or number; it goes through every sum unchanged."""

_EPOCH: Final = date(1970, 1, 1)
_FIRST_DAY, _LAST_DAY = LIMIT[0] // DAY, LIMIT[1] // DAY
_FIRST_YEAR, _LAST_YEAR = 1969, 2200


class OutOfRange(ValueError):  # noqa: N818 - it says where a sum leads, also where nobody erred
    """A sum starts or ends outside the years 1970 to 2199, or counts on a calendar without work."""

    def __init__(self, moment: int, message: str) -> None:
        super().__init__(message)
        self.moment: Final = moment


class WorkTable:
    """The hours of several calendars; a calendar is its number in the list it was built from.

    It covers a range of days, and lays out a wider one by itself when a sum needs it.
    """

    __slots__ = ("_bounds", "_hours", "_provisional", "_seconds", "_unlike", "calendars", "clock", "rows", "zones")

    def __init__(self, calendars: Sequence[Calendar], first: date, last: date) -> None:
        self.calendars: Final = tuple(calendars)
        numbers: dict[Hashable, int] = {}
        rows = [numbers.setdefault(each.rules, len(numbers)) for each in self.calendars]
        self._unlike: Final = [self.calendars[rows.index(number)] for number in range(len(numbers))]
        zones = list(dict.fromkeys(each.zone for each in self._unlike))
        self.clock: Final = Clock(zones)
        self.rows: Final = np.array(rows, dtype=np.int64)
        self.zones: Final = np.array([zones.index(each.zone) for each in self._unlike], dtype=np.int64)
        self._seconds: Final = np.array([each.day_minutes * 60 for each in self._unlike], dtype=np.int64)
        self._provisional: Final = np.array([_provisional_years(each) for each in self._unlike], dtype=np.int64)
        self._bounds: Final = [_bounds(each) for each in self._unlike]
        begin, end = ((day - _EPOCH).days for day in (first, last))
        self._hours = self._lay_out(max(begin, _FIRST_DAY), min(end, _LAST_DAY))

    @classmethod
    def build(cls, calendars: Sequence[Calendar], first: date, last: date) -> "WorkTable":
        """Return a table of `calendars` that covers the local days `first` to `last`; equal calendars share."""
        return cls(calendars, first, last)

    def covers(self, moments: Ints) -> npt.NDArray[np.bool_]:
        """Return for each moment whether its day is laid out already in every zone; unknown moments are."""
        low, high = (self._hours.first + 1) * DAY, (self._hours.first + self._hours.days - 1) * DAY
        covered: npt.NDArray[np.bool_] = (moments == NULL) | ((low <= moments) & (moments < high))
        return covered

    def day_seconds(self, cal: Ints | int) -> Ints:
        """Return the length of a standard working day of each calendar, in seconds."""
        return np.asarray(self._seconds[self.rows[cal]])

    def wall(self, cal: Ints, moments: Ints) -> Ints:
        """Return the local wall time of each moment, as seconds since 1970-01-01 00:00 on that wall."""
        check_limits(moments)
        return self.clock.wall(self.zones[self.rows[cal]], moments)

    def moment(self, cal: Ints, walls: Ints) -> Ints:
        """Return the moment of each local wall time."""
        check_limits(walls, slack=DAY)
        moments = self.clock.moment(self.zones[self.rows[cal]], walls)
        check_limits(moments)
        return moments

    def provisional_years(self, row: Ints, first: Ints, last: Ints) -> Ints:
        """Return how many years from `first` to `last` rest on no official or listed table."""
        counts: Ints = self._provisional[row, last + 1 - _FIRST_YEAR] - self._provisional[row, first - _FIRST_YEAR]
        return counts

    def hours(self, moments: Ints) -> Hours:
        """Return hours laid out around all of `moments`."""
        check_limits(moments)
        if moments.size:
            low, high = int(moments.min()), int(moments.max())
            if not self._hours.holds(low, high):
                self._widen(low // DAY, high // DAY)
        return self._hours

    def until_found(self, row: Ints, moments: Ints, look: Callable[[Hours], tuple[Ints, Ints]]) -> Ints:
        """Return what `look` finds, on ever wider hours until nothing that it looks for lies beyond them.

        `look` returns its findings and where they lie: 0 within the hours, 1 after them, -1 before them.
        """
        while True:
            hours = self.hours(moments)
            found, beyond = look(hours)
            if not beyond.any():
                return found
            for sign in np.unique(beyond[beyond != 0]).tolist():
                self._widen_for(hours, row, moments, beyond == sign, sign)

    def _widen_for(self, hours: Hours, row: Ints, moments: Ints, where: npt.NDArray[np.bool_], sign: int) -> None:
        """Double the range, or report a row whose calendar surely has nothing more on that side."""
        row, moments = np.broadcast_arrays(row, moments)
        for number in np.unique(row[where]).tolist():
            first, last = self._bounds[number]
            spent = hours.first + hours.days - 1 > last if sign > 0 else hours.first < first
            if spent:
                moment = int(moments[where & (row == number)].flat[0])
                raise OutOfRange(moment, self._spent_message(number, moment))
        self._widen(hours.first - hours.days * (sign < 0), hours.first + hours.days * (1 + (sign > 0)))

    def _spent_message(self, row: int, moment: int) -> str:
        name, since = self._unlike[row].calendar_id, _text(moment)
        if self._unlike[row].span() is not None:
            return f'calendar "{name}" has too little working time to count from {since}'
        return f'counting on calendar "{name}" from {since} leaves the years 1970 to 2199'

    def _widen(self, first: int, last: int) -> None:
        now_first, now_last = self._hours.first, self._hours.first + self._hours.days
        # Half a length of air on the side that grows, or the next day's run would lay it all out again.
        air = self._hours.days // 2
        first = max(_FIRST_DAY, first - air) if first < now_first + 2 else now_first + 2
        last = min(_LAST_DAY, last + air) if last > now_last - 3 else now_last - 3
        self._hours = self._lay_out(first, last)

    def _lay_out(self, first: int, last: int) -> Hours:
        return lay_out(self._unlike, self.clock, self.zones, first, last)


@lru_cache(maxsize=256)
def table_of(calendar: Calendar) -> WorkTable:
    """Return a table of one calendar that begins with a few years and grows where asked."""
    return WorkTable.build([calendar], date(2024, 1, 1), date(2028, 12, 31))


def check_limits(moments: Ints, slack: int = 0) -> None:
    """Refuse moments outside the years 1970 to 2199; `slack` lets wall times reach a little further."""
    low, high = LIMIT[0] - slack, LIMIT[1] + slack
    if moments.size and not (low <= moments.min() and moments.max() <= high):
        moment = int(moments[(moments < low) | (moments > high)].flat[0])
        raise OutOfRange(moment, f"{_text(moment)} lies outside the years 1970 to 2199")


def _text(moment: int) -> str:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=moment)).strftime("%Y-%m-%d %H:%M UTC")
    except OverflowError:
        return f"{moment} seconds since 1970"


def _bounds(calendar: Calendar) -> tuple[int, int]:
    span = calendar.span()
    if span is None:
        return _FIRST_DAY, _LAST_DAY
    first, last = ((day - _EPOCH).days for day in span)
    return max(first, _FIRST_DAY), min(last, _LAST_DAY)


def _provisional_years(calendar: Calendar) -> list[int]:
    years = [calendar.is_provisional_year(year) for year in range(_FIRST_YEAR, _LAST_YEAR + 1)]
    return [0, *np.cumsum(years).tolist()]
