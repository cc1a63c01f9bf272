"""The files of a small sample school: they import like a real one's, and are the same for the same seed."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

import engine.demo
from engine import desk, inquiry
from engine.calendars.zones import moment_of
from engine.demo import generate
from engine.report.entry import TaskList
from engine.sample import hints
from engine.session import Filters, Session
from engine.store.sqlite import open_store
from tests.report.campus import tasks

UNTIL = date(2026, 3, 4)
NOW = moment_of("2026-03-04 12:00", "Asia/Shanghai")


def small(folder: Path, seed: int = 1) -> list[Path]:
    return generate(folder, students=20, classes=2, class_students=12, until=UNTIL, seed=seed)


def session(tmp_path: Path) -> Session:
    return Session(tmp_path, tmp_path / "dueline.db", "en", NOW)


def content(path: Path) -> object:
    """Return the bytes of a csv file, the cells of a workbook (which has the moment of its making inside)."""
    if path.suffix == ".csv":
        return path.read_bytes()
    sheets = pl.read_excel(path, sheet_id=0, infer_schema_length=0)
    return {name: (sheet.columns, sheet.rows()) for name, sheet in sheets.items()}


def test_the_files_import_without_a_fault_and_give_a_list(tmp_path: Path) -> None:
    files = small(tmp_path / "files")
    inquiry.import_files(session(tmp_path), files, None)  # a fault would be refused
    found = desk.run_day(session(tmp_path), "2026-03-04 09:00", Filters(), dry_run=False, as_known=False, progress=None)
    assert len(found.entries) > 10
    assert {"open", "breached"} >= {entry.state for entry in found.entries} - {"waiting"}
    assert all(entry.title for entry in found.entries)


def test_importing_twice_adds_nothing(tmp_path: Path) -> None:
    files = small(tmp_path / "files")
    inquiry.import_files(session(tmp_path), files, None)
    with open_store(session(tmp_path).db) as store:
        before = store.last_event_id()
    inquiry.import_files(session(tmp_path), files, None)
    with open_store(session(tmp_path).db) as store:
        assert store.last_event_id() == before > 1000


def test_a_seed_gives_the_same_files_and_another_seed_others(tmp_path: Path) -> None:
    first, again, other = (small(tmp_path / name, seed=seed) for name, seed in (("a", 7), ("b", 7), ("c", 8)))
    assert [path.name for path in first] == [path.name for path in again]
    for one, two in zip(first, again, strict=True):
        assert content(one) == content(two), one.name
    assert any(content(one) != content(two) for one, two in zip(first, other, strict=False))


def test_copies_of_the_played_year_import_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.demo, "PLAYED", 8)
    files = generate(tmp_path / "files", students=24, classes=3, class_students=12, until=UNTIL)
    assert {path.suffix for path in files} == {".csv"}
    inquiry.import_files(session(tmp_path), files, None)
    with open_store(session(tmp_path).db) as store:
        ids = store.cases().filter(store.cases()["subject"] == "student")["case_id"].to_list()
    assert {"S0008", "001-S0008", "002-S0008", "002-K001-01"} <= set(ids)
    assert len(ids) == 24 + 12


def test_cases_come_before_their_events(tmp_path: Path) -> None:
    names = [path.name for path in small(tmp_path)]
    cases = [names.index(f"{each}.xlsx") for each in ("校区", "员工", "学员", "班级", "来询", "自习")]
    assert max(cases) < len(cases)
    assert all(one != two for one, two in pairwise(sorted(names)))


def test_the_hint_of_a_demo_of_another_day_names_that_day() -> None:
    def explaining(tasks: TaskList) -> str:
        return next(line for line in hints(Path("demo"), tasks, "en") if "dueline explain" in line).splitlines()[0]

    fixed = replace(tasks(), asked_at="2026-03-11 09:00")
    assert explaining(fixed).endswith("one_on_one.first_call/S-1 --as-of '2026-03-11 09:00'")
    assert explaining(tasks()).endswith("one_on_one.first_call/S-1")
