"""The facts of a run, as timelines: cases, what happened to them, and the value of every field at every moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Protocol

import numpy as np
import polars as pl

from engine.calendars.calendar import Calendar
from engine.calendars.table import WorkTable
from engine.compiler.timeline import Ints, Timeline
from engine.model import Definitions, Event, Field, Overlay
from engine.text import Word

STANDARD = "standard"  # the calendar of a campus without an overlay


class Log(Protocol):
    """What happened: one frame an event type, columns `frames.EVENTS` then the event's fields, sorted, voids left out."""

    def events(self, type: str) -> pl.DataFrame:
        """Return the events of one type."""
        ...

    def fields(self, name: str, subject: str | None = None) -> pl.DataFrame:
        """Return the history of a fact as recorded by hand: case_no, at, value."""
        ...

    def waives(self) -> pl.DataFrame:
        """Return the waivers: case_no, at, event_id, step, key."""
        ...


@dataclass(frozen=True)
class Known:
    """What an earlier run has shown: tasks that it found over concern nobody any more and need not be computed again.

    `since` is that run's moment; `unfinished` its tasks that were not over: case_no, process, step, key, opened_at.
    """

    since: int
    unfinished: pl.DataFrame


_NO_TASKS = pl.DataFrame(schema={"row": pl.Int64(), "key": pl.String(), "opened_at": pl.Int64()})


