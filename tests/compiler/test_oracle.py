"""The compiler against a plain walk through the minutes of one case, written from the language's page alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.compiler.plan import plan
from engine.run import run
from engine.store.base import NewEvent
from engine.store.log import MemoryLog, case_frame
from tests.compiler.school import CALENDARS, defined

VOCABULARY = """
kind: vocabulary
id: school
title: school
roles: {manager: manager}
subjects:
  student:
    title: student
    events:
      come: {title: come, by: manager, fields: {key: {type: text}}}
      done: {title: done, by: manager, fields: {key: {type: text}}}
      left: {title: left, by: manager}
      stop: {title: stop, by: manager}
      go: {title: go, by: manager}
"""
PROCESS = """
kind: process
id: p
title: p
subject: student
ends: [left]
pauses: [{from: stop, to: go}]
steps:
  once: {title: t, role: manager, opens: {on: come}, due: 3 hours, done: done}
  each: {title: t, role: manager, opens: {each: come}, due: 2 days, done: done}
  keyed:
    {title: t, role: manager, opens: {each: come, same: key}, due: 5 hours, done: {by: done, same: key, early: false}}
  rhythm: {title: t, role: manager, opens: {every: 4 days, from: come}, done: done}
  quota: {title: t, role: manager, opens: {every: week, times: 2, from: come}, done: done}
  cron: {title: t, role: manager, opens: {cron: "30 9 * * 1,4", from: come}, due: 1 days, done: done}
"""
PLAN = plan(defined({"v.yaml": VOCABULARY, "p.yaml": PROCESS, "c.yaml": CALENDARS}))
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001, wall time: the campus of this school has one zone
BEGIN = datetime(2026, 3, 2)  # noqa: DTZ001
EIGHT = timedelta(hours=8)  # Asia/Shanghai
MINUTE = timedelta(minutes=1)


@dataclass
class Task:
    """A task as the walk sees it."""

    key: str
    opened: datetime
    due: datetime
    times: int = 1
    number: int = -1  # of the event that opened it
    done: datetime | None = None
    gone: datetime | None = None
    stopped: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it asks for something."""
        return self.done is None and self.gone is None


@dataclass(frozen=True)
class Happening:
    """An event of the case."""

    at: datetime
    name: str
    key: str


class Walk:
    """Goes through the minutes of one case and keeps the tasks of one step."""

    def __init__(self, step: str, happened: list[Happening], now: datetime) -> None:
        self.step, self.happened, self.now = step, happened, now
        self.tasks: list[Task] = []
        self.came, self.ended, self.paused = False, False, False

    def tasks_at_the_end(self) -> list[Task]:
        minute = BEGIN
        while minute <= self.now:
            here = [(number, each) for number, each in enumerate(self.happened) if each.at == minute]
            for number, each in here:
                if each.name == "come":  # what begins as a period begins is for that period
                    self._event(number, each)
            self._calendar(minute)
            for number, each in here:
                if each.name != "come":
                    self._event(number, each)
            minute += MINUTE
        return self.tasks

    def _calendar(self, at: datetime) -> None:
        if not self.came or self.ended:
            return
        if self.step == "quota" and at.weekday() == 0 and at.time() == datetime.min.time():
            year, week, _ = at.isocalendar()
            self._open(f"{year}-W{week:02}", at, at + timedelta(days=7) - MINUTE, -1, replaces=True, times=2)
        if self.step == "cron" and at.weekday() in (0, 3) and (at.hour, at.minute) == (9, 30):
            self._open(f"{at:%Y-%m-%dT%H:%M}", at, at + timedelta(days=1), -1, replaces=True)

    def _event(self, number: int, each: Happening) -> None:
        if each.name == "left" and not self.ended:
            self.ended = True
            for task in self.tasks:
                if task.is_open:
                    task.gone = each.at
        if each.name == "stop" and not self.paused:
            self._pause(each.at)
        if each.name == "go" and self.paused:
            self._resume(each.at)
        if each.name == "done":
            self._close(number, each)
        if each.name == "come" and not self.ended:
            self._come(number, each)

    def _come(self, number: int, each: Happening) -> None:
        first, self.came = not self.came, True
        moment = f"{each.at:%Y-%m-%dT%H:%M}"
        match self.step:
            case "once" if first:
                self._open("", each.at, each.at + timedelta(hours=3), number)
            case "each":
                same = sum(task.opened == each.at for task in self.tasks)
                self._open(f"{moment}~{same + 1}" if same else moment, each.at, each.at + timedelta(days=2), number)
            case "keyed":
                self.tasks = [task for task in self.tasks if task.key != each.key]
                self._open(each.key, each.at, each.at + timedelta(hours=5), number)
            case "rhythm":
                self._rhythm(number, each.at)

    def _rhythm(self, number: int, at: datetime) -> None:
        """Begin the rhythm anew; two beginnings of one minute are one."""
        self.tasks = [task for task in self.tasks if task.opened != at]
        self._open(f"{at:%Y-%m-%dT%H:%M}", at, at + timedelta(days=4), number, replaces=True)

    def _open(
        self, key: str, at: datetime, due: datetime, number: int, *, replaces: bool = False, times: int = 1
    ) -> None:
        if replaces:
            for task in self.tasks:
                if task.is_open:
                    task.gone = at
        self.tasks.append(Task(key, at, due, times, number, stopped=at if self.paused else None))

    def _close(self, number: int, each: Happening) -> None:
        for task in self.tasks:
            if task.is_open and task.number != number and (self.step != "keyed" or task.key == each.key):
                task.times -= 1
                if task.times == 0:
                    task.done = each.at
        if self.step == "rhythm" and self.came and not self.ended:
            self._rhythm(number, each.at)

    def _pause(self, at: datetime) -> None:
        self.paused = True
        for task in self.tasks:
            if task.is_open and at < task.due:
                task.stopped = at

    def _resume(self, at: datetime) -> None:
        self.paused = False
        for task in self.tasks:
            if task.stopped is not None and task.is_open:
                task.due = self._moved(task, at, task.stopped)
                task.stopped = None

    def _moved(self, task: Task, at: datetime, stopped: datetime) -> datetime:
        """Return when a task is due after a pause: the end of a week that is over by then is that of another week."""
        if self.step != "quota":
            return task.due + (at - stopped)
        return task.due if task.due > at else _end_of_week(at)


