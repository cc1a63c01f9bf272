"""The tables of tasks, runs and wake-up moments."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import polars as pl
from sqlite_utils import Database

from engine.frames import TASKS
from engine.store.base import Run
from engine.store.reconcile import Changes

_COLUMNS: Final = tuple(TASKS.names())
_STORED: Final = (*_COLUMNS, "first_shown_at", "last_changed_at")
_SCHEMA: Final = pl.Schema({**TASKS, "first_shown_at": pl.Int64(), "last_changed_at": pl.Int64()})
_NEW: Final = ", ".join(f"{name} = excluded.{name}" for name in _STORED if name not in ("task_id", "first_shown_at"))
_UPSERT: Final = (
    f"INSERT INTO tasks ({', '.join(_STORED)}) VALUES ({', '.join('?' * len(_STORED))}) "  # noqa: S608, names of columns
    f"ON CONFLICT (task_id) DO UPDATE SET {_NEW}"
)
_RUN: Final = ("as_of", "started_at", "finished_at", "definitions_hash", "last_event_id", "cases_run")
_THESE: Final = "WHERE case_no IN (SELECT value FROM json_each(?))"
_COUNTS: Final = ("opened", "closed", "moved", "kept")


class TaskTable:
    """What the last runs showed. Every method is called inside a transaction of the store, or reads only."""

    def __init__(self, db: Database, path: Path) -> None:
        self._link = db.conn
        self._path = path

    def read(self, where: str, values: Sequence[object]) -> pl.DataFrame:
        """Return stored tasks by case and id."""
        query = f"SELECT {', '.join(_STORED)} FROM tasks WHERE {where} ORDER BY case_no, task_id"  # noqa: S608
        rows = self._link.execute(query, tuple(values)).fetchall()
        columns = dict(zip(_STORED, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(_STORED, ())
        as_stored = {name: _stored_type(dtype) for name, dtype in _SCHEMA.items()}
        frame = pl.DataFrame(columns, schema=as_stored)
        return frame.with_columns(
            pl.col("missing").str.json_decode(pl.List(pl.String())),
            pl.col("late_entry", "provisional").cast(pl.Boolean),
        )

    def write(
        self, changes: Iterable[Changes], as_of: int, last_event_id: int, wake: pl.DataFrame | None
    ) -> dict[str, int]:
        """Write the changed tasks and the wake-up moments; return the counts."""
        later = self._written_later(last_event_id)
        counts = dict.fromkeys(_COUNTS, 0)
        for each in changes:
            for frame in (each.opened, each.moved, each.closed):
                self._upsert(frame.filter(~pl.col("case_no").is_in(later.implode())), as_of)
            for name, number in each.counts.items():
                counts[name] += number
        if wake is not None:
            rows = wake.filter(~pl.col("case_no").is_in(later.implode())).select("case_no", "wake_at").iter_rows()
            self._link.executemany(
                "INSERT OR REPLACE INTO wake VALUES (?, ?, ?)", ((case_no, at, last_event_id) for case_no, at in rows)
            )
        return counts

    def _written_later(self, last_event_id: int) -> pl.Series:
        """Return the cases that a run which had read further has already written."""
        rows = self._link.execute("SELECT case_no FROM wake WHERE last_event_id > ?", (last_event_id,)).fetchall()
        return pl.Series([row[0] for row in rows], dtype=pl.Int64)

    def _upsert(self, tasks: pl.DataFrame, as_of: int) -> None:
        names = pl.col("missing")
        lists = (
            pl.when(names.list.len() == 0)
            .then(pl.lit("[]"))
            .when(names.is_not_null())
            .then(pl.concat_str(pl.lit('["'), names.list.join('","'), pl.lit('"]')))
        )
        for part in tasks.select(_COLUMNS).with_columns(lists.alias("missing")).iter_slices(20_000):
            self._link.executemany(_UPSERT, ((*row, as_of, as_of) for row in part.iter_rows()))

    def add_run(self, run: Run, *, whole: bool) -> Run:
        """Write the line of a run and return it with its number."""
        names = (*_RUN, *_COUNTS, "whole")
        values = [getattr(run, name) for name in _RUN] + [run.counts[name] for name in _COUNTS] + [int(whole)]
        query = f"INSERT INTO runs ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
        number = self._link.execute(query, values).lastrowid
        return replace(run, run_id=int(number or 0))

    def last_run(self) -> Run | None:
        """Return the last whole run."""
        names = ", ".join(("run_id", *_RUN, *_COUNTS))
        query = f"SELECT {names} FROM runs WHERE whole ORDER BY run_id DESC LIMIT 1"  # noqa: S608
        row = self._link.execute(query).fetchone()
        if row is None:
            return None
        number, *values = row
        fields: dict[str, Any] = dict(zip(_RUN, values, strict=False))
        return Run(run_id=number, counts=dict(zip(_COUNTS, values[len(_RUN) :], strict=True)), **fields)

    def cases_with_news(self, run: Run, as_of: int) -> pl.Series:
        """Return the cases with an event or a birth since the run, or whose answer time alone may have changed.

        An event already stored but dated after the run's moment is news once that moment comes.
        """
        queries: list[tuple[str, tuple[int, ...]]] = [
            ("SELECT case_no FROM events WHERE event_id > ?", (run.last_event_id,)),
            ("SELECT case_no FROM wake WHERE wake_at <= ?", (as_of,)),
            ("SELECT case_no FROM cases WHERE case_no NOT IN (SELECT case_no FROM wake)", ()),
            ("SELECT case_no FROM cases WHERE created_at > ? AND created_at <= ?", (run.as_of, as_of)),
        ]
        if self._latest_at() > run.as_of:
            queries.append(("SELECT case_no FROM events WHERE at > ? AND at <= ?", (run.as_of, as_of)))
        found: set[int] = set()
        for query, values in queries:
            found.update(row[0] for row in self._link.execute(query, values))
        return pl.Series(sorted(found), dtype=pl.Int64)

    def _latest_at(self) -> int:
        found = self._link.execute("SELECT value FROM meta WHERE name = 'latest_at'").fetchone()
        return int(found[0]) if found else 0

    def last_seen(self, case_nos: pl.Series) -> pl.DataFrame:
        """Return how far the last run over each case has looked: case_no, created_at, wake_at, last_event_id."""
        names = ("case_no", "created_at", "wake_at", "last_event_id")
        query = f"SELECT {', '.join(names)} FROM cases LEFT JOIN wake USING (case_no) {_THESE}"  # noqa: S608
        rows = self._link.execute(query, (json.dumps(case_nos.to_list()),)).fetchall()
        return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.Int64()), orient="row")

    def last_changed(self, case_nos: pl.Series) -> int:
        """Return the latest moment as of which a run has changed a task of the cases, 0 if none has."""
        query = f"SELECT coalesce(max(last_changed_at), 0) FROM tasks {_THESE}"  # noqa: S608
        return int(self._link.execute(query, (json.dumps(case_nos.to_list()),)).fetchone()[0])

    def kinds_of_news(self, seen: pl.DataFrame, since: int) -> frozenset[str] | None:
        """Return the types of events that no run has read of the cases `seen`, or dated after a moment, with what
        `set` and `waive` are about.

        An event that was taken back counts like one that came. None where a correction takes back another.
        """
        dated = (" OR at > ?", (since,)) if self._latest_at() > since else ("", ())  # without it the index tells all
        query = f"SELECT event_id, type, data FROM events {_THESE} AND (event_id > ?{dated[0]})"  # noqa: S608
        found: set[str] = set()
        values = (json.dumps(seen["case_no"].to_list()), seen["last_event_id"].min(), *dated[1])
        for row in self._link.execute(query, values).fetchall():
            kind, form = self._meant(row)
            if kind == "void":
                return None
            found |= _kinds(kind, form)
        return frozenset(found)

    def _meant(self, row: tuple[int, str, str | None]) -> tuple[str, Mapping[str, object]]:
        """Return what an event is about: its own type and values, or those of the one that it takes back."""
        _, kind, data = row
        values = json.loads(data) if data else {}
        if kind != "void":
            return kind, values
        target = "SELECT type, data FROM events WHERE event_id = ?"
        kind, data = self._link.execute(target, (values["event_id"],)).fetchone()
        return kind, json.loads(data) if data else {}

    def first_news(self, run: Run) -> pl.DataFrame:
        """Return for each case with news since the run the earliest moment it is about: case_no, at.

        0 stands for any moment: something said before is taken back, or the case was not yet looked at by these rules.
        """
        query = """
            SELECT case_no, min(at) FROM (
                SELECT case_no, CASE type WHEN 'void' THEN 0 ELSE at END AS at FROM events WHERE event_id > ?
                UNION ALL SELECT case_no, 0 FROM wake WHERE wake_at = 0
                UNION ALL SELECT case_no, 0 FROM cases WHERE case_no NOT IN (SELECT case_no FROM wake)
            ) GROUP BY case_no ORDER BY case_no"""
        rows = self._link.execute(query, (run.last_event_id,)).fetchall()
        return pl.DataFrame(rows, schema={"case_no": pl.Int64(), "at": pl.Int64()}, orient="row")


def _kinds(kind: str, values: Mapping[str, object]) -> set[str]:
    if kind == "set":
        return {f"set:{name}" for name in values}
    return {f"waive:{values.get('step')}"} if kind == "waive" else {kind}


def _stored_type(dtype: pl.DataType) -> pl.DataType:
    if isinstance(dtype, pl.List):
        return pl.String()
    return pl.Int64() if dtype == pl.Boolean() else dtype
