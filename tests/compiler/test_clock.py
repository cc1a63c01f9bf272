"""When the clock of a duty starts, stands still and runs out; who hears of it, who owes it."""

from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from engine.problems import Refused
from tests.compiler.school import OVERLAY, PROCESS, STAFF, VOCABULARY, Book, brief, school


def student(**facts: Any) -> Book:
    return Book().case("A", "2026-01-05 09:00", **facts)


def test_a_gate_keeps_a_duty_waiting_and_its_clock_starts_when_it_opens() -> None:
    book = student().on("A", "2026-03-02 09:00", "accepted")
    found = brief(book.tasks("2026-03-03 09:00", "first_call"), "state", "waiting_for", "due_at")
    assert found == [("waiting", "paid", None)]
    book.on("A", "2026-03-03 10:00", "payment", amount="10")
    assert brief(book.tasks("2026-03-03 11:00", "first_call"), "state", "start_at", "due_at") == [
        ("open", "2026-03-03 10:00", "2026-03-03 15:15"),
    ]  # fmt: skip


def test_a_pause_gives_back_the_working_time_that_was_left() -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "accepted").on("A", "2026-03-02 10:00", "stopped")
    assert brief(book.tasks("2026-03-04 09:00", "first_call"), "state", "waiting_for", "due_at") == [
        ("waiting", "paused", None)
    ]
    book.on("A", "2026-03-05 09:00", "resumed")
    assert brief(book.tasks("2026-03-05 10:00", "first_call"), "state", "due_at") == [("open", "2026-03-05 11:45")]


def test_a_rule_that_is_no_span_is_asked_again_after_a_pause() -> None:
    book = student().on("A", "2026-03-02 09:00", "absent", lesson="L1").on("A", "2026-03-02 10:00", "stopped")
    book.on("A", "2026-03-05 09:00", "resumed")
    assert brief(book.tasks("2026-03-05 10:00", "contact"), "due_at") == [("2026-03-05 23:59",)]


def test_a_step_may_run_through_pauses() -> None:
    book = student(paid=True).on("A", "2026-03-01 09:00", "accepted").on("A", "2026-03-03 10:00", "stopped")
    found = brief(book.tasks("2026-04-02 09:00", "stock"), "opened_at", "state", "due_at")
    assert found == [("2026-04-01 09:00", "open", "2026-04-11 09:00")]


def test_a_second_stop_inside_a_pause_says_nothing_and_the_first_that_lets_go_ends_it() -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "accepted")
    for moment, event in (("10:00", "stopped"), ("11:00", "stopped"), ("12:00", "resumed"), ("13:30", "resumed")):
        book.on("A", f"2026-03-02 {moment}", event)
    assert brief(book.tasks("2026-03-02 14:00", "first_call"), "due_at") == [("2026-03-02 16:15",)]


def test_what_was_over_before_a_pause_keeps_its_due_moment() -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "accepted")
    book.on("A", "2026-03-02 10:00", "visited", **{"with": "parent"}, mood="good", minutes="5")
    book.on("A", "2026-03-02 11:00", "stopped")
    assert brief(book.tasks("2026-03-05 09:00", "first_call"), "state", "due_at") == [("done", "2026-03-02 14:15")]


def test_what_is_done_while_the_clock_stands_still_is_not_late() -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "accepted").on("A", "2026-03-02 10:00", "stopped")
    book.on("A", "2026-03-09 10:00", "visited", **{"with": "parent"}, mood="good", minutes="5")
    assert brief(book.tasks("2026-03-10 09:00", "first_call"), "state") == [("done",)]


@pytest.mark.parametrize(
    ("now", "hearer"),
    [
        ("2026-03-02 10:44", None),
        ("2026-03-02 10:45", "manager"),
        ("2026-03-02 14:14", "manager"),
        ("2026-03-02 14:15", "lead"),
    ],
)
def test_a_duty_goes_up_the_ladder_rung_by_rung(now: str, hearer: str | None) -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "accepted")
    assert brief(book.tasks(now, "first_call"), "escalated_to") == [(hearer,)]


def test_nobody_hears_of_a_duty_whose_clock_stands_still() -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "accepted").on("A", "2026-03-02 10:00", "stopped")
    assert brief(book.tasks("2026-03-09 09:00", "first_call"), "escalated_to") == [(None,)]


