"""What the evaluator asks of the place where an expression is evaluated: values of names, history, calendar."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import polars as pl

from engine.expr.parse import Tree
from engine.expr.spans import SpanValue
from engine.expr.types import Names

#: A column, or a span of time.
Value = pl.Expr | SpanValue


@dataclass(frozen=True, slots=True)
class HistoryCall:
    """A call over the events of a case. `since` is a moment, null from the beginning; `condition` is in `tree`."""

    function: str
    event: str
    field: str | None
    condition: ast.expr | None
    since: pl.Expr | None
    within: SpanValue | None
    tree: Tree

    @property
    def condition_text(self) -> str:
        """The condition in one spelling: equal for two calls that ask the same."""
        return ast.unparse(self.condition) if self.condition else ""


class Scope(Protocol):
    """Columns for the names of an expression. Moments are Int64 seconds, money Decimal(18, 2), numbers Float64."""

    @property
    def names(self) -> Names:
        """The types of the names; the evaluator needs them to keep money exact."""
        ...

    def name(self, name: str, /) -> Value:
        """Return the value of a name; one of type span as a SpanValue."""
        ...

    def history(self, call: HistoryCall, /) -> pl.Expr:
        """Return the answer of a call over events: null where min, last, latest ... have none."""
        ...

    def calendar(self, function: str, arguments: Sequence[Value], /) -> pl.Expr:
        """Return what a calendar says of moments.

        add(moment or date, span): a date is the moment it begins; date_of, weekday, hour, day, month, year, is_weekend,
        is_workday, start_of_day|week|month, end_of_day|next_day|week|month|quarter, close_of_day, age of a moment;
        close_of_workday(moment, n): of the n-th working day after its day, -1 the last one before its day;
        next_weekday_time(moment, weekday 1..7, minute of the day); at_time(moment, minute of the day);
        days_between, months_between, working_hours_between, working_days_between of two moments.
        """
        ...

    def decide(self, table: str, output: str | None, /) -> Value:
        """Return what a decision table answers."""
        ...

    def step_state(self, function: str, step: str, /) -> pl.Expr:
        """Return done_at, is_done or is_open of a step."""
        ...

    def opening(self, field: str, /) -> Value:
        """Return a field of the event that opened the task."""
        ...
