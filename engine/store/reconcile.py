"""Wanted against stored tasks: which are new, which moved, which closed, which stay. Pure."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from engine.frames import TASKS

UNFINISHED: Final = ("waiting", "open", "breached")
#: Why a stored task is cancelled that no rule wants any more: a definition changed, or an event was corrected.
NO_LONGER_DUE: Final = "no longer due"

_COLUMNS: Final = tuple(TASKS.names())


@dataclass(frozen=True, slots=True)
class Changes:
    """What a run does to the stored tasks. Each frame has the columns of `frames.TASKS`; a task is in one at most.

    `opened` is new; `closed` was unfinished and no longer is; `moved` is any other difference; `kept` is a number.
    """

    opened: pl.DataFrame
    moved: pl.DataFrame
    closed: pl.DataFrame
    kept: int

    @property
    def counts(self) -> dict[str, int]:
        """Return how many tasks of each kind, for the line that a run prints."""
        return {
            "opened": self.opened.height,
            "closed": self.closed.height,
            "moved": self.moved.height,
            "kept": self.kept,
        }

    def __bool__(self) -> bool:
        return bool(self.opened.height or self.moved.height or self.closed.height)


def reconcile(stored: pl.DataFrame, wanted: pl.DataFrame, as_of: int) -> Changes:
    """Return what turns the stored tasks into the wanted ones, both of the same cases.

    A task that is finished when first seen was never shown: it is not stored. An unfinished one that is stored and no
    longer wanted is cancelled as of `as_of`.
    """
    stored = stored.select(_COLUMNS)
    wanted = wanted.select(pl.col(name).cast(dtype) for name, dtype in TASKS.items())
    is_unfinished = pl.col("state").is_in(UNFINISHED)
    was_unfinished = pl.col("state_was").is_in(UNFINISHED)
    both = wanted.join(stored.with_columns(is_stored=True), on="task_id", how="left", suffix="_was")
    changed = both.filter(pl.col("is_stored") & ~_is_same())
    closes = was_unfinished & ~is_unfinished
    gone = _no_longer_due(stored.join(wanted, on="task_id", how="anti").filter(is_unfinished), as_of)
    return Changes(
        opened=_sorted(both.filter(pl.col("is_stored").is_null() & is_unfinished)),
        moved=_sorted(changed.filter(~closes)),
        closed=_sorted(pl.concat([changed.filter(closes).select(_COLUMNS), gone])),
        kept=both["is_stored"].count() - changed.height,
    )


def _is_same() -> pl.Expr:
    """Return whether a row's task is as stored, column by column."""
    pairs = [
        (_comparable(name, dtype), _comparable(f"{name}_was", dtype))
        for name, dtype in TASKS.items()
        if name != "task_id"
    ]
    return pl.all_horizontal(ours.eq_missing(theirs) for ours, theirs in pairs)


def _comparable(name: str, dtype: pl.DataType) -> pl.Expr:
    return pl.col(name).list.join("\x1f") if isinstance(dtype, pl.List) else pl.col(name)


def _no_longer_due(tasks: pl.DataFrame, as_of: int) -> pl.DataFrame:
    return tasks.with_columns(
        state=pl.lit("cancelled"),
        cancelled_at=pl.lit(as_of, pl.Int64),
        cancelled_why=pl.lit(NO_LONGER_DUE),
        waiting_for=pl.lit(None, pl.String),
    )


def _sorted(tasks: pl.DataFrame) -> pl.DataFrame:
    return tasks.select(_COLUMNS).sort("case_no", "task_id")


def add_counts(*changes: Changes) -> dict[str, int]:
    """Return the counts of several chunks together."""
    total = {"opened": 0, "closed": 0, "moved": 0, "kept": 0}
    for each in changes:
        for name, number in each.counts.items():
            total[name] += number
    return total
