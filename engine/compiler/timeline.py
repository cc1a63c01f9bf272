"""What happened, sorted by case and moment, in one column of keys: every look into the past is a binary search.

A key is the case's row number and the moment in one integer, so "the last visit of each of a million cases before each
one's own moment" is one search of sorted keys in sorted keys. All arrays are numpy int64; a moment is seconds, UTC.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

UNKNOWN = np.iinfo(np.int64).min  # a moment nobody knows, as `engine.calendars` has it
BITS = 34  # moments up to the year 2514; rows up to half a thousand million
NEVER = (1 << BITS) - 1
SHORT = 10_000  # rows up to which columns one by one are quicker than a frame at once
NONE: Ints = np.zeros(0, np.int64)


def keys_of(rows: Ints, moments: Ints) -> Ints:
    """Return the keys of (row, moment) pairs; moments out of range count as the nearest end, unknown as the lowest."""
    return (rows << BITS) | np.clip(moments, 0, NEVER)


@dataclass(frozen=True)
class Timeline:
    """Events, or values of a fact, in order of (row, at). `frame` has a row an entry, with the columns they carry."""

    rows: Ints
    at: Ints
    frame: pl.DataFrame

    @cached_property
    def keys(self) -> Ints:
        """The sorted keys."""
        return keys_of(self.rows, self.at)

    @cached_property
    def ids(self) -> Ints:
        """The number of each event."""
        return self.frame["event_id"].to_numpy()

    def __len__(self) -> int:
        return len(self.rows)

    def filter(self, mask: Bools) -> "Timeline":
        """Return the entries where `mask` holds."""
        if mask.all():
            return self
        return Timeline(self.rows[mask], self.at[mask], kept(self.frame, mask))

    def begins(self, rows: Ints) -> Ints:
        """Return, for each row, the place of its first entry."""
        return np.searchsorted(self.keys, rows << BITS, "left")

    def through(self, rows: Ints, moments: Ints) -> Ints:
        """Return, for each pair, the place after the last entry at or before the moment."""
        return np.searchsorted(self.keys, keys_of(rows, moments), "right")

    def since(self, rows: Ints, moments: Ints) -> Ints:
        """Return, for each pair, the place of the first entry at or after the moment."""
        return np.searchsorted(self.keys, keys_of(rows, moments), "left")

    def following(self, rows: Ints, moments: Ints, ids: Ints) -> Ints:
        """Return, for each event, the place of the first entry that came after it: later, or recorded after it."""
        place = self.since(rows, moments)
        asked = keys_of(rows, moments)
        for _ in range(len(self)):  # as often as events of a case share a second
            same = (place < len(self)) & (self.keys[np.minimum(place, len(self) - 1)] == asked)
            same[same] = self.ids[place[same]] <= ids[same]
            if not same.any():
                break
            place = place + same
        return place

    def belongs(self, places: Ints, rows: Ints) -> Bools:
        """Return whether each place holds an entry of the row asked about."""
        found = (places >= 0) & (places < len(self))
        found[found] = self.rows[places[found]] == rows[found]
        return found

    def moments(self, places: Ints, valid: Bools) -> Ints:
        """Return the moments at the places, UNKNOWN where not valid."""
        answer = np.full(len(places), UNKNOWN, np.int64)
        answer[valid] = self.at[places[valid]]
        return answer

    def take(self, column: str, places: Ints, valid: Bools) -> pl.Series:
        """Return a column's values at the places, null where not valid."""
        values = self.frame[column]
        if not valid.any():
            return nulls(len(places), values.dtype)
        return values.gather(pl.Series(np.where(valid, places, 0)).set(pl.Series(~valid), None))


def kept(frame: pl.DataFrame, mask: Bools) -> pl.DataFrame:
    """Return the rows of a frame for which the mask holds."""
    if not mask.any():
        return frame.clear()
    if len(mask) > SHORT:
        return frame.filter(mask)
    which = pl.Series(mask)
    return pl.DataFrame([column.filter(which) for column in frame.get_columns()])


def nulls(size: int, dtype: pl.DataType) -> pl.Series:
    """Return a column of nothing known."""
    return pl.Series([None], dtype=dtype).new_from_index(0, size)


def merge(timelines: Sequence[Timeline]) -> Timeline:
    """Return the events of several timelines by row, moment and number; a field missing in one is null there."""
    if len(timelines) == 1:
        return timelines[0]
    rows = np.concatenate([each.rows for each in timelines])
    at = np.concatenate([each.at for each in timelines])
    frame = pl.concat([each.frame for each in timelines], how="diagonal_relaxed")
    ids = np.concatenate([each.ids for each in timelines]) if "event_id" in frame.columns else np.arange(len(rows))
    order = np.lexsort((ids, keys_of(rows, at)))
    return Timeline(rows[order], at[order], frame[order])


def merge_moments(timelines: Sequence[Timeline]) -> Timeline:
    """Return the moments of several timelines in order, without what they carry."""
    if len(timelines) == 1:
        return timelines[0]
    rows = np.concatenate([each.rows for each in timelines] or [NONE])
    at = np.concatenate([each.at for each in timelines] or [NONE])
    order = np.argsort(keys_of(rows, at), kind="stable")
    return Timeline(rows[order], at[order], pl.DataFrame())


def distinct(keys: Ints) -> Ints:
    """Return the keys sorted, each once."""
    keys = np.sort(keys, kind="stable")
    return keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys


def last_of_row(rows: Ints) -> Bools:
    """Return which of sorted rows is the last of its kind."""
    last = np.ones(len(rows), bool)
    last[:-1] = rows[1:] != rows[:-1]
    return last


def first_of_row(rows: Ints) -> Bools:
    """Return which of sorted rows is the first of its kind."""
    first = np.ones(len(rows), bool)
    first[1:] = rows[1:] != rows[:-1]
    return first


def expand(first: Ints, last: Ints) -> tuple[Ints, Ints]:
    """Return (owner, place) for every place of the half-open ranges `first` to `last`, range by range.

    >>> owner, place = expand(np.array([0, 5]), np.array([2, 6]))
    >>> owner.tolist(), place.tolist()
    ([0, 0, 1], [0, 1, 5])
    """
    counts = np.maximum(last - first, 0)
    owner = np.repeat(np.arange(len(counts)), counts)
    offsets = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, first[owner] + offsets


def to_series(moments: Ints) -> pl.Series:
    """Return moments as a column, null where UNKNOWN."""
    unknown = moments == UNKNOWN
    column = pl.Series(moments, dtype=pl.Int64)
    return column.set(pl.Series(unknown), None) if unknown.any() else column


def to_moments(column: pl.Series) -> Ints:
    """Return a column of moments as integers, UNKNOWN where null."""
    whole = column.cast(pl.Int64)
    return (whole.fill_null(int(UNKNOWN)) if whole.null_count() else whole).to_numpy().copy()


def to_bools(column: pl.Series) -> Bools:
    """Return a column of yes and no as such, no where unknown."""
    answers = column.cast(pl.Boolean)
    return (answers.fill_null(value=False) if answers.null_count() else answers).to_numpy().copy()
