"""The days on which a campus is open, and moments at which its people are at work."""

from datetime import date, timedelta
from functools import cache
from random import Random

from engine.compiler.world import calendar_of
from engine.demo.values import DAY, HOUR
from engine.model import Definitions

EPOCH = date(1970, 1, 1)
#: Days to look at for a working day near another, in this order.
SHIFTS = (0, -1, -2, -3, 1, 2, -4, 3, -5, 4, -6, 5, 6, -7, -8, -9, -10, -11, -12)


def midnight(at: int) -> int:
    """Return the moment at which the Chinese day of a moment began."""
    return (at + 8 * HOUR) // DAY * DAY - 8 * HOUR


class Days:
    """Working days and holidays of each campus, kept once they were asked for."""

    def __init__(self, definitions: Definitions, random: Random) -> None:
        self.random = random
        self._of = cache(lambda campus: calendar_of(definitions, campus))
        self._kind = cache(self._look)
        self._blocks = cache(self._look_at_hours)

    def _look(self, campus: str, day: int) -> str:
        return self._of(campus).why(EPOCH + timedelta(days=day))

    def _look_at_hours(self, campus: str, day: int) -> tuple[tuple[int, int], ...]:
        return tuple(self._of(campus).blocks_on(EPOCH + timedelta(days=day)))

    def kind(self, campus: str, at: int) -> str:
        """Return what decides the hours of the Chinese day of a moment: workday, rest_day, holiday, closure ..."""
        return self._kind(campus, (at + 8 * HOUR) // DAY)

    def is_worked(self, campus: str, at: int) -> bool:
        """Return whether the campus has hours on the day of a moment."""
        return self.kind(campus, at) in ("workday", "makeup_workday", "open_day")

    def is_closed(self, campus: str, at: int) -> bool:
        """Return whether the campus gives no lessons that day: a public holiday or a break."""
        return self.kind(campus, at) in ("holiday", "closure")

    def at_work(self, campus: str, at: int, *, earliest: int = 0, latest: int = 0) -> int:
        """Return a moment of a working day near another, earlier rather than later, at which people are at work.

        Within `earliest` and `latest` where they leave a working day; 0 is no limit.
        """
        day = midnight(at)
        for shift in SHIFTS:
            near = day + shift * DAY
            if (
                near + 18 * HOUR > earliest
                and (not latest or near + 10 * HOUR < latest)
                and self.is_worked(campus, near)
            ):
                return self.in_hours(campus, near, earliest, latest)
        return self.in_hours(campus, day, earliest, latest)

    def within(self, campus: str, low: int, high: int) -> int | None:
        """Return a moment between two at which the campus works; None if it works at none."""
        found = []
        for day in range(midnight(low), min(high, low + 20 * DAY) + 1, DAY):
            for begin, end in self._blocks(campus, (day + 8 * HOUR) // DAY):
                first, last = max(day + begin * 60, low), min(day + end * 60, high)
                if first <= last:
                    found.append((first, last))
        if not found:
            return None
        first, last = self.random.choices(found, [last - first + 1 for first, last in found])[0]
        return first + self.random.randint(0, (last - first) // 60) * 60

    def opened(self, campus: str, at: int, minute: int) -> int:
        """Return a moment, or the first morning after it where it lies at night or while the campus is closed."""
        day = midnight(at)
        if 7 * HOUR <= at - day < 22 * HOUR and not self.is_closed(campus, at):
            return at
        day += DAY if at - day >= 7 * HOUR else 0
        while self.is_closed(campus, day):
            day += DAY
        return day + 9 * HOUR + minute * 60

    def in_hours(self, campus: str, day: int, earliest: int = 0, latest: int = 0) -> int:
        """Return a moment of a day at which the campus works, else one by day, within the limits where they let."""
        low, high = max(day, earliest), min(day + DAY - 1, latest or day + DAY)
        at = self.within(campus, low, high) if low <= high else None
        if at is not None:
            return at
        low, high = day + 9 * HOUR, day + 19 * HOUR + HOUR // 2
        low, high = max(low, earliest), min(high, latest or high)
        if low >= high:
            return max(earliest, min(low, latest or low))
        return low + self.random.randint(0, (high - low) // 60) * 60

    def next_worked(self, campus: str, at: int) -> int:
        """Return a moment of the first working day from that of another on."""
        day = midnight(at)
        for _ in range(30):
            if self.is_worked(campus, day):
                break
            day += DAY
        return self.in_hours(campus, day)
