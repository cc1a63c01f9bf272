"""When the clock of a task starts, when it is due, how pauses move that, and who hears of it."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.calendars import columns as working
from engine.compiler.openings import Opened
from engine.compiler.points import first_true
from engine.compiler.scope import events_where, tree_of
from engine.compiler.timeline import UNKNOWN, Bools, Ints, Timeline, merge, to_moments
from engine.compiler.world import World
from engine.expr.columns import evaluate
from engine.expr.spans import SpanValue
from engine.model import Process, Step


@dataclass(frozen=True)
class Pauses:
    """The pauses of each case, in order: from when to when; `UNKNOWN` as the end: it still stands still."""

    rows: Ints
    begin: Ints
    end: Ints


@dataclass(frozen=True)
class Clock:
    """For each task: when its clock started (UNKNOWN while a gate is closed), when it is due, and whether it stands still."""

    start: Ints
    due: Ints
    paused: Bools


def started(world: World, process: Process, step: Step, tasks: Opened) -> Ints:
    """Return when each task's gate was open: at its opening, or the first moment after it."""
    start = tasks.at
    if step.needs:
        start = first_true(
            world,
            process.subject,
            step.needs,
            tasks.rows,
            tasks.at,
            lambda which, at: tasks.scope(world, process.subject, which, at),
        )
    if step.rollout and step.rollout.clock == "restart":
        since = world.moment_of_day(step.rollout.since)
        start = np.where((start != UNKNOWN) & (start < since), since, start)
    return start


def pauses_of(world: World, process: Process) -> Pauses:
    """Return the pauses of a process: from each event that stops the clocks to the next that lets them go on."""
    rows, begin, end = [], [], []
    for pause in process.pauses:
        stops = merge([events_where(world, event, pause.condition or "") for event in pause.events])
        goes = merge([events_where(world, event, "") for event in pause.until])
        place = goes.since(stops.rows, stops.at)
        until = goes.moments(place, goes.belongs(place, stops.rows))
        again = np.zeros(len(stops), bool)  # a second stop inside a pause says nothing new
        again[1:] = (stops.rows[1:] == stops.rows[:-1]) & ((until[:-1] == UNKNOWN) | (stops.at[1:] < until[:-1]))
        rows.append(stops.rows[~again])
        begin.append(stops.at[~again])
        end.append(until[~again])
    if not rows:
        nothing = np.zeros(0, np.int64)
        return Pauses(nothing, nothing, nothing)
    order = np.lexsort((np.concatenate(begin), np.concatenate(rows)))
    return Pauses(np.concatenate(rows)[order], np.concatenate(begin)[order], np.concatenate(end)[order])


def due(world: World, process: Process, step: Step, tasks: Opened, start: Ints, pauses: Pauses) -> Clock:
    """Return when each started task is due."""
    known = start != UNKNOWN
    paused = np.zeros(len(tasks), bool)
    answer = np.full(len(tasks), UNKNOWN, np.int64)
    which = np.flatnonzero(known)
    answer[which] = _due_from(world, process, step, tasks, which, start[which])
    if step.pauses and len(pauses.rows):
        answer, paused = _moved_by_pauses(world, process, step, tasks, start, answer, pauses)
    return Clock(start, answer, paused)


def due_text(step: Step) -> str:
    """Return the expression of a step's due moment: its own, the interval of its rhythm, the end of its quota's period."""
    if step.due:
        return step.due
    opening = next((each for each in step.opens if each.interval or each.period), None)
    if opening is None:
        return "0 days"
    return str(opening.interval) if opening.interval else f"end of {opening.period}"


def _due_from(world: World, process: Process, step: Step, tasks: Opened, which: Ints, start: Ints) -> Ints:
    scope = tasks.scope(world, process.subject, which, start, start=start)
    return scope.moment(due_text(step))


