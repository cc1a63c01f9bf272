"""What closes a duty, what cancels it, what it still misses, and the order of things within one second."""

from typing import Any

import pytest

from tests.compiler.school import Book, brief


def student(**facts: Any) -> Book:
    return Book().case("A", "2026-01-05 09:00", **facts)


def accepted(**facts: Any) -> Book:
    return student(**{"paid": True, **facts}).on("A", "2026-03-02 09:00", "accepted")


def test_a_closing_event_needs_its_condition_and_its_evidence() -> None:
    book = accepted().on("A", "2026-03-02 10:00", "visited", **{"with": "student"}, minutes="5")
    book.on("A", "2026-03-02 11:00", "visited", **{"with": "parent"}, mood="good")
    assert brief(book.tasks("2026-03-02 12:00", "first_call"), "state") == [("open",)]
    book.on("A", "2026-03-02 11:30", "visited", **{"with": "parent"}, mood="good", minutes="5")
    assert brief(book.tasks("2026-03-02 12:00", "first_call"), "state", "closed_at") == [("done", "2026-03-02 11:30")]


def test_a_task_misses_the_whole_form_until_something_came_and_then_what_that_lacked() -> None:
    book = accepted()
    assert brief(book.tasks("2026-03-02 12:00", "first_call"), "missing") == [(["mood", "with", "minutes"],)]
    book.on("A", "2026-03-02 10:00", "visited", **{"with": "parent"}, mood="bad")
    assert brief(book.tasks("2026-03-02 12:00", "first_call"), "missing") == [(["minutes"],)]


def test_a_duty_that_is_over_misses_nothing() -> None:
    book = accepted().on("A", "2026-03-03 10:00", "withdrawn")
    assert brief(book.tasks("2026-03-04 12:00", "first_call"), "state", "missing") == [("cancelled", [])]


def test_signatures_are_collected_one_by_one_and_the_task_says_whose_are_missing() -> None:
    book = (
        student()
        .on("A", "2026-03-02 09:00", "payment", amount="10")
        .on("A", "2026-03-02 10:00", "signed", who="teacher")
    )
    assert brief(book.tasks("2026-03-02 12:00", "signatures"), "state", "missing") == [("open", ["parent", "lead"])]
    book.on("A", "2026-03-03 10:00", "signed", who="lead").on("A", "2026-03-03 11:00", "signed", who="parent")
    assert brief(book.tasks("2026-03-04 12:00", "signatures"), "state", "closed_at") == [("done", "2026-03-03 11:00")]


def test_a_list_of_which_everything_is_needed_closes_only_when_whole() -> None:
    book = student().on("A", "2026-03-02 09:00", "accepted").on("A", "2026-03-05 09:00", "papers", copies=["a", "c"])
    assert brief(book.tasks("2026-03-06 12:00", "copies"), "state", "missing") == [("open", ["b"])]
    book.on("A", "2026-03-06 10:00", "papers", copies=["a", "b", "c"])
    assert brief(book.tasks("2026-03-06 12:00", "copies"), "state") == [("done",)]


def test_what_a_fact_of_the_case_asks_of_a_form_keeps_the_duty_open_until_it_is_there() -> None:
    for grade, states in ((11, ("done", "done")), (12, ("open", "done"))):
        book = accepted(grade=grade)
        book.on("A", "2026-03-02 10:00", "visited", **{"with": "parent"}, mood="good", minutes="5")
        assert brief(book.tasks("2026-03-02 12:00", "first_call"), "state") == [(states[0],)]
        missing = [["exam_plan"]] if grade == 12 else [[]]
        assert brief(book.tasks("2026-03-02 12:00", "first_call"), "missing") == [(each,) for each in missing]
        form = {"with": "parent", "exam_plan": "revise"}
        book.on("A", "2026-03-02 11:00", "visited", **form, mood="good", minutes="5")
        assert brief(book.tasks("2026-03-02 12:00", "first_call"), "state") == [(states[1],)]


def test_what_opens_a_duty_does_not_close_it_and_nothing_recorded_before_it_within_the_second_does() -> None:
    book = student().on("A", "2026-03-01 09:00", "accepted")
    for _ in range(3):
        book.on("A", "2026-03-02 09:00", "visited", **{"with": "student"})
    assert brief(book.tasks("2026-03-02 12:00", "rhythm"), "opened_at", "state", "closed_by") == [
        ("2026-03-01 09:00", "done", 2), ("2026-03-02 09:00", "open", None),
    ]  # fmt: skip


