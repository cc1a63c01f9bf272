"""Between moments (seconds since 1970 in UTC) and the wall time of zones, for whole columns."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from engine.calendars.ladder import Ints, Ladder

DAY: Final = 86_400
LIMIT: Final = (0, int(datetime(2200, 1, 1, tzinfo=UTC).timestamp()) - 1)
"""The first and the last moment that sums may use or give: the years 1970 to 2199."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ON_A_WALL: Final = _EPOCH.replace(tzinfo=None)
# A month more at either end, so that days around the limits can still be laid out.
_FIRST, _LAST = LIMIT[0] - 31 * DAY, LIMIT[1] + 31 * DAY
_WIDTH: Final = _LAST - _FIRST + 4 * DAY


class Clock:
    """The wall time of several zones in one search; a zone is its number in the list.

    A wall time that comes twice in autumn means the first; one that the clocks skip in spring means the moment
    they skip, so hours of work that fall into the gap have no length.
    """

    __slots__ = ("_changes", "_next_change", "_offset", "_wall_changes")

    def __init__(self, zones: Sequence[str]) -> None:
        changes = [offset_changes(zone) for zone in zones]
        moments = np.array([at for each in changes for at, _ in each], dtype=np.int64)
        offsets = np.array([offset for each in changes for _, offset in each], dtype=np.int64)
        base = np.repeat(np.arange(len(zones), dtype=np.int64) * _WIDTH, [len(each) for each in changes])
        first = np.append(True, np.diff(base) > 0)[: len(base)]
        before = np.where(first, offsets, np.roll(offsets, 1))
        self._offset: Final = offsets
        self._next_change: Final = np.append(np.where(first, _LAST + DAY, moments)[1:], _LAST + DAY)
        self._changes: Final = Ladder(base + moments - _FIRST)
        walls = base + moments - _FIRST + np.where(first, -DAY, np.maximum(before, offsets)) + DAY
        self._wall_changes: Final = Ladder(walls)

    def wall(self, zone: Ints, moments: Ints) -> Ints:
        """Return wall time as seconds since 1970-01-01 00:00 on that wall."""
        piece = self._changes.below(zone * _WIDTH + moments - _FIRST + 1) - 1
        walls: Ints = moments + self._offset[piece]
        return walls

    def moment(self, zone: Ints, walls: Ints) -> Ints:
        """Return the moment at which the wall shows `walls`."""
        piece = self._wall_changes.below(zone * _WIDTH + walls - _FIRST + DAY + 1) - 1
        moments: Ints = np.minimum(walls - self._offset[piece], self._next_change[piece])
        return moments


@lru_cache
def offset_changes(zone: str) -> tuple[tuple[int, int], ...]:
    """Return each moment at which the zone's distance from UTC changes, and the seconds from then on.

    >>> [(moment_text(at, "UTC"), offset) for at, offset in offset_changes("Asia/Shanghai")][-1]
    ('1991-09-14 17:00', 28800)
    """
    info = ZoneInfo(zone)
    at, offset = _FIRST, _offset_at(info, _FIRST)
    changes = [(at, offset)]
    while at < _LAST:
        # The closest pair of changes that cancel out is a week apart: northern Brazil in October 2000.
        ahead = at + 5 * DAY
        if _offset_at(info, ahead) != offset:
            ahead = _first_change(info, at, ahead)
            offset = _offset_at(info, ahead)
            changes.append((ahead, offset))
        at = ahead
    return tuple(changes)


def _first_change(info: ZoneInfo, low: int, high: int) -> int:
    offset = _offset_at(info, low)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset_at(info, middle) == offset else (low, middle)
    return high


def _offset_at(info: ZoneInfo, moment: int) -> int:
    # Not fromtimestamp, which on Windows refuses the days before 1970.
    offset = (_EPOCH + timedelta(0, moment)).astimezone(info).utcoffset()
    return offset.days * DAY + offset.seconds if offset else 0


def moment_of(text: str, zone: str) -> int:
    """Return the moment of a wall time written as ISO 8601 without an offset.

    >>> moment_of("2026-05-08 17:00", "Asia/Shanghai")
    1778230800
    """
    walls = (datetime.fromisoformat(text) - _EPOCH_ON_A_WALL) // timedelta(seconds=1)
    return int(_clock_of(zone).moment(np.zeros(1, np.int64), np.array([walls]))[0])


def moment_text(moment: int, zone: str) -> str:
    """Return the wall time of a moment, to the minute, or to the second if it has seconds.

    >>> moment_text(1778230800, "Asia/Shanghai")
    '2026-05-08 17:00'
    """
    seconds = _clock_of(zone).wall(np.zeros(1, np.int64), np.array([moment]))[0]
    walls = _EPOCH_ON_A_WALL + timedelta(seconds=int(seconds))
    return walls.isoformat(" ", "seconds" if walls.second else "minutes")


@lru_cache
def _clock_of(zone: str) -> Clock:
    return Clock([zone])
