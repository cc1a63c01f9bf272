"""From what was found step by step to one frame of tasks: everything that all steps share is computed once, for all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.calendars import columns as working
from engine.compiler.assignees import owners
from engine.compiler.clock import Clock
from engine.compiler.endings import WAIVED, Cancelled, Closed
from engine.compiler.opened import Duty, Opened
from engine.compiler.owed import Owed
from engine.compiler.timeline import UNKNOWN, Bools, Ints, to_series
from engine.compiler.world import World
from engine.frames import TASKS
from engine.model import Process, Step


@dataclass(frozen=True)
class Found:
    """The tasks of one step: `done_at` and `gone_at` are UNKNOWN where the task was not done or not cancelled.

    `rung` is the number of the last rung of the escalation that a task has reached, -1 if none.
    """

    duty: Duty
    tasks: Opened
    clock: Clock
    done: Closed
    gone: Cancelled
    done_at: Ints
    gone_at: Ints
    visible: Ints
    rung: Ints
    owed: tuple[Ints, Owed]

    @property
    def process(self) -> Process:
        """The process of the step."""
        return self.duty.process

    @property
    def step(self) -> Step:
        """The step."""
        return self.duty.step


def assemble(world: World, found: Sequence[Found]) -> pl.DataFrame:
    """Return the tasks of all steps as `frames.TASKS`."""
    found = [each for each in found if len(each.tasks)]
    if not found:
        return TASKS.to_frame()
    rows = _joined(found, lambda each: each.tasks.rows)
    step_no = np.repeat(np.arange(len(found)), [len(each.tasks) for each in found])
    done_at, gone_at = _joined(found, lambda each: each.done_at), _joined(found, lambda each: each.gone_at)
    over = np.where(done_at == UNKNOWN, gone_at, done_at)
    role, assignee, hearer = owners(world, found, step_no, rows, over)
    frame = pl.DataFrame(
        {
            "key": pl.concat([each.tasks.key for each in found]),
            "process": _names(found, step_no, lambda each: str(each.process.name)),
            "step": _names(found, step_no, lambda each: str(each.step.name)),
            "role": role,
            "assignee": assignee,
            "escalated_to": hearer,
            "opened_at": _joined(found, lambda each: each.tasks.at),
            "visible_at": to_series(_joined(found, lambda each: each.visible)),
            "missing": _missing(found, step_no),
            "opening_event": to_series(_joined(found, lambda each: each.tasks.event_id)),
            **_course(world, found, rows, step_no, done_at, gone_at),
        }
    ).with_columns(world.cases.select("case_no", "case_id", "subject", "campus")[rows])
    bare = pl.concat_str("process", pl.lit("."), "step", pl.lit("/"), "case_id")
    task_id = pl.when(pl.col("key") == "").then(bare).otherwise(pl.concat_str(bare, pl.lit("/"), "key"))
    return frame.select(task_id.alias("task_id"), *(name for name in TASKS if name != "task_id"))


def _course(
    world: World, found: Sequence[Found], rows: Ints, step_no: Ints, done_at: Ints, gone_at: Ints
) -> dict[str, pl.Series]:
    """Return what has become of each task: when its clock started, when it is due, was done or cancelled, and why."""
    start, due = _joined(found, lambda each: each.clock.start), _joined(found, lambda each: each.clock.due)
    recorded = _joined(found, lambda each: each.done.recorded_at)
    paused = np.concatenate([each.clock.paused for each in found])
    over = np.where(done_at == UNKNOWN, gone_at, done_at)
    why = _why(found, step_no, gone_at)
    in_time_typed_late = (done_at != UNKNOWN) & (due != UNKNOWN) & ~paused & (done_at <= due) & (recorded > due)
    return {
        "start_at": to_series(start),
        "due_at": to_series(np.where(paused, UNKNOWN, due)),
        "closed_at": to_series(done_at),
        "closed_by": to_series(_joined(found, lambda each: each.done.event_id, done_at)),
        "cancelled_at": to_series(gone_at),
        "cancelled_why": why,
        "state": _states(world.as_of, start, due, paused, done_at, gone_at, why),
        "waiting_for": _waiting_for(found, step_no, start, due, paused, over),
        "late_entry": pl.Series(in_time_typed_late),
        "provisional": pl.Series(working.is_provisional(world.table, world.cal_no[rows], start, due)),
    }


def _joined(found: Sequence[Found], part: Callable[[Found], Ints], known: Ints | None = None) -> Ints:
    """Return a part of all steps; UNKNOWN where `known` is."""
    whole = np.concatenate([part(each) for each in found])
    return whole if known is None else np.where(known == UNKNOWN, UNKNOWN, whole)


def _names(found: Sequence[Found], step_no: Ints, name: Callable[[Found], str]) -> pl.Series:
    return pl.Series([name(each) for each in found], dtype=pl.String).gather(step_no)


def _why(found: Sequence[Found], step_no: Ints, gone_at: Ints) -> pl.Series:
    """Return why each cancelled task was: `until:EVENT`, `ended:EVENT`, `replaced`, `waived:EVENT_ID`."""
    labels = [label for each in found for label in each.gone.labels]
    first = np.cumsum([0, *(len(each.gone.labels) for each in found)])[:-1]
    code = np.where(gone_at == UNKNOWN, 0, first[step_no] + _joined(found, lambda each: each.gone.code))
    why = pl.Series(labels, dtype=pl.String).gather(code).set(pl.Series(gone_at == UNKNOWN), None)
    if WAIVED not in why:
        return why
    waiver = to_series(_joined(found, lambda each: each.gone.waiver))
    return pl.select(pl.when(why == WAIVED).then(pl.format(f"{WAIVED}:{{}}", waiver)).otherwise(why))[:, 0]


def _states(
    as_of: int, start: Ints, due: Ints, paused: Bools, done_at: Ints, gone_at: Ints, why: pl.Series
) -> pl.Series:
    waived = why.str.starts_with(WAIVED).fill_null(value=False).to_numpy()
    code = np.select(
        [
            (done_at != UNKNOWN) & (due != UNKNOWN) & ~paused & (done_at > due),
            done_at != UNKNOWN,
            waived,
            gone_at != UNKNOWN,
            (start == UNKNOWN) | paused | (due == UNKNOWN),
            due <= as_of,
        ],
        range(6),
        6,
    )
    names = ("done_late", "done", "waived", "cancelled", "waiting", "breached", "open")
    return pl.Series(names, dtype=pl.String).gather(code)


def _waiting_for(found: Sequence[Found], step_no: Ints, start: Ints, due: Ints, paused: Bools, over: Ints) -> pl.Series:
    """Return the text of the gate that is closed, `paused`, or `due_unknown`; null for a task that does not wait."""
    gates = [str(each.step.needs or "") for each in found]
    texts = pl.Series([*gates, "paused", "due_unknown", None], dtype=pl.String)
    code = np.select(
        [over != UNKNOWN, start == UNKNOWN, paused, due == UNKNOWN],
        [np.full(len(over), len(gates) + 2), step_no, len(gates), len(gates) + 1],
        len(gates) + 2,
    )
    return texts.gather(code)


def _missing(found: Sequence[Found], step_no: Ints) -> pl.Series:
    """Return what the closing event must still bring, for tasks that are not over."""
    lists = [list(names) for each in found for names in each.owed[1]]
    first = np.cumsum([0, *(len(each.owed[1]) for each in found)])[:-1]
    place = first[step_no] + _joined(found, lambda each: each.owed[0])
    return pl.Series(lists, dtype=pl.List(pl.String)).gather(place)