def _end_of_week(at: datetime) -> datetime:
    monday = datetime.combine(at.date() - timedelta(days=at.weekday()), datetime.min.time())
    return monday + timedelta(days=7) - MINUTE


def engine_tasks(step: str, happened: list[Happening], now: datetime) -> list[tuple[object, ...]]:
    cases = case_frame(
        [
            {
                "case_no": 1,
                "case_id": "A",
                "subject": "student",
                "campus": "x",
                "created_at": seconds(BEGIN),
                "fields": {},
            }
        ]
    )
    events = [
        NewEvent(
            1,
            each.name,
            seconds(each.at),
            seconds(each.at),
            None,
            {"key": each.key} if each.name in ("come", "done") else {},
        )
        for each in happened
    ]
    found = run(
        PLAN, cases, MemoryLog(PLAN.definitions, cases, events, seconds(now)), seconds(now), steps=[f"p.{step}"]
    ).tasks
    rows = found.sort("opened_at", "key").select("key", "opened_at", "due_at", "closed_at", "cancelled_at").iter_rows()
    return [(row[0], *(wall(each) for each in row[1:])) for row in rows]


def seconds(at: datetime) -> int:
    return int((at - EIGHT - EPOCH).total_seconds())


def wall(moment: int | None) -> datetime | None:
    return None if moment is None else EPOCH + timedelta(seconds=moment) + EIGHT


def walked(step: str, happened: list[Happening], now: datetime) -> Iterator[tuple[object, ...]]:
    for task in sorted(Walk(step, happened, now).tasks_at_the_end(), key=lambda task: (task.opened, task.key)):
        due = None if task.stopped is not None else task.due
        yield task.key, task.opened, due, task.done, task.gone


def _happening(draw: tuple[int, int, str, str]) -> Happening:
    day, minute, name, key = draw
    return Happening(BEGIN + timedelta(days=day, minutes=minute), name, key)


minutes = st.sampled_from([0, 9 * 60, 9 * 60 + 30, 9 * 60 + 31, 14 * 60, 20 * 60])
#: Closings and pauses are asked about elsewhere to the second; here no two different events share a minute.
happenings = st.lists(
    st.tuples(
        st.integers(0, 27),
        minutes,
        st.sampled_from(["come", "come", "done", "done", "done", "stop", "go", "left"]),
        st.sampled_from("ab"),
    ).map(_happening),
    max_size=14,
    unique_by=lambda each: each.at,
).map(lambda each: sorted(each, key=lambda one: one.at))
steps: st.SearchStrategy[str] = st.sampled_from(["once", "each", "keyed", "rhythm", "quota", "cron"])
NOW = datetime.combine(date(2026, 3, 30), datetime.min.time()) + timedelta(hours=12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps, happenings)
def test_the_columns_agree_with_a_walk_through_the_minutes(step: str, happened: list[Happening]) -> None:
    assert engine_tasks(step, happened, NOW) == list(walked(step, happened, NOW))
