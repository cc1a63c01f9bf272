"""One step of a process, for all cases at once: a frame of its tasks."""

from dataclasses import replace

import numpy as np
import polars as pl

from engine.calendars import columns as working
from engine.compiler import clock as clocks
from engine.compiler.assignees import assignees
from engine.compiler.clock import Clock, Pauses
from engine.compiler.endings import Cancelled, Closed, cancelled, closed
from engine.compiler.openings import Opened, opened
from engine.compiler.timeline import UNKNOWN, Bools, Ints, Timeline, keys_of, to_series
from engine.compiler.world import World
from engine.frames import TASKS
from engine.model import Process, Step

FEW = 1_000  # so few tasks are not worth a look at which of them are over


def tasks_of(world: World, process: Process, step: Step, pauses: Pauses) -> pl.DataFrame:
    """Return the tasks of a step as columns of `frames.TASKS`, and tell the world about them for the steps that ask."""
    step = _with_quota(step)
    tasks = _of_interest(world, process, step, opened(world, process, step))
    if not len(tasks) and not world.is_watched(f"{process.name}.{step.name}"):
        return TASKS.to_frame()
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
    return _frame(world, process, step, tasks, clock, done, gone, done_at, gone_at)


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


def _frame(
    world: World,
    process: Process,
    step: Step,
    tasks: Opened,
    clock: Clock,
    done: Closed,
    gone: Cancelled,
    done_at: Ints,
    gone_at: Ints,
) -> pl.DataFrame:
    over = np.where(done_at == UNKNOWN, gone_at, done_at)
    until = np.where(over == UNKNOWN, world.as_of, over)
    cases = world.cases[tasks.rows]
    role, assignee = assignees(world, process, step, tasks.rows)
    is_done = pl.Series(done_at != UNKNOWN)
    waiting = (clock.start == UNKNOWN) | clock.paused | (clock.due == UNKNOWN)
    return pl.DataFrame(
        {
            "task_id": _ids(f"{process.name}.{step.name}", cases["case_id"], tasks.key),
            "case_no": cases["case_no"],
            "case_id": cases["case_id"],
            "subject": cases["subject"],
            "campus": cases["campus"],
            "process": pl.repeat(str(process.name), len(tasks), eager=True, dtype=pl.String),
            "step": pl.repeat(str(step.name), len(tasks), eager=True, dtype=pl.String),
            "key": tasks.key,
            "role": role,
            "assignee": assignee,
            "opened_at": to_series(tasks.at),
            "start_at": to_series(clock.start),
            "due_at": to_series(np.where(clock.paused, UNKNOWN, clock.due)),
            "visible_at": to_series(clocks.visible(world, process, step, tasks, clock)),
            "closed_at": to_series(done_at),
            "closed_by": done.event_id.set(~is_done, None) if len(tasks) else done.event_id,
            "cancelled_at": to_series(gone_at),
            "cancelled_why": gone.why.set(pl.Series(gone_at == UNKNOWN), None) if len(tasks) else gone.why,
            "state": _states(world.as_of, clock, waiting, done_at, gone_at, gone.why),
            "waiting_for": _waiting_for(step, clock, over),
            "escalated_to": clocks.escalated(world, process, step, tasks, clock, until),
            "late_entry": pl.Series(
                (done_at != UNKNOWN) & (clock.due != UNKNOWN) & (done_at <= clock.due) & (done.recorded_at > clock.due)
            ),
            "provisional": _provisional(world, tasks, clock),
            "missing": _missing(world, step, done, over, len(tasks)),
            "opening_event": tasks.event_id,
        }
    )


def _ids(step: str, case_id: pl.Series, key: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"case": case_id, "key": key})
    bare = pl.concat_str(pl.lit(f"{step}/"), "case")
    return frame.select(id=pl.when(pl.col("key") == "").then(bare).otherwise(pl.concat_str(bare, pl.lit("/"), "key")))[
        "id"
    ]


def _states(as_of: int, clock: Clock, waiting: Bools, done_at: Ints, gone_at: Ints, why: pl.Series) -> pl.Series:
    frame = pl.DataFrame(
        {
            "done": done_at != UNKNOWN,
            "late": (clock.due != UNKNOWN) & (done_at > clock.due),
            "gone": gone_at != UNKNOWN,
            "waived": why.str.starts_with("waived:").fill_null(False),
            "waiting": waiting,
            "breached": clock.due <= as_of,
        }
    )
    return frame.select(
        state=pl.when("done")
        .then(pl.when("late").then(pl.lit("done_late")).otherwise(pl.lit("done")))
        .when("gone")
        .then(pl.when("waived").then(pl.lit("waived")).otherwise(pl.lit("cancelled")))
        .when("waiting")
        .then(pl.lit("waiting"))
        .when("breached")
        .then(pl.lit("breached"))
        .otherwise(pl.lit("open"))
    )["state"]


def _waiting_for(step: Step, clock: Clock, over: Ints) -> pl.Series:
    frame = pl.DataFrame(
        {"over": over != UNKNOWN, "gate": clock.start == UNKNOWN, "paused": clock.paused, "due": clock.due == UNKNOWN}
    )
    text = (
        pl.when("over")
        .then(None)
        .when("gate")
        .then(pl.lit(str(step.needs or "")))
        .when("paused")
        .then(pl.lit("paused"))
    )
    return frame.select(text=text.when("due").then(pl.lit("due_unknown")).otherwise(None).cast(pl.String))["text"]


def _provisional(world: World, tasks: Opened, clock: Clock) -> pl.Series:
    cal = world.cal_no[tasks.rows]
    return pl.Series(working.is_provisional(world.table, cal, clock.start, clock.due)).cast(pl.Boolean)


def _missing(world: World, step: Step, done: Closed, over: Ints, size: int) -> pl.Series:
    """Return what the closing event must carry, for tasks that are not over."""
    owed = sorted(
        {
            field.name
            for event in step.done.events
            for field in world.definitions.events[event].fields.values()
            if field.required
        }
    )
    owed += [str(each) for each in step.evidence if each not in owed]
    if step.done.collect:
        owed = [each for each in owed if each != step.done.collect]
    frame = pl.DataFrame({"over": over != UNKNOWN, "collected": done.missing}, height=size)
    whole = pl.concat_list(pl.lit(owed, pl.List(pl.String)), pl.col("collected").fill_null([]))
    return frame.select(missing=pl.when("over").then(pl.lit([], pl.List(pl.String))).otherwise(whole))["missing"]


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
