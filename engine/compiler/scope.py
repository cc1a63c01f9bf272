"""What the names and functions of an expression stand for, on a frame of rows: one case and one moment a row.

Rows are any questions about cases: the events of a type (each at its own moment), the openings of a step, the moments
at which a condition may change. The answer to every question is a column, so there is one evaluator for all of them.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
import polars as pl

from engine.compiler import clockwork
from engine.compiler.clockwork import Amount
from engine.compiler.history import window
from engine.compiler.reads import tree_of
from engine.compiler.timeline import UNKNOWN, Bools, Ints, Timeline, merge, to_bools, to_moments, to_series
from engine.compiler.world import World
from engine.decisions.choose import choose
from engine.decisions.columns import answer as decide
from engine.decisions.columns import ask
from engine.expr.columns import evaluate
from engine.expr.parse import Tree
from engine.expr.scope import HistoryCall, Value
from engine.expr.spans import Part, SpanValue
from engine.expr.surroundings import Surroundings
from engine.expr.types import MOMENT, Names, Type, type_of
from engine.frames import FIELD_DTYPES
from engine.model import Dated, Field, Parameter
from engine.text import Word


class Rows:
    """A scope over rows, each one case and one moment.

    `columns` are the fields of the event in hand, which is one of `events`; `opening` those of the event that opened
    the task, one of `opened_by`; `moments` named moments such as start, opened_at and due.
    """

    def __init__(
        self,
        world: World,
        subject: str,
        rows: Ints,
        now: Ints,
        columns: pl.DataFrame | None = None,
        events: Sequence[str] = (),
        *,
        opening: pl.DataFrame | None = None,
        opened_by: Sequence[str] = (),
        moments: Mapping[str, Ints] | None = None,
    ) -> None:
        self.world = world
        self.subject = subject
        self.rows = rows
        self.now = now
        self.columns = columns
        self.events = events
        self.opening_columns = opening
        self.opened_by = opened_by
        self.moments = {"now": now} | dict(moments or {})
        self._values: dict[str, Value] = {}
        self._kept: list[pl.Series] = []

    @cached_property
    def names(self) -> Names:
        """The types of the names, by which money stays exact."""
        place = (self.subject, tuple(self.events), tuple(self.opened_by), tuple(self.moments))
        known = self.world.surroundings
        if place not in known:
            more = dict.fromkeys(self.moments, MOMENT)
            known[place] = Surroundings(
                self.world.definitions, self.subject, self._forms(self.events), self._forms(self.opened_by), more
            )
        return known[place]

    def _forms(self, events: Sequence[str]) -> dict[str, Field]:
        return {name: each for event in events for name, each in self.world.definitions.events[event].fields.items()}

    # --- asking ---------------------------------------------------------------------------------------------------

    def ask(self, text: Word | str, wanted: Sequence[Type] = ()) -> pl.Series:
        """Return the value of an expression for every row."""
        return self.column(self.value(text, wanted))

    def value(self, text: Word | str, wanted: Sequence[Type] = ()) -> Value:
        """Return the value of an expression as columns of this scope."""
        return evaluate(tree_of(text), self, wanted=wanted)

    def holds(self, text: Word | str | None) -> Bools:
        """Return for each row whether a condition holds; what is unknown does not."""
        if not text or not len(self.rows):
            return np.ones(len(self.rows), bool)
        return to_bools(self.ask(text))

    def moment(self, text: Word | str, start: str = "start") -> Ints:
        """Return the moment that an expression gives; a span counts from the moment named `start`."""
        value = self.value(text)
        if isinstance(value, SpanValue):
            value = self.calendar("add", [self.name(start), value])
        return to_moments(self.column(value))

    def column(self, value: Value | int) -> pl.Series:
        """Return a value as a column as long as the scope; a span has none."""
        assert not isinstance(value, SpanValue), "a span in place of a column"
        expression = value if isinstance(value, pl.Expr) else pl.lit(value)
        names = list(dict.fromkeys(expression.meta.root_names()))
        if names and expression.meta.is_column():
            return self._kept[int(names[0][1:])]
        columns = [self._kept[int(name[1:])] for name in names] or [pl.Series("·", self.rows)]
        return pl.DataFrame(columns).with_columns(expression.alias("·="))["·="]

    def keep(self, column: pl.Series) -> pl.Expr:
        """Hold on to a column and return the expression that stands for it."""
        name = f"·{len(self._kept)}"
        self._kept.append(column.alias(name))
        return pl.col(name)

    # --- names ----------------------------------------------------------------------------------------------------

    def name(self, name: str) -> Value:
        """Return what a name stands for: the event's field, a named moment, a fact, a formula or a parameter."""
        if name not in self._values:
            self._values[name] = self._find(name)
        return self._values[name]

    def _find(self, name: str) -> Value:
        if self.columns is not None and name in self.columns.columns:
            return self.keep(self.columns[name])
        if name in self.moments:
            return self.keep(to_series(self.moments[name]))
        if name == "created_at":
            return self.keep(pl.Series(self.world.created_at[self.rows]))
        if name in ("campus", "case_id"):
            return self.keep(self.world.cases[name].gather(self.rows))
        return self._defined(name)

    def _defined(self, name: str) -> Value:
        """Return a fact, a formula or a parameter; anything else is unknown."""
        definitions = self.world.definitions
        subject = definitions.subjects.get(self.subject)
        if subject and name in subject.fields:
            return self.keep(self._fact(name))
        formula = definitions.formulas.get(self.subject, {}).get(name)
        if formula:
            return self.value(formula.value)
        parameter = definitions.parameters.get(name)
        return self._parameter(parameter) if parameter else pl.lit(None)

    def _fact(self, name: str) -> pl.Series:
        history = fact(self.world, self.subject, name)
        places = history.through(self.rows, self.now) - 1
        return history.take("value", places, history.belongs(places, self.rows))

    def opening(self, field: str) -> Value:
        """Return a field of the event that opened the task."""
        if self.opening_columns is None or field not in self.opening_columns.columns:
            return pl.lit(None)
        return self.keep(self.opening_columns[field])

    def _parameter(self, parameter: Parameter) -> Value:
        """Return a parameter's value: that of the campus, on the day on which the task started."""
        cases = []
        for overlay in self.world.definitions.overlays.values():
            values = next((each for name, each in overlay.parameters.items() if name == parameter.name), None)
            if values is not None and self.world.has_campus(overlay.campuses):
                there = self.keep(pl.Series(self.world.on_campus(overlay.campuses, self.rows)))
                cases.append((there, self._dated(parameter, values)))
        return choose(cases, self._dated(parameter, parameter.values))

    def _dated(self, parameter: Parameter, values: Sequence[Dated]) -> Value:
        literals = [(each.since, self._literal(parameter, each.value)) for each in values]
        if len(literals) == 1:
            return literals[0][1]
        day = self.calendar("date_of", [self.name("start" if "start" in self.moments else "now")])
        later = [(day >= pl.lit(since), value) for since, value in reversed(literals[1:])]
        return choose(later, literals[0][1])

    def _literal(self, parameter: Parameter, text: Word) -> Value:
        if parameter.type in ("text", "choice", "reference"):
            return pl.lit(str(text))
        if parameter.type == "choices":
            return pl.lit(pl.Series([str(text).split(", ")], dtype=pl.List(pl.String())))
        if parameter.type == "date":
            return pl.lit(str(text)).str.to_date()
        if parameter.type == "moment":
            wall = int(datetime.fromisoformat(str(text)).replace(tzinfo=UTC).timestamp())
            every = np.full(len(self.rows), wall)
            return self.keep(to_series(self.world.table.moment(self.world.cal_no[self.rows], every)))
        return self.value(text, [type_of(parameter.type)])

    # --- functions ------------------------------------------------------------------------------------------------

    def history(self, call: HistoryCall) -> pl.Expr:
        """Return what a function over the events of the case gives, up to each row's moment."""
        events = events_where(self.world, call.event, call.tree, call.condition)
        since = None if call.since is None else to_moments(self.column(call.since))
        if call.within is not None:
            back = to_moments(self.column(self.calendar("add", [self.name("now"), -call.within])))
            since = back if since is None else np.maximum(back, since)
        return self.keep(window(call.function, events, call.field, self.rows, self.now, since))

    def step_state(self, function: str, step: str) -> pl.Expr:
        """Return when a step of the case was last done, whether it was ever, or whether a task of it is open."""
        world = self.world
        closed = world.closings[world.step_key(step, self.subject)]
        if function == "is_open":
            opened = world.openings[world.step_key(step, self.subject)]
            return self.keep(
                pl.Series(_so_far(opened, self) > _so_far(world.ended[world.step_key(step, self.subject)], self))
            )
        if function == "is_done":
            return self.keep(pl.Series(_so_far(closed, self) > 0))
        places = closed.through(self.rows, self.now) - 1
        return self.keep(to_series(closed.moments(places, closed.belongs(places, self.rows))))

    def decide(self, table: str, output: str | None) -> Value:
        """Return what a decision table answers."""
        found = self.world.definitions.tables[table]
        if self.world.reached is not None:
            taken = ask(found, self).taken
            self.world.reached |= {f"{table} row {number}" for number, rows in enumerate(taken, 1) if rows.any()}
            if not np.logical_or.reduce([rows.to_numpy() for rows in taken]).all():
                self.world.reached.add(f"{table} otherwise")
        return decide(found, output, self)

    def calendar(self, function: str, args: Sequence[Value | int]) -> pl.Expr:
        """Return what a function of the campus's calendar gives."""
        if function == "add":
            return self._add(args[0], args[1])
        cal, table = self.world.cal_no[self.rows], self.world.table
        return self.keep(clockwork.call(function, table, cal, [self.moments_of(each) for each in args]))

    def moments_of(self, value: Value | int) -> Ints:
        """Return a value as whole numbers: moments, of a date that at which it begins, of a wall time its minutes."""
        column = self.column(value)
        if column.dtype == pl.Date:
            days = to_moments(column.cast(pl.Int32))
            return np.where(days == UNKNOWN, UNKNOWN, self.midnight(np.where(days == UNKNOWN, 0, days)))
        if column.dtype == pl.String:  # a wall time, "21:00": minutes of the day
            column = column.str.to_time("%H:%M", strict=False).cast(pl.Int64) // 60_000_000_000
        return to_moments(column)

    def midnight(self, days: Ints) -> Ints:
        """Return the moment at which each local day (days since 1970) begins."""
        return self.world.table.moment(self.world.cal_no[self.rows], days * clockwork.DAY)

    def _add(self, moment: Value | int, span: Value | int) -> pl.Expr:
        assert isinstance(span, SpanValue)
        names = ("months", "days", "seconds", "working_days", "working_seconds")
        parts = {name: self.part(getattr(span, name)) for name in names}
        unknown = np.zeros(len(self.rows), bool)
        for name, part in parts.items():
            if isinstance(part, np.ndarray):
                unknown |= np.isnan(part)
                parts[name] = np.nan_to_num(part)
        start = np.where(unknown, UNKNOWN, self.moments_of(moment))
        return self.keep(to_series(clockwork.add_span(self.world.table, self.world.cal_no[self.rows], start, parts)))

    def part(self, part: Part) -> Amount:
        """Return a part of a span as a number, or as one a row."""
        return self.column(part).cast(pl.Float64).to_numpy() if isinstance(part, pl.Expr) else float(part)


