"""The cells of a figure, one for each period and owner, as a scope: calls over events answer for the cell."""

from typing import TYPE_CHECKING

import polars as pl

from engine.compiler.scope import Rows, event_scope, events_where
from engine.expr import HistoryCall, Names, Tree, Value, evaluate, parse
from engine.figures.names import FigureNames
from engine.figures.nowhere import Nowhere
from engine.figures.owners import owners
from engine.figures.periods import number_of
from engine.model import Parameter
from engine.problems import Problem
from engine.text import Word

if TYPE_CHECKING:
    from engine.figures.model import Figure
    from engine.figures.sheet import Sheet

KEY = ("number", "of")
ZERO = ("count", "count_of", "sum")
"""What is nought where nothing happened; a mean or a last value is unknown there."""


class Cells(Nowhere):
    """The scope of one figure. `grid` has number, period, first_day, next_day, of, campus; a row a cell."""

    def __init__(self, sheet: "Sheet", figure: "Figure", grid: pl.DataFrame, period: str, per: str) -> None:
        self.sheet = sheet
        self.figure = figure
        self.grid = grid
        self.period = period
        self.per = per
        self.names: Names = FigureNames(sheet.world.definitions, sheet.figures)

    def ask(self, text: Word) -> pl.Series:
        """Return a formula's value for every cell."""
        value = evaluate(tree_of(text), self)
        assert isinstance(value, pl.Expr), text
        return self.grid.with_columns(value.alias("·value"))["·value"]

    def keep(self, column: pl.Series) -> pl.Expr:
        """Add a column to the grid and return it as an expression."""
        name = f"·{self.grid.width}"
        self.grid = self.grid.with_columns(column.alias(name))
        return pl.col(name)

    def name(self, name: str, /) -> Value:
        """Return another figure worked out for the same cells, or a parameter of the cell's campus."""
        if name in self.sheet.figures:
            return self.keep(self.sheet.column(self.sheet.figures[name], self.grid, self.period, self.per))
        return self.keep(self._parameter(self.sheet.world.definitions.parameters[name]))

    def history(self, call: HistoryCall, /) -> pl.Expr:
        """Return what a call over events gives in each cell."""
        world = self.sheet.world
        events = events_where(world, call.event, call.tree, call.condition)
        scope = event_scope(world, events, call.event)
        frame = pl.DataFrame({"number": self._numbers(scope), "of": owners(scope, self.per), "at": events.at})
        if call.field is not None:
            frame = frame.with_columns(events.frame[call.field].alias("value"))
        found = frame.drop_nulls(list(KEY)).group_by(KEY).agg(_aggregate(call).alias("·answer"))
        column = self.grid.select(KEY).join(found, on=KEY, how="left", maintain_order="left")["·answer"]
        return self.keep(column.fill_null(0) if call.function in ZERO else column)

    def _numbers(self, scope: Rows) -> pl.Series:
        """Return the number of the period that each event is for."""
        field = self.figure.dated_by
        columns = scope.columns
        if field is None or columns is None or field not in columns.columns:
            return pl.Series(number_of(self.sheet.world, scope.rows, scope.now, self.period, self.sheet.span))
        named = columns[field]
        if named.dtype == pl.Int64:
            moments = named.fill_null(-1).to_numpy()
            return pl.Series(number_of(self.sheet.world, scope.rows, moments, self.period, self.sheet.span))
        known = dict(self.grid.select("period", "number").unique().iter_rows())
        return named.cast(pl.String).replace_strict(known, default=None, return_dtype=pl.Int64)

    def _parameter(self, parameter: Parameter) -> pl.Series:
        cells = self.grid.select("campus", "next_day")
        known = {cell: parameter_value(self.sheet, parameter, *cell) for cell in set(cells.iter_rows())}
        return pl.Series([known[cell] for cell in cells.iter_rows()])


def _aggregate(call: HistoryCall) -> pl.Expr:
    value = pl.col("value") if call.field is not None else pl.col("at")
    match call.function:
        case "count":
            return pl.len().cast(pl.Float64)
        case "happened":
            return pl.len() > 0
        case "count_of":
            return value.drop_nulls().n_unique().cast(pl.Float64)
        case "latest" | "earliest":
            latest = value.sort_by("at").drop_nulls()
            return latest.last() if call.function == "latest" else latest.first()
        case "last" | "first":
            return pl.col("at").max() if call.function == "last" else pl.col("at").min()
        case function:
            return getattr(value, function)()  # type: ignore[no-any-return]  # sum, mean, min, max


def tree_of(text: Word) -> Tree:
    """Return the tree of a formula that the checks have passed."""
    tree = parse(text)
    if isinstance(tree, Problem):
        raise ValueError(f"{tree.span}: {tree.message}")  # noqa: TRY004, the text is at fault
    return tree


def parameter_value(sheet: "Sheet", parameter: Parameter, campus: str | None, next_day: int) -> object:
    """Return a parameter as in force at a campus on the last day of a period."""
    values = parameter.values
    for overlay in sheet.world.definitions.overlays.values():
        if campus in overlay.campuses and parameter.name in overlay.parameters:
            values = overlay.parameters[parameter.name]
    day = sheet.day(next_day - 1)
    held = [each.value for each in values if each.since is None or each.since <= day] or [values[0].value]
    if parameter.type in ("number", "money"):
        return float(held[-1])
    return held[-1] in ("yes", "true", "True") if parameter.type == "yes_no" else str(held[-1])
