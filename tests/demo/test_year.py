"""The sample year: what happens in it is in order, opens every step, and people are mostly on time."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random

import polars as pl
import pytest

from engine.calendars.zones import moment_of
from engine.compiler.plan import plan
from engine.demo.campus import ZONE, Size, Year, a_year
from engine.demo.days import Days
from engine.demo.forms import satisfying
from engine.demo.habits import HABITS
from engine.demo.moods import MOODS
from engine.demo.script import Script
from engine.demo.values import DAY, HOUR, found
from engine.load.workspace import find_shipped, load
from engine.run import run
from engine.store.log import MemoryLog, case_frame
from engine.store.typed import raw_rows

SHIPPED = load([find_shipped("processes")]).definitions
UNTIL = date(2026, 11, 20)

#: The steps that no year of the two shipped campuses opens, with what would.
BEHIND_A_SETTING: Mapping[str, str] = {
    "one_on_one.assign_manager_junior": "department_is_split is no on both campuses",
    "one_on_one.assign_manager_senior": "department_is_split is no on both campuses",
    "exams_and_reports.send_weekly_report": "parent_reports_for is by_manager: one report a manager instead",
    "exams_and_reports.send_monthly_report": "parent_reports_for is by_manager: one report a manager instead",
    "exams_and_reports.send_attendance_report": "parent_reports_for is by_manager: one report a manager instead",
    "small_class_students.weekly_visit": "small_class_weekly_visits is no: two visits a month instead",
    "study_room.complete_roster": "the roster of the sample names school and consultant of each visit",
}


@pytest.fixture(scope="module")
def small() -> Year:
    return a_year(Size(30, 3, 40, 40), Random(3), UNTIL, SHIPPED)


def tasks_of(year: Year) -> pl.DataFrame:
    cases = case_frame(year.cases)
    as_of = moment_of(f"{UNTIL} 09:00", ZONE)
    log = MemoryLog(year.definitions, cases, raw_rows(year.events), as_of)
    return run(plan(year.definitions), cases, log, as_of).tasks


def test_nothing_is_typed_in_before_it_happens_or_after_the_end(small: Year) -> None:
    end = moment_of(f"{UNTIL} 08:00", ZONE)
    assert len(small.events) > 10_000
    assert all(each.at <= each.recorded_at <= end for each in small.events)


def test_nothing_happens_to_a_case_before_it_exists(small: Year) -> None:
    created = {int(str(each["case_no"])): int(str(each["created_at"])) for each in small.cases}
    assert all(each.at >= created[each.case_no] for each in small.events)


def test_people_act_by_day_and_give_no_lessons_on_public_holidays(small: Year) -> None:
    hours = Counter((each.at + 8 * HOUR) % DAY // HOUR for each in small.events)
    night = sum(hours[hour] for hour in (0, 1, 2, 3, 4, 5, 6))
    assert night < 0.005 * len(small.events)
    days = Days(SHIPPED, Random(0))
    campus = {int(str(each["case_no"])): str(each["campus"]) for each in small.cases}
    lessons = [each for each in small.events if each.type in ("lesson_attended", "class_lesson_held")]
    assert not [each for each in lessons if days.is_closed(campus[each.case_no], each.at)]


def test_a_lesson_that_is_asked_off_is_asked_off_before_it_begins(small: Year) -> None:
    asked = [each for each in small.events if each.type == "leave_requested" and not each.data["is_emergency"]]
    assert asked
    assert all(each.at < int(str(each.data["lesson_starts_at"])) for each in asked)


def test_the_year_ends_now_where_the_morning_has_not_come() -> None:
    now = moment_of(f"{UNTIL} 03:00", ZONE)
    year = a_year(Size(4, 1, 5, 40), Random(3), UNTIL, SHIPPED, now=now)
    assert max(each.recorded_at for each in year.events) <= now


def test_the_world_may_lack_what_a_workspace_does_not_define(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(
        "kind: vocabulary\nid: own\nsubjects:\n  student:\n    title: {zh: 学员, en: student}\n"
        "    fields: {name: {type: text, required: true}}\n    events: {contract_signed: {by: finance}}\n"
        "  staff:\n    title: {zh: 员工, en: staff}\n    fields: {name: {type: text}, role: {type: text}}\n"
        "  campus: {title: {zh: 校区, en: campus}}\n  class: {title: {zh: 班级, en: class}}\n"
        "  enquiry: {title: {zh: 来询, en: enquiry}}\n  study_visit: {title: {zh: 自习, en: study visit}}\n",
        encoding="utf-8",
    )
    own = load([tmp_path]).definitions
    year = a_year(Size(3, 1, 2, 40), Random(1), UNTIL, own)
    assert {each.type for each in year.events} == {"contract_signed"}


def test_the_world_brings_nothing_that_no_process_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    brought = {event for event, _ in MOODS} | set(HABITS)
    happen = Script.happen

    def noted(script: Script, case_no: int, event: str, at: int, **values: object) -> None:
        brought.add(event)
        happen(script, case_no, event, at, **values)

    monkeypatch.setattr(Script, "happen", noted)
    a_year(Size(12, 2, 10, 40), Random(3), UNTIL, SHIPPED)
    assert not brought - set(SHIPPED.events)


def test_a_condition_says_what_closes_a_task() -> None:
    wanted = satisfying('with == "parent" and has(about, "growth") and total == part and is_known(minutes)')
    assert wanted.values == {"with": "parent", "about": ["growth"]}
    assert (wanted.same, wanted.needed) == ({"total": "part"}, {"minutes"})
    either = satisfying('has(sent_to, "student") if adult else has(sent_to, "parent")')
    assert either.values == {"sent_to": ["student", "parent"]}


def test_a_table_of_habits_is_read_from_the_narrow_to_the_wide() -> None:
    table = {"visit.outcome": 1, "outcome": 2, "come": 3}
    assert [found(table, *names, 0) for names in (("visit", "outcome"), ("x", "outcome"), ("x", "income"))] == [1, 2, 3]
    assert found(table, "x", "y", 0) == 0


def test_every_step_opens_in_the_sample_year_and_people_are_mostly_on_time() -> None:
    year = a_year(Size(300, 25, 350, 40), Random(1), UNTIL, SHIPPED)
    tasks = tasks_of(year)
    opened = set(tasks.select(pl.format("{}.{}", "process", "step")).to_series())
    assert set(plan(year.definitions).names) - opened == set(BEHIND_A_SETTING)
    states = {state: count / len(tasks) for state, count in tasks.group_by("state").len().iter_rows()}
    assert states["done"] > 0.9
    assert 0.02 < states["done_late"] < 0.07
    assert states.get("breached", 0) < 0.002
    due = tasks.filter(pl.col("due_at").is_not_null())
    ended = pl.coalesce("closed_at", "cancelled_at", pl.lit(moment_of(f"{UNTIL} 09:00", ZONE)))
    overdue_days = due.select(((ended - pl.col("due_at")).clip(lower_bound=0) / DAY).sum()).item()
    assert overdue_days / 365 < 50  # so many are overdue on a day, on the whole campus
