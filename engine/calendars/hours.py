"""The hours of several calendars over a range of days, laid out as sorted arrays to search in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from engine.calendars.calendar import Block, Calendar
from engine.calendars.ladder import Ints, Ladder
from engine.calendars.zones import DAY, Clock

_EPOCH = date(1970, 1, 1)
MARGIN = 2
"""Days laid out beyond either end of the promised range, since a zone can be most of a day from UTC."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Blocks of work of all rows, one row after the other; a row is one set of rules that calendars share.

    A *slot* is a row's day: `row * (days + 1) + day - first`. Each row ends with an empty block and an empty slot,
    so that "the next one" always exists. *Work* is seconds of work counted through all rows without a break.
    """

    first: int  # days since 1970-01-01, the margin included
    days: int
    starts: Ints  # of each block
    work_before: Ladder  # each block
    ends: Ladder  # of each block, kept apart by row: see `_spread`
    block_of_slot: Ints  # the first block on or after the slot's day
    workdays_before: Ints  # how many slots before this one are workdays
    workdays: Ints  # the slots that are

    def holds(self, low: int, high: int) -> bool:
        """Return whether the local days of all moments from `low` to `high` are laid out in every zone."""
        return (self.first + 1) * DAY <= low and high < (self.first + self.days - 1) * DAY

    def next_block(self, row: Ints, moments: Ints) -> Ints:
        """Return the first block of the row that ends after the moment; the row's empty block if none does."""
        return self.ends.below(_spread(row, moments, self.first, self.days) + 1)

    def work_until(self, row: Ints, moments: Ints) -> Ints:
        """Return the work done before the moment, in seconds counted through all rows."""
        block = self.next_block(row, moments)
        work: Ints = self.work_before.keys[block] + np.maximum(0, moments - self.starts[block])
        return work

    def work_bounds(self, row: Ints) -> tuple[Ints, Ints]:
        """Return the work done before the row's first block and after its last."""
        work, slot = self.work_before.keys, row * (self.days + 1)
        return work[self.block_of_slot[slot]], work[self.block_of_slot[slot + self.days]]

    def slot(self, row: Ints, day: Ints) -> Ints:
        """Return the slot of a day counted since 1970."""
        return row * (self.days + 1) + day - self.first

    def day(self, row: Ints, slot: Ints) -> Ints:
        """Return the day, since 1970, of a slot."""
        return slot - row * (self.days + 1) + self.first

    def is_workday(self, slot: Ints) -> npt.NDArray[np.bool_]:
        """Return whether any work is done on the slot's day."""
        return self.block_of_slot[slot + 1] > self.block_of_slot[slot]

    def close(self, slot: Ints) -> Ints:
        """Return the end of the last block of a workday."""
        block = self.block_of_slot[slot + 1] - 1
        work = self.work_before.keys
        return self.starts[block] + work[block + 1] - work[block]

    def nth_workday(self, row: Ints, slot: Ints, n: Ints) -> tuple[Ints, Ints]:
        """Return the slot of the n-th workday after the slot (before it where n < 0), and how it lies beyond the row.

        The second is 0 where it was found, 1 where the row ends too early, -1 where it begins too late.
        """
        before = self.workdays_before
        place = np.where(n > 0, before[slot + 1] + n - 1, before[slot] + n)
        begin, end = before[row * (self.days + 1)], before[row * (self.days + 1) + self.days]
        beyond = (place >= end).astype(np.int64) - (place < begin)
        if not len(self.workdays):
            return slot, beyond
        return self.workdays[np.clip(place, 0, len(self.workdays) - 1)], beyond


def lay_out(calendars: Sequence[Calendar], clock: Clock, zones: Ints, first: int, last: int) -> Hours:
    """Return the hours of each calendar from day `first` to `last` (since 1970), margins added."""
    first, days = first - MARGIN, last - first + 1 + 2 * MARGIN
    rows = [_row(each, clock, zone, first, days) for each, zone in zip(calendars, zones, strict=True)]
    never = (first + days + 2) * DAY
    counts = np.concatenate([np.append(_count(row.day, days), 0) for row in rows])
    # One empty block closes each row; it lies after the row's last slot.
    closing = (np.arange(len(counts)) % (days + 1) == days).astype(np.int64)
    starts = np.concatenate([np.append(row.start, never) for row in rows])
    ends = np.concatenate([np.append(row.end, never) for row in rows])
    row_of_block = np.repeat(np.arange(len(rows), dtype=np.int64), [len(row.start) + 1 for row in rows])
    work = np.cumsum(ends - starts)
    return Hours(
        first=first,
        days=days,
        starts=starts,
        work_before=Ladder(work - (ends - starts)),
        ends=Ladder(_spread(row_of_block, ends, first, days)),
        block_of_slot=np.cumsum(counts + closing) - counts - closing,
        workdays_before=np.cumsum(counts > 0) - (counts > 0),
        workdays=np.flatnonzero(counts),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    day: Ints  # of each block, counted from the first day laid out
    start: Ints
    end: Ints


def _row(calendar: Calendar, clock: Clock, zone: np.int64, first: int, days: int) -> _Row:
    pattern, patterns = _patterns(calendar, first, days)
    sizes = np.array([len(blocks) for blocks in patterns])
    minutes = np.array([block for blocks in patterns for block in blocks], dtype=np.int64).reshape(-1, 2)
    count = sizes[pattern]
    day = np.repeat(np.arange(days), count)
    # Blocks of a day stand together in `minutes`: where its pattern begins there, plus 0, 1, 2 within the day.
    nth = np.arange(len(day)) - np.repeat(np.cumsum(count) - count, count)
    block = np.repeat((np.cumsum(sizes) - sizes)[pattern], count) + nth
    walls = ((first + day) * DAY)[:, None] + minutes[block] * 60
    moments = clock.moment(np.full_like(walls, zone), walls)
    real = moments[:, 1] > moments[:, 0]  # a block that the clocks skip in spring is none
    return _Row(day[real], moments[real, 0], moments[real, 1])


def _patterns(calendar: Calendar, first: int, days: int) -> tuple[Ints, list[tuple[Block, ...]]]:
    """Return for each day the number of its pattern, and the patterns: the week's seven, then what special days add."""
    patterns = list(calendar.week)
    known = {blocks: number for number, blocks in enumerate(patterns)}
    pattern = (first + 3 + np.arange(days, dtype=np.int64)) % 7  # 1970-01-01 was a Thursday
    begin = _EPOCH + timedelta(first)
    for day in calendar.special_days(begin, begin + timedelta(days - 1)):
        blocks = calendar.blocks_on(day)
        if blocks not in known:
            known[blocks] = len(patterns)
            patterns.append(blocks)
        pattern[(day - begin).days] = known[blocks]
    return pattern, patterns


def _count(day: Ints, days: int) -> Ints:
    return np.bincount(day, minlength=days).astype(np.int64)


def _spread(row: Ints, moments: Ints, first: int, days: int) -> Ints:
    """Return keys that sort by row, then by moment; the rows can't reach into each other."""
    return row * ((days + 6) * DAY) + moments - (first - 2) * DAY
