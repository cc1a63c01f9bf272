"""What a formula outside any case may not ask: it has no moment, no calendar, no table and no task."""

from collections.abc import Sequence

import polars as pl

from engine.expr import Value


class Nowhere:
    """The part of a scope that a figure's formula and a condition on tasks share: it refuses what needs a case."""

    def calendar(self, function: str, arguments: Sequence[Value], /) -> pl.Expr:
        """Refuse: there is no moment and no campus to ask."""
        return _refuse(f"{function}, of {len(arguments)} values")

    def decide(self, table: str, output: str | None, /) -> Value:
        """Refuse: a table is asked of a case."""
        return _refuse(f"table {table}{'.' + output if output else ''}")

    def step_state(self, function: str, step: str, /) -> pl.Expr:
        """Refuse: tasks are counted under `tasks`."""
        return _refuse(f"{function} of step {step}")

    def opening(self, field: str, /) -> Value:
        """Refuse: nothing opened a figure."""
        return _refuse(f"opening({field})")


def _refuse(what: str) -> pl.Expr:
    raise ValueError(f"{what} has no place in a figure")
