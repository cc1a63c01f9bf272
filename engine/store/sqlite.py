"""The store in one SQLite file. Cases and events are only ever added to; tasks are what the last run showed."""

import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import polars as pl
from sqlite_utils import Database

from engine.model import Definitions
from engine.store.base import CaseNos, NewEvent, Run, as_range
from engine.store.columns import ColumnCopy
from engine.store.connection import connect, in_plain_words, reading_uri, writing
from engine.store.log import RowsSource, TypedLog
from engine.store.migrations import bring_up_to_date
from engine.store.reconcile import UNFINISHED, Changes
from engine.store.rows import insert_rows, read_cases, read_rows
from engine.store.source import StoreSource
from engine.store.tasks import TaskTable
from engine.store.typed import raw_rows

#: With so few cases, SQLite's index is quicker than the columnar copy: a file of it costs as much as 30 cases.
_FEW_CASES: Final = 4096
_SLICE: Final = 50_000

_EVENT: Final = ("case_no", "type", "at", "recorded_at", "by", "data")
_HISTORY: Final = 'SELECT event_id, case_no, type, at, recorded_at, "by", data FROM events WHERE '


def open_store(path: str | Path, create: bool = False) -> "SqliteStore":  # noqa: FBT001, FBT002, said by its name
    """Return the store at `path`, its tables brought up to date; `create` makes one where there is none."""
    place = Path(path)
    db = connect(place, create=create)
    try:
        bring_up_to_date(db, place, create=create)
    except BaseException:
        db.close()
        raise
    return SqliteStore(db, place)


