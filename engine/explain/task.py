"""Why one task is due: what opened it, what it waited for, its deadline as a sum, who owes it."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import polars as pl

from engine.calendars import columns as working
from engine.calendars.steps import DayLine, deadline_sum
from engine.compiler import clock as clocks
from engine.compiler.assignees import STAFF, named, stand_ins
from engine.compiler.opened import Duty, Opened
from engine.compiler.openings import opened
from engine.compiler.pauses import Pauses, pauses_of
from engine.compiler.reads import tree_of
from engine.compiler.scope import Rows
from engine.compiler.timeline import UNKNOWN, Ints
from engine.compiler.world import World
from engine.decisions.rests import Rests, Taken
from engine.explain.case import Case
from engine.explain.clauses import Clause, clauses
from engine.expr.spans import Part, SpanValue
from engine.model import Opening, Process, Step

_CLOSE: Final = "close of day"


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the escalation: who hears of the task from when on, and when once more."""

    to: str
    at: int | None
    reached: bool
    again: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """Working time counted day by day from a moment on, up to the due moment or to a pause, which follows then.

    `left` is what there is still to count after the pause.
    """

    start: int
    seconds: int
    left: int
    days: tuple[DayLine, ...]
    pause: tuple[int, int | None] | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes a task and why: `post` is the step's own role, `role` the one that stands in where that is not filled.

    `why`: the case names the person, or named them when the task was over and another one since; it is the case itself,
    a member of staff or not; the only holder of the post; or the post has no or several holders, who are `holders`.
    """

    post: str
    role: str
    person: str
    why: str  # named, then, self, case, holder, several, nobody
    holders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that makes one task what it is. Moments are seconds, UTC; `task` is a row of `frames.TASKS`."""

    task: dict[str, object]
    process: Process
    step: Step
    opening: Opening | None
    opening_values: tuple[tuple[str, object], ...]  # the fields of the event that opened it
    clauses: tuple[Clause, ...]
    gate: tuple[Clause, ...]
    parameters: tuple[str, ...]  # those that the deadline rests on
    tables: tuple[Taken, ...]  # the tables that it asks
    stretches: tuple[Stretch, ...]  # the sum day by day, where the due rule counts working time
    is_span: bool  # the due rule is a span, not a moment
    skipped: tuple[DayLine, ...]  # where it is the close of a day that has none: the days until one has
    pauses: tuple[tuple[int, int | None], ...]  # those that touched the task
    rungs: tuple[Rung, ...]
    owner: Owner
    as_of: int


def explain_task(case: Case, name: str, key: str) -> Explanation | None:
    """Return why a task of a step is due, or None if the case has no such task."""
    tasks = case.tasks_of(name)
    process, step = case.variant(name)
    openings = case.opened(process, step)
    which = np.flatnonzero((openings.key == key).to_numpy())
    row = tasks.filter(pl.col("key") == key)
    if not len(which) or not len(row):
        return None
    task = row.row(0, named=True)
    one = openings.filter(np.arange(len(openings)) == which[-1])
    return _explanation(case, process, step, one, task)


def _explanation(case: Case, process: Process, step: Step, one: Opened, task: dict[str, object]) -> Explanation:
    duty = Duty(case.world, process, step)
    known = pauses_of(case.world, process)
    start, over = _moment(task["start_at"]), _moment(_over(task))
    clock = clocks.due(duty, one, start, over, known)
    opening = _opening_of(duty, one)
    scope = one.scope(case.world, duty.subject, now=start, start=start) if task["start_at"] is not None else None
    asked = one.scope(case.world, duty.subject, start=start)
    pauses = tuple(_pauses(duty, task, clock, known)) if scope else ()
    budget = _budget(scope, step) if scope else None
    rests = _rests(scope or asked, step)
    owner = _owner(case, process, step, task)
    rungs = _rungs(case, duty, one, clock, over, known)
    return Explanation(
        task=task,
        process=process,
        step=step,
        opening=opening,
        opening_values=_shown(one.fields),
        clauses=clauses(asked, opening.condition if opening else None, "opening")
        + clauses(asked, process.applies_if, "case"),
        gate=clauses(_at(case, one, process), step.needs, "task"),
        parameters=tuple(rests.parameters),
        tables=tuple(rests.tables.values()),
        stretches=tuple(_stretches(case.world, one, int(start[0]), budget, pauses)) if budget else (),
        is_span=budget is not None,
        skipped=tuple(_skipped(case.world, one, step, int(start[0]), task["due_at"])) if scope else (),
        pauses=pauses,
        rungs=tuple(_heard(case, owner, rungs, int(clock.due[0]), paused=task["waiting_for"] == "paused")),
        owner=owner,
        as_of=case.as_of,
    )