class World:
    """The cases of one chunk and their log, each read once; asked by the scopes that evaluate expressions."""

    def __init__(
        self,
        definitions: Definitions,
        cases: pl.DataFrame,
        log: Log,
        as_of: int,
        staff: pl.DataFrame | None = None,
        known: Known | None = None,
    ) -> None:
        self.definitions = definitions
        self.known = known
        self.reached: set[str] | None = None  # which branches of the definitions had a task, where somebody asks
        self.watched: set[str] = set()  # steps whose tasks other steps ask about
        self.log = log
        self.as_of = as_of
        self.cases = cases.sort("case_no").filter(pl.col("created_at") <= as_of)
        self.case_nos = self.cases["case_no"].to_numpy()
        self.campuses = set(self.cases["campus"].unique().to_list())
        self.subjects = set(self.cases["subject"].unique().to_list())
        self.created_at = self.cases["created_at"].to_numpy().astype(np.int64)
        self.staff = staff
        self.wakes: list[tuple[Ints, Ints]] = []
        self.calendar_names, self.cal_no = self._calendars()
        self.table = WorkTable.build([_calendar(definitions, name) for name in self.calendar_names], *_years(as_of))
        self.events: dict[tuple[str, str], Timeline] = {}  # (type, condition) -> those events
        self.fields: dict[tuple[str, str], Timeline] = {}  # (subject, fact) -> its history, column `value`
        self.openings: dict[str, Timeline] = {}  # process.step -> its tasks as they opened, filled as the run goes,
        self.closings: dict[str, Timeline] = {}  # as they were done,
        self.ended: dict[str, Timeline] = {}  # and as they were done or cancelled

    def _calendars(self) -> tuple[list[str], Ints]:
        by_campus = {
            campus: str(overlay.calendar) for overlay, campus in _campuses(self.definitions) if overlay.calendar
        }
        campuses = self.cases["campus"].unique().to_list()
        names = sorted({by_campus.get(campus, STANDARD) for campus in campuses}) or [STANDARD]
        number = {campus: names.index(by_campus.get(campus, STANDARD)) for campus in campuses}
        column = (
            self.cases["campus"].replace_strict(number, return_dtype=pl.Int64)
            if number
            else pl.Series([], dtype=pl.Int64)
        )
        return names, column.to_numpy().astype(np.int64)

    def rows_of(self, subject: str) -> Ints:
        """Return the row numbers of the cases of a subject."""
        return np.flatnonzero((self.cases["subject"] == subject).to_numpy())

    def timeline(self, event: str) -> Timeline:
        """Return all events of a type, with their fields."""
        found = self.events.get((event, ""))
        if found is None:
            found = self.events[event, ""] = self._on_rows(self.log.events(event))
        return found

    def _on_rows(self, frame: pl.DataFrame) -> Timeline:
        """Return a frame of events as a timeline; events of cases that are not of this chunk fall away."""
        numbers = frame["case_no"].to_numpy()
        rows = np.searchsorted(self.case_nos, numbers)
        known = np.zeros(len(rows), bool)
        inside = rows < len(self.case_nos)
        known[inside] = self.case_nos[rows[inside]] == numbers[inside]
        known &= (frame["at"] <= self.as_of).to_numpy()
        if not known.all():
            frame, rows = frame.filter(known), rows[known]
        return Timeline(rows.astype(np.int64), frame["at"].to_numpy().astype(np.int64), frame.drop("case_no"))

    def by_hand(self, subject: str, name: str, dtype: pl.DataType) -> Timeline:
        """Return the history of a fact as recorded by hand, column `value`."""
        found = self._on_rows(self.log.fields(name, subject))
        return Timeline(found.rows, found.at, found.frame.select(pl.col("value").cast(dtype)))

    @cached_property
    def waives(self) -> pl.DataFrame:
        """The waivers of tasks: row, at, event_id, step ("process.step") and key."""
        found = self._on_rows(self.log.waives())
        return found.frame.with_columns(row=pl.Series(found.rows, dtype=pl.Int64)).sort("at")

    def setters(self, subject: str, name: str) -> list[tuple[Event, Word]]:
        """Return the events that set a fact, each with the expression of the value."""
        events = [each for each in self.definitions.events.values() if each.subject == subject]
        return [(each, value) for each in events for field, value in each.sets.items() if field == name]

    def field_definition(self, subject: str, name: str) -> Field:
        """Return the definition of a fact of a subject."""
        return self.definitions.subjects[subject].fields[name]

    def wake(self, rows: Ints, moments: Ints) -> None:
        """Note that at these later moments time alone can change what these cases owe."""
        later = moments > self.as_of
        if later.any():
            self.wakes.append((rows[later], moments[later]))

    def has_campus(self, campuses: Sequence[str]) -> bool:
        """Return whether a case of one of the campuses is here."""
        return not self.campuses.isdisjoint(str(each) for each in campuses)

    def step_key(self, step: str, subject: str, process: str = "") -> str:
        """Return "process.step" for a step named in full, of the process in hand, or of any process of the subject."""
        if "." in step:
            return step
        if process and step in self.definitions.processes[process].steps:
            return f"{process}.{step}"
        found = [each for each in self.definitions.processes.values() if each.subject == subject and step in each.steps]
        return f"{found[0].name}.{step}" if found else step

    def closing_events(self, step: str) -> tuple[str, ...]:
        """Return the events that close a step, "process.step"."""
        process, _, name = step.partition(".")
        found = self.definitions.processes[process].steps.get(name)
        return tuple(str(event) for event in found.done.events) if found else ()

    def unfinished(self, step: str) -> pl.DataFrame | None:
        """Return the tasks of a step that an earlier run left open (row, key, opened_at); None if all are of interest."""
        if self.known is None or step in self.watched:
            return None
        return self._unfinished.get(step, _NO_TASKS)

    @cached_property
    def _unfinished(self) -> dict[str, pl.DataFrame]:
        """The tasks that an earlier run left open, by step: row, key, opened_at."""
        assert self.known is not None
        left = self.known.unfinished
        rows = pl.Series("row", np.searchsorted(self.case_nos, left["case_no"].to_numpy()), dtype=pl.Int64)
        named = left.select(rows, "key", "opened_at", name=pl.concat_str("process", pl.lit("."), "step"))
        parts = named.partition_by("name", as_dict=True, include_key=False)
        return {str(name): part for (name,), part in parts.items()}

    def is_watched(self, step: str) -> bool:
        """Return whether other steps ask about the tasks of this one."""
        return step in self.watched

    def day_start(self, cal: Ints, days: Ints) -> Ints:
        """Return the moment at which each local day (counted from 1970) begins."""
        return self.table.moment(cal, days * 86_400)

    def moment_of_day(self, day: date) -> int:
        """Return the moment at which a day begins on the first calendar."""
        return int(self.table.moment(np.int64(0), np.int64((day - date(1970, 1, 1)).days * 86_400)))

    def campus_of(self, rows: Ints) -> pl.Series:
        """Return the campus of each row."""
        return self.cases["campus"].gather(rows)


def _campuses(definitions: Definitions) -> list[tuple[Overlay, str]]:
    return [(overlay, str(campus)) for overlay in definitions.overlays.values() for campus in overlay.campuses]


def _calendar(definitions: Definitions, name: str) -> Calendar:
    found = definitions.calendars.get(name)
    return found if isinstance(found, Calendar) else office_hours(name)


def calendar_of(definitions: Definitions, campus: str) -> Calendar:
    """Return the calendar of a campus: its overlay's, else the standard one."""
    named = {campus: str(overlay.calendar) for overlay, campus in _campuses(definitions) if overlay.calendar}
    return _calendar(definitions, named.get(campus, STANDARD))


def office_hours(name: str) -> Calendar:
    """Return the calendar that holds where a workspace defines none: Monday to Friday, 9 to 12 and 13:30 to 18."""
    day = ((540, 720), (810, 1080))
    return Calendar(name, week=(day,) * 5 + ((), ()))


def _years(as_of: int) -> tuple[date, date]:
    year = datetime.fromtimestamp(as_of, UTC).year
    return date(max(year - 3, 1970), 1, 1), date(year + 2, 12, 31)
