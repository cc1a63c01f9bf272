"""When the clock of a task starts, when it is due, how pauses move that, and who hears of it."""

from dataclasses import dataclass, replace

import numpy as np

from engine.calendars import columns as working
from engine.calendars.table import OutOfRange
from engine.compiler.opened import Duty, Opened
from engine.compiler.pauses import Pauses
from engine.compiler.points import first_true
from engine.compiler.reads import tree_of
from engine.compiler.timeline import UNKNOWN, Bools, Ints, to_moments
from engine.expr.columns import evaluate
from engine.expr.spans import SpanValue
from engine.model import Step


@dataclass(frozen=True)
class Clock:
    """For each task: when its clock started (UNKNOWN: a gate is closed), when it is due, since when it stands still.

    Where the clock stands still (`stopped` is known), or stood when the task was over, `due` is what it was until then.
    """

    start: Ints
    due: Ints
    stopped: Ints

    @property
    def paused(self) -> Bools:
        """Whether the clock stands still."""
        paused: Bools = self.stopped != UNKNOWN
        return paused


def started(duty: Duty, tasks: Opened, over: Ints) -> Ints:
    """Return when each task's gate was open, at its opening or the first moment after it, unless it was over before."""
    start, step = tasks.at, duty.step
    if step.needs:
        start = first_true(duty.world, duty.subject, step.needs, tasks.rows, tasks.at, tasks.scopes(duty))
    if step.rollout and step.rollout.clock == "restart":
        since = duty.world.start_of(step.rollout.since, tasks.rows)
        start = np.where((start != UNKNOWN) & (start < since), since, start)
    return np.where((over != UNKNOWN) & (start > over), UNKNOWN, start)


def due(duty: Duty, tasks: Opened, start: Ints, over: Ints, pauses: Pauses) -> Clock:
    """Return when each started task is due, UNKNOWN where that cannot be worked out.

    A task that was `over` before a pause knows nothing of it.
    """
    answer = np.full(len(tasks), UNKNOWN, np.int64)
    which = np.flatnonzero(start != UNKNOWN)
    answer[which] = _due_from(duty, tasks, which, start[which])
    clock = Clock(start, answer, np.full(len(tasks), UNKNOWN))
    if duty.step.pauses and len(pauses):
        clock = _moved_by_pauses(duty, tasks, clock, over, pauses)
    return replace(clock, due=_off_rest_days(duty, tasks, np.arange(len(tasks)), start, clock.due))


def due_text(step: Step) -> str:
    """Return the expression of a step's due moment: its own, its rhythm's interval, the end of its quota's period."""
    if step.due:
        return step.due
    opening = next((each for each in step.opens if each.interval or each.period), None)
    if opening is None:
        return "0 days"
    return str(opening.interval) if opening.interval else f"end of {opening.period}"


def _due_from(duty: Duty, tasks: Opened, which: Ints, start: Ints) -> Ints:
    if not len(which):
        return which
    try:
        return tasks.scope(duty.world, duty.subject, which, start, start=start).moment(due_text(duty.step))
    except OutOfRange:
        if len(which) == 1:
            return np.full(1, UNKNOWN)
        half = len(which) // 2  # the one whose sum leaves the calendar keeps nobody else from a due moment
        parts = ((which[:half], start[:half]), (which[half:], start[half:]))
        return np.concatenate([_due_from(duty, tasks, *part) for part in parts])


def _off_rest_days(duty: Duty, tasks: Opened, which: Ints, start: Ints, moments: Ints) -> Ints:
    """Return the moments, those on a rest day moved to the close of the next working day where the step says so."""
    if not duty.step.off_rest_days or not len(which):
        return moments
    table, cal = duty.world.table, duty.world.cal_no[tasks.rows[which]]
    rests = (moments != UNKNOWN) & ~working.is_workday(table, cal, moments).astype(bool)
    found = np.flatnonzero(rests)
    scope = tasks.scope(duty.world, duty.subject, which[found], start[found], start=start[found])
    found = found[scope.holds(duty.step.off_rest_days)]
    answer = moments.copy()
    answer[found] = working.close_of_workday(table, cal[found], moments[found], 1)
    return answer


