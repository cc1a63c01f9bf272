"""What the State Council's holiday notices say, year by year, through the chinese_calendar package."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple


class DayName(NamedTuple):
    """What a day is called, in Chinese and in English."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Official:
    """The published tables: what each listed day is for, and the years that are published in full."""

    holidays: Mapping[date, DayName]
    makeup_workdays: Mapping[date, DayName]
    years: frozenset[int]


# The fixed days of the law as amended in 2024 (in force since 2025). The others follow the moon or the sun.
STATUTORY: Mapping[tuple[int, int], DayName] = {
    (1, 1): DayName("元旦", "New Year's Day"),
    (5, 1): DayName("劳动节", "Labour Day"),
    (5, 2): DayName("劳动节", "Labour Day"),
    (10, 1): DayName("国庆节", "National Day"),
    (10, 2): DayName("国庆节", "National Day"),
    (10, 3): DayName("国庆节", "National Day"),
}


@lru_cache(maxsize=1)
def official() -> Official:
    """Return the published tables; the package is read at the first call, not at import.

    >>> official().holidays[date(2026, 2, 17)]
    DayName(zh='春节', en='Spring Festival')
    >>> official().makeup_workdays[date(2026, 5, 9)].zh
    '劳动节'
    """
    from chinese_calendar import constants  # slow, and many runs need no holiday

    names = {each.value: DayName(each.chinese, each.value) for each in constants.Holiday}
    holidays = {day: names[name] for day, name in constants.holidays.items()}
    makeup_workdays = {day: names[name] for day, name in constants.workdays.items()}
    # New Year's rest can reach into a neighbour year; National Day is always of its own year's notice.
    years = frozenset(day.year for day in holidays if (day.month, day.day) == (10, 1))
    return Official(holidays, makeup_workdays, years)
