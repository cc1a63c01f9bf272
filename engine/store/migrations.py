"""The tables of a store, version by version; a store is brought up to date when it is opened."""

import sqlite3
import uuid
from pathlib import Path
from typing import Final

from sqlite_utils import Database

from engine.store.base import StoreProblem
from engine.store.connection import in_plain_words, writing

#: Marks a SQLite file as ours.
APPLICATION_ID: Final = 0x6475656C  # "duel"

_FIRST: Final = """
CREATE TABLE cases (
    case_no INTEGER PRIMARY KEY,
    case_id TEXT UNIQUE NOT NULL,
    subject TEXT NOT NULL,
    campus TEXT,
    created_at INTEGER NOT NULL,
    fields TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE events (
    event_id INTEGER PRIMARY KEY,
    case_no INTEGER NOT NULL REFERENCES cases,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    "by" TEXT,
    data TEXT
);
CREATE INDEX events_of_case ON events (case_no);
CREATE TRIGGER events_are_not_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'an event is never changed; void it by another'); END;
CREATE TRIGGER events_are_not_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'an event is never deleted; void it by another'); END;
CREATE TRIGGER cases_are_not_changed BEFORE UPDATE ON cases
    BEGIN SELECT RAISE(ABORT, 'a case is never changed; its facts change by set events'); END;
CREATE TRIGGER cases_are_not_deleted BEFORE DELETE ON cases
    BEGIN SELECT RAISE(ABORT, 'a case is never deleted'); END;
CREATE TABLE tasks (
    task_id TEXT PRIMARY KEY,
    case_no INTEGER NOT NULL REFERENCES cases,
    case_id TEXT, subject TEXT, campus TEXT, process TEXT, step TEXT, key TEXT, role TEXT, assignee TEXT,
    opened_at INTEGER, start_at INTEGER, due_at INTEGER, visible_at INTEGER, closed_at INTEGER, closed_by INTEGER,
    cancelled_at INTEGER, cancelled_why TEXT, state TEXT NOT NULL, waiting_for TEXT, escalated_to TEXT,
    late_entry INTEGER, provisional INTEGER, missing TEXT, opening_event INTEGER,
    first_shown_at INTEGER NOT NULL,
    last_changed_at INTEGER NOT NULL
);
CREATE INDEX tasks_of_case ON tasks (case_no);
CREATE TABLE runs (
    run_id INTEGER PRIMARY KEY,
    as_of INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    definitions_hash TEXT NOT NULL,
    last_event_id INTEGER NOT NULL,
    cases_run INTEGER NOT NULL,
    opened INTEGER NOT NULL, closed INTEGER NOT NULL, moved INTEGER NOT NULL, kept INTEGER NOT NULL,
    whole INTEGER NOT NULL
);
CREATE TABLE wake (
    case_no INTEGER PRIMARY KEY REFERENCES cases,
    wake_at INTEGER,
    last_event_id INTEGER NOT NULL
);
CREATE INDEX wake_by_moment ON wake (wake_at);
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

_CASES_BY_SUBJECT: Final = "CREATE INDEX cases_of_subject ON cases (subject);"

#: Each is applied once, in order; a store's version is how many it has had.
MIGRATIONS: Final = (("the first tables", _FIRST), ("cases by subject", _CASES_BY_SUBJECT))


def bring_up_to_date(db: Database, path: Path, *, create: bool) -> None:
    """Apply the migrations that the store has not had; refuse what is not a store, or is of a newer program."""
    with in_plain_words(path):
        if _version(db, path, create=create) == len(MIGRATIONS):
            return
    with writing(db, path):
        done = _version(db, path, create=create)  # again, under the lock: another process may have been quicker
        for number, (title, script) in enumerate(MIGRATIONS[done:], start=done + 1):
            if number == 1:
                db.conn.execute("CREATE TABLE migrations (number INTEGER PRIMARY KEY, title TEXT NOT NULL)")
            _execute_all(db, script)
            db.conn.execute("INSERT INTO migrations VALUES (?, ?)", (number, title))
        if done == 0:
            db.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            db.conn.execute("INSERT INTO meta VALUES ('store_id', ?)", (uuid.uuid4().hex,))


def _version(db: Database, path: Path, *, create: bool) -> int:
    """Return how many migrations the store has had; 0 for an empty file that may become a store."""
    tables = {row[0] for row in db.conn.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables and create:
        return 0
    mark = db.conn.execute("PRAGMA application_id").fetchone()[0]
    if mark != APPLICATION_ID or "migrations" not in tables:
        raise StoreProblem(f'"{path}" is a SQLite file, but not a store of dueline')
    version: int = db.conn.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()[0]
    if version > len(MIGRATIONS):
        raise StoreProblem(
            f'the store "{path}" was written by a newer dueline (version {version} of its tables; '
            f"this program knows {len(MIGRATIONS)}); use that program"
        )
    return version


def _execute_all(db: Database, script: str) -> None:
    """Run the statements one by one: `executescript` would commit the transaction around them."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.conn.execute(statement)
            statement = ""