def test_what_closes_may_be_typed_in_before_what_opens_if_both_are_of_one_second() -> None:
    book = student(paid=True).on("A", "2026-03-02 09:00", "visited", **{"with": "parent"}, mood="good", minutes="5")
    book.on("A", "2026-03-02 09:00", "accepted")
    assert brief(book.tasks("2026-03-02 12:00", "first_call"), "state") == [("done",)]


@pytest.mark.parametrize(
    ("recorded", "late_entry", "state"), [("2026-03-02 11:00", False, "done"), ("2026-03-09 09:00", True, "done")]
)
def test_what_was_done_in_time_and_typed_in_after_it_was_due_is_marked(
    recorded: str, late_entry: bool, state: str
) -> None:
    book = accepted().on("A", "2026-03-02 11:00", "visited", recorded, **{"with": "parent"}, mood="good", minutes="5")
    found = brief(book.tasks("2026-03-10 09:00", "first_call"), "state", "late_entry")
    assert found == [(state, late_entry)]


def test_what_was_done_after_it_was_due_is_done_late() -> None:
    book = accepted().on("A", "2026-03-03 11:00", "visited", **{"with": "parent"}, mood="good", minutes="5")
    assert brief(book.tasks("2026-03-10 09:00", "first_call"), "state", "late_entry") == [("done_late", False)]


def test_a_condition_cancels_as_soon_as_it_holds_by_an_event_or_by_time() -> None:
    book = (
        accepted().on("A", "2026-03-02 09:10", "absent", lesson="L1").on("A", "2026-03-02 09:20", "called", lesson="L1")
    )
    book.on("A", "2026-03-02 11:00", "visited", **{"with": "parent"}, mood="good", minutes="5")
    book.on("A", "2026-03-02 12:00", "refunded")
    found = brief(
        book.tasks("2026-03-12 09:00", "follow_up", "closing"), "step", "state", "cancelled_why", "cancelled_at"
    )
    assert found == [
        ("follow_up", "cancelled", "until:is_done(first_call)", "2026-03-02 11:00"),
        ("closing", "cancelled", "until:now >= opened_at + 9 days", "2026-03-11 12:00"),
    ]


def test_a_form_closes_the_task_that_it_names_and_one_that_names_none_what_is_open() -> None:
    book = student().on("A", "2026-03-02 09:00", "refunded").on("A", "2026-03-02 10:00", "refunded")
    book.on("A", "2026-03-02 11:00", "service.closing", result="kept", task_key="2026-03-02T10:00")
    assert brief(book.tasks("2026-03-02 12:00", "closing"), "key", "state") == [
        ("2026-03-02T09:00", "open"), ("2026-03-02T10:00", "done"),
    ]  # fmt: skip
    book.on("A", "2026-03-02 11:30", "service.closing", result="kept")
    assert brief(book.tasks("2026-03-02 12:00", "closing"), "state") == [("done",), ("done",)]


def test_a_waiver_ends_a_task_and_says_which_it_was() -> None:
    book = accepted().on("A", "2026-03-02 10:00", "waive", step="service.first_call", key="", by="x", why="y")
    found = brief(book.tasks("2026-03-03 09:00", "first_call"), "state", "cancelled_why", "cancelled_at")
    assert found == [("waived", "waived:2", "2026-03-02 10:00")]


def test_a_duty_whose_opening_never_was_is_not_owed() -> None:
    book = accepted().on("A", "2026-03-02 10:00", "void", event_id=1, why="wrong student")
    assert book.tasks("2026-03-03 09:00", "first_call", "copies", "rhythm") == []


def test_a_closing_that_never_was_leaves_the_duty_open() -> None:
    book = accepted().on("A", "2026-03-02 10:00", "visited", **{"with": "parent"}, mood="good", minutes="5")
    book.on("A", "2026-03-02 10:30", "void", event_id=2, why="no call")
    assert brief(book.tasks("2026-03-02 12:00", "first_call"), "state") == [("open",)]
