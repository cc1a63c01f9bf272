"""A small school: one kind of case, a few events, a store of it."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from engine.model import Definitions, Event, Field, FieldType, Subject
from engine.store.sqlite import SqliteStore, open_store
from engine.text import Word


def _fields(**types: FieldType) -> dict[str, Field]:
    return {name: Field(Word(name), kind) for name, kind in types.items()}


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return Definitions(
        subjects={
            "student": Subject(Word("student"), fields=_fields(grade="number", manager="reference", born="date")),
            "class": Subject(Word("class"), fields=_fields(grade="text", starts_at="moment")),
        },
        events={
            "visit": Event(Word("visit"), "student", fields=_fields(who="choice", minutes="number")),
            "payment": Event(
                Word("payment"),
                "student",
                fields=_fields(amount="money", day="date", tags="choices", ok="yes_no", due="moment"),
            ),
            "left": Event(Word("left"), "student"),
        },
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "dueline.db"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    with open_store(path, create=True) as found:
        found.add_cases(students(3))
        yield found


def students(count: int, first: int = 1) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "case_id": [f"S-{number}" for number in range(first, first + count)],
            "subject": ["student"] * count,
            "campus": ["pudong"] * count,
            "created_at": [100] * count,
            "fields": ['{"grade":5.0}'] * count,
        }
    )