def _so_far(timeline: Timeline, scope: Rows) -> Ints:
    return timeline.through(scope.rows, scope.now) - timeline.begins(scope.rows)


def event_scope(world: World, every: Timeline, event: str) -> Rows:
    """Return the scope in which each event's own fields are names, then the facts of its case at its moment."""
    return Rows(world, world.definitions.events[event].subject, every.rows, every.at, every.frame, (event,))


def events_where(world: World, event: str, text: Tree | str, condition: ast.expr | None = None) -> Timeline:
    """Return the events of a type for which a condition over their fields holds; computed once a run.

    The condition is a text, or a node of a tree.
    """
    if isinstance(text, Tree) and condition is None:
        text = ""
    key = (event, text.text_of(condition) if isinstance(text, Tree) and condition is not None else str(text))
    if key not in world.events:
        every = world.timeline(event)
        if key[1] and len(every):
            scope = event_scope(world, every, event)
            tree = text if isinstance(text, Tree) else tree_of(text)
            every = every.filter(to_bools(scope.column(evaluate(tree, scope, condition))))
        world.events[key] = every
    return world.events[key]


def fact(world: World, subject: str, name: str) -> Timeline:
    """Return the history of a fact: recorded by hand, or set by the events that say so."""
    key = (subject, name)
    if key not in world.fields:
        definition = world.field_definition(subject, name)
        dtype = FIELD_DTYPES[definition.type]
        wanted = [type_of(definition.type, definition.choices)]
        history = [world.by_hand(subject, name, dtype)]
        for event, expression in world.setters(subject, name):
            every = world.timeline(event.name)
            if len(every):
                value = event_scope(world, every, event.name).ask(expression, wanted).cast(dtype)
                history.append(replace(every, frame=pl.DataFrame([value.alias("value"), every.frame["event_id"]])))
        world.fields[key] = merge(history)
    return world.fields[key]
