"""The facts of a run, as timelines: cases, what happened to them, and the value of every field at every moment."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache

import numpy as np
import polars as pl

from engine.calendars.calendar import Calendar
from engine.calendars.table import WorkTable
from engine.compiler.timeline import Bools, Ints, Timeline, kept
from engine.expr.surroundings import Surroundings
from engine.frames import Log
from engine.model import Definitions, Event, Field, Overlay
from engine.problems import Refused
from engine.text import Word

#: Where an expression stands: subject, types of the event in hand and of the opening event, names of moments.
Place = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]

NO_TASKS = pl.DataFrame(schema={"key": pl.String(), "opened_at": pl.Int64(), "row": pl.Int64()})
STANDARD = "standard"  # the calendar of a campus without an overlay


@dataclass(frozen=True)
class Known:
    """What an earlier run has shown: tasks that it found over concern nobody any more and need not be computed again.

    `unfinished` are its tasks that were not over: case_no, process, step, key, opened_at. `since`, for each case_no in
    order: the moment up to which nothing has changed, by the clock of that run or by what was typed in since about
    earlier days.
    """

    unfinished: pl.DataFrame
    since: pl.DataFrame


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
        self.surroundings: dict[Place, Surroundings] = {}  # of expressions, which a plan keeps for its other runs
        self.watched: set[str] = set()  # steps whose tasks other steps ask about
        self.log = log
        self.as_of = as_of
        self.cases = cases.sort("case_no").filter(pl.col("created_at") <= as_of)
        self.case_nos = self.cases["case_no"].to_numpy()
        self.campus_names, self.campus_no = _numbered(self.cases["campus"])
        self.subjects = set(self.cases["subject"].unique().to_list())
        self.created_at = self.cases["created_at"].to_numpy().astype(np.int64)
        self.staff = staff
        self.wakes: list[tuple[Ints, Ints]] = []
        calendars, self.cal_no = self._calendars()
        self.table = _work_table(calendars, *_years(as_of))
        self.events: dict[tuple[str, str], Timeline] = {}  # (type, condition) -> those events
        self.fields: dict[tuple[str, str], Timeline] = {}  # (subject, fact) -> its history, column `value`
        self.openings: dict[str, Timeline] = {}  # process.step -> its tasks as they opened, filled as the run goes,
        self.closings: dict[str, Timeline] = {}  # as they were done,
        self.ended: dict[str, Timeline] = {}  # and as they were done or cancelled

    def _calendars(self) -> tuple[tuple[Calendar, ...], Ints]:
        named = {campus: str(overlay.calendar) for overlay, campus in _campuses(self.definitions) if overlay.calendar}
        here = [named.get(campus, STANDARD) for campus in self.campus_names]
        names = sorted(set(here)) or [STANDARD]
        number = np.array([names.index(name) for name in here], np.int64)
        return tuple(_calendar(self.definitions, name) for name in names), number[self.campus_no]

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
        numbers, at = frame["case_no"].to_numpy(), frame["at"].to_numpy()
        rows = np.searchsorted(self.case_nos, numbers)
        known = np.zeros(len(rows), bool)
        inside = rows < len(self.case_nos)
        known[inside] = self.case_nos[rows[inside]] == numbers[inside]
        known &= at <= self.as_of
        if not known.all():
            frame, rows, at = kept(frame, known), rows[known], at[known]
        carried = pl.DataFrame([column for column in frame.get_columns() if column.name != "case_no"])
        return Timeline(rows.astype(np.int64), at.astype(np.int64), carried)

    def by_hand(self, subject: str, name: str, dtype: pl.DataType) -> Timeline:
        """Return the history of a fact as recorded by hand, column `value`."""
        found = self._on_rows(self.log.fields(name, subject))
        numbers = pl.Series("event_id", np.full(len(found), -1))  # what an event sets at that moment comes after
        return Timeline(found.rows, found.at, pl.DataFrame([found.frame["value"].cast(dtype), numbers]))

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

    def has_campus(self, campuses: Collection[str]) -> bool:
        """Return whether a case of one of the campuses is here."""
        return not {str(each) for each in campuses}.isdisjoint(self.campus_names)

    def campus_of(self, rows: Ints) -> pl.Series:
        """Return the campus of each row."""
        return self.cases["campus"].gather(rows)

    def on_campus(self, campuses: Collection[str], rows: Ints) -> Bools:
        """Return whether each row is a case of one of the campuses."""
        named = np.array([name in campuses for name in self.campus_names], bool)
        return named[self.campus_no[rows]]

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

    @cached_property
    def _unfinished(self) -> dict[tuple[str, str], pl.DataFrame]:
        assert self.known is not None
        tasks = self.known.unfinished
        rows = pl.Series("row", np.searchsorted(self.case_nos, tasks["case_no"].to_numpy()), dtype=pl.Int64)
        frame = tasks.select("process", "step", "key", "opened_at").hstack([rows])
        parts = frame.partition_by("process", "step", as_dict=True, include_key=False)
        return {(process, step): part for (process, step), part in parts.items()}

    def unfinished(self, process: str, step: str) -> pl.DataFrame | None:
        """Return the tasks of a step that an earlier run left open: row, key, opened_at; None without such a run."""
        return None if self.known is None else self._unfinished.get((process, step), NO_TASKS)

    @cached_property
    def unchanged_until(self) -> Ints | None:
        """For each row the moment up to which an earlier run has seen all that there is to see; None without one."""
        if self.known is None:
            return None
        since = self.known.since
        found = since["since"].to_numpy()[np.searchsorted(since["case_no"].to_numpy(), self.case_nos)]
        return found.astype(np.int64)

    def day_start(self, cal: Ints, days: Ints) -> Ints:
        """Return the moment at which each local day (counted from 1970) begins."""
        return self.table.moment(cal, days * 86_400)

    def start_of(self, day: date, rows: Ints) -> Ints:
        """Return the moment at which a day begins for each row."""
        return self.day_start(self.cal_no[rows], np.full(len(rows), (day - date(1970, 1, 1)).days))


def _numbered(column: pl.Series) -> tuple[list[str], Ints]:
    """Return the different texts of a column, and for each row the place of its own among them."""
    names = sorted({str(each) for each in column.unique().to_list()})
    place = {name: number for number, name in enumerate(names)}
    if len(names) == 1:
        return names, np.zeros(len(column), np.int64)
    numbers = column.cast(pl.String).fill_null("None").replace_strict(place, return_dtype=pl.Int64)
    return names, numbers.to_numpy().astype(np.int64)


def _campuses(definitions: Definitions) -> list[tuple[Overlay, str]]:
    return [(overlay, str(campus)) for overlay in definitions.overlays.values() for campus in overlay.campuses]


def _calendar(definitions: Definitions, name: str) -> Calendar:
    found = definitions.calendars.get(name)
    if isinstance(found, Calendar):
        return found
    if name != STANDARD:
        raise Refused(f'there is no calendar "{name}", and the overlay of a campus names it')
    return office_hours(name)


@lru_cache(maxsize=8)
def _work_table(calendars: tuple[Calendar, ...], first: date, last: date) -> WorkTable:
    return WorkTable.build(calendars, first, last)


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
