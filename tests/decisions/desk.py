"""A scope for the tests: a frame whose columns are names, and the parameters and tables of YAML texts."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from engine.decisions.columns import answer
from engine.decisions.inner import RowScope
from engine.expr import HistoryCall, SpanValue, Tree, Value, evaluate, parse, type_of
from engine.expr.surroundings import Surroundings
from engine.frames import FIELD_DTYPES
from engine.model import Definitions, FieldType, Parameter


class Desk:
    """A scope over rows; `types` gives the columns their field types. A day is 86,400 seconds, in UTC."""

    def __init__(
        self, definitions: Definitions, rows: Sequence[Mapping[str, object]], types: Mapping[str, FieldType]
    ) -> None:
        schema = {"·row": pl.Int64()} | {name: FIELD_DTYPES[kind] for name, kind in types.items()}
        self.frame = pl.DataFrame([{"·row": number, **row} for number, row in enumerate(rows)], schema=schema)
        self.definitions = definitions
        self.types = types
        more = {name: type_of(kind) for name, kind in types.items()}
        self.names = Surroundings(definitions, "student", more=more)

    def name(self, name: str) -> Value:
        if name in self.types:
            return pl.col(name)
        found = self.definitions.parameters.get(name)
        return pl.lit(None) if found is None else self._parameter(found)

    def _parameter(self, parameter: Parameter) -> Value:
        text = parameter.values[-1].value
        if parameter.type == "choice":
            return pl.lit(str(text))
        tree = parse(text)
        assert isinstance(tree, Tree)
        value = evaluate(tree, self)
        return value if isinstance(value, SpanValue) else value.cast(FIELD_DTYPES[parameter.type])

    def column(self, value: Value) -> pl.Series:
        assert isinstance(value, pl.Expr)
        return self.frame.with_columns(value.alias("·"))["·"]

    def keep(self, column: pl.Series) -> pl.Expr:
        name = f"·{self.frame.width}"
        self.frame = self.frame.with_columns(column.alias(name))
        return pl.col(name)

    def history(self, call: HistoryCall) -> pl.Expr:
        raise NotImplementedError(call)

    def calendar(self, function: str, arguments: Sequence[Value]) -> pl.Expr:
        assert function == "date_of"
        assert isinstance(arguments[0], pl.Expr)
        return pl.from_epoch(arguments[0]).dt.date()

    def decide(self, table: str, output: str | None) -> Value:
        return answer(self.definitions.tables[table], output, self)

    def step_state(self, function: str, step: str) -> pl.Expr:
        raise NotImplementedError(function, step)

    def opening(self, field: str) -> Value:
        raise NotImplementedError(field)


MakeDesk = Callable[..., RowScope]
Read = Callable[[str], Definitions]
Answers = Callable[..., list[Any]]
