"""Dueline's side of a comparison: definitions compiled, tasks derived from a store."""

from pathlib import Path
from typing import Final

import polars as pl

from engine import daily
from engine.load.workspace import find_shipped, load
from engine.ready import Ready, hash_of, ready
from engine.store.sqlite import SqliteStore, open_store

DOZEN: Final = Path(__file__).parent / "dozen" / "processes"
#: What the sides must agree on: who owes which task, in which state, due when, and who has heard of it.
ANSWER: Final = ("case_no", "step", "key", "state", "due_at", "escalated_to")


def shipped() -> Ready:
    """Return the processes that come with the program."""
    return ready([find_shipped("processes")], "en")


def dozen() -> Ready:
    """Return the dozen duties, with the shipped words and calendars."""
    folder = find_shipped("processes")
    loaded = load([DOZEN, folder / "vocabulary", folder / "calendars"])
    return Ready(loaded.definitions, hash_of(loaded.sources))


def job(rules: Ready, as_of: int) -> daily.Job:
    """Return what a run is told."""
    return daily.Job(rules.plan, rules.definitions_hash, as_of, as_of)


def derive(store: SqliteStore, rules: Ready, as_of: int) -> pl.DataFrame:
    """Return the tasks that are not over."""
    return daily.derive(store, job(rules, as_of))


def answer(path: Path, as_of: int) -> pl.DataFrame:
    """Return the answer to the dozen duties: open the store, compile, derive."""
    with open_store(path) as store:
        return derive(store, dozen(), as_of).select(ANSWER)
