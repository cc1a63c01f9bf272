"""One step of a process, for all cases at once: its tasks."""

import numpy as np
import polars as pl

from engine.compiler import clock as clocks
from engine.compiler.endings import Closed, cancelled, closed, comes_first
from engine.compiler.opened import Duty, Opened
from engine.compiler.openings import FEW, never_opens, opened
from engine.compiler.output import Found
from engine.compiler.owed import owed
from engine.compiler.pauses import Pauses
from engine.compiler.timeline import UNKNOWN, Ints, Timeline, kept, keys_of, to_series


def tasks_of(duty: Duty, pauses: Pauses) -> Found | None:
    """Return the tasks of a step, None if nothing opened any; and tell the world about them for the steps that ask."""
    if not duty.is_watched and never_opens(duty):
        return None
    tasks = _of_interest(duty, opened(duty))
    if not len(tasks) and not duty.is_watched:
        return None
    done, gone = closed(duty, tasks), cancelled(duty, tasks)
    ends_first = comes_first(duty, done, gone)
    done_at = np.where(ends_first, UNKNOWN, done.at)
    gone_at = np.where(ends_first, gone.at, UNKNOWN)
    over = np.where(done_at == UNKNOWN, gone_at, done_at)
    clock = clocks.due(duty, tasks, clocks.started(duty, tasks, over), over, pauses)
    if duty.world.reached is not None:
        _note(duty, tasks, done_at, clock.start)
    still = (over == UNKNOWN) & (clock.due != UNKNOWN) & ~clock.paused
    duty.world.wake(tasks.rows[still], clock.due[still])
    if duty.is_watched:
        _tell(duty, tasks, done, done_at, over)
    rung = clocks.escalated(duty, tasks, clock, over)
    shown = clocks.visible(duty, tasks, clock)
    return Found(duty, tasks, clock, done, gone, done_at, gone_at, shown, rung, owed(duty, tasks, done, over))


def _note(duty: Duty, tasks: Opened, done_at: Ints, start: Ints) -> None:
    """Note which branches of a step some task has reached."""
    assert duty.world.reached is not None
    if (done_at != UNKNOWN).any():
        duty.world.reached.add(f"{duty.name} done")
    if duty.step.needs and (start != tasks.at).any():
        duty.world.reached.add(f"{duty.name} needs")


def _of_interest(duty: Duty, tasks: Opened) -> Opened:
    """Return the tasks that are not over, and those that an earlier run left open; all where all are of interest."""
    unfinished = duty.unfinished
    if unfinished is None or len(tasks) < FEW or duty.step.overlap == "replace":
        return tasks.with_key(duty.world)
    over = closed(duty, tasks.with_key(duty.world) if duty.step.form else tasks).at != UNKNOWN
    if tasks.keys is None:
        keys = keys_of(unfinished["row"].to_numpy(), unfinished["opened_at"].to_numpy())
        shown = np.isin(keys_of(tasks.rows, tasks.at), keys)
    else:
        mine = pl.DataFrame({"row": tasks.rows, "key": tasks.keys})
        left = unfinished.select("row", "key", shown=pl.lit(value=True))
        found = mine.join(left, on=["row", "key"], how="left", maintain_order="left")
        shown = found["shown"].fill_null(value=False).to_numpy()
    return tasks.filter(~over | shown).with_key(duty.world)


def _tell(duty: Duty, tasks: Opened, done: Closed, done_at: Ints, over: Ints) -> None:
    """Let the steps that ask know when these tasks opened, were done and were over."""
    world = duty.world
    keys = pl.DataFrame([tasks.key.alias("·key")])
    is_done, is_over = done_at != UNKNOWN, over != UNKNOWN
    fields = kept(_closing_fields(duty, tasks, done), is_done)
    lines = (
        (world.openings, Timeline(tasks.rows, tasks.at, keys)),
        (world.closings, Timeline(tasks.rows[is_done], done_at[is_done], fields)),
        (world.ended, Timeline(tasks.rows[is_over], over[is_over], kept(keys, is_over))),
    )
    for known, line in lines:
        known[duty.name] = _sorted([known[duty.name], line] if duty.name in known else [line])


def _closing_fields(duty: Duty, tasks: Opened, done: Closed) -> pl.DataFrame:
    """Return the fields of the event that closed each task, for the steps that come after."""
    mine = pl.DataFrame([to_series(done.event_id).alias("event_id"), tasks.key.alias("·key")])
    lines = [duty.world.timeline(event).frame for event in duty.step.done.events]
    events = [frame.drop("at", "recorded_at", strict=False) for frame in lines]
    if not events:
        return mine
    closing = pl.Series(done.event_id[done.event_id != UNKNOWN])
    every = pl.concat(events, how="diagonal_relaxed").filter(pl.col("event_id").is_in(closing.implode()))
    return mine.join(every, on="event_id", how="left", maintain_order="left")


def _sorted(lines: list[Timeline]) -> Timeline:
    """Return several lines as one, in order."""
    rows, at = np.concatenate([each.rows for each in lines]), np.concatenate([each.at for each in lines])
    frame = lines[0].frame if len(lines) == 1 else pl.concat([each.frame for each in lines], how="diagonal_relaxed")
    order = np.argsort(keys_of(rows, at), kind="stable")
    return Timeline(rows[order], at[order], frame[order])
