"""The store: what goes in comes out, nothing is ever changed, and the world's troubles are one sentence each."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from engine.frames import TASKS
from engine.store import connection
from engine.store.base import NewEvent, StoreProblem
from engine.store.reconcile import reconcile
from engine.store.sqlite import SqliteStore, open_store

RUN: dict[str, Any] = {"started_at": 1, "finished_at": 2, "definitions_hash": "h"}


def visit(case_no: int, at: int, **data: object) -> NewEvent:
    return NewEvent(case_no, "visit", at, at, "L-1", data)


def test_events_are_numbered_in_the_order_given(store: SqliteStore) -> None:
    assert store.append([visit(2, 300), visit(1, 200)]) == range(1, 3)
    assert store.append(
        pl.DataFrame({"case_no": [1], "type": ["left"], "at": [9], "recorded_at": [9], "data": [None]})
    ) == range(3, 4)
    assert store.event(1) == NewEvent(2, "visit", 300, 300, "L-1", {})
    assert store.event(9) is None
    assert store.last_event_id() == 3


def test_a_large_append_keeps_the_index(store: SqliteStore) -> None:
    count = 60_000
    columns = {"case_no": [1] * count, "type": ["left"] * count, "at": range(count), "recorded_at": [1] * count}
    seen: list[int] = []
    store.append(pl.DataFrame(columns).with_columns(data=pl.lit(None, pl.String)), seen.append)
    assert seen == [50_000, count]
    plan = store._link.execute("EXPLAIN QUERY PLAN SELECT * FROM events WHERE case_no = 1").fetchall()
    assert "events_of_case" in plan[0][3]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE events SET at = 1", "DELETE FROM events", "UPDATE cases SET campus = 'x'", "DELETE FROM cases"],
)
def test_what_happened_is_never_changed(store: SqliteStore, statement: str) -> None:
    store.append([visit(1, 200)])
    with pytest.raises(sqlite3.IntegrityError, match="never"):
        store._link.execute(statement)


def test_an_event_needs_its_case(store: SqliteStore) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.append([visit(99, 200)])
    assert store.last_event_id() == 0


def test_a_block_that_fails_leaves_nothing(store: SqliteStore) -> None:
    def half() -> None:
        with store.atomic():
            store.append([visit(1, 200)])
            with store.atomic():
                store.append([visit(1, 300)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert store.last_event_id() == 0


def test_history_shows_everything_in_order_of_time(store: SqliteStore) -> None:
    store.append(
        [visit(1, 300), visit(1, 200, minutes=3.0), NewEvent(1, "void", 250, 400, "P", {"event_id": 1, "why": "x"})]
    )
    assert store.history(1)["event_id"].to_list() == [2, 3, 1]
    assert json.loads(store.history(1)["data"][0]) == {"minutes": 3.0}


def test_cases_by_subject_and_number(store: SqliteStore) -> None:
    assert store.cases("student", [3, 1])["case_id"].to_list() == ["S-1", "S-3"]
    assert store.cases("class").height == 0
    assert store.cases(case_nos=range(2, 4))["case_no"].to_list() == [2, 3]
    assert store.case_numbers(["S-2", "X"]) == {"S-2": 2}


def test_a_case_without_a_campus_and_one_with_a_strange_id(store: SqliteStore) -> None:
    odd = pl.DataFrame(
        {"case_id": ["a\x1eb\n", "c"], "subject": ["class"] * 2, "campus": [None, "x"], "created_at": [1, 2]}
    )
    store.add_cases(odd)
    assert store.cases("class").select("case_id", "campus").rows() == [("a\x1eb\n", None), ("c", "x")]


def test_there_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="there is no store"):
        open_store(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    "content", [b"this is a text, and rather longer than a header would be" * 40, b"PK\x03\x04" + b"x" * 4096]
)
def test_a_file_that_is_no_database(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreProblem, match="not a store of dueline"):
        open_store(path, create=True)
    assert path.read_bytes() == content


def test_a_database_of_somebody_else(path: Path) -> None:
    with sqlite3.connect(path) as link:
        link.execute("CREATE TABLE cases (x)")
    link.close()
    with pytest.raises(StoreProblem, match="not a store of dueline"):
        open_store(path, create=True)


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(StoreProblem, match="is a folder"):
        open_store(tmp_path)


def test_a_store_from_a_newer_program(store: SqliteStore, path: Path) -> None:
    store._link.execute("INSERT INTO migrations VALUES (99, 'of the future')")
    with pytest.raises(StoreProblem, match=r"newer dueline \(version 99"):
        open_store(path)


def test_a_full_disk_leaves_the_store_as_it_was(store: SqliteStore) -> None:
    store.append([visit(1, 200)])
    pages = store._link.execute("PRAGMA page_count").fetchone()[0]
    store._link.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(StoreProblem, match=r"disk .* is full"):
        store.append([visit(1, 300, note="x" * 50_000)])
    assert store.last_event_id() == 1
    assert store._link.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    store._link.execute("PRAGMA max_page_count = 1000000")
    assert store.append([visit(1, 300)]) == range(2, 3)


READ_ONLY = """
import os, sys
from engine.store.base import NewEvent, StoreProblem
from engine.store.sqlite import open_store
if os.getuid() == 0:
    os.setuid(65534)