def _over(task: dict[str, object]) -> object:
    return task["closed_at"] if task["closed_at"] is not None else task["cancelled_at"]


def _moment(value: object) -> Ints:
    return np.array([value if isinstance(value, int) else UNKNOWN], np.int64)


def _at(case: Case, one: Opened, process: Process) -> Rows:
    return one.scope(case.world, process.subject, now=np.array([case.as_of], np.int64))


def _opening_of(duty: Duty, one: Opened) -> Opening | None:
    """Return which of the openings of a step opened it."""
    if len(duty.step.opens) == 1:
        return duty.step.opens[0]
    for opening in duty.step.opens:
        alone = Duty(duty.world, duty.process, replace(duty.step, opens=(opening,)))
        if (opened(alone).at == one.at[0]).any():
            return opening
    return None


def _shown(fields: pl.DataFrame) -> tuple[tuple[str, object], ...]:
    row = fields.row(0, named=True) if len(fields) else {}
    return tuple((name, value) for name, value in row.items() if value is not None and not name.startswith("·"))


def _rests(scope: Rows, step: Step) -> Rests:
    """Return what a deadline rests on, by way of formulas and of the rows that tables took."""
    rests = Rests(scope.world.definitions, scope.subject, scope)
    rests.read(clocks.due_text(step))
    if step.off_rest_days:
        rests.read(str(step.off_rest_days))
    return rests


def _budget(scope: Rows, step: Step) -> int | None:
    """Return the working seconds of a due rule that is a span, 0 if it counts none; None for a moment."""
    value = scope.value(clocks.due_text(step))
    if not isinstance(value, SpanValue):
        return None
    world = scope.world
    day = int(world.table.day_seconds(world.cal_no[scope.rows])[0])
    return round(_number(scope, value.working_seconds) + _number(scope, value.working_days) * day)


def _number(scope: Rows, part: Part) -> float:
    return float(scope.column(part)[0] or 0) if isinstance(part, pl.Expr) else float(part)


def _pauses(
    duty: Duty, task: dict[str, object], clock: clocks.Clock, known: Pauses
) -> Iterator[tuple[int, int | None]]:
    """Yield the pauses in which the clock of a task stood still."""
    if not duty.step.pauses:
        return
    start, over = task["start_at"], _over(task)
    last = over if isinstance(over, int) else duty.world.as_of
    due = int(clock.due[0])
    assert isinstance(start, int)
    for begin, end in zip(known.begin.tolist(), known.end.tolist(), strict=True):
        if begin < min(last, due if due != UNKNOWN else last) and (end == UNKNOWN or end > start):
            yield max(begin, start), None if end == UNKNOWN else end


def _stretches(
    world: World, one: Opened, start: int, seconds: int, pauses: Sequence[tuple[int, int | None]]
) -> Iterator[Stretch]:
    """Yield the sum of a budget of working time, interrupted by pauses."""
    cal = world.cal_no[one.rows]
    calendar = world.table.calendars[int(cal[0])]
    starts = [start, *(end for _, end in pauses if end is not None)]
    for begin, pause in zip(starts, [*pauses, None], strict=False):
        worked = seconds if pause is None else _worked(world, cal, begin, pause[0])
        stopped = pause if worked < seconds else None
        worked = min(worked, seconds)
        seconds -= worked
        days = tuple(deadline_sum(calendar, begin, worked)) if worked else ()
        yield Stretch(begin, worked, seconds, days, stopped)
        if stopped is None or stopped[1] is None:
            return


def _skipped(world: World, one: Opened, step: Step, start: int, due_at: object) -> Iterator[DayLine]:
    """Yield the days without a close of business between the start of a clock and the close that it leads to."""
    cal = world.cal_no[one.rows]
    calls = (node.func for node in ast.walk(tree_of(clocks.due_text(step)).node) if isinstance(node, ast.Call))
    if not any(isinstance(name, ast.Name) and name.id == _CLOSE for name in calls):
        return
    if int(working.close_of_day(world.table, cal, np.array([start]))[0]) == due_at:
        days = deadline_sum(world.table.calendars[int(cal[0])], start, 1)
        yield from (line for line in days if not line.taken)


