"""The columnar copy: never older, never of another store, never needed."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from engine.model import Definitions, Field
from engine.store import columns
from engine.store.base import CaseNos, NewEvent
from engine.store.source import StoreSource
from engine.store.sqlite import SqliteStore, open_store
from engine.store.typed import shape_of
from engine.text import Word


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make small stores behave as large ones do."""
    monkeypatch.setattr(columns, "_WORTH_IT", 3)
    monkeypatch.setattr(columns, "STRETCH", 2)
    monkeypatch.setattr(columns, "_BATCH", 2)


def visits(count: int, first: int = 0) -> list[NewEvent]:
    return [
        NewEvent(1 + (first + number) % 3, "visit", 1000 - number, 1000, None, {"minutes": float(first + number)})
        for number in range(count)
    ]


def minutes(store: SqliteStore, definitions: Definitions, chosen: CaseNos = None) -> list[float]:
    return sorted(store.log(definitions, chosen).events("visit")["minutes"].to_list())


def folder(path: Path) -> Path:
    return path.with_name(path.name + "-columns")


def test_a_copy_is_made_where_it_pays_and_extended(store: SqliteStore, path: Path, definitions: Definitions) -> None:
    store.append(visits(2))
    assert minutes(store, definitions) == [0, 1]
    assert not folder(path).exists()
    store.append(visits(10, 2))
    assert minutes(store, definitions) == list(range(12))
    assert json.loads((folder(path) / "manifest.json").read_text())["last_event_id"] == 12
    store.append(visits(5, 12))
    assert minutes(store, definitions) == list(range(17))
    assert minutes(store, definitions, range(2, 4)) == [each for each in range(17) if each % 3]
    found = store.log(definitions).events("visit")
    assert found.equals(found.sort("case_no", "at", "event_id"))


def test_it_may_be_deleted_at_any_time(store: SqliteStore, path: Path, definitions: Definitions) -> None:
    store.append(visits(9))
    log = store.log(definitions)
    shutil.rmtree(folder(path))
    assert log.events("visit").height == 9
    assert minutes(store, definitions) == list(range(9))


def test_a_changed_form_is_read_anew(store: SqliteStore, definitions: Definitions) -> None:
    store.append([*visits(6), NewEvent(1, "left", 5, 5, None, {"why": "moved"})])
    minutes(store, definitions)
    with_why = replace(definitions.events["left"], fields={"why": Field(Word("why"), "text")})
    changed = replace(definitions, events={**definitions.events, "left": with_why})
    assert store.log(changed).events("left")["why"].to_list() == ["moved"]
    retyped = replace(with_why, fields={"why": Field(Word("why"), "number")})
    changed = replace(definitions, events={**definitions.events, "left": retyped})
    assert store.log(changed).events("left")["why"].to_list() == [None]


def test_a_store_put_back_from_a_backup_is_not_read_from_a_newer_copy(
    store: SqliteStore, path: Path, definitions: Definitions
) -> None:
    store.append(visits(6))
    store.close()
    backup = path.with_name("backup")
    shutil.copy(path, backup)
    with open_store(path) as later:
        later.append(visits(6, 50))
        assert minutes(later, definitions)[-1] == 55
    shutil.copy(backup, path)
    with open_store(path) as restored:
        assert minutes(restored, definitions) == list(range(6))
        restored.append(visits(6, 100))
        assert minutes(restored, definitions)[-1] == 105


def test_a_copy_of_another_store_is_not_read(
    store: SqliteStore, path: Path, tmp_path: Path, definitions: Definitions
) -> None:
    store.append(visits(6))
    minutes(store, definitions)
    with open_store(tmp_path / "other.db", create=True) as other:
        other.add_cases(store.cases().drop("case_no"))
        other.append(visits(6, 30))
        shutil.copytree(folder(path), folder(tmp_path / "other.db"))
        assert minutes(other, definitions) == list(range(30, 36))


@pytest.mark.parametrize("text", ["", "{", '{"format": 99}'])
def test_a_broken_manifest_is_written_anew(store: SqliteStore, path: Path, definitions: Definitions, text: str) -> None:
    store.append(visits(6))
    minutes(store, definitions)
    (folder(path) / "manifest.json").write_text(text)
    assert minutes(store, definitions) == list(range(6))


def test_a_broken_file_is_gone_around(store: SqliteStore, path: Path, definitions: Definitions) -> None:
    store.append(visits(6))
    minutes(store, definitions)
    for file in folder(path).glob("*.arrow"):
        file.write_bytes(b"ARROW1 no more")
    assert minutes(store, definitions) == list(range(6))


def test_two_do_not_refresh_at_once(store: SqliteStore, path: Path, definitions: Definitions) -> None:
    store.append(visits(6))
    folder(path).mkdir()
    with store._copy._alone() as first, store._copy._alone() as second:
        assert (first, second) == (True, False)
    with store._copy._alone():
        assert minutes(store, definitions) == list(range(6))
    assert not (folder(path) / "manifest.json").exists()


def test_a_crash_while_refreshing_leaves_no_strays(
    store: SqliteStore, path: Path, definitions: Definitions, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.append(visits(6))
    minutes(store, definitions)
    store.append(visits(6, 6))

    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store._copy, "_publish", crash)
    with pytest.raises(KeyboardInterrupt):
        minutes(store, definitions)
    monkeypatch.undo()
    store.refresh_columns(definitions)
    assert minutes(store, definitions) == list(range(12))
    named = json.loads((folder(path) / "manifest.json").read_text())["files"]["visit"].values()
    assert {each.name for each in folder(path).glob("*.arrow")} == set(named)
    assert not [each for each in folder(path).iterdir() if each.is_dir()]


def test_no_copy_where_nothing_may_be_written(store: SqliteStore, path: Path, definitions: Definitions) -> None:
    folder(path).write_text("a file in the way")
    store.append(visits(6))
    assert minutes(store, definitions) == list(range(6))


def test_cases_far_apart(store: SqliteStore, definitions: Definitions) -> None:
    store.add_cases(
        pl.DataFrame({"case_id": [f"X-{n}" for n in range(10)], "subject": "student", "campus": "x", "created_at": 1})
    )
    store.append([NewEvent(case_no, "visit", 5, 5, None, {"minutes": float(case_no)}) for case_no in range(1, 14)])
    view = store._copy.up_to(definitions, store.last_event_id())
    for chosen in ([1, 7, 13], [13], pl.Series([2, 3]), range(5, 9), range(20, 30), []):
        source = StoreSource(view, chosen, store.cases)
        found = source.read("visit", shape_of(definitions, "visit"))
        assert found["minutes"].to_list() == [float(each) for each in chosen if each < 14]
