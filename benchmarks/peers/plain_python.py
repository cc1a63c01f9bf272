"""The same duties in plain Python: the rows of each student in order, one student after another."""

import json
import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks.peers.hours import CHINA, WORKING_DAY, Hours, hours_of

DAY: Final = 86_400
TYPES: Final = (
    "contract_signed",
    "takeover_requested",
    "file_accepted",
    "payment_confirmed",
    "first_call_logged",
    "exchange_held",
    "lesson_scheduled",
    "lesson_attended",
    "lesson_note_written",
    "absence",
    "absence_contact_logged",
    "first_class_received",
    "visit_logged",
    "student_sorted",
    "warning_meeting_held",
    "question_session_held",
    "school_exam_announced",
    "exam_outlook_agreed",
    "student_asked",
    "student_answered",
    "suspended",
    "resumed",
    "service_ended",
)
TELLS_LEAD: Final = ("first_call", "contact_absent", "absences_meeting")
Form = Mapping[str, object]


@dataclass(slots=True)
class Student:
    """A student with the events of each type in order: moment and form."""

    case_no: int
    campus: str
    created_at: int
    stability: str | None
    events: dict[str, list[tuple[int, dict[str, object]]]] = field(default_factory=dict)

    def of(self, event: str) -> list[tuple[int, dict[str, object]]]:
        """Return the events of a type."""
        return self.events.get(event, [])


@dataclass(slots=True)
class Task:
    """A task that is not done; `due_from` gives its due moment anew after a pause, `work` and `elapsed` are spans."""

    case_no: int
    step: str
    key: str
    start: int | None
    due: int | None
    work: bool = False
    elapsed: bool = False
    due_from: Callable[[int], int] | None = None
    paused: bool = False


def answer(path: Path, as_of: int) -> pl.DataFrame:
    """Return the tasks that are not over: case_no, step, key, state, due_at, escalated_to."""
    rows = [shown(task, as_of) for student in students(path, as_of) for task in tasks_of(student, as_of)]
    names = ("case_no", "step", "key", "state", "due_at", "escalated_to")
    types = (pl.Int64, pl.String, pl.String, pl.String, pl.Int64, pl.String)
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def students(path: Path, as_of: int) -> Iterator[Student]:
    """Yield the students with their events."""
    link = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    cases = link.execute(
        "SELECT case_no, campus, created_at, fields ->> 'stability' FROM cases"
        " WHERE subject = 'student' AND fields ->> 'programme' = 'one_on_one' ORDER BY case_no"
    )
    names = ", ".join(f"'{name}'" for name in TYPES)
    rows = link.execute(
        f"SELECT case_no, type, at, data FROM events WHERE type IN ({names}) AND at <= ?"
        " ORDER BY case_no, at, event_id",
        (as_of,),
    )
    groups = groupby(rows, itemgetter(0))
    number, group = next(groups, (0, iter(())))
    for case in cases:
        student = Student(*case)
        while number and number < student.case_no:
            number, group = next(groups, (0, iter(())))
        if number == student.case_no:
            for _, event, at, data in group:
                student.events.setdefault(event, []).append((at, json.loads(data) if data else {}))
        yield student
    link.close()


def tasks_of(student: Student, as_of: int) -> list[Task]:
    """Return what is owed on one student."""
    if student.of("service_ended"):
        return []
    hours = hours_of(student.campus)
    tasks = [*_once(student, hours), *_keyed(student, hours, as_of), *_recurring(student, hours, as_of)]
    for stop, go in _pauses(student):
        for task in tasks:
            _pause(task, stop, go, hours)
    return tasks


def shown(task: Task, as_of: int) -> tuple[object, ...]:
    """Return a row of the list."""
    waits = task.due is None or task.paused
    late = task.due is not None and task.due <= as_of
    state = "waiting" if waits else "breached" if late else "open"
    told = "learning_manager_lead" if late and task.step in TELLS_LEAD else None
    return task.case_no, task.step, task.key, state, None if task.paused else task.due, told