def _worked(world: World, cal: Ints, begin: int, end: int) -> int:
    return int(working.working_between(world.table, cal, np.array([begin]), np.array([end]))[0])


def _rungs(case: Case, duty: Duty, one: Opened, clock: clocks.Clock, over: Ints, known: Pauses) -> Iterator[Rung]:
    """Yield the rungs; where the campus has not filled a post the one that stands in hears of the task."""
    instead = {post: who for campus, post, who in stand_ins(case.definitions) if campus == case.campus}
    reached = int(clocks.escalated(duty, one, clock, over)[0])
    until = max(int(clock.stopped[0]), int(over[0]))
    until = case.as_of if until == UNKNOWN else until
    for number, rung in enumerate(duty.step.escalate):
        at = _rung_at(duty, one, clock, over, known, str(rung.at))
        role = instead.get(str(rung.to), str(rung.to))
        yield Rung(role, None if at == UNKNOWN else at, number <= reached or UNKNOWN < at <= until)


def _rung_at(duty: Duty, one: Opened, clock: clocks.Clock, over: Ints, known: Pauses, at: str) -> int:
    """Return the moment of a rung: one reached before a pause keeps its own, no other one lies inside a pause."""
    answer, earliest = int(clocks.rung_moments(duty, one, clock, at)[0]), UNKNOWN
    if answer == UNKNOWN or not duty.step.pauses:
        return answer
    for number, (begin, end) in enumerate(zip(known.begin.tolist(), known.end.tolist(), strict=True)):
        earlier = Pauses(known.rows[:number], known.begin[:number], known.end[:number])
        before = clocks.due(duty, one, clock.start, over, earlier)
        moment = max(int(clocks.rung_moments(duty, one, before, at)[0]), earliest)
        if UNKNOWN < moment <= begin:
            return moment
        if clock.start[0] < end and begin < before.due[0] and (over[0] == UNKNOWN or end <= over[0]):
            earliest = end
    return max(answer, earliest)


def _heard(case: Case, owner: Owner, rungs: Iterator[Rung], due: int, *, paused: bool) -> Iterator[Rung]:
    """Yield a rung for each who hears of the task; whoever owes it may be reminded, but knows that it is late.

    While its clock stands still nobody knows when the rungs that are left will be reached.
    """
    known: dict[object, list[Rung]] = {}
    for rung in rungs:
        holders = _holders(case, rung.to)
        is_owner = rung.to == owner.role or (len(holders) == 1 and holders[0] == owner.person)
        if not is_owner or (rung.at is not None and rung.at < due):
            shown = replace(rung, at=None) if paused and not rung.reached else rung
            known.setdefault(holders if len(holders) == 1 else rung.to, []).append(shown)
    for first, *more in known.values():
        yield replace(first, again=tuple(each.at for each in more if each.at is not None))


def _holders(case: Case, role: str) -> tuple[str, ...]:
    if case.staff is None:
        return ()
    return tuple(case.staff.filter((pl.col("campus") == case.campus) & (pl.col("role") == role))["case_id"].to_list())


def _owner(case: Case, process: Process, step: Step, task: dict[str, object]) -> Owner:
    """Return who owes a task, and by which of the ways of `engine.compiler.assignees`."""
    post, role, person = str(step.role), str(task["role"] or ""), str(task["assignee"] or "")
    if person and person == str(task["case_id"]):
        return Owner(post, role, person, "self" if process.subject == STAFF else "case")
    over = _over(task)
    then = over if isinstance(over, int) else case.as_of
    for name in dict.fromkeys((post, role)):
        if person and _named(case, process, name, then) == person:
            return Owner(post, name, person, "named" if _named(case, process, name, case.as_of) == person else "then")
    holders = _holders(case, role)
    why = "holder" if person else "several" if holders else "nobody"
    return Owner(post, role, person, why, holders)


def _named(case: Case, process: Process, role: str, at: int) -> object:
    """Return whom the case named for a role at a moment."""
    subjects = pl.Series([str(process.subject)])
    return named(case.world, subjects, pl.Series([role]), np.zeros(1, np.int64), np.array([at], np.int64))[0]
