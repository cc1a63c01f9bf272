"""One SQLite connection: opened through sqlite-utils, patient with other writers, its errors in plain words."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from sqlite_utils import Database

from engine.store.base import StoreProblem

#: How long to wait for another writer before giving up; a large run holds the door for minutes at most.
PATIENCE_SECONDS: Final = 600.0

_Answer = TypeVar("_Answer")


def connect(path: Path, *, create: bool) -> Database:
    """Return a connection to the file; read-only where the file may not be written.

    Transactions are begun by hand (`writing`), so that a writer always asks for the lock before it reads.
    """
    if not create and not path.exists():
        raise StoreProblem(f'there is no store "{path}"; import files first, or make the demo')
    if path.is_dir():
        raise StoreProblem(f'"{path}" is a folder, not a store')
    is_read_only = path.exists() and not os.access(path, os.W_OK)
    uri = reading_uri(path) if is_read_only else f"{path.resolve().as_uri()}?mode={'rwc' if create else 'rw'}"
    with in_plain_words(path):
        return _patient(lambda: _open(uri, is_read_only=is_read_only))


def reading_uri(path: Path) -> str:
    """Return the address for a connection that only reads.

    Where nobody may write into the folder, SQLite can't lay its files beside the store; nobody changes it then.
    """
    wal = path.with_name(path.name + "-wal")
    still = not os.access(path.parent, os.W_OK) and not wal.exists()
    return f"{path.resolve().as_uri()}?mode=ro" + ("&immutable=1" if still else "")


def _open(uri: str, *, is_read_only: bool) -> Database:
    link = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=PATIENCE_SECONDS)
    try:
        link.execute("PRAGMA foreign_keys = ON")
        link.execute("PRAGMA cache_size = -65536")
        link.execute("PRAGMA temp_store = MEMORY")
        link.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not is_read_only:
            link.execute("PRAGMA journal_mode = WAL")
        return Database(link)
    except BaseException:
        link.close()
        raise


@contextmanager
def writing(db: Database, path: Path) -> Iterator[Database]:
    """Hold the write lock over a block; what it wrote is there wholly afterwards, or not at all."""
    with in_plain_words(path):
        if not db.conn.in_transaction:
            _patient(lambda: db.conn.execute("BEGIN IMMEDIATE"))
            try:
                yield db
                db.conn.execute("COMMIT")
            except BaseException:
                db.rollback()
                raise
        else:
            with db.atomic():
                yield db


def _patient(act: Callable[[], _Answer]) -> _Answer:
    """Do it again while another process is in the way: SQLite's own patience skips recovery and the change to WAL."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    pause = 0.001
    while time.monotonic() < deadline:
        try:
            return act()
        except sqlite3.OperationalError as error:
            if _name(error) not in ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL"):
                raise
            time.sleep(pause)
            pause = min(pause * 2, 0.1)
    return act()


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Turn what SQLite says of the world (full disk, read-only file) into one sentence."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        sentence = _SENTENCES.get(_name(error))
        if sentence is None:
            raise
        raise StoreProblem(sentence.format(path=path, minutes=round(PATIENCE_SECONDS / 60))) from error


def _name(error: sqlite3.Error) -> str:
    """Return the primary name of the error: SQLITE_BUSY for SQLITE_BUSY_RECOVERY."""
    return "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])


_SENTENCES: Final = {
    "SQLITE_BUSY": 'the store "{path}" has been in use by another program for {minutes} minutes; nothing was written',
    "SQLITE_LOCKED": 'the store "{path}" has been in use by another program for {minutes} minutes; nothing was written',
    "SQLITE_FULL": 'the disk of the store "{path}" is full; nothing was written, the store is as before',
    "SQLITE_IOERR": 'the disk of the store "{path}" can not be read or written; nothing was written',
    "SQLITE_READONLY": 'the store "{path}" is read-only; nothing was written',
    "SQLITE_CANTOPEN": 'the store "{path}" can not be opened or made: look at its folder and the rights on it',
    "SQLITE_PERM": 'the store "{path}" can not be opened: this user has no right to it',
    "SQLITE_NOTADB": '"{path}" is not a store of dueline: it is no SQLite file',
    "SQLITE_CORRUPT": 'the store "{path}" is damaged; restore it from a copy',
}
