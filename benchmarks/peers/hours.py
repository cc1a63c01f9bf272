"""The working hours of the two calendars, as somebody would write them down who needs nothing else."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

import chinese_calendar

CHINA: Final = 8 * 3600
WORKING_DAY: Final = 27_000
_FIRST, _LAST = date(2025, 1, 1), date(2026, 12, 31)
_OFFICE: Final = ((540, 720), (810, 1080))
_EVENING: Final = ((780, 1230),)
_WEEKS: Final = {
    "xuhui": (_OFFICE,) * 5 + ((), ()),
    "pudong": ((), (), _EVENING, _EVENING, _EVENING, _OFFICE, _OFFICE),
}
_CLOSED: Final = {"xuhui": (), "pudong": ((date(2026, 2, 14), date(2026, 2, 25)),)}
_OPEN: Final = {"xuhui": (), "pudong": (date(2026, 10, 5), date(2026, 10, 6))}


@dataclass(frozen=True)
class Hours:
    """The blocks of working time of a campus: begin, end, and the working seconds before each; and its working days."""

    begin: list[int]
    end: list[int]
    before: list[int]
    days: list[int]  # local days since 1970 on which it works

    def worked(self, moment: int) -> int:
        """Return the working seconds up to a moment."""
        block = bisect_right(self.begin, moment) - 1
        return self.before[block] + min(moment, self.end[block]) - self.begin[block]

    def add(self, moment: int, seconds: int) -> int:
        """Return the moment by which so many working seconds have passed."""
        work = self.worked(moment) + seconds
        block = bisect_left(self.before, work) - 1
        return self.begin[block] + work - self.before[block]

    def fridays(self, wall_seconds: int) -> list[int]:
        """Return each Friday at a wall time, or that time on the working day before it."""
        first, last = self.days[0], self.days[-1]
        fridays = range(first + (1 - first) % 7 + 7, last, 7)  # 2 January 1970 was a Friday
        worked = (self.days[bisect_right(self.days, friday) - 1] for friday in fridays)
        return sorted({day * 86_400 + wall_seconds - CHINA for day in worked})


@cache
def hours_of(campus: str) -> Hours:
    """Return the hours of a campus over the years that the data touch."""
    begin, end, before, days = [], [], [], []
    worked = 0
    for offset in range((_LAST - _FIRST).days):
        day = _FIRST + timedelta(days=offset)
        number = (day - date(1970, 1, 1)).days
        blocks = _blocks(campus, day)
        days += [number] if blocks else []
        for opens, closes in blocks:
            begin.append(number * 86_400 - CHINA + opens * 60)
            end.append(number * 86_400 - CHINA + closes * 60)
            before.append(worked)
            worked += (closes - opens) * 60
    return Hours(begin, end, before, days)


def _blocks(campus: str, day: date) -> tuple[tuple[int, int], ...]:
    if day in _OPEN[campus]:
        return _OFFICE
    if any(first <= day <= last for first, last in _CLOSED[campus]):
        return ()
    is_off, name = chinese_calendar.get_holiday_detail(day)
    if is_off and name:
        return ()
    if not is_off and day.weekday() >= 5:
        return _OFFICE
    return _WEEKS[campus][day.weekday()]