def test_a_duty_enters_the_list_ahead_of_its_due_moment() -> None:
    book = student().on("A", "2026-03-02 09:00", "lesson", number="L1")
    assert brief(book.tasks("2026-03-02 10:00", "briefing"), "visible_at", "due_at") == [
        ("2026-03-03 09:00", "2026-03-04 09:00")
    ]


def test_campuses_with_other_calendars_are_worked_out_in_one_run() -> None:
    book = Book().case("A", "2026-01-05 09:00", paid=True).case("B", "2026-01-05 09:00", campus="pudong", paid=True)
    for case in "AB":
        book.on(case, "2026-03-06 17:30", "accepted")
    found = brief(book.tasks("2026-03-06 18:00", "first_call"), "case_id", "due_at")
    # Half of seven and a half hours from Friday evening; two hours at a campus that works until eight.
    assert found == [("A", "2026-03-09 13:45"), ("B", "2026-03-06 19:30")]


def test_a_parameter_counts_as_it_was_when_the_task_started_and_a_campus_may_date_its_own() -> None:
    dated = OVERLAY.replace("{absence_limit: {value: 1}}", "{absence_limit: {values: {2020-01-01: 1, 2026-03-03: 4}}}")
    book = Book(school(pudong=dated)).case("B", "2026-01-05 09:00", campus="pudong")
    book.on("B", "2026-03-02 10:00", "absent", lesson="L1").on("B", "2026-03-04 10:00", "absent", lesson="L2")
    assert brief(book.tasks("2026-03-05 09:00", "meeting"), "opened_at", "state") == [("2026-03-02 10:00", "open")]


def test_a_due_moment_that_rests_on_something_unknown_is_said_and_never_passed_over() -> None:
    changed = PROCESS.replace(
        "due: 1 hours before starts_at if is_known(starts_at) else 1 days", "due: 1 hours before starts_at"
    )
    book = (
        Book(school(service=changed)).case("A", "2026-01-05 09:00").on("A", "2026-03-02 09:00", "lesson", number="L1")
    )
    found = brief(book.tasks("2026-03-02 10:00", "prepare"), "state", "waiting_for", "due_at")
    assert found == [("waiting", "due_unknown", None)]


def test_a_due_moment_beyond_the_calendar_is_unknown_for_that_case_alone() -> None:
    changed = PROCESS.replace("due: 2 days, ahead", 'due: "months_between(created_at, opened_at) * 3000 days", ahead')
    book = Book(school(service=changed)).case("A", "2026-01-05 09:00").case("B", "2000-01-05 09:00")
    for case in "AB":
        book.on(case, "2026-03-02 09:00", "lesson", number="L1")
    found = brief(book.tasks("2026-03-02 10:00", "briefing"), "case_id", "waiting_for")
    assert found == [("A", None), ("B", "due_unknown")]


def test_what_cannot_be_worked_out_names_the_step_and_the_case() -> None:
    changed = PROCESS.replace(
        "opens: {each: lesson}, due: 2 days",
        'opens: {each: lesson, delay: "months_between(created_at, now) * 3000 days"}, due: 2 days',
    )
    book = Book(school(service=changed))
    for number in range(5):
        book.case(f"C{number}", "2000-01-05 09:00" if number == 3 else "2026-01-05 09:00")
        book.on(f"C{number}", "2026-03-02 09:00", "lesson", number="L1")
    with pytest.raises(Refused, match=r'case "C3": step "service\.briefing" cannot be worked out'):
        book.run("2026-03-02 10:00")


def test_rules_of_a_table_that_both_take_a_case_name_the_case() -> None:
    table = """
kind: decision_table
id: wait
hit: unique
subject: student
inputs: {level: {type: number, value: "or_else(grade, 0)"}}
outputs: {span: {type: duration}}
rules: [{if: {level: "<= 5"}, then: {span: 2 days}}, {if: {level: ">= 5"}, then: {span: 3 days}}]
"""
    changed = PROCESS.replace("due: 2 days, ahead", "due: decide(wait), ahead")
    book = (
        Book(school(service=changed, wait=table))
        .case("A", "2026-01-05 09:00", grade=1.0)
        .case("B", "2026-01-05 09:00", grade=5.0)
    )
    for case in "AB":
        book.on(case, "2026-03-02 09:00", "lesson", number="L1")
    with pytest.raises(Refused, match=r'case "B".*rows 1 and 2 of table "wait"'):
        book.run("2026-03-02 10:00")


