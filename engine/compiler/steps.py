"""One step of a process, for all cases at once: its tasks."""

from dataclasses import replace

import numpy as np
import polars as pl

from engine.compiler import clock as clocks
from engine.compiler.clock import Pauses
from engine.compiler.endings import Closed, cancelled, closed
from engine.compiler.openings import Opened, opened
from engine.compiler.output import Found
from engine.compiler.timeline import UNKNOWN, Ints, Timeline, keys_of
from engine.compiler.world import World
from engine.model import Process, Step

FEW = 1_000  # so few tasks are not worth a look at which of them are over


def tasks_of(world: World, process: Process, step: Step, pauses: Pauses) -> Found | None:
    """Return the tasks of a step, None if nothing opened any; and tell the world about them for the steps that ask."""
    step = _with_quota(step)
    tasks = _of_interest(world, process, step, opened(world, process, step))
    if not len(tasks) and not world.is_watched(f"{process.name}.{step.name}"):
        return None
    done, gone = closed(world, process, step, tasks), cancelled(world, process, step, tasks)
    ends_first = (gone.at != UNKNOWN) & ((done.at == UNKNOWN) | (gone.at < done.at))
    done_at = np.where((done.at == UNKNOWN) | ends_first, UNKNOWN, done.at)
    gone_at = np.where(ends_first, gone.at, UNKNOWN)
    start = clocks.started(world, process, step, tasks)
    over = np.where(done_at == UNKNOWN, gone_at, done_at)
    start = np.where((over != UNKNOWN) & (start > over), UNKNOWN, start)
    clock = clocks.due(world, process, step, tasks, start, pauses)
    if world.reached is not None:
        _note(world.reached, f"{process.name}.{step.name}", step, tasks, done_at, start)
    still = (over == UNKNOWN) & (clock.due != UNKNOWN) & ~clock.paused
    world.wake(tasks.rows[still], clock.due[still])
    _tell(world, f"{process.name}.{step.name}", step, tasks, done, done_at, over)
    rung = clocks.escalated(world, process, step, tasks, clock, np.where(over == UNKNOWN, world.as_of, over))
    shown = clocks.visible(world, process, step, tasks, clock)
    return Found(process, step, tasks, clock, done, gone, done_at, gone_at, shown, rung)


def _note(reached: set[str], name: str, step: Step, tasks: Opened, done_at: Ints, start: Ints) -> None:
    """Note which branches of a step some task has reached."""
    if (done_at != UNKNOWN).any():
        reached.add(f"{name} done")
    if step.needs and (start != tasks.at).any():
        reached.add(f"{name} needs")


def _of_interest(world: World, process: Process, step: Step, tasks: Opened) -> Opened:
    """Return the tasks that are not over, and those that an earlier run had left open; all where all are of interest."""
    unfinished = world.unfinished(f"{process.name}.{step.name}")
    if unfinished is None or len(tasks) < FEW or step.overlap == "replace":
        return tasks.with_key(world)
    over = closed(world, process, step, tasks.with_key(world) if step.form else tasks).at != UNKNOWN
    if tasks.keys is None:
        shown = np.isin(
            keys_of(tasks.rows, tasks.at), keys_of(unfinished["row"].to_numpy(), unfinished["opened_at"].to_numpy())
        )
    else:
        mine = pl.DataFrame({"row": tasks.rows, "key": tasks.keys})
        shown = (
            mine.join(unfinished.with_columns(shown=True), on=["row", "key"], how="left", maintain_order="left")[
                "shown"
            ]
            .fill_null(False)
            .to_numpy()
        )
    return tasks.filter(~over | shown).with_key(world)


def _with_quota(step: Step) -> Step:
    times = [int(float(each.times)) for each in step.opens if each.kind == "quota" and each.times]
    return replace(step, done=replace(step.done, times=times[0])) if times else step


def _tell(world: World, name: str, step: Step, tasks: Opened, done: Closed, done_at: Ints, over: Ints) -> None:
    if name not in world.watched:
        return
    empty = pl.DataFrame({"·key": tasks.key})
    opened_line = Timeline(tasks.rows, tasks.at, empty)
    mask = done_at != UNKNOWN
    closings = _sorted(
        Timeline(tasks.rows[mask], done_at[mask], _closing_fields(world, step, tasks, done).filter(pl.Series(mask)))
    )
    ended = over != UNKNOWN
    ended_line = _sorted(Timeline(tasks.rows[ended], over[ended], empty.filter(pl.Series(ended))))
    for known, line in ((world.openings, opened_line), (world.closings, closings), (world.ended, ended_line)):
        known[name] = line if name not in known else _both(known[name], line)


def _closing_fields(world: World, step: Step, tasks: Opened, done: Closed) -> pl.DataFrame:
    """Return the fields of the event that closed each task, for the steps that come after."""
    mine = pl.DataFrame({"event_id": done.event_id, "·key": tasks.key})
    events = [world.timeline(event).frame.drop("at", "recorded_at", strict=False) for event in step.done.events]
    if not events:
        return mine
    every = pl.concat(events, how="diagonal_relaxed").filter(
        pl.col("event_id").is_in(done.event_id.drop_nulls().implode())
    )
    return mine.join(every, on="event_id", how="left", maintain_order="left")


def _sorted(line: Timeline) -> Timeline:
    order = np.argsort(keys_of(line.rows, line.at), kind="stable")
    return Timeline(line.rows[order], line.at[order], line.frame[order])


def _both(one: Timeline, other: Timeline) -> Timeline:
    rows, at = np.concatenate([one.rows, other.rows]), np.concatenate([one.at, other.at])
    return _sorted(Timeline(rows, at, pl.concat([one.frame, other.frame], how="diagonal_relaxed")))
