"""When the clocks of a case stand still."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.compiler.scope import events_where
from engine.compiler.timeline import BITS, NEVER, NONE, UNKNOWN, Bools, Ints, Timeline, merge
from engine.compiler.world import World
from engine.model import Pause, Process


@dataclass(frozen=True)
class Pauses:
    """The pauses of each case, in order and apart: from when to when; `UNKNOWN` as the end: it still stands still."""

    rows: Ints
    begin: Ints
    end: Ints

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def timeline(self) -> Timeline:
        """Their beginnings."""
        return Timeline(self.rows, self.begin, pl.DataFrame())


def pauses_of(world: World, process: Process) -> Pauses:
    """Return the pauses of a process: from each event that stops the clocks to the next that lets them go on."""
    parts = [part for part in (_pauses(world, pause) for pause in process.pauses) if len(part[0])]
    if not parts:
        return Pauses(NONE, NONE, NONE)
    rows, begin, end = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((begin, rows))
    return _apart(rows[order], begin[order], np.where(end == UNKNOWN, NEVER, end)[order])


def _pauses(world: World, pause: Pause) -> tuple[Ints, Ints, Ints]:
    stops = merge([events_where(world, event, pause.condition or "") for event in pause.events])
    if not len(stops):
        return NONE, NONE, NONE
    goes = merge([events_where(world, event, "") for event in pause.until])
    place = goes.following(stops.rows, stops.at, stops.ids)
    return stops.rows, stops.at, goes.moments(place, goes.belongs(place, stops.rows))


def _apart(rows: Ints, begin: Ints, end: Ints) -> Pauses:
    """Return sorted pauses with those of a case that overlap made one."""
    reach = np.maximum.accumulate(rows << BITS | end)
    first: Bools = np.ones(len(rows), bool)
    first[1:] = (rows[1:] << BITS | begin[1:]) > reach[:-1]
    last = np.append(np.flatnonzero(first)[1:], len(rows)) - 1
    until = reach[last] & NEVER
    return Pauses(rows[first], begin[first], np.where(until == NEVER, UNKNOWN, until))