def _moved_by_pauses(
    world: World, process: Process, step: Step, tasks: Opened, start: Ints, answer: Ints, pauses: Pauses
) -> tuple[Ints, Bools]:
    """Return due moments and standing clocks: what a pause took is given back, one pause of each case at a time."""
    answer, paused = answer.copy(), np.zeros(len(tasks), bool)
    timeline = Timeline(pauses.rows, pauses.begin, pl.DataFrame())
    first, last = timeline.begins(tasks.rows), timeline.through(tasks.rows, np.full(len(tasks), world.as_of))
    for turn in range(int((last - first).max(initial=0))):
        place = first + turn
        which = np.flatnonzero((place < last) & (start != UNKNOWN) & (answer != UNKNOWN) & ~paused)
        at = place[which]
        begin, end = pauses.begin[at], pauses.end[at]
        touched = (begin < answer[which]) & ((end == UNKNOWN) | (end > start[which]))
        which, begin, end = which[touched], begin[touched], end[touched]
        paused[which[end == UNKNOWN]] = True
        over = end != UNKNOWN
        answer[which[over]] = _resumed(world, process, step, tasks, which[over], start, answer, begin[over], end[over])
    return answer, paused


def _resumed(
    world: World,
    process: Process,
    step: Step,
    tasks: Opened,
    which: Ints,
    start: Ints,
    answer: Ints,
    begin: Ints,
    end: Ints,
) -> Ints:
    """Return the due moments after a pause: the budget left counts on; a rule such as "end of day" is asked again."""
    if not len(which):
        return answer[which]
    stopped = np.maximum(begin, start[which])
    is_span, is_working = _measures(world, process, step, tasks, which)
    if not is_span:
        again = _due_from(world, process, step, tasks, which, np.maximum(end, start[which]))
        return np.where(answer[which] <= end, again, answer[which])
    cal = world.cal_no[tasks.rows[which]]
    left = working.working_between(world.table, cal, stopped, answer[which])
    worked = working.add_working(world.table, cal, end, left)
    return np.where(is_working, worked, answer[which] + (end - stopped))


def _measures(world: World, process: Process, step: Step, tasks: Opened, which: Ints) -> tuple[bool, Bools]:
    """Return whether a due rule is a span, and for each task whether it counts working time."""
    scope = tasks.scope(world, process.subject, which)
    value = evaluate(tree_of(due_text(step)), scope)
    if not isinstance(value, SpanValue):
        return False, np.zeros(len(which), bool)
    working_parts = [scope.part(part) for part in (value.working_days, value.working_seconds)]
    return True, np.asarray((working_parts[0] != 0) | (working_parts[1] != 0)) & np.ones(len(which), bool)


def escalated(world: World, process: Process, step: Step, tasks: Opened, clock: Clock, until: Ints) -> Ints:
    """Return the number (from 0) of the last rung that each task had reached by `until`, -1 if none."""
    answer = np.full(len(tasks), -1)
    for number, rung in enumerate(step.escalate):
        at = rung_moments(world, process, tasks, clock, str(rung.at))
        reached = (at != UNKNOWN) & (at <= until)
        if world.reached is not None and reached.any():
            world.reached.add(f"{process.name}.{step.name} escalate {number + 1}")
        world.wake(tasks.rows, np.where((at == UNKNOWN) | (until < world.as_of), 0, at))
        answer = np.where(reached, number, answer)
    return answer


def rung_moments(world: World, process: Process, tasks: Opened, clock: Clock, at: str) -> Ints:
    """Return the moment of a rung for each task; a span counts from the due moment."""
    scope = tasks.scope(world, process.subject, now=clock.due, due=clock.due, start=clock.start)
    moments = scope.moment(at, start="due")
    return np.where(clock.due == UNKNOWN, UNKNOWN, moments)


def visible(world: World, process: Process, step: Step, tasks: Opened, clock: Clock) -> Ints:
    """Return when each task enters the daily list: `ahead` of its due moment, at its opening if nothing is said."""
    if not step.ahead or not len(tasks):
        return tasks.at
    scope = tasks.scope(world, process.subject, now=clock.due, due=clock.due)
    span = scope.value(step.ahead)
    assert isinstance(span, SpanValue)
    shown = to_moments(scope.column(scope.calendar("add", [scope.name("due"), -span])))
    return np.where(shown == UNKNOWN, tasks.at, np.maximum(shown, tasks.at))
