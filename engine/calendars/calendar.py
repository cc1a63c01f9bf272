"""What one campus works: weekly hours, public holidays, make-up workdays, closures and one-off hours."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from engine.calendars.official import STATUTORY, DayName, official

Block = tuple[int, int]
"""Local minutes of the day, [start, end), 0 to 1440."""

Why = Literal["workday", "rest_day", "holiday", "makeup_workday", "closure", "open_day"]

SHANGHAI = "Asia/Shanghai"
NINE_TO_SIX: tuple[tuple[Block, ...], ...] = (((540, 1080),),) * 5 + ((), ())


@dataclass(frozen=True, slots=True)
class YearTable:
    """One year as a campus lists it itself; it stands in place of that year's official table."""

    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if both := self.holidays & self.makeup_workdays:
            raise ValueError(f"{min(both)} is both a holiday and a make-up workday")


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, first to last with both, on which a campus is shut."""

    first: date
    last: date
    title: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """The hours of a campus; every question about a day is answered here and nowhere else.

    Saturday 9 May 2026 is a make-up workday for Labour Day:
    >>> office = Calendar("office")
    >>> office.why(date(2026, 5, 9)), office.blocks_on(date(2026, 5, 9)), office.name(date(2026, 5, 9)).en
    ('makeup_workday', ((540, 1080),), 'Labour Day')
    """

    calendar_id: str
    zone: str = SHANGHAI
    week: tuple[tuple[Block, ...], ...] = NINE_TO_SIX
    holidays: Literal["china", "none"] = "china"
    years: Mapping[int, YearTable] = field(default_factory=dict)
    closures: tuple[Closure, ...] = ()
    open_days: Mapping[date, tuple[Block, ...]] = field(default_factory=dict)
    makeup_hours: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError(f'calendar "{self.calendar_id}" has {len(self.week)} days in its week, expected 7')
        if self.holidays not in ("china", "none"):
            raise ValueError(f'calendar "{self.calendar_id}" has holidays "{self.holidays}", expected china or none')
        for blocks in (*self.week, *self.open_days.values(), self.makeup_hours):
            if not _is_in_order(blocks):
                raise ValueError(f'calendar "{self.calendar_id}" has hours out of order: {blocks}')

    def __hash__(self) -> int:
        return hash((self.calendar_id, self.rules))

    @property
    def rules(self) -> Hashable:
        """Return all but the id: two calendars with equal rules work the same hours."""
        years, open_days = frozenset(self.years.items()), frozenset(self.open_days.items())
        return self.zone, self.week, self.holidays, years, self.closures, open_days, self.makeup_hours

    def blocks_on(self, day: date) -> tuple[Block, ...]:
        """Return the hours worked on `day`, in order; none on a rest day."""
        match self.why(day):
            case "open_day":
                return self.open_days[day]
            case "workday":
                return self.week[day.weekday()]
            case "makeup_workday":
                return self._makeup_blocks()
        return ()

    def is_workday(self, day: date) -> bool:
        """Return whether any hours are worked on `day`, whatever the weekday."""
        return bool(self.blocks_on(day))

    def why(self, day: date) -> Why:
        """Return what decides the hours of `day`: one-off hours first, then closures, then holidays, then the week.

        A campus that works at weekends anyway works its ordinary hours on a make-up Saturday:
        >>> weekend_campus = Calendar("c", week=((), (), *(((600, 1200),),) * 5))
        >>> weekend_campus.why(date(2026, 5, 9)), weekend_campus.why(date(2026, 5, 11))
        ('workday', 'rest_day')
        """
        if day in self.open_days:
            return "open_day"
        if self.closure_on(day):
            return "closure"
        mark = self._mark(day)
        if mark == "holiday":
            return "holiday"
        if self.week[day.weekday()]:
            return "workday"
        return "makeup_workday" if mark and self._makeup_blocks() else "rest_day"

    def name(self, day: date) -> DayName | None:
        """Return the holiday that `day` is or makes up for, or its closure's title; None where none is known."""
        why = self.why(day)
        if why == "closure" and (closure := self.closure_on(day)):
            return DayName(closure.title, closure.title)
        if why == "makeup_workday":
            return official().makeup_workdays.get(day)
        if why == "holiday":
            return official().holidays.get(day) or STATUTORY.get((day.month, day.day))
        return None

    def closure_on(self, day: date) -> Closure | None:
        """Return the first closure that `day` lies in."""
        return next((each for each in self.closures if each.first <= day <= each.last), None)

    def is_provisional(self, day: date) -> bool:
        """Return whether `day` lies in a year that neither the official tables nor `years` cover.

        Such a year has the fixed statutory days and the weekly hours, and may change once its notice is out.
        """
        return self.is_provisional_year(day.year)

    def is_provisional_year(self, year: int) -> bool:
        """Return whether the hours of `year` rest on no published or listed table."""
        return self.holidays == "china" and year not in self.years and year not in official().years

    @property
    def day_minutes(self) -> int:
        """Return the length of a standard working day: the commonest of the week, the longest of equals; 0 if none.

        >>> Calendar("c", week=(((540, 720), (780, 1050)),) * 5 + (((540, 720),), ())).day_minutes
        450
        """
        counts = Counter(total for total in map(_total, self.week) if total)
        return max(counts, key=lambda total: (counts[total], total), default=0)

    def special_days(self, first: date, last: date) -> Iterator[date]:
        """Return each day of [first, last] whose hours may differ from the week's; some may come twice."""
        yield from (day for day in self._listed_days() if first <= day <= last)
        for closure in self.closures:
            begin, end = max(first, closure.first), min(last, closure.last)
            yield from (begin + timedelta(days) for days in range((end - begin).days + 1))
        if self.holidays == "china":
            yield from _official_days(first, last)

    def span(self) -> tuple[date, date] | None:
        """Return the days outside which there is surely no work; None if the week repeats for ever."""
        if any(self.week):
            return None
        days = [*self._listed_days(), *(official().makeup_workdays if self.holidays == "china" else ())]
        return min(days, default=date(1970, 1, 1)), max(days, default=date(1970, 1, 1))

    def _listed_days(self) -> Iterator[date]:
        yield from self.open_days
        for table in self.years.values():
            yield from table.holidays
            yield from table.makeup_workdays

    def _makeup_blocks(self) -> tuple[Block, ...]:
        return self.makeup_hours or max(self.week, key=_total)

    def _mark(self, day: date) -> Literal["holiday", "makeup", ""]:
        # A notice for New Year may name days of the December before, so every listed table is asked.
        for table in self.years.values():
            if day in table.holidays:
                return "holiday"
            if day in table.makeup_workdays:
                return "makeup"
        if self.holidays == "none" or day.year in self.years:
            return ""
        tables = official()
        if day.year not in tables.years:
            return "holiday" if (day.month, day.day) in STATUTORY else ""
        if day in tables.holidays:
            return "holiday"
        return "makeup" if day in tables.makeup_workdays else ""


def _official_days(first: date, last: date) -> Iterator[date]:
    tables = official()
    for days in (tables.holidays, tables.makeup_workdays):
        yield from (day for day in days if first <= day <= last)
    for year in range(first.year, last.year + 1):
        if year not in tables.years:
            days_of_year = (date(year, month, day) for month, day in STATUTORY)
            yield from (day for day in days_of_year if first <= day <= last)


def _total(blocks: Sequence[Block]) -> int:
    return sum(end - start for start, end in blocks)


def _is_in_order(blocks: Sequence[Block]) -> bool:
    minutes = [minute for block in blocks for minute in block]
    starts_before_ends = all(start < end for start, end in blocks)
    return starts_before_ends and minutes == sorted(minutes) and all(0 <= minute <= 1440 for minute in minutes)
