"""Counting tasks as a figure: those of some steps that were due in the period and satisfy a condition."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from engine.compiler.timeline import Ints
from engine.compiler.world import World
from engine.expr import HistoryCall, Names, Value, evaluate
from engine.figures.names import TaskNames
from engine.figures.nowhere import Nowhere
from engine.figures.periods import Span, number_of

if TYPE_CHECKING:
    from engine.figures.model import Figure
    from engine.figures.sheet import Sheet


@dataclass(frozen=True)
class TaskScope(Nowhere):
    """A scope whose names are columns of the tasks."""

    names: Names

    def name(self, name: str, /) -> Value:
        """Return a column of the tasks."""
        return pl.col(name)

    def history(self, call: HistoryCall, /) -> pl.Expr:
        """Refuse: tasks are no events."""
        raise ValueError(f"{call.function} of {call.event} has no place in a condition on tasks")


def task_counts(sheet: "Sheet", figure: "Figure", grid: pl.DataFrame, period: str, per: str) -> pl.Series:
    """Return, for each cell, how many tasks of the figure's steps were due in it; unknown without tasks."""
    from engine.figures.cells import KEY, tree_of

    if sheet.tasks is None:
        return pl.repeat(None, grid.height, eager=True, dtype=pl.Float64)
    steps = {str(each) for each in figure.tasks}
    mine = sheet.tasks.filter(
        pl.concat_str("process", pl.lit("."), "step").is_in(steps) & pl.col("due_at").is_not_null()
    )
    if figure.condition is not None:
        names = TaskNames(sheet.world.definitions, {})
        holds = evaluate(tree_of(figure.condition), TaskScope(names))
        assert isinstance(holds, pl.Expr)
        mine = mine.filter(holds.fill_null(value=False))
    of = {"all": pl.lit(""), "campus": pl.col("campus"), "case": pl.col("case_id")}.get(per, pl.col("assignee"))
    frame = mine.select(_numbers(sheet.world, mine, period, sheet.span).alias("number"), of.cast(pl.String).alias("of"))
    found = frame.drop_nulls().group_by(KEY).agg(pl.len().cast(pl.Float64).alias("tasks"))
    return grid.select(KEY).join(found, on=KEY, how="left", maintain_order="left")["tasks"].fill_null(0.0)


def _numbers(world: World, tasks: pl.DataFrame, period: str, span: Span) -> pl.Series:
    rows: Ints = np.searchsorted(world.case_nos, tasks["case_no"].to_numpy()).astype(np.int64)
    return pl.Series(number_of(world, rows, tasks["due_at"].to_numpy().astype(np.int64), period, span), dtype=pl.Int64)