def _once(student: Student, hours: Hours) -> Iterator[Task]:
    number = student.case_no
    for at, _ in student.of("contract_signed")[:1]:
        if not student.of("takeover_requested"):
            yield Task(number, "request_takeover", "", at, hours.add(at, WORKING_DAY), work=True)
    for at, _ in student.of("file_accepted")[:1]:
        called = next((call for call, _ in student.of("first_call_logged") if call >= at), None)
        if called is None:
            start = _paid(student, at)
            due = None if start is None else hours.add(start, WORKING_DAY // 2)
            yield Task(number, "first_call", "", start, due, work=True)
        elif not any(held >= called for held, _ in student.of("exchange_held")):
            yield Task(number, "hold_exchange", "", called, hours.add(called, 2 * WORKING_DAY), work=True)


def _paid(student: Student, at: int) -> int | None:
    """Return when the fees were in, not before a moment."""
    known = False
    for paid, form in student.of("payment_confirmed"):
        if paid > at and known:
            break
        known = bool(form.get("in_full"))
        if paid > at and known:
            return paid
    return at if known else None


def _keyed(student: Student, hours: Hours, as_of: int) -> Iterator[Task]:
    number = student.case_no
    for key, at in _open(student.of("lesson_attended"), student.of("lesson_note_written"), "lesson"):
        yield Task(number, "write_note", key, at, _tonight(at) + DAY, due_from=lambda moment: _tonight(moment) + DAY)
    planned = sorted(
        (
            (_int(form.get("ends_at") or _int(form["starts_at"]) + 7200), form)
            for _, form in student.of("lesson_scheduled")
        ),
        key=itemgetter(0),
    )
    over = [(at, form) for at, form in planned if at <= as_of]
    for key, at in _open(over, student.of("lesson_attended") + student.of("absence"), "lesson"):
        yield Task(number, "record_attendance", key, at, _tonight(at), due_from=_tonight)
    absent = [(at, form) for at, form in student.of("absence") if not form["excused"]]
    reached = [(at, form) for at, form in student.of("absence_contact_logged") if form.get("reached")]
    for key, at in _open(absent, reached, "lesson"):
        yield Task(number, "contact_absent", key, at, _tonight(at), due_from=_tonight)
    exams = {str(form["exam"]): _int(form["exam_at"]) for _, form in student.of("school_exam_announced")}
    for key, at in _open(student.of("school_exam_announced"), student.of("exam_outlook_agreed"), "exam"):
        yield Task(number, "agree_outlook", key, at, exams[key] - 3 * DAY)
    for key, at in _open(student.of("student_asked"), student.of("student_answered"), "question"):
        yield Task(number, "answer_student", key, at, hours.add(at, WORKING_DAY), work=True)


def _open(
    opening: list[tuple[int, dict[str, object]]], closing: list[tuple[int, dict[str, object]]], key: str
) -> list[tuple[str, int]]:
    closed = {form[key] for _, form in closing}
    return [(str(name), at) for name, at in {form[key]: at for at, form in opening}.items() if name not in closed]


def _recurring(student: Student, hours: Hours, as_of: int) -> Iterator[Task]:
    number = student.case_no
    yield from _visit(student)
    begins, ends, month = month_of(as_of)
    lessons = student.of("lesson_attended")
    if lessons and lessons[0][0] <= begins and not any(at >= begins for at, _ in student.of("student_sorted")):
        yield Task(number, "monthly_sorting", month, begins, ends)
    absent = [at for at, form in student.of("absence") if not form["excused"]]
    for first, second, third in zip([0, *absent], absent, absent[1:], strict=False):
        if second > third - 60 * DAY >= first and not any(at >= third for at, _ in student.of("warning_meeting_held")):
            yield Task(number, "absences_meeting", _minute(third), third, hours.add(third, 5 * WORKING_DAY), work=True)
    fridays = _fridays(student.campus)
    friday = fridays[bisect_right(fridays, as_of) - 1]
    accepted = student.of("file_accepted")
    if accepted and accepted[0][0] <= friday and not any(at >= friday for at, _ in student.of("question_session_held")):
        yield Task(number, "weekly_questions", _minute(friday), friday, hours.add(friday, 4 * 3600), work=True)


def _visit(student: Student) -> Iterator[Task]:
    received = student.of("first_class_received")
    if not received:
        return
    first = received[0][0]
    visits = [
        at
        for at, form in student.of("visit_logged")
        if at >= first and form["with"] == "parent" and form.get("minutes") is not None
    ]
    start = max([*visits, received[-1][0]])
    sorted_ = student.of("student_sorted")
    place = bisect_right(sorted_, start, key=itemgetter(0)) - 1
    stability = sorted_[place][1]["stability"] if place >= 0 else student.stability
    lessons = student.of("lesson_attended")
    since = lessons[0][0] if lessons and lessons[0][0] <= start else student.created_at
    days = 4 if stability == "unstable" else 7 if _months(since, start) + 1 < 3 else 14
    yield Task(student.case_no, "regular_visit", _minute(start), start, start + days * DAY, elapsed=True)


def _pauses(student: Student) -> Iterator[tuple[int, int | None]]:
    goes = [at for at, _ in student.of("resumed")]
    until: int | None = 0
    for stop, _ in student.of("suspended"):
        if until is None or stop < until:
            continue
        place = bisect_left(goes, stop)
        until = goes[place] if place < len(goes) else None
        yield stop, until


def _pause(task: Task, stop: int, go: int | None, hours: Hours) -> None:
    """Give a task back what a pause took."""
    if (
        task.due is None
        or task.start is None
        or task.paused
        or stop >= task.due
        or (go is not None and go <= task.start)
    ):
        return
    if go is None:
        task.paused = True
        return
    stopped = max(stop, task.start)
    if task.work:
        task.due = hours.add(go, hours.worked(task.due) - hours.worked(stopped))
    elif task.elapsed:
        task.due += go - stopped
    elif task.due_from and task.due <= go:
        task.due = task.due_from(max(go, task.start))


@cache
def _fridays(campus: str) -> list[int]:
    return hours_of(campus).fridays(17 * 3600)


@cache
def month_of(as_of: int) -> tuple[int, int, str]:
    """Return the begin, the end (23:59 of the last day) and the name of the month of a moment."""
    first = _local(as_of).date().replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    begins, ends = ((day - date(1970, 1, 1)).days * DAY - CHINA for day in (first, following))
    return begins, ends - 60, f"{first:%Y-%m}"


def _months(begin: int, end: int) -> int:
    """Return whole months from day to day; the last day of a month stands for the days that it lacks."""
    one, other = _local(begin).date(), _local(end).date()
    months = (other.year - one.year) * 12 + other.month - one.month
    last = ((other.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
    return months - (min(one.day, last) > other.day)


def _local(moment: int) -> datetime:
    return datetime.fromtimestamp(moment + CHINA, UTC)


def _minute(moment: int) -> str:
    return _local(moment).strftime("%Y-%m-%dT%H:%M")


def _tonight(moment: int) -> int:
    return (moment + CHINA) // DAY * DAY + DAY - 60 - CHINA


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
