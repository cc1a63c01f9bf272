"""Working out figures: cells for each period and owner, a column of values over them, targets, and are they met."""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from operator import eq, ge, gt, le, lt
from typing import Final

import numpy as np
import polars as pl

from engine.compiler.scope import Rows
from engine.compiler.world import World
from engine.figures.cells import KEY, Cells
from engine.figures.model import Figure, figures_of
from engine.figures.owners import owners
from engine.figures.periods import EPOCH, Span, period_of, periods_in
from engine.figures.reach import events_of, subjects_of
from engine.figures.tasks import task_counts
from engine.frames import Log
from engine.model import Definitions
from engine.text import Word

#: One row a figure, period and owner. `value` and `target_value` in the figure's unit: 96.0 for 96 %.
FIGURES: Final = pl.Schema(
    {
        "figure": pl.String(),
        "period": pl.String(),
        "per": pl.String(),  # all, campus, case, learning_manager ...
        "of": pl.String(),  # the campus, or the case_id of the person or case; "" for all
        "campus": pl.String(),
        "value": pl.Float64(),
        "unit": pl.String(),
        "target": pl.String(),  # as written
        "target_value": pl.Float64(),
        "met": pl.Boolean(),
    }
)
_SIGNS: Final = {">=": ge, "<=": le, ">": gt, "<": lt, "=": eq}
TARGET: Final = re.compile(r"(>=|<=|>|<|=)\s*(.+)")
FIXED_TARGET: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")


def figures(
    definitions: Definitions,
    cases: pl.DataFrame,
    log: Log,
    first: date,
    last: date,
    as_of: int,
    *,
    tasks: pl.DataFrame | None = None,
    wanted: Collection[str] = (),
    per: Collection[str] = (),
    period: str = "",
    campus: str = "",
) -> pl.DataFrame:
    """Return the figures (all, or those wanted) over the periods that the days touch, as `FIGURES`.

    `tasks` as `frames.TASKS`: without them figures that count tasks are unknown. `per` and `period` narrow the rows.
    """
    sheet = Sheet(definitions, cases, log, Span(first, last), as_of, tasks)
    parts = [FIGURES.to_frame()]
    for figure in sheet.figures.values():
        if (wanted and figure.name not in wanted) or (period and figure.period != period):
            continue
        parts += [sheet.rows(figure, str(each)) for each in figure.per if not per or each in per]
    found = pl.concat(parts, how="vertical_relaxed")
    return found.filter(pl.col("campus") == campus) if campus else found