def _moved_by_pauses(duty: Duty, tasks: Opened, clock: Clock, over: Ints, pauses: Pauses) -> Clock:
    """Return due moments and standing clocks: what a pause took is given back, one pause of each case at a time."""
    due_at, stopped = clock.due.copy(), clock.stopped.copy()
    line, start = pauses.timeline, clock.start
    first, last = line.begins(tasks.rows), line.through(tasks.rows, np.full(len(tasks), duty.world.as_of))
    for turn in range(int((last - first).max(initial=0))):
        place = first + turn
        which = np.flatnonzero((place < last) & (start != UNKNOWN) & (due_at != UNKNOWN) & (stopped == UNKNOWN))
        begin, end = pauses.begin[place[which]], pauses.end[place[which]]
        end = np.where((over[which] != UNKNOWN) & (end > over[which]), UNKNOWN, end)  # it still stood when all was over
        moved = _off_rest_days(duty, tasks, which, start[which], due_at[which])
        touched = (begin < moved) & ((over[which] == UNKNOWN) | (begin < over[which]))
        touched &= (end == UNKNOWN) | (end > start[which])
        which, begin, end, moved = which[touched], begin[touched], end[touched], moved[touched]
        due_at[which] = np.where(begin < due_at[which], due_at[which], moved)  # it began while a rest day gave time
        stopped[which[end == UNKNOWN]] = begin[end == UNKNOWN]
        ended = end != UNKNOWN
        due_at[which[ended]] = _resumed(duty, tasks, which[ended], clock.start, due_at, begin[ended], end[ended])
    return Clock(start, due_at, stopped)


def _resumed(duty: Duty, tasks: Opened, which: Ints, start: Ints, due_at: Ints, begin: Ints, end: Ints) -> Ints:
    """Return the due moments after a pause: the budget left counts on; a rule such as "end of day" is asked again."""
    if not len(which):
        return which
    stopped = np.maximum(begin, start[which])
    is_working = _counts_working_time(duty, tasks, which)
    if is_working is None:
        again = _due_from(duty, tasks, which, np.maximum(end, start[which]))
        return np.where(due_at[which] <= end, again, due_at[which])
    table, cal = duty.world.table, duty.world.cal_no[tasks.rows[which]]
    left = working.working_between(table, cal, stopped, due_at[which])
    worked = working.add_working(table, cal, end, left)
    return np.where(is_working, worked, due_at[which] + (end - stopped))


def _counts_working_time(duty: Duty, tasks: Opened, which: Ints) -> Bools | None:
    """Return for each task whether its due rule is a span of working time; None if the rule is no span."""
    scope = tasks.scope(duty.world, duty.subject, which)
    value = evaluate(tree_of(due_text(duty.step)), scope)
    if not isinstance(value, SpanValue):
        return None
    parts = [np.asarray(scope.part(part)) for part in (value.working_days, value.working_seconds)]
    return np.broadcast_to((parts[0] != 0) | (parts[1] != 0), len(which))


def escalated(duty: Duty, tasks: Opened, clock: Clock, over: Ints) -> Ints:
    """Return the number (from 0) of the last rung that each task had reached while it was open, -1 if none."""
    world = duty.world
    until = np.where(clock.paused, clock.stopped, np.where(over == UNKNOWN, world.as_of, over))
    answer = np.full(len(tasks), -1)
    for number, rung in enumerate(duty.step.escalate):
        at = rung_moments(duty, tasks, clock, str(rung.at))
        reached = (at != UNKNOWN) & (at <= until)
        if world.reached is not None and reached.any():
            world.reached.add(f"{duty.name} escalate {number + 1}")
        world.wake(tasks.rows, np.where((at == UNKNOWN) | (over != UNKNOWN) | clock.paused, 0, at))
        answer = np.where(reached, number, answer)
    return answer


def rung_moments(duty: Duty, tasks: Opened, clock: Clock, at: str) -> Ints:
    """Return the moment of a rung for each task; a span counts from the due moment."""
    scope = tasks.scope(duty.world, duty.subject, now=clock.due, due=clock.due, start=clock.start)
    moments = scope.moment(at, start="due")
    return np.where(clock.due == UNKNOWN, UNKNOWN, moments)


def visible(duty: Duty, tasks: Opened, clock: Clock) -> Ints:
    """Return when each task enters the daily list: `ahead` of its due moment, at its opening if nothing is said."""
    if not duty.step.ahead or not len(tasks):
        return tasks.at
    scope = tasks.scope(duty.world, duty.subject, now=clock.due, due=clock.due)
    span = scope.value(duty.step.ahead)
    assert isinstance(span, SpanValue)
    shown = to_moments(scope.column(scope.calendar("add", [scope.name("due"), -span])))
    return np.where(shown == UNKNOWN, tasks.at, np.maximum(shown, tasks.at))
