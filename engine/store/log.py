"""The log of some cases as of a moment, whatever holds the events: a store, its columnar copy, or a list in memory."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

import polars as pl

from engine.frames import CASES, EVENTS, FIELD_DTYPES
from engine.model import Definitions
from engine.store.base import NewEvent
from engine.store.typed import RAW, Shape, decode, decode_json, raw_rows, read_fact, shape_of, to_json

_ORDER = ("case_no", "at", "event_id")


class Source(Protocol):
    """Where a log takes its events from."""

    @property
    def types(self) -> frozenset[str]:
        """Return the types of the events there are."""
        ...

    def read(self, event: str, shape: Shape) -> pl.DataFrame:
        """Return all events of a type, voided ones included: `frames.EVENTS`, then the shape; sorted."""
        ...

    def cases(self) -> pl.DataFrame:
        """Return the cases: `frames.CASES` and their first facts as JSON text."""
        ...


class TypedLog:
    """A `Log` over a source: reads each type once, when first asked for."""

    def __init__(self, definitions: Definitions, source: Source, as_of: int | None, known_at: int | None) -> None:
        self._definitions = definitions
        self._source = source
        self._as_of = as_of
        self._known_at = known_at
        self._read: dict[str, pl.DataFrame] = {}
        self._voided: pl.Series | None = None
        self._facts: dict[str, pl.DataFrame] = {}

    def cases(self) -> pl.DataFrame:
        """Return the cases: `frames.CASES` and their first facts as JSON text."""
        return self._source.cases()

    @property
    def types_present(self) -> frozenset[str]:
        """Return the types of the events that the log holds, voided ones included."""
        return self._source.types

    def events(self, type: str) -> pl.DataFrame:  # noqa: A002, the column is called so
        """Return the events of one type: `frames.EVENTS`, then its form's fields, sorted by case, moment and event."""
        found = self._read.get(type)
        if found is None:
            shape = shape_of(self._definitions, type)
            if type in self._source.types:
                found = self._seen(self._source.read(type, shape))
            else:
                found = pl.DataFrame(schema={**EVENTS, **shape})
            self._read[type] = found
        return found

    def waives(self) -> pl.DataFrame:
        """Return the waivers: `frames.EVENTS`, then step, key, by and why."""
        return self.events("waive")

    def fields(self, name: str, subject: str | None = None) -> pl.DataFrame:
        """Return the history of a fact of the cases, from their first facts and `set` events: case_no, at, value.

        The value has the field's type; where subjects disagree on it and none is named, it is text.
        A `set` to nothing gives a null: unknown from then on.
        """
        dtype = self._type_of_fact(name, subject)
        first = self._first_facts(name, subject, dtype)
        changes = self.events("set").filter(pl.col("data").str.contains(f'"{name}":', literal=True))
        if changes.is_empty():
            return first
        if subject is not None:
            of_subject = self._source.cases().filter(pl.col("subject") == subject).select("case_no")
            changes = changes.join(of_subject, on="case_no", how="semi", maintain_order="left")
        later = changes.select("case_no", "at").with_columns(read_fact(changes["data"], name, dtype).alias("value"))
        return pl.concat([first, later]).sort("case_no", "at", maintain_order=True)

    def facts_now(self, names: Sequence[str]) -> dict[int, dict[str, object]]:
        """Return the present facts of each case as the store keeps them, for those of the names that are known."""
        cases = self._source.cases()
        found = {number: json.loads(text) for number, text in cases.select("case_no", "fields").iter_rows()}
        for number, text in self.events("set").select("case_no", "data").iter_rows():
            found[number] |= json.loads(text)
        return {number: {name: facts.get(name) for name in names} for number, facts in found.items()}

    def _type_of_fact(self, name: str, subject: str | None) -> pl.DataType:
        subjects = [self._definitions.subjects[subject]] if subject else self._definitions.subjects.values()
        types = {each.fields[name].type for each in subjects if name in each.fields}
        dtypes = [FIELD_DTYPES[each] for each in sorted(types)]
        return dtypes[0] if dtypes and all(each == dtypes[0] for each in dtypes) else pl.String()

    def _first_facts(self, name: str, subject: str | None, dtype: pl.DataType) -> pl.DataFrame:
        found = self._facts.get(subject or "")
        if found is None:
            cases = self._source.cases()
            if subject is not None:
                cases = cases.filter(pl.col("subject") == subject)
            shape = {name: self._type_of_fact(name, subject) for name in self._names_of_facts(subject)}
            leading = cases.select("case_no", pl.col("created_at").alias("at"))
            found = self._facts[subject or ""] = (
                leading.hstack(decode_json(cases["fields"], shape)) if shape else leading
            )
        if name not in found.columns:
            return pl.DataFrame(schema={"case_no": pl.Int64(), "at": pl.Int64(), "value": dtype})
        return found.select("case_no", "at", pl.col(name).alias("value")).drop_nulls("value")

    def _names_of_facts(self, subject: str | None) -> list[str]:
        subjects = [self._definitions.subjects[subject]] if subject else self._definitions.subjects.values()
        return list({str(name): None for each in subjects for name in each.fields})

    def _seen(self, events: pl.DataFrame) -> pl.DataFrame:
        """Return the events that were there by then and not voided."""
        for name, last in (("at", self._as_of), ("recorded_at", self._known_at)):
            if last is not None and not events.is_empty() and events[name].to_numpy().max() > last:
                events = events.filter(pl.col(name) <= last)
        voided = self._voided_events()
        return events if voided.is_empty() else events.filter(~pl.col("event_id").is_in(voided.implode()))

    def _voided_events(self) -> pl.Series:
        if self._voided is None:
            voids = pl.DataFrame(schema={"event_id": pl.Int64(), "event_id_voided": pl.Int64()})
            if "void" in self._source.types:
                voids = self._source.read("void", shape_of(self._definitions, "void"))
                if self._known_at is not None:
                    voids = voids.filter(pl.col("recorded_at") <= self._known_at)
            pairs = voids.select("event_id", "event_id_voided").iter_rows()
            self._voided = pl.Series(sorted(voided_events(pairs)), dtype=pl.Int64)
        return self._voided