class Sheet:
    """The facts from which figures are worked out, and the days asked about."""

    def __init__(
        self,
        definitions: Definitions,
        cases: pl.DataFrame,
        log: Log,
        span: Span,
        as_of: int,
        tasks: pl.DataFrame | None,
    ) -> None:
        self.world = World(definitions, cases, log, as_of)
        self.figures: Mapping[str, Figure] = figures_of(definitions)
        self.span = span
        self.as_of = as_of
        self.tasks = tasks

    def day(self, number: int) -> date:
        """Return the day so many days after 1 January 1970."""
        return EPOCH + timedelta(number)

    def rows(self, figure: Figure, per: str) -> pl.DataFrame:
        """Return a figure's rows for one kind of owner, as `FIGURES`."""
        grid = self._grid(figure, per)
        cells = Cells(self, figure, grid, str(figure.period), per)
        raw = self.column(figure, grid, str(figure.period), per)
        sign, bound = self._target(figure, cells)
        scale = 100.0 if figure.unit == "%" else 1.0
        return grid.select(
            pl.lit(str(figure.name)).alias("figure"),
            "period",
            pl.lit(per).alias("per"),
            "of",
            "campus",
            (raw * scale).alias("value"),
            pl.lit(figure.unit).alias("unit"),
            pl.lit(str(figure.target or "")).alias("target"),
            (bound * scale).alias("target_value"),
            (_SIGNS[sign](raw, bound) if sign else pl.repeat(None, len(raw), eager=True, dtype=pl.Boolean)).alias(
                "met"
            ),
        )

    def column(self, figure: Figure, grid: pl.DataFrame, period: str, per: str) -> pl.Series:
        """Return a figure's value for each cell of a grid, whatever period and owner it has by itself."""
        grid = self._earlier(grid, period, figure.earlier)
        if figure.cases is not None:
            found = self._of_cases(figure, grid, per)
        elif figure.tasks:
            found = task_counts(self, figure, grid, period, per)
        elif figure.rank is not None:
            found = self._ranks(figure, grid, period, per)
        else:
            found = Cells(self, figure, grid, period, per).ask(figure.value or Word("0"))
        return found.cast(pl.Float64)

    def _earlier(self, grid: pl.DataFrame, kind: str, by: int) -> pl.DataFrame:
        """Return a grid whose periods are so many periods before."""
        if not by or kind in ("named", "range"):
            return grid
        numbers = grid["number"].to_numpy() - by
        period = period_of(kind, self.span)
        after = period.first_day(numbers + 1)
        return grid.with_columns(
            number=pl.Series(numbers), first_day=pl.Series(period.first_day(numbers)), next_day=pl.Series(after)
        )

    def _of_cases(self, figure: Figure, grid: pl.DataFrame, per: str) -> pl.Series:
        """Return, for each cell, the cases at the end of its period: their number, or their values together."""
        days = grid.select("number", "next_day").unique().sort("number")
        rows = self.world.rows_of(str(figure.cases))
        number, who = np.repeat(days["number"].to_numpy(), len(rows)), np.tile(rows, len(days))
        ends = self.world.day_start(self.world.cal_no[who], np.repeat(days["next_day"].to_numpy(), len(rows)))
        scope = Rows(self.world, str(figure.cases), who, np.minimum(ends, self.as_of))
        kept = scope.holds(figure.condition) & (self.world.created_at[who] < ends)
        value = scope.ask(figure.value) if figure.value else pl.repeat(1.0, len(who), eager=True)
        frame = pl.DataFrame({"number": number, "of": owners(scope, per), "value": value.cast(pl.Float64)})
        together = getattr(pl.col("value"), figure.how)()
        found = frame.filter(pl.Series(kept)).drop_nulls("of").group_by(KEY).agg(together)
        column = grid.select(KEY).join(found, on=KEY, how="left", maintain_order="left")["value"]
        return column.fill_null(0.0) if figure.how == "sum" else column

    def _ranks(self, figure: Figure, grid: pl.DataFrame, period: str, per: str) -> pl.Series:
        """Return each cell's place among those of its period; equals share a place, the unknown have none."""
        values = Cells(self, figure, grid, period, per).ask(figure.rank or Word("0")).cast(pl.Float64)
        place = pl.col("value").rank("min", descending=not figure.lowest_first).over("number")
        return grid.select("number", values.alias("value")).with_columns(place.alias("place"))["place"]

    def _target(self, figure: Figure, cells: Cells) -> tuple[str, pl.Series]:
        """Return the sign of a target and its bound for each cell: a number, a share, or a formula."""
        found = TARGET.fullmatch(str(figure.target or "").strip())
        if found is None:
            return "", pl.repeat(None, cells.grid.height, eager=True, dtype=pl.Float64)
        sign, text = found.groups()
        fixed = FIXED_TARGET.fullmatch(text)
        if fixed is None:
            bound = cells.ask(Word(text)).cast(pl.Float64)
            # a target that nobody has set is none: 0 of 0 is not "met"
            return sign, bound.set(bound == 0, None) if sign in (">=", ">") else bound
        share = float(fixed[1]) / (100.0 if fixed[2] else 1.0)
        return sign, pl.repeat(share, cells.grid.height, eager=True)

    # --- cells ----------------------------------------------------------------------------------------------------

    def _grid(self, figure: Figure, per: str) -> pl.DataFrame:
        """Return the cells of a figure: every period with every owner there is."""
        kind = str(figure.period)
        periods = periods_in(kind, self.span) if kind != "named" else self._named(figure)
        return periods.join(self._owners(figure, per), how="cross")

    def _named(self, figure: Figure) -> pl.DataFrame:
        """Return the names that the figure's events give their periods, of those events that lie in the span."""
        span, field = periods_in("range", self.span), str(figure.dated_by)
        ends = self.world.day_start(np.zeros(2, np.int64), np.array([span["first_day"][0], span["next_day"][0]]))
        names: set[str] = set()
        for event in sorted(events_of(figure, self.figures)):
            every = self.world.timeline(event)
            if field in every.frame.columns:
                inside = (every.at >= ends[0]) & (every.at < ends[1])
                names |= set(every.frame[field].cast(pl.String).filter(pl.Series(inside)).drop_nulls())
        named = pl.DataFrame({"period": sorted(names)}, schema={"period": pl.String})
        days = span.select("first_day", "next_day")
        return named.with_row_index("number").select(pl.col("number").cast(pl.Int64), "period").join(days, how="cross")

    def _owners(self, figure: Figure, per: str) -> pl.DataFrame:
        """Return whom a figure is for: `of` and the campus."""
        cases = self.world.cases
        if per == "all":
            return pl.DataFrame({"of": [""], "campus": [None]}, schema={"of": pl.String, "campus": pl.String})
        if per == "campus":
            return (
                cases.select(pl.col("campus").cast(pl.String).alias("of"), pl.col("campus").cast(pl.String))
                .unique()
                .sort("of")
            )
        if per == "case":
            mine = cases.filter(
                pl.col("subject").is_in(sorted(subjects_of(figure, self.figures, self.world.definitions)))
            )
            return mine.select(pl.col("case_id").alias("of"), pl.col("campus").cast(pl.String))
        return self._persons(figure, per)

    def _persons(self, figure: Figure, per: str) -> pl.DataFrame:
        """Return the people or classes that cases name under `per`, and the staff of that post."""
        names = [pl.Series(dtype=pl.String)]
        for subject in sorted({*subjects_of(figure, self.figures, self.world.definitions), "staff"}):
            rows = self.world.rows_of(subject)
            scope = Rows(self.world, subject, rows, np.full(len(rows), self.as_of))
            names.append(owners(scope, per))
        known = pl.DataFrame({"of": pl.concat(names)}).drop_nulls().unique().sort("of")
        campus = self.world.cases.select(pl.col("case_id").alias("of"), pl.col("campus").cast(pl.String))
        return known.join(campus, on="of", how="left", maintain_order="left")


def _met(sign: str, value: pl.Series, bound: pl.Series) -> pl.Series:
    """Return whether each value keeps to its bound; unknown where either is, or where there is no target."""
    if not sign:
        return pl.repeat(None, len(value), eager=True, dtype=pl.Boolean)
    answer: pl.Series = _SIGNS[sign](value, bound)
    return answer
