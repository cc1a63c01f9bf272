"""What a store of cases is to the rest of the engine: a log to read, a door to write through, the tasks last shown."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Final, Protocol

import polars as pl

from engine.frames import Log
from engine.model import Definitions
from engine.store.reconcile import Changes

#: Events that every subject has: a fact of the case changes, another event never was, a step need not be done.
SYSTEM_EVENTS: Final = ("set", "void", "waive")

#: The events by which facts are recorded by hand, and what takes them back.
FACTS: Final = ("set", "void")

#: The cases asked for: numbers in any order, a run of numbers, or all.
CaseNos = Sequence[int] | range | pl.Series | None


class StoreProblem(Exception):  # noqa: N818, a person reads it as a sentence
    """The outside world kept the store from being read or written; the text is one sentence for a person."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event to append. `data` holds values as `normalise_event` gives them; `recorded_at`: when it was typed in."""

    case_no: int
    type: str
    at: int
    recorded_at: int
    by: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """A daily run that was stored: the moment it believed it was, and the last event it had read."""

    run_id: int
    as_of: int
    started_at: int
    finished_at: int
    definitions_hash: str
    last_event_id: int
    cases_run: int
    counts: Mapping[str, int]


class CaseStore(Protocol):
    """Cases, their events and the tasks last shown; SQLite today, a shared database later."""

    def case_nos(self) -> pl.Series:
        """Return the numbers of all cases, sorted."""
        ...

    def cases(self, subject: str | None = None, case_nos: CaseNos = None) -> pl.DataFrame:
        """Return cases: `frames.CASES` and `fields`, the first facts as JSON text."""
        ...

    def log(
        self,
        definitions: Definitions,
        case_nos: CaseNos = None,
        as_of: int | None = None,
        known_at: int | None = None,
        last_event_id: int | None = None,
        types: Collection[str] = (),
    ) -> Log:
        """Return what happened up to `as_of`, of what had been typed in up to `known_at`; of some types, if named."""
        ...

    def add_cases(self, cases: pl.DataFrame) -> pl.DataFrame:
        """Add cases (case_id, subject, campus, created_at, fields); return their case_no and case_id."""
        ...

    def append(self, events: Sequence[NewEvent] | pl.DataFrame, progress: Callable[[int], None] | None = None) -> range:
        """Append events; return their numbers, in the order given. `progress` is told how many are written."""
        ...

    def atomic(self) -> AbstractContextManager[object]:
        """Return a block whose writes happen together or not at all."""
        ...

    def last_event_id(self) -> int:
        """Return the number of the last event, or 0."""
        ...

    def tasks(self, case_nos: CaseNos = None, *, unfinished: bool = False) -> pl.DataFrame:
        """Return the tasks last shown, or those that are not over: `frames.TASKS`, first_shown_at, last_changed_at."""
        ...

    def apply_run(
        self,
        changes: Iterable[Changes],
        *,
        as_of: int,
        started_at: int,
        finished_at: int,
        definitions_hash: str,
        last_event_id: int,
        wake: pl.DataFrame | None = None,
        cases_run: int = 0,
        whole: bool = True,
    ) -> Run:
        """Write what a run found, in one transaction."""
        ...

    def last_run(self) -> Run | None:
        """Return the last run over all cases, or over all those with news."""
        ...


def as_range(case_nos: CaseNos) -> range | None:
    """Return the numbers as a range if they follow one another, ascending.

    >>> as_range([3, 4, 5]), as_range([3, 5]), as_range([])
    (range(3, 6), None, None)
    """
    if isinstance(case_nos, range) and case_nos.step == 1:
        return case_nos
    if case_nos is None or len(case_nos) == 0:
        return None
    numbers = pl.Series(case_nos, dtype=pl.Int64)
    if numbers[-1] - numbers[0] + 1 == len(numbers) and numbers.is_sorted() and numbers.n_unique() == len(numbers):
        return range(int(numbers[0]), int(numbers[-1]) + 1)
    return None
