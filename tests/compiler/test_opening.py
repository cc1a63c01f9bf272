"""What opens a duty, how often, and under which key."""

from typing import Any

import pytest

from tests.compiler.school import Book, brief


def student(**facts: Any) -> Book:
    return Book().case("A", "2026-01-05 09:00", **facts)


def test_the_first_event_opens_a_duty_that_comes_once() -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "accepted").on("A", "2026-03-09 09:00", "accepted")
    assert brief(book.tasks("2026-03-10 09:00", "first_call"), "key", "opened_at") == [("", "2026-03-02 09:00")]


def test_every_event_opens_one_and_two_of_a_minute_are_numbered() -> None:
    book = student()
    for second in ("09:00:00", "09:00:20", "09:01:00"):
        book.on("A", f"2026-03-02 {second}", "lesson", number="L1")
    keys = [key for (key,) in brief(book.tasks("2026-03-02 10:00", "briefing"), "key")]
    assert keys == ["2026-03-02T09:00", "2026-03-02T09:00~2", "2026-03-02T09:01"]


def test_a_second_event_with_the_key_of_the_first_starts_its_duty_anew() -> None:
    book = student().on("A", "2026-03-02 09:00", "absent", lesson="L1")
    book.on("A", "2026-03-02 10:00", "called", lesson="L1")
    book.on("A", "2026-03-04 09:00", "absent", lesson="L1")
    found = brief(book.tasks("2026-03-04 12:00", "contact"), "key", "opened_at", "state")
    assert found == [("L1", "2026-03-04 09:00", "open")]


def test_a_closing_that_came_early_counts_for_a_key_but_not_where_that_is_denied() -> None:
    book = student().on("A", "2026-03-02 09:00", "called", lesson="L1")
    book.on("A", "2026-03-02 10:00", "absent", lesson="L1").on("A", "2026-03-02 10:00", "lesson", number="L1")
    found = brief(book.tasks("2026-03-02 12:00", "contact", "prepare"), "step", "state", "closed_at")
    assert found == [("contact", "open", None), ("prepare", "done", "2026-03-02 10:00")]


def test_what_comes_after_a_step_opens_when_that_is_done_and_takes_its_key() -> None:
    book = student().on("A", "2026-03-02 09:00", "absent", lesson="L1")
    assert book.tasks("2026-03-03 09:00", "follow_up") == []
    book.on("A", "2026-03-03 10:00", "called", lesson="L1")
    assert brief(book.tasks("2026-03-04 09:00", "follow_up"), "key", "opened_at") == [("L1", "2026-03-03 10:00")]


def test_a_rhythm_begins_again_with_each_closing_and_each_event_that_restarts_it() -> None:
    book = (
        student().on("A", "2026-03-02 09:00", "accepted").on("A", "2026-03-05 09:00", "visited", **{"with": "student"})
    )
    book.on("A", "2026-03-10 09:00", "lesson", number="L1")
    found = brief(book.tasks("2026-03-11 09:00", "rhythm"), "opened_at", "due_at", "state")
    assert found == [
        ("2026-03-02 09:00", "2026-03-16 09:00", "done"),
        ("2026-03-05 09:00", "2026-03-19 09:00", "cancelled"),
        ("2026-03-10 09:00", "2026-03-24 09:00", "open"),
    ]


def test_two_visits_of_one_second_close_one_task_and_leave_the_next_open() -> None:
    book = student().on("A", "2026-03-02 09:00", "accepted")
    for _ in range(2):
        book.on("A", "2026-03-05 09:00", "visited", **{"with": "student"})
    found = brief(book.tasks("2026-03-06 09:00", "rhythm"), "opened_at", "state")
    assert found == [("2026-03-02 09:00", "done"), ("2026-03-05 09:00", "open")]


def test_a_quota_counts_whole_months_from_the_first_that_begins_after_its_event() -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "accepted")
    assert book.tasks("2026-03-31 23:00", "monthly") == []
    for day in ("01 00:00", "20 10:00"):
        book.on("A", f"2026-04-{day}", "visited", **{"with": "parent"}, mood="good")
    found = brief(book.tasks("2026-05-02 09:00", "monthly"), "key", "state", "closed_at")
    assert found == [("2026-04", "done", "2026-04-20 10:00"), ("2026-05", "open", None)]


def test_what_happens_as_a_month_begins_is_of_the_new_month() -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "accepted")
    book.on("A", "2026-04-20 10:00", "visited", **{"with": "parent"}, mood="good").on(
        "A", "2026-05-01 00:00", "visited", **{"with": "parent"}, mood="good"
    )
    book.on("A", "2026-05-02 10:00", "visited", **{"with": "parent"}, mood="good")
    found = brief(book.tasks("2026-05-03 09:00", "monthly"), "key", "state", "cancelled_why")
    assert found == [("2026-04", "cancelled", "replaced"), ("2026-05", "done", None)]