def voided_events(voids: Iterable[tuple[int, int]]) -> set[int]:
    """Return the events that do not count, given each void and the earlier event it voids.

    A void that is voided itself voids nothing: the event counts again.

    >>> voided_events([(2, 1), (3, 2)])
    {2}
    """
    gone: set[int] = set()
    for event_id, target in sorted(voids, reverse=True):
        if event_id not in gone:
            gone.add(target)
    return gone


class RowsSource:
    """A source over stored rows in memory (as `typed.RAW`), decoded type by type."""

    def __init__(self, rows: pl.DataFrame, cases: pl.DataFrame) -> None:
        self._rows = rows.sort("type", *_ORDER)
        runs = self._rows["type"].rle().struct.unnest()
        ends = runs["len"].cum_sum()
        self._places = dict(zip(runs["value"], zip(ends - runs["len"], runs["len"], strict=True), strict=True))
        self._cases = cases

    @property
    def types(self) -> frozenset[str]:
        """Return the types of the events there are."""
        return frozenset(self._places)

    def read(self, event: str, shape: Shape) -> pl.DataFrame:
        """Return all events of a type, voided ones included."""
        if event not in self._places:
            return pl.DataFrame(schema={**EVENTS, **shape})
        return decode(self._rows.slice(*self._places[event]), shape)

    def cases(self) -> pl.DataFrame:
        """Return the cases."""
        return self._cases


class MemoryLog(TypedLog):
    """A `Log` of cases and events that no store holds: scenarios, tests, what-ifs.

    `cases` is a frame (`frames.CASES`, and `fields` as JSON text or a struct of facts) or one mapping a case: case_no,
    case_id, subject, campus, created_at, fields (a mapping of facts as `normalise_event` gives them). The events are
    numbered from 1 in the order given; a frame of events has the columns of `typed.RAW`.
    """

    def __init__(
        self,
        definitions: Definitions,
        cases: pl.DataFrame | Sequence[Mapping[str, object]],
        events: Sequence[NewEvent] | pl.DataFrame,
        as_of: int | None = None,
        known_at: int | None = None,
    ) -> None:
        rows = events if isinstance(events, pl.DataFrame) else raw_rows(events)
        source = RowsSource(rows.select(RAW.names()), case_frame(cases))
        super().__init__(definitions, source, as_of, known_at)


def case_frame(cases: pl.DataFrame | Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """Return cases as the store gives them, their facts as JSON text."""
    schema = {**CASES, "fields": pl.String()}
    if isinstance(cases, pl.DataFrame):
        if "fields" not in cases.columns:
            cases = cases.with_columns(pl.lit("{}").alias("fields"))
        if isinstance(cases.schema["fields"], pl.Struct):
            cases = cases.with_columns(pl.col("fields").struct.json_encode())
        return cases.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
    rows = [{**each, "fields": to_json(_mapping(each.get("fields"))) or "{}"} for each in cases]
    return pl.DataFrame(rows, schema=schema)


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
