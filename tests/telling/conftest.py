"""A small school of two campuses, whose cases and events stand in memory."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from engine.calendars.zones import moment_of
from engine.compiler.plan import Plan, plan
from engine.explain import Case
from engine.listing import Directory
from engine.load.workspace import load
from engine.store.base import NewEvent
from engine.store.log import MemoryLog, case_frame

HERE = Path(__file__).parent
ZONE = "Asia/Shanghai"
NAMES = {"S-1": "张子轩", "E-1": "李老师", "E-2": "王主管", "E-3": "陈校长"}


def at(text: str) -> int:
    return moment_of(text, ZONE)


@dataclass(frozen=True)
class Told:
    """A case with its events, and who reads about it."""

    case: Case
    events: dict[int, NewEvent]
    plan: Plan

    def book(self, language: str) -> Directory:
        return Directory(self.plan.definitions, NAMES, frozenset({"west", "east"}), language)


MakeCase = Callable[..., Told]


@pytest.fixture(scope="session")
def school() -> Plan:
    return plan(load([HERE / "school"]).definitions)


@pytest.fixture
def case(school: Plan) -> MakeCase:
    def case(events: Sequence[NewEvent], as_of: str, campus: str = "west", **fields: object) -> Told:
        """Return a case of one student as of a moment; the staff are one of each post on each campus."""
        known = {"name": "张子轩", "programme": "one_on_one", "manager": "E-1"} | fields
        row = {
            "case_no": 1,
            "case_id": "S-1",
            "subject": "student",
            "campus": campus,
            "created_at": at("2026-01-05 09:00"),
        }
        frame = case_frame([row | {"fields": known}])
        log = MemoryLog(school.definitions, frame, events, at(as_of))
        posts = [("west", "manager", "E-1"), ("west", "lead", "E-2"), ("east", "principal", "E-3")]
        staff = pl.DataFrame(posts, schema=["campus", "role", "case_id"], orient="row")
        return Told(Case(school, frame, log, at(as_of), staff), dict(enumerate(events, 1)), school)

    return case


def event(when: str, kind: str, by: str = "E-1", typed: str = "", **data: object) -> NewEvent:
    """Return an event, typed in as it happened unless said otherwise."""
    return NewEvent(1, kind, at(when), at(typed or when), by, data)