def test_a_threshold_opens_at_each_crossing_and_time_alone_lets_it_be_crossed_again() -> None:
    book = student(paid=True)
    for day in ("01-20", "01-22", "01-24", "03-01", "03-02"):
        book.on("A", f"2026-{day} 10:00", "absent", lesson="L1")
    found = brief(book.tasks("2026-03-03 09:00", "meeting"), "opened_at", "state")
    assert found == [("2026-01-22 10:00", "cancelled"), ("2026-03-02 10:00", "open")]


def test_a_moment_that_a_formula_rests_on_opens_when_it_comes() -> None:
    book = student().on("A", "2026-03-02 09:00", "accepted")
    assert book.tasks("2026-04-01 08:59", "anniversary") == []
    assert brief(book.tasks("2026-04-01 09:00", "anniversary"), "opened_at") == [("2026-04-01 09:00",)]


def test_a_line_of_the_calendar_fires_from_its_event_on_and_keeps_off_rest_days() -> None:
    book = student().on("A", "2026-04-27 09:00", "accepted")
    found = brief(book.tasks("2026-05-09 09:00", "report"), "opened_at", "state")
    # Friday 1 May is a holiday: the report of that week is owed on Thursday 30 April.
    assert found == [("2026-04-30 17:00", "cancelled"), ("2026-05-08 17:00", "breached")]


def test_a_delay_puts_the_opening_later() -> None:
    book = student().on("A", "2026-03-02 09:00", "accepted")
    assert book.tasks("2026-03-04 08:59", "copies") == []
    assert brief(book.tasks("2026-03-04 09:00", "copies"), "opened_at", "due_at") == [
        ("2026-03-04 09:00", "2026-03-09 09:00")
    ]


def test_a_step_that_is_rolled_out_from_a_day_on_owes_nothing_of_before() -> None:
    book = student().on("A", "2026-01-26 09:00", "accepted")
    # Friday 20 February is in the Spring Festival: its report falls on Saturday 14, before the first day.
    assert brief(book.tasks("2026-03-01 09:00", "report"), "opened_at") == [("2026-02-27 17:00",)]


def test_a_clock_that_a_roll_out_restarts_counts_from_its_day() -> None:
    book = student().on("A", "2026-02-03 09:00", "refunded")
    assert brief(book.tasks("2026-02-09 09:00", "closing"), "start_at") == [("2026-02-10 00:00",)]


@pytest.mark.parametrize(("programme", "count"), [("single", 1), ("group", 0)])
def test_a_process_is_for_the_cases_that_it_names(programme: str, count: int) -> None:
    book = student(programme=programme, paid=True).on("A", "2026-03-02 09:00", "accepted")
    assert len(book.tasks("2026-03-02 12:00", "first_call")) == count


def test_once_the_service_has_ended_nothing_opens_and_what_was_open_is_cancelled() -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "accepted").on("A", "2026-03-02 09:30", "finished")
    book.on("A", "2026-03-03 09:00", "lesson", number="L1")
    found = brief(book.tasks("2026-03-10 09:00", "first_call", "briefing"), "step", "state", "cancelled_why")
    assert found == [("first_call", "cancelled", "ended:finished")]


def test_a_campus_has_its_own_steps_deadlines_limits_and_stand_ins() -> None:
    book = Book().case("A", "2026-01-05 09:00", paid=True).case("B", "2026-01-05 09:00", campus="pudong", paid=True)
    for case in "AB":
        book.on(case, "2026-03-04 10:00", "accepted").on(case, "2026-03-04 11:00", "lesson", number="L1")
        book.on(case, "2026-03-04 12:00", "absent", lesson="L1")
    staff = Book().run("2026-03-04 13:00").tasks.select("campus", "role", "case_id").clear()
    found = book.tasks("2026-03-04 13:00", staff=staff)
    assert {(row["case_id"], row["step"]) for row in found if row["step"] in ("briefing", "greeting", "meeting")} == {
        ("A", "briefing"), ("B", "greeting"), ("B", "meeting"),
    }  # fmt: skip
    assert brief([row for row in found if row["step"] == "first_call"], "case_id", "due_at") == [
        ("A", "2026-03-04 15:15"), ("B", "2026-03-04 12:00"),
    ]  # fmt: skip
    assert [row["role"] for row in found if row["step"] == "meeting"] == ["principal"]