class SqliteStore:
    """A `CaseStore` in a SQLite file; close it, or use it in a `with` block."""

    def __init__(self, db: Database, path: Path) -> None:
        self.path: Final = path
        self._db = db
        self._link: sqlite3.Connection = db.conn
        self._tasks = TaskTable(db, path)
        self._copy = ColumnCopy(path, self._store_id(), self._open_reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def atomic(self) -> AbstractContextManager[object]:
        """Return a block whose writes happen together or not at all; it holds the write lock from the start."""
        return writing(self._db, self.path)

    def case_nos(self) -> pl.Series:
        """Return the numbers of all cases, sorted."""
        with in_plain_words(self.path):
            numbers = self._link.execute("SELECT json_group_array(case_no) FROM (SELECT case_no FROM cases ORDER BY 1)")
            return pl.Series("case_no", json.loads(numbers.fetchone()[0]), dtype=pl.Int64)

    def cases(self, subject: str | None = None, case_nos: CaseNos = None) -> pl.DataFrame:
        """Return cases by number: `frames.CASES` and `fields`, the first facts as JSON text."""
        where, values = _where(case_nos)
        if subject is not None:
            where, values = f"{where} AND subject = ?", [*values, subject]
        with in_plain_words(self.path):
            return read_cases(self._link, where, values)

    def case_numbers(self, case_ids: Iterable[str]) -> dict[str, int]:
        """Return the number of each case that there is."""
        query = "SELECT case_id, case_no FROM cases WHERE case_id IN (SELECT value FROM json_each(?))"
        return dict(self._all(query, [json.dumps(list(case_ids))]))

    def add_cases(self, cases: pl.DataFrame) -> pl.DataFrame:
        """Add cases (case_id, subject, campus, created_at, fields as JSON text); return their case_no and case_id."""
        if "fields" not in cases.columns:
            cases = cases.with_columns(pl.lit("{}").alias("fields"))
        names = ("case_id", "subject", "campus", "created_at", "fields")
        with self.atomic():
            first = self._one("SELECT coalesce(max(case_no), 0) + 1 FROM cases")
            numbered = (
                cases.select(names).with_row_index("case_no", first).with_columns(pl.col("case_no").cast(pl.Int64))
            )
            insert_rows(self._link, "cases", numbered)
        return numbered.select("case_no", "case_id")

    def append(self, events: Sequence[NewEvent] | pl.DataFrame, progress: Callable[[int], None] | None = None) -> range:
        """Append events; return their numbers, in the order given. `progress` is told how many are written.

        A frame has case_no, type, at, recorded_at, data (JSON text or null) and perhaps by.
        """
        frame = events if isinstance(events, pl.DataFrame) else raw_rows(events)
        if "by" not in frame.columns:
            frame = frame.with_columns(pl.lit(None, pl.String).alias("by"))
        with self.atomic():
            first = self.last_event_id() + 1
            self._note_latest(frame["at"].max())
            with self._index_built_last(frame.height, first):
                for done in range(0, frame.height, _SLICE):
                    part = frame.slice(done, _SLICE)
                    insert_rows(self._link, "events", part.select(_EVENT))
                    if progress:
                        progress(done + part.height)
        return range(first, first + frame.height)

    @contextmanager
    def _index_built_last(self, new: int, old: int) -> Iterator[None]:
        """Drop the index over a block that is large beside the table: building it anew costs less than the entries."""
        pays = new > max(old // 4, _SLICE)
        if pays:
            self._link.execute("DROP INDEX events_of_case")
        yield
        if pays:
            self._link.execute("CREATE INDEX events_of_case ON events (case_no)")

    def _note_latest(self, at: object) -> None:
        """Keep the latest moment of any event: a run before it must look for what comes up by itself."""
        if isinstance(at, int) and at > int(self.meta("latest_at") or 0):
            self.set_meta("latest_at", str(at))

    def last_event_id(self) -> int:
        """Return the number of the last event, or 0."""
        return int(self._one("SELECT coalesce(max(event_id), 0) FROM events"))

    def last_case_no(self) -> int:
        """Return the number of the last case, or 0."""
        return self._one("SELECT coalesce(max(case_no), 0) FROM cases")

    def stored_like(self, events: pl.DataFrame) -> pl.DataFrame:
        """Return those of the events (case_no, type, at, data) that the store holds, voided or not."""
        same = ["case_no", "type", "at", "data"]
        numbers = events["case_no"].unique().sort()
        alike = [json.dumps(events["type"].unique().to_list()), events["at"].min(), events["at"].max()]
        parts = []
        with in_plain_words(self.path):
            for start in range(0, len(numbers), _FEW_CASES):
                where, values = _where(numbers.slice(start, _FEW_CASES))
                where += " AND type IN (SELECT value FROM json_each(?)) AND at BETWEEN ? AND ?"
                parts.append(read_rows(self._link, where, [*values, *alike]).select(same))
        stored = pl.concat(parts).with_columns(pl.col("data").replace("{}", None))
        return events.join(stored, on=same, how="semi", nulls_equal=True)

    def event(self, event_id: int) -> NewEvent | None:
        """Return one event as it was recorded, or None."""
        found = self._all(_HISTORY + "event_id = ?", [event_id])
        if not found:
            return None
        _, case_no, event, at, recorded_at, by, data = found[0]
        return NewEvent(case_no, event, at, recorded_at, by, json.loads(data or "{}"))

    def history(self, case_no: int) -> pl.DataFrame:
        """Return all events of a case as recorded, voids among them: as `typed.RAW`, and by; in order of `at`."""
        schema = {
            "event_id": pl.Int64(), "case_no": pl.Int64(), "type": pl.String(), "at": pl.Int64(),
            "recorded_at": pl.Int64(), "by": pl.String(), "data": pl.String(),
        }  # fmt: skip
        return self._frame(_HISTORY + "case_no = ? ORDER BY at, event_id", [case_no], schema)

    def log(
        self,
        definitions: Definitions,
        case_nos: CaseNos = None,
        as_of: int | None = None,
        known_at: int | None = None,
        last_event_id: int | None = None,
        types: Collection[str] = (),
    ) -> TypedLog:
        """Return what happened up to `as_of`, of what had been typed in up to `known_at`; of some types, if named.

        The log is of one instant: events appended later (or above `last_event_id`) are not in it, whenever it is read.
        """
        last = self.last_event_id() if last_event_id is None else last_event_id
        few = case_nos is not None and len(case_nos) <= _FEW_CASES
        with in_plain_words(self.path):
            if few or self._link.in_transaction:
                where, values = _where(case_nos)
                if types:
                    where += " AND type IN (SELECT value FROM json_each(?))"
                    values.append(json.dumps([*types]))
                rows = read_rows(self._link, f"{where} AND event_id <= ?", [*values, last])
                return TypedLog(definitions, RowsSource(rows, self.cases(case_nos=case_nos)), as_of, known_at)
            source = StoreSource(self._copy.up_to(definitions, last), case_nos, lambda: self.cases(case_nos=case_nos))
        return TypedLog(definitions, source, as_of, known_at)

    def refresh_columns(self, definitions: Definitions) -> None:
        """Bring the columnar copy up to the last event, so that the next run need not."""
        with in_plain_words(self.path):
            self._copy.up_to(definitions, self.last_event_id(), refresh=True)

    def tasks(self, case_nos: CaseNos = None, *, unfinished: bool = False) -> pl.DataFrame:
        """Return the tasks last shown, or those that are not over: `frames.TASKS`, first_shown_at, last_changed_at."""
        where, values = _where(case_nos)
        if unfinished:
            where = f"{where} AND state IN {UNFINISHED!r}"
        with in_plain_words(self.path):
            return self._tasks.read(where, values)

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
        """Write what a run found, in one transaction.

        `wake` (case_no, wake_at) names every case that was run. `whole` is false for a run over a few chosen cases,
        which leaves the news of the others for the next one. A case that a later run has written meanwhile stays as
        that run left it.
        """
        with self.atomic():
            counts = self._tasks.write(changes, as_of, last_event_id, wake)
            run = Run(0, as_of, started_at, finished_at, definitions_hash, last_event_id, cases_run, counts)
            return self._tasks.add_run(run, whole=whole)

    def last_run(self) -> Run | None:
        """Return the last run over all cases, or over all those with news."""
        with in_plain_words(self.path):
            return self._tasks.last_run()

    def cases_with_news(self, run: Run, as_of: int) -> pl.Series:
        """Return the numbers of the cases whose tasks may differ from what `run` found, sorted."""
        with in_plain_words(self.path):
            return self._tasks.cases_with_news(run, as_of)

    def last_seen(self, case_nos: pl.Series) -> pl.DataFrame:
        """Return how far the last run over each case has looked: case_no, created_at, wake_at (null: never again, for
        time alone), last_event_id (null: there was no run).
        """
        with in_plain_words(self.path):
            return self._tasks.last_seen(case_nos)

    def last_changed(self, case_nos: pl.Series) -> int:
        """Return the latest moment as of which a run has changed a task of the cases, 0 if none has."""
        with in_plain_words(self.path):
            return self._tasks.last_changed(case_nos)

    def kinds_of_news(self, seen: pl.DataFrame, since: int) -> frozenset[str] | None:
        """Return what is new of cases, `seen` so far and up to a moment, as `Plan.reads` calls it; None where a
        correction takes back another.
        """
        with in_plain_words(self.path):
            return self._tasks.kinds_of_news(seen, since)

    def first_news(self, run: Run) -> pl.DataFrame:
        """Return for each case with news since the run the earliest moment it is about (0: any): case_no, at."""
        with in_plain_words(self.path):
            return self._tasks.first_news(run)

    def meta(self, name: str) -> str | None:
        """Return a note that the program keeps for itself."""
        found = self._all("SELECT value FROM meta WHERE name = ?", [name])
        return str(found[0][0]) if found else None

    def set_meta(self, name: str, value: str) -> None:
        """Keep a note."""
        with self.atomic():
            self._link.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def _store_id(self) -> str:
        return self.meta("store_id") or ""

    def _open_reader(self) -> sqlite3.Connection:
        return sqlite3.connect(reading_uri(self.path), uri=True, check_same_thread=False, timeout=60)

    def _one(self, query: str) -> int:
        return int(self._all(query, [])[0][0])

    def _all(self, query: str, values: Sequence[object]) -> list[Any]:
        with in_plain_words(self.path):
            return self._link.execute(query, tuple(values)).fetchall()

    def _frame(self, query: str, values: Sequence[object], schema: dict[str, pl.DataType]) -> pl.DataFrame:
        rows = self._all(query, values)
        columns = list(zip(*rows, strict=True)) or [()] * len(schema)
        return pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)


def _where(case_nos: CaseNos) -> tuple[str, list[object]]:
    if case_nos is None:
        return "1", []
    run = as_range(case_nos)
    if run is not None:
        return "case_no BETWEEN ? AND ?", [run.start, run.stop - 1]
    return "case_no IN (SELECT value FROM json_each(?))", [json.dumps([int(each) for each in case_nos])]
