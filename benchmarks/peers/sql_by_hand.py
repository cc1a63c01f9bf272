"""The same duties in plain SQL, run in the store's own SQLite: `by_hand.sql`, then `pause.sql` for each pause."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from benchmarks.peers.hours import hours_of
from benchmarks.peers.plain_python import month_of

_HERE = Path(__file__).parent
_ANSWER = """
    SELECT case_no, step, key,
        CASE WHEN due IS NULL OR paused THEN 'waiting' WHEN due <= :as_of THEN 'breached' ELSE 'open' END AS state,
        CASE WHEN NOT paused THEN due END AS due_at,
        CASE WHEN due <= :as_of AND step IN ('first_call', 'contact_absent', 'absences_meeting')
            THEN 'learning_manager_lead' END
    FROM task"""


def answer(path: Path, as_of: int) -> pl.DataFrame:
    """Return the tasks that are not over: case_no, step, key, state, due_at, escalated_to."""
    link = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    link.execute("PRAGMA temp_store = MEMORY")
    link.execute("PRAGMA cache_size = -262144")
    _hours(link)
    begins, ends, month = month_of(as_of)
    bound = {"as_of": as_of, "month_begins": begins, "month_ends": ends, "month": month}
    for statement in _statements(_HERE / "by_hand.sql"):
        link.execute(statement, {name: value for name, value in bound.items() if f":{name}" in statement})
    for turn in range(1, (link.execute("SELECT max(turn) FROM pause").fetchone()[0] or 0) + 1):
        for statement in _statements(_HERE / "pause.sql"):
            link.execute(statement, {"turn": turn} if ":turn" in statement else {})
    rows = link.execute(_ANSWER, {"as_of": as_of}).fetchall()
    link.close()
    names = ("case_no", "step", "key", "state", "due_at", "escalated_to")
    types = (pl.Int64, pl.String, pl.String, pl.String, pl.Int64, pl.String)
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def _hours(link: sqlite3.Connection) -> None:
    link.execute("CREATE TEMP TABLE hours (campus, begin, end, before)")
    link.execute("CREATE TEMP TABLE fridays (campus, at)")
    for campus in ("xuhui", "pudong"):
        hours = hours_of(campus)
        blocks = zip(hours.begin, hours.end, hours.before, strict=True)
        link.executemany("INSERT INTO hours VALUES (?, ?, ?, ?)", ((campus, *block) for block in blocks))
        link.executemany("INSERT INTO fridays VALUES (?, ?)", ((campus, at) for at in hours.fridays(17 * 3600)))
    link.execute("CREATE INDEX temp.hours_by_begin ON hours (campus, begin)")
    link.execute("CREATE INDEX temp.hours_by_work ON hours (campus, before)")


def _statements(path: Path) -> Iterator[str]:
    statement = ""
    for line in path.read_text("utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
