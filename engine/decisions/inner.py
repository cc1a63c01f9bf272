"""A scope with more names in it: the inputs of a table, the inputs and lines of a calculation."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import polars as pl

from engine.expr.columns import evaluate
from engine.expr.parse import Tree, parse
from engine.expr.scope import HistoryCall, Scope, Value
from engine.expr.spans import SpanValue, span_of_column
from engine.expr.types import NameKind, Names, Type, type_of_field
from engine.frames import FIELD_DTYPES
from engine.model import Field, Input
from engine.problems import Problem
from engine.text import Word

Parsed = TypeVar("Parsed")

#: Answers `decide(table, output)` for an inner scope.
Decide = Callable[[str, str | None], Value]


class RowScope(Scope, Protocol):
    """A scope over the rows of a frame, which can compute a value and hold on to it."""

    def column(self, value: Value) -> pl.Series:
        """Return a value as a column, one value a row."""
        ...

    def keep(self, column: pl.Series) -> pl.Expr:
        """Hold on to a column and return the expression that stands for it."""
        ...


@dataclass(frozen=True, slots=True)
class InnerNames(Names):
    """The names around, and those given."""

    under: Names
    given: Mapping[str, Type]

    def resolve(self, name: str) -> Type | None:
        """Return the type of a name; a given one comes first."""
        return self.given[name] if name in self.given else self.under.resolve(name)

    def event(self, name: str) -> Mapping[str, Field] | None:
        """Return the fields of an event."""
        return self.under.event(name)

    def table(self, name: str) -> Mapping[str, Field] | None:
        """Return the outputs of a decision table."""
        return self.under.table(name)

    def opening(self) -> Mapping[str, Field] | None:
        """Return the fields of the event that opened the task."""
        return self.under.opening()

    def step(self, name: str) -> bool:
        """Return whether a step has this name."""
        return self.under.step(name)

    def known(self, kind: NameKind) -> Iterable[str]:
        """Return all names of a kind."""
        return [*self.given, *self.under.known(kind)] if kind == "name" else self.under.known(kind)


class Inner:
    """A row scope in which some names have given values."""

    def __init__(
        self, under: RowScope, values: Mapping[str, Value], types: Mapping[str, Type], decide: Decide | None = None
    ) -> None:
        self.under = under
        self.values = values
        self.names: Names = InnerNames(under.names, types)
        self.answers = decide

    def name(self, name: str) -> Value:
        """Return the given value, else what the name stands for around."""
        return self.values[name] if name in self.values else self.under.name(name)

    def history(self, call: HistoryCall) -> pl.Expr:
        """Return the answer of a call over events."""
        return self.under.history(call)

    def calendar(self, function: str, arguments: Sequence[Value]) -> pl.Expr:
        """Return what a calendar says."""
        return self.under.calendar(function, arguments)

    def step_state(self, function: str, step: str) -> pl.Expr:
        """Return done_at, is_done or is_open of a step."""
        return self.under.step_state(function, step)

    def opening(self, field: str) -> Value:
        """Return a field of the event that opened the task."""
        return self.under.opening(field)

    def decide(self, table: str, output: str | None) -> Value:
        """Return what a decision table answers."""
        return self.answers(table, output) if self.answers else self.under.decide(table, output)

    def column(self, value: Value) -> pl.Series:
        """Return a value as a column."""
        return self.under.column(value)

    def keep(self, column: pl.Series) -> pl.Expr:
        """Hold on to a column."""
        return self.under.keep(column)


def kept(scope: RowScope, value: Value, field: Field) -> Value:
    """Return a value computed once, with the column type of its field."""
    if isinstance(value, SpanValue):
        return value.each(lambda part: scope.keep(scope.column(part)) if isinstance(part, pl.Expr) else part)
    if field.type == "duration":
        return kept(scope, span_of_column(value.cast(pl.String)), field)
    column = scope.column(value)
    if field.type == "money" and column.dtype.is_float():
        column = column.round(2, mode="half_away_from_zero")
    return scope.keep(column.cast(FIELD_DTYPES[field.type]))


def plain(scope: RowScope, value: Value) -> object:
    """Return a value on the one row of a scope; a span as one whose parts are numbers, None if it is unknown."""
    if not isinstance(value, SpanValue):
        found = scope.column(value)[0]
        return found.to_list() if isinstance(found, pl.Series) else found
    parts = [scope.column(each)[0] if isinstance(each, pl.Expr) else each for each in value.parts()]
    return None if None in parts else SpanValue(*parts)


def checked(parsed: Parsed | Problem) -> Parsed:
    """Return what was parsed; the checks have seen that it can be."""
    if isinstance(parsed, Problem):
        raise ValueError(f"{parsed.span}: {parsed.message}")  # noqa: TRY004  a value that nobody checked
    return parsed


def value_of(text: Word, field: Field, scope: Scope) -> Value:
    """Return the value of an expression that is wanted as a field's value."""
    tree = checked(parse(text))
    wanted = type_of_field(field)
    if field.type == "choices" and hasattr(tree.node, "elts"):
        return _list(tree, field, scope)
    return evaluate(tree, scope, wanted=(wanted,))


def _list(tree: Tree, field: Field, scope: Scope) -> Value:
    one = Type("choice", tuple(map(str, field.choices)))
    parts = [evaluate(tree, scope, each, (one,)) for each in tree.node.elts]  # type: ignore[attr-defined]
    return pl.concat_list(parts) if parts else pl.lit([], pl.List(pl.String))


def input_values(inputs: Mapping[str, Input], scope: RowScope, given: Mapping[str, Value]) -> dict[str, Value]:
    """Return the value of each input: the given one, else that of its expression, else what its name stands for."""
    found: dict[str, Value] = {}
    for name, each in inputs.items():
        if name in given:
            value = given[name]
        elif each.value is not None:
            value = value_of(each.value, each.field, scope)
        else:
            value = scope.name(name)
        found[name] = kept(scope, value, each.field)
    return found


def types_of(inputs: Mapping[str, Input]) -> dict[str, Type]:
    """Return the types of inputs."""
    return {name: type_of_field(each.field) for name, each in inputs.items()}