with open_store(sys.argv[1]) as store:
    assert store.last_event_id() == 1
    try:
        store.append([NewEvent(1, "visit", 5, 5)])
    except StoreProblem as problem:
        print(problem)
"""


@pytest.mark.skipif(os.name != "posix", reason="rights of files are otherwise there")
def test_a_read_only_file_is_read_and_not_written(store: SqliteStore, path: Path) -> None:
    store.append([visit(1, 200)])
    store.close()
    # A place that everybody may enter: pytest's own folders are closed to other users.
    place = Path("/tmp") / f"dueline-{os.getpid()}"
    place.mkdir()
    try:
        shutil.copy(path, place / "a.db")
        (place / "a.db").chmod(0o444)
        place.chmod(0o555)
        run = [sys.executable, "-c", READ_ONLY, str(place / "a.db")]
        done = subprocess.run(run, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
        assert "is read-only; nothing was written" in done.stdout, done.stderr
    finally:
        place.chmod(0o755)
        shutil.rmtree(place)


def test_a_writer_that_never_ends_is_told_of(store: SqliteStore, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "PATIENCE_SECONDS", 0.2)
    with open_store(path) as other, store.atomic(), pytest.raises(StoreProblem, match="in use by another program"):
        other.append([visit(1, 200)])


def task(name: str, case_no: int = 1, **values: object) -> dict[str, object]:
    return {"task_id": f"p.{name}/S-{case_no}", "case_no": case_no, "state": "open", "missing": ["a", "b"], **values}


def tasks(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=TASKS)


def test_tasks_come_back_as_they_were(store: SqliteStore) -> None:
    wanted = tasks(
        task("call", provisional=True, due_at=500),
        task("visit", 2, missing=None),
        task("talk", missing=[]),
    )
    run = store.apply_run([reconcile(store.tasks(), wanted, 300)], as_of=300, last_event_id=0, **RUN)
    assert run.counts == {"opened": 3, "closed": 0, "moved": 0, "kept": 0}
    found = store.tasks()
    assert found.select(TASKS.names()).sort("task_id").equals(wanted.sort("task_id"))
    assert found["first_shown_at"].to_list() == [300, 300, 300]
    assert not reconcile(store.tasks(), wanted, 301)
    assert store.tasks([2])["task_id"].to_list() == ["p.visit/S-2"]


def test_a_task_keeps_the_moment_it_was_first_shown(store: SqliteStore) -> None:
    for as_of, state in ((300, "open"), (400, "breached"), (500, "done_late")):
        wanted = tasks(task("call", state=state))
        store.apply_run([reconcile(store.tasks(), wanted, as_of)], as_of=as_of, last_event_id=0, **RUN)
    row = store.tasks().row(0, named=True)
    assert (row["state"], row["first_shown_at"], row["last_changed_at"]) == ("done_late", 300, 500)


def test_news_are_new_events_new_cases_and_moments_that_came(store: SqliteStore) -> None:
    store.append([visit(1, 200)])
    wake = pl.DataFrame(
        {"case_no": [1, 2, 3], "wake_at": [None, 1000, None]}, schema={"case_no": pl.Int64, "wake_at": pl.Int64}
    )
    run = store.apply_run([], as_of=300, last_event_id=1, wake=wake, **RUN)
    assert store.last_run() == run
    assert store.cases_with_news(run, 400).to_list() == []
    assert store.cases_with_news(run, 1000).to_list() == [2]
    store.append([visit(3, 250)])
    store.add_cases(
        pl.DataFrame(
            {"case_id": ["S-9"], "subject": ["student"], "campus": [None], "created_at": [350]},
            schema_overrides={"campus": pl.String},
        )
    )
    assert store.cases_with_news(run, 400).to_list() == [3, 4]


def test_an_event_of_later_is_news_when_its_moment_comes(store: SqliteStore) -> None:
    store.append([visit(1, 5000)])
    wake = pl.DataFrame(
        {"case_no": [1, 2, 3], "wake_at": [None] * 3}, schema={"case_no": pl.Int64, "wake_at": pl.Int64}
    )
    run = store.apply_run([], as_of=300, last_event_id=1, wake=wake, **RUN)
    assert store.cases_with_news(run, 4999).to_list() == []
    assert store.cases_with_news(run, 5000).to_list() == [1]


def test_a_run_that_has_read_less_does_not_overwrite_one_that_has_read_more(store: SqliteStore) -> None:
    before = store.tasks()
    store.append([visit(1, 200)])
    wake = pl.DataFrame({"case_no": [1], "wake_at": [None]}, schema={"case_no": pl.Int64, "wake_at": pl.Int64})
    done = reconcile(before, tasks(task("call", state="open")), 300)
    store.apply_run([done], as_of=300, last_event_id=1, wake=wake, whole=False, **RUN)
    late = reconcile(before, tasks(task("call", state="breached"), task("call", 2)), 300)
    store.apply_run([late], as_of=300, last_event_id=0, wake=wake, **RUN)
    assert store.tasks()["state"].to_list() == ["open", "open"]
    assert store.last_run() is not None