def staff(*posts: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(posts, schema=["campus", "role", "case_id"], orient="row")


def test_the_case_names_who_owes_else_the_only_holder_of_the_post_does() -> None:
    book = Book().case("A", "2026-01-05 09:00", manager="E1").case("B", "2026-01-05 09:00")
    for case in "AB":
        book.on(case, "2026-03-02 09:00", "accepted").on(case, "2026-03-02 09:00", "lesson", number="L1")
    held = staff(("xuhui", "manager", "E9"), ("xuhui", "teacher", "T1"), ("xuhui", "teacher", "T2"))
    found = book.tasks("2026-03-02 10:00", "first_call", "briefing", staff=held)
    assert sorted(brief(found, "case_id", "step", "assignee"), key=str) == [
        ("A", "briefing", None), ("A", "first_call", "E1"), ("B", "briefing", None), ("B", "first_call", "E9"),
    ]  # fmt: skip


def test_a_member_of_staff_owes_the_duties_of_the_own_post_and_the_holder_those_of_another() -> None:
    book = Book(school(duty=STAFF)).case("E1", "2026-01-05 09:00", subject="staff", role="manager")
    found = book.tasks("2026-03-06 20:00", "weekly", "lead_weekly", staff=staff(("xuhui", "lead", "L1")))
    last = {row["step"]: row["assignee"] for row in found}
    assert last == {"weekly": "E1", "lead_weekly": "L1"}
    alone = book.tasks("2026-03-06 20:00", "lead_weekly", staff=staff())
    assert {row["assignee"] for row in alone} == {None}


def test_the_case_names_who_stands_in_for_a_post_that_is_not_filled() -> None:
    plan = school(pudong=OVERLAY.replace("{lead: principal}", "{lead: manager}"))
    book = Book(plan).case("A", "2026-01-05 09:00", campus="pudong", manager="E2")
    book.on("A", "2026-03-04 12:00", "absent", lesson="L1")
    held = staff(("pudong", "manager", "E1"), ("pudong", "manager", "E2"))
    assert brief(book.tasks("2026-03-04 13:00", "meeting", staff=held), "role", "assignee") == [("manager", "E2")]


def test_what_is_over_stays_with_whom_the_case_named_then() -> None:
    book = student(manager="E1").on("A", "2026-03-02 09:00", "absent", lesson="L1")
    book.on("A", "2026-03-02 10:00", "called", lesson="L1").on("A", "2026-03-03 09:00", "absent", lesson="L2")
    book.on("A", "2026-03-04 09:00", "set", manager="E2")
    assert brief(book.tasks("2026-03-05 09:00", "contact"), "state", "assignee") == [("done", "E1"), ("breached", "E2")]
    book.on("A", "2026-03-05 10:00", "finished").on("A", "2026-03-06 09:00", "set", manager="E3")
    found = brief(book.tasks("2026-03-07 09:00", "contact"), "state", "assignee")
    assert found == [("done", "E1"), ("cancelled", "E2")]


def test_a_role_called_as_the_subject_is_the_case_itself() -> None:
    changed = PROCESS.replace("contact: {title: t, role: manager", "contact: {title: t, role: student")
    known = VOCABULARY.replace("roles: {", "roles: {student: student, ")
    book = Book(school(service=changed, vocabulary=known)).case("A", "2026-01-05 09:00", manager="E1")
    book.on("A", "2026-03-02 09:00", "absent", lesson="L1")
    assert brief(book.tasks("2026-03-02 10:00", "contact"), "role", "assignee") == [("student", "A")]


def test_a_campus_whose_calendar_nobody_defined_is_refused() -> None:
    book = Book(school(pudong=OVERLAY)).case("B", "2026-01-05 09:00", campus="pudong")
    definitions = book.plan.definitions
    broken = {name: each for name, each in definitions.calendars.items() if name != "weekend"}
    book.plan = replace(book.plan, definitions=replace(definitions, calendars=broken))
    with pytest.raises(Refused, match='no calendar "weekend"'):
        book.run("2026-03-06 20:00")
