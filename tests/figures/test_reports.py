"""The reports kpi, sla and audit, over the shipped definitions and a small store."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from engine import figures as fig
from engine.calendars.zones import moment_of
from engine.compiler.plan import Plan, plan
from engine.load.workspace import load
from engine.store.base import NewEvent
from engine.store.sqlite import SqliteStore, open_store
from engine.store.typed import to_json

ROOT = Path(__file__).resolve().parents[2]
CASES = [
    ("S-1", "student", {"name": "李明", "programme": "one_on_one", "learning_manager": "M-1"}),
    ("S-2", "student", {"name": "王芳", "programme": "one_on_one", "learning_manager": "M-1"}),
    ("M-1", "staff", {"name": "陈老师", "role": "learning_manager"}),
    ("C-1", "campus", {"name": "徐汇"}),
]
EVENTS = [
    ("S-1", "contract_signed", "2026-03-02 10:00", {"amount_cny": "20000.00", "hours": 100.0}),
    ("S-1", "lesson_attended", "2026-03-04 10:00", {"lesson": "L1", "hours": 2.0}),
    ("S-1", "absence", "2026-03-11 10:00", {"lesson": "L2", "excused": False}),
    ("S-1", "absence", "2026-03-18 10:00", {"lesson": "L3", "excused": False}),
    ("S-2", "lesson_attended", "2026-03-04 10:00", {"lesson": "L1", "hours": 2.0}),
    (
        "S-1",
        "absence_contact_logged",
        "2026-03-11 11:00",
        {"lesson": "L2", "channel": "phone", "reached": True, "reason": "病"},
    ),
    (
        "S-1",
        "survey_answered",
        "2026-03-20 10:00",
        {"term": "2026春", "enquiry": 8.0, "teaching": 8.0, "service": 6.0, "recommend": 9.0},
    ),
]


def at(text: str) -> int:
    return moment_of(text, "Asia/Shanghai")


@pytest.fixture(scope="module")
def rules() -> Plan:
    loaded = load([ROOT / "processes"])
    assert not loaded.problems
    return plan(loaded.definitions)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "dueline.db", create=True) as made:
        rows = [
            (case_id, subject, "xuhui", at("2026-03-01 09:00"), to_json(facts)) for case_id, subject, facts in CASES
        ]
        numbers = made.add_cases(
            pl.DataFrame(rows, schema=["case_id", "subject", "campus", "created_at", "fields"], orient="row")
        )
        known = dict(numbers.select("case_id", "case_no").iter_rows())
        made.append([NewEvent(known[case], event, at(when), at(when), data=data) for case, event, when, data in EVENTS])
        yield made


def test_the_shipped_figures_have_no_fault(rules: Plan) -> None:
    assert fig.problems(rules.definitions) == []


def test_every_shipped_figure_can_be_worked_out(rules: Plan, store: SqliteStore) -> None:
    grid = fig.kpi(rules, store, since=at("2026-03-30 00:00"), until=at("2026-03-31 23:00"))
    found = {(row[0], row[3]): row for row in grid.rows}
    assert found["signings of the month", "陈老师"][4] == 1.0
    assert found["attendance of the month", "xuhui"][4] == 50.0
    assert found["students at risk of leaving", "李明"][4] == 1.0
    assert ("students at risk of leaving", "王芳") not in found


def test_a_term_is_told_with_its_target_and_its_formula(rules: Plan, store: SqliteStore) -> None:
    grid = fig.kpi(rules, store, since=at("2026-03-01 00:00"), until=at("2026-03-31 23:00"))
    service = next(row for row in grid.rows if row[0] == "satisfaction with service, mean")
    assert service[1:8] == ("2026春", "xuhui", "xuhui", 6.0, "", ">= 7", False)
    formula = "net promoter score = (promoters - detractors) / answers * 100 [G-112]"
    assert any(note.startswith(formula) for note in grid.notes)


def test_a_month_lists_no_daily_figure(rules: Plan, store: SqliteStore) -> None:
    grid = fig.kpi(rules, store, since=None, until=at("2026-03-31 23:00"), language="zh")
    assert grid.title == "指标 2026-03-01 至 2026-03-31"
    assert not {row[1] for row in grid.rows if row[1].startswith("2026-03-")}  # type: ignore[union-attr]


def test_the_sla_report_names_who_held_a_broken_promise(rules: Plan, store: SqliteStore) -> None:
    grid = fig.sla(rules, store, since=at("2026-03-01 00:00"), until=at("2026-03-31 23:00"))
    keys = [column.key for column in grid.columns]
    rows = {row[keys.index("step")]: dict(zip(keys, row, strict=True)) for row in grid.rows}
    contact = rows["Contact the absent student today"]
    assert (contact["due"], contact["in_time"], contact["breached"], contact["holder"]) == (2, 1, 1, "陈老师")
    assert contact["in_time_share"] == 50.0


def test_the_audit_draws_at_least_one_file_a_month_and_names_it(rules: Plan, store: SqliteStore) -> None:
    grid = fig.audit(rules, store, since=at("2026-03-01 00:00"), until=at("2026-04-30 12:00"))
    assert [row[:3] for row in grid.rows] == [("2026-03", "xuhui", 1), ("2026-04", "xuhui", 1)]
    assert {row[4] for row in grid.rows} <= {"李明", "王芳"}
    assert grid == fig.audit(rules, store, since=at("2026-03-01 00:00"), until=at("2026-04-30 12:00"))
