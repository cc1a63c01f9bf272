"""The openings of a step: one row a task that is to be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl

from engine.compiler.scope import Rows
from engine.compiler.timeline import BITS, UNKNOWN, Bools, Ints, Timeline, kept, keys_of
from engine.compiler.world import World
from engine.model import Process, Step

FIXED = ("at", "recorded_at", "event_id")


@dataclass(frozen=True)
class Duty:
    """A step of a process, asked about in a world."""

    world: World
    process: Process
    step: Step

    @cached_property
    def name(self) -> str:
        """The step in full, "process.step"."""
        return f"{self.process.name}.{self.step.name}"

    @property
    def subject(self) -> str:
        """What its cases are."""
        return str(self.process.subject)

    @cached_property
    def is_watched(self) -> bool:
        """Whether other steps ask about its tasks."""
        return self.name in self.world.watched

    @cached_property
    def unfinished(self) -> pl.DataFrame | None:
        """The tasks that an earlier run left open (row, key, opened_at); None where all are of interest."""
        return None if self.is_watched else self.world.unfinished(str(self.process.name), str(self.step.name))


@dataclass(frozen=True)
class Opened:
    """Openings of a step: row and moment, the task's key, the opening event and its fields. Sorted by (row, moment)."""

    rows: Ints
    at: Ints
    keys: pl.Series | None  # None: the local moment is the key
    event_id: Ints  # UNKNOWN: no event opened it
    fields: pl.DataFrame
    events: tuple[str, ...] = ()  # whose fields they are
    again: Ints | None = None  # where the moment is the key: how many tasks of the case come before in that minute

    def __len__(self) -> int:
        return len(self.rows)

    def filter(self, mask: Bools) -> "Opened":
        """Return the openings where `mask` holds."""
        if mask.all():
            return self
        keys = None if self.keys is None else self.keys.filter(pl.Series(mask))
        again = None if self.again is None else self.again[mask]
        fields = kept(self.fields, mask)
        return Opened(self.rows[mask], self.at[mask], keys, self.event_id[mask], fields, self.events, again)

    def with_key(self, world: World) -> "Opened":
        """Return the openings with every key written out."""
        if self.keys is not None:
            return self
        return replace(self, keys=moment_keys(world, self.rows, self.at, self.again))

    @property
    def key(self) -> pl.Series:
        """The keys, written out by `with_key`."""
        assert self.keys is not None
        return self.keys

    def scope(
        self, world: World, subject: str, which: Ints | None = None, now: Ints | None = None, **moments: Ints
    ) -> Rows:
        """Return a scope of these openings, or of some of them, at their own moments or at `now`."""
        rows, fields = (self.rows, self.fields) if which is None else (self.rows[which], self.fields[which])
        at = self.at if which is None else self.at[which]
        named = {"opened_at": at, "start": at} | moments
        asked = at if now is None else now
        return Rows(
            world, subject, rows, asked, fields, self.events, opening=fields, opened_by=self.events, moments=named
        )

    def scopes(self, duty: Duty) -> Callable[[Ints, Ints], Rows]:
        """Return what gives the scope of some of these openings, each at a moment of its own."""
        return lambda which, at: self.scope(duty.world, duty.subject, which, at)


def from_timeline(timeline: Timeline, key: pl.Series | None, events: Sequence[str]) -> Opened:
    """Return an opening for each event of a timeline."""
    names = [name for name in timeline.frame.columns if name not in FIXED]
    fields = pl.DataFrame([timeline.frame[name] for name in names]) if names else _no_fields(len(timeline))
    return Opened(timeline.rows, timeline.at, key, timeline.ids, fields, tuple(map(str, events)))


def without_event(rows: Ints, at: Ints, key: pl.Series | None) -> Opened:
    """Return openings that no event caused."""
    return Opened(rows, at, key, np.full(len(rows), UNKNOWN), _no_fields(len(rows)))


def _no_fields(size: int) -> pl.DataFrame:
    return pl.DataFrame([pl.Series("·none", np.zeros(size, np.int8))])


def one_key(size: int) -> pl.Series:
    """Return the keys of tasks that come once a case."""
    return pl.Series([""]).new_from_index(0, size)


def numbered(found: Opened) -> Opened:
    """Return openings whose key is their moment with the tasks of one case and minute numbered."""
    if found.keys is not None or not len(found):
        return found
    minute = found.rows << BITS | found.at // 60
    place = np.arange(len(minute))
    first = np.ones(len(minute), bool)
    first[1:] = minute[1:] != minute[:-1]
    return replace(found, again=place - np.maximum.accumulate(np.where(first, place, 0)))


def in_order(found: Opened) -> Opened:
    """Return openings sorted by row and moment."""
    keys = keys_of(found.rows, found.at)
    if len(keys) < 2 or (keys[1:] >= keys[:-1]).all():
        return found
    order = np.argsort(keys, kind="stable")
    key = None if found.keys is None else found.keys[order]
    again = None if found.again is None else found.again[order]
    return Opened(
        found.rows[order], found.at[order], key, found.event_id[order], found.fields[order], found.events, again
    )


def joined(world: World, parts: Sequence[Opened]) -> Opened:
    """Return the openings of several ways together, in order."""
    some = [each for each in parts if len(each)] or list(parts[:1])
    if len(some) == 1:
        return in_order(some[0])
    some = [each.with_key(world) for each in some]
    return in_order(
        Opened(
            np.concatenate([each.rows for each in some]),
            np.concatenate([each.at for each in some]),
            pl.concat([each.key for each in some]),
            np.concatenate([each.event_id for each in some]),
            pl.concat([each.fields for each in some], how="diagonal_relaxed"),
            tuple(dict.fromkeys(event for each in parts for event in each.events)),
        )
    )


def moment_keys(world: World, rows: Ints, at: Ints, again: Ints | None = None) -> pl.Series:
    """Return each moment as local text, a second task of one case and minute numbered."""
    if not len(rows):
        return pl.Series([], dtype=pl.String)
    text = np.datetime_as_string(world.table.wall(world.cal_no[rows], at).astype("M8[s]"), unit="m")
    keys = pl.Series(text, dtype=pl.String)
    if again is None or not again.any():
        return keys
    frame = pl.DataFrame({"text": keys, "again": again})
    more = pl.when(pl.col("again") > 0).then(pl.format("{}~{}", "text", pl.col("again") + 1)).otherwise("text")
    return frame.select(key=more)["key"]
