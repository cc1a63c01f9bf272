"""What happened, sorted by case and moment, in one column of keys: every look into the past is a binary search.

A key is the case's row number and the moment in one integer, so "the last visit of each of a million cases before each
one's own moment" is one search of sorted keys in sorted keys. All arrays are numpy int64; a moment is seconds, UTC.
"""

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


def keys_of(rows: Ints, moments: Ints) -> Ints:
    """Return the keys of (row, moment) pairs; moments out of range count as the nearest end, unknown ones as the lowest."""
    return (rows << BITS) | np.clip(moments, 0, NEVER)


@dataclass(frozen=True)
class Timeline:
    """Events, or values of a fact, in order of (row, at). `frame` has a row an entry, with whatever columns they carry."""

    rows: Ints
    at: Ints
    frame: pl.DataFrame

    @cached_property
    def keys(self) -> Ints:
        """The sorted keys."""
        return keys_of(self.rows, self.at)

    def __len__(self) -> int:
        return len(self.rows)

    def filter(self, mask: Bools) -> "Timeline":
        """Return the entries where `mask` holds."""
        if mask.all():
            return self
        return Timeline(self.rows[mask], self.at[mask], self.frame.filter(mask))

    def begins(self, rows: Ints) -> Ints:
        """Return, for each row, the place of its first entry."""
        return np.searchsorted(self.keys, rows << BITS, "left")

    def through(self, rows: Ints, moments: Ints) -> Ints:
        """Return, for each pair, the place after the last entry at or before the moment."""
        return np.searchsorted(self.keys, keys_of(rows, moments), "right")

    def since(self, rows: Ints, moments: Ints) -> Ints:
        """Return, for each pair, the place of the first entry at or after the moment."""
        return np.searchsorted(self.keys, keys_of(rows, moments), "left")

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
        return self.frame[column].gather(pl.Series(np.where(valid, places, 0)).set(pl.Series(~valid), None))


def merge(timelines: list[Timeline]) -> Timeline:
    """Return the entries of several timelines in order; columns missing in one are null there."""
    if len(timelines) == 1:
        return timelines[0]
    rows = np.concatenate([each.rows for each in timelines])
    at = np.concatenate([each.at for each in timelines])
    frame = pl.concat([each.frame for each in timelines], how="diagonal_relaxed")
    order = np.argsort(keys_of(rows, at), kind="stable")
    return Timeline(rows[order], at[order], frame[order])


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
    return pl.Series(moments).set(pl.Series(moments == UNKNOWN), None)


def to_moments(column: pl.Series) -> Ints:
    """Return a column of moments as integers, UNKNOWN where null."""
    return column.cast(pl.Int64).fill_null(int(UNKNOWN)).to_numpy().copy()
