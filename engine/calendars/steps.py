"""The day-by-day sum behind a due moment, for people to check."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from engine.calendars.calendar import Block, Calendar, Why
from engine.calendars.columns import add_working, local_day, one, working_between
from engine.calendars.ladder import Ints
from engine.calendars.official import DayName
from engine.calendars.table import WorkTable, table_of
from engine.calendars.zones import DAY

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class DayLine:
    """What one local day gave to a sum: `taken` seconds of work, after which `remaining` were left to find."""

    day: date
    why: Why
    name: DayName | None
    blocks: tuple[Block, ...]  # the day's hours, in local minutes
    counted: tuple[tuple[int, int], ...]  # the parts of them that were counted, as moments
    taken: int
    remaining: int
    reason: str  # why nothing was taken; empty where something was
    is_provisional: bool


def deadline_sum(calendar: Calendar, start: int, seconds: int) -> list[DayLine]:
    """Return a line for each local day from `start` to where `seconds` of work have passed, in the order counted.

    Counted backwards (`seconds` negative) the later day comes first. The sum is `add_working`, told day by day:
    >>> from engine.calendars.zones import moment_of
    >>> office = Calendar("office")
    >>> lines = deadline_sum(office, moment_of("2026-03-06 17:00", office.zone), 3 * 3600)
    >>> [(str(line.day), line.taken // 3600, line.remaining // 3600, line.reason) for line in lines]
    [('2026-03-06', 1, 2, ''), ('2026-03-07', 0, 2, 'rest day'), ('2026-03-08', 0, 2, 'rest day'), \
('2026-03-09', 2, 0, '')]
    """
    table = table_of(calendar)
    end = one(add_working, table, start, seconds)
    low, high = min(start, end), max(start, end)
    days = np.arange(one(local_day, table, low), one(local_day, table, high) + 1)
    begins = np.clip(_midnights(table, days), low, high)
    ends = np.clip(_midnights(table, days + 1), low, high)
    taken = working_between(table, 0, begins, ends)
    if seconds < 0:
        days, begins, ends, taken = days[::-1], begins[::-1], ends[::-1], taken[::-1]
    remaining = abs(seconds) - np.cumsum(taken)
    counted = [_counted(table, *row) for row in zip(days.tolist(), begins.tolist(), ends.tolist(), strict=True)]
    rows = zip(days.tolist(), counted, taken.tolist(), remaining.tolist(), strict=True)
    return [_line(calendar, *row) for row in rows]


def _counted(table: WorkTable, number: int, begin: int, end: int) -> tuple[tuple[int, int], ...]:
    blocks = table.calendars[0].blocks_on(_EPOCH + timedelta(number))
    walls = np.array(blocks, dtype=np.int64).reshape(-1, 2) * 60 + number * DAY
    moments = np.clip(table.moment(np.zeros_like(walls), walls), begin, end).tolist()
    return tuple((low, high) for low, high in moments if low < high)


def _line(calendar: Calendar, number: int, counted: tuple[tuple[int, int], ...], taken: int, left: int) -> DayLine:
    day = _EPOCH + timedelta(number)
    return DayLine(
        day=day,
        why=calendar.why(day),
        name=calendar.name(day),
        blocks=calendar.blocks_on(day),
        counted=counted,
        taken=taken,
        remaining=left,
        reason="" if taken else skip_reason(calendar, day),
        is_provisional=calendar.is_provisional(day),
    )


def skip_reason(calendar: Calendar, day: date) -> str:
    """Return in a few words why `day` gives no working time.

    >>> skip_reason(Calendar("office"), date(2026, 10, 1)), skip_reason(Calendar("office"), date(2026, 10, 8))
    ('National Day holiday', 'outside working hours')
    """
    why, name = calendar.why(day), calendar.name(day)
    if calendar.is_workday(day):
        return "outside working hours"
    match why:
        case "closure":
            return f"closure: {name.zh}" if name else "closure"
        case "holiday":
            return f"{name.en} holiday" if name else "holiday"
        case "open_day":
            return "no hours that day"
    return "rest day"


def _midnights(table: WorkTable, days: Ints) -> Ints:
    return table.moment(np.zeros_like(days), days * DAY)
