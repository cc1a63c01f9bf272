"""What a change of the definitions would do to the stored cases, and the work to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from engine.chunks import tasks_of
from engine.compiler.plan import Plan
from engine.frames import TASKS
from engine.store.base import CaseStore
from engine.store.reconcile import UNFINISHED

COMPARED = ("due_at", "role", "assignee", "state", "escalated_to", "start_at")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Tasks as `frames.TASKS`: those that only the candidate has, only the baseline, and those that differ.

    Those that differ have the candidate's columns, and the baseline's with `_was`.
    """

    gained: pl.DataFrame
    lost: pl.DataFrame
    moved: pl.DataFrame
    kept: int


def compare(store: CaseStore, baseline: Plan, candidate: Plan, as_of: int, staff: pl.DataFrame) -> Comparison:
    """Return the tasks that are not over under each of two plans, side by side, on the same cases as of a moment."""
    before = unfinished(store, baseline, as_of, staff)
    after = unfinished(store, candidate, as_of, staff)
    both = after.join(before, on="task_id", suffix="_was")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_was")) for name in COMPARED)
    moved = both.filter(differs)
    return Comparison(
        after.join(before, on="task_id", how="anti"),
        before.join(after, on="task_id", how="anti"),
        moved,
        len(both) - len(moved),
    )


def unfinished(store: CaseStore, plan: Plan, as_of: int, staff: pl.DataFrame) -> pl.DataFrame:
    """Return the tasks of all cases that are not over as of a moment, derived without storing."""
    live = pl.col("state").is_in(UNFINISHED)
    found = (tasks.filter(live) for tasks in tasks_of(plan, store, store.case_nos(), as_of, staff))
    return pl.concat([TASKS.to_frame(), *found], how="vertical_relaxed")


def forecast(store: CaseStore, plan: Plan, moments: Sequence[int], staff: pl.DataFrame) -> pl.DataFrame:
    """Return the work to come: campus, role, day (a number, from 0) and how many tasks fall due in it.

    `moments` are the beginnings of the days, and the end of the last one. Every day is derived as if nothing happened
    until then: what is open now, and what the calendar and the rhythms bring.
    """
    counted = []
    for number, (begin, end) in enumerate(pairwise(moments)):
        tasks = unfinished(store, plan, end - 1, staff)
        day = tasks.filter((pl.col("due_at") >= begin) & (pl.col("due_at") < end))
        counted.append(day.group_by("campus", "role").agg(pl.len().alias("tasks")).with_columns(day=pl.lit(number)))
    return pl.concat(counted).sort("campus", "role", "day")
