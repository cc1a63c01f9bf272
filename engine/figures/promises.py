"""How well promises were kept: tasks that fell due between two moments, by campus, role and step, and who held them."""

from collections.abc import Collection
from typing import Final

import polars as pl

from engine.compiler.endings import REPLACED

#: The counts of `promises`, after the columns it is grouped by.
PROMISES: Final = pl.Schema(
    {
        "due": pl.UInt32(),  # fell due; waived ones and those cancelled before are left out
        "in_time": pl.UInt32(),
        "late": pl.UInt32(),
        "breached": pl.UInt32(),  # past due and still open, or given up for the next one of a rhythm
        "waived": pl.UInt32(),
        "late_entry": pl.UInt32(),  # done in time, typed in after due
        "in_time_share": pl.Float64(),  # of those over or past due; null where none
        "hours_late": pl.Float64(),  # mean of the late and breached, clock hours
    }
)
_OVER: Final = ("done", "done_late", "breached")


def with_missed(tasks: pl.DataFrame) -> pl.DataFrame:
    """Return the tasks with those as breached that the next of a rhythm replaced after they were due."""
    missed = (pl.col("cancelled_why") == REPLACED) & (pl.col("cancelled_at") >= pl.col("due_at"))
    return tasks.with_columns(state=pl.when(missed).then(pl.lit("breached")).otherwise("state"))


def promises(
    tasks: pl.DataFrame, first: int, last: int, as_of: int, by: Collection[str] = ("campus", "role", "process", "step")
) -> pl.DataFrame:
    """Return one row a group of tasks due in [first, last]: the columns `by`, then `PROMISES`, the worst first.

    `by` holds columns of `frames.TASKS` and "holder": the assignee, else whom it went to, else the role's queue.
    """
    due = with_missed(tasks).filter(pl.col("due_at").is_between(first, last) & (pl.col("state") != "cancelled"))
    held = due.with_columns(holder=pl.coalesce("assignee", "escalated_to", "role"))
    state, ended = pl.col("state"), pl.coalesce("closed_at", "cancelled_at", pl.lit(as_of))
    late = state.is_in(["done_late", "breached"])
    counts = held.group_by(list(by)).agg(
        due=state.ne("waived").sum(),
        in_time=state.eq("done").sum(),
        late=state.eq("done_late").sum(),
        breached=state.eq("breached").sum(),
        waived=state.eq("waived").sum(),
        late_entry=pl.col("late_entry").fill_null(value=False).sum(),
        over=state.is_in(_OVER).sum(),
        hours_late=((ended - pl.col("due_at")) / 3600.0).filter(late).mean(),
    )
    share = pl.when(pl.col("over") > 0).then(pl.col("in_time") / pl.col("over"))
    shown = counts.with_columns(in_time_share=share).select(*by, *PROMISES.names()).sort(list(by))
    worst_first = shown.sort("in_time_share", "due", descending=[False, True], nulls_last=True, maintain_order=True)
    return worst_first.with_columns(pl.col(name).cast(dtype) for name, dtype in PROMISES.items())
