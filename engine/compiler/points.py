"""The moments at which a condition can change its answer, and when it first holds."""

from collections.abc import Callable

import numpy as np

from engine.calendars import walltime as wall
from engine.compiler.reads import Reads, reads
from engine.compiler.scope import Rows, events_where, fact
from engine.compiler.timeline import (
    BITS,
    NEVER,
    UNKNOWN,
    Bools,
    Ints,
    Timeline,
    distinct,
    expand,
    keys_of,
    last_of_row,
)  # fmt: skip
from engine.compiler.world import World
from engine.expr.columns import evaluate
from engine.text import Word

Scopes = Callable[[Ints, Ints], Rows]
"""Gives the scope of some tasks, by their numbers, each at a moment of its own."""


def _base_points(world: World, subject: str, found: Reads) -> tuple[Ints, Ints]:
    """Return (row, moment) of everything that may change a condition: creation, events, facts, other steps' tasks."""
    rows = world.rows_of(subject)
    parts = [(rows, world.created_at[rows])]
    known = world.definitions.subjects[subject].fields if subject in world.definitions.subjects else {}
    sources: list[Timeline] = [events_where(world, event, "") for event in sorted(found.events)]
    sources += [fact(world, subject, name) for name in sorted(found.names & set(known))]
    steps = [world.step_key(step, subject) for step in sorted(found.steps)]
    sources += [line for step in steps for line in (world.openings[step], world.closings[step], world.ended[step])]
    parts += [(each.rows, each.at) for each in sources]
    if found.daily:
        parts.append(_every_morning(world, rows))
    return np.concatenate([each[0] for each in parts]), np.concatenate([each[1] for each in parts])


def _every_morning(world: World, rows: Ints) -> tuple[Ints, Ints]:
    """Return each case's local mornings after its creation; the next one to come wakes the case."""
    cal = world.cal_no[rows]
    first = wall.local_day(world.table, cal, world.created_at[rows]) + 1
    today = wall.local_day(world.table, cal, np.full(len(rows), world.as_of))
    world.wake(rows, world.day_start(cal, today + 1))
    owner, days = expand(first, today + 1)
    return rows[owner], world.day_start(cal[owner], days)


def points(world: World, subject: str, text: Word | str) -> tuple[Ints, Ints]:
    """Return, sorted and each once, the points up to `as_of` at which a condition may change.

    Beside what happens there are those that time brings: `now >= M` turns at M, `within=S` ends at an event + S.
    """
    found = reads(world.definitions, subject, text)
    rows, at = _base_points(world, subject, found)
    if found.turns or found.windows:
        rows, at = _with_time(found, rows, at, Rows(world, subject, rows, at))
    world.wake(rows, at)
    seen = at <= world.as_of
    keys = distinct(keys_of(rows[seen], at[seen]))
    return keys >> BITS, keys & NEVER


def _with_time(found: Reads, which: Ints, at: Ints, scope: Rows) -> tuple[Ints, Ints]:
    """Return points and those that time adds to them, by the values that the scope has there."""
    moments = [at]
    for tree, node in found.turns:
        turn = scope.moments_of(evaluate(tree, scope, node))
        moments += [turn, _just_after(turn)]
    for tree, node in found.windows:
        past = scope.moments_of(scope.calendar("add", [scope.name("now"), evaluate(tree, scope, node)]))
        moments.append(_just_after(past))
    every, owner = np.concatenate(moments), np.tile(which, len(moments))
    known = every != UNKNOWN
    return owner[known], every[known]


def _just_after(moments: Ints) -> Ints:
    return np.where(moments == UNKNOWN, UNKNOWN, moments + 1)


def rising(world: World, subject: str, text: Word | str, settled: Ints | None = None) -> tuple[Ints, Ints]:
    """Return (row, moment) of each change of a condition from not holding to holding.

    `settled`, a moment for each row: changes before it need not be found.
    """
    rows, at = points(world, subject, text)
    if settled is not None:
        old = at < settled[rows]
        keep = ~old | last_of_row(np.where(old, rows, -1))  # the last one before says what it was
        rows, at = rows[keep], at[keep]
    holds = Rows(world, subject, rows, at).holds(text)
    before = np.concatenate([[False], holds[:-1]]) & np.concatenate([[False], rows[1:] == rows[:-1]])[: len(rows)]
    edge = holds & ~before
    return rows[edge], at[edge]


def first_true(world: World, subject: str, text: Word | str, rows: Ints, start: Ints, scopes: Scopes) -> Ints:
    """Return for each task, of a row and from a start on, when a condition first holds; UNKNOWN if it never does."""
    answer = np.full(len(rows), UNKNOWN)
    at_once: Bools = scopes(np.arange(len(rows)), start).holds(text)
    answer[at_once] = start[at_once]
    waiting = np.flatnonzero(~at_once)
    if not len(waiting):
        return answer
    which, moments = _points_of_tasks(world, subject, text, rows, start, waiting, scopes)
    holds = scopes(which, moments).holds(text)
    first, where = np.unique(which[holds], return_index=True)
    answer[first] = moments[holds][where]
    return answer


def _points_of_tasks(
    world: World, subject: str, text: Word | str, rows: Ints, start: Ints, waiting: Ints, scopes: Scopes
) -> tuple[Ints, Ints]:
    """Return (task, moment), sorted, at which a condition may change for the tasks that wait, from their start on."""
    point_rows, point_at = points(world, subject, text)
    keys = keys_of(point_rows, point_at)
    first = np.searchsorted(keys, keys_of(rows[waiting], start[waiting]), "right")
    last = np.searchsorted(keys, keys_of(rows[waiting], np.full(len(waiting), world.as_of)), "right")
    owner, place = expand(first, last)
    which, at = waiting[owner], point_at[place]
    found = reads(world.definitions, subject, text)
    if not found.turns and not found.windows:
        return which, at
    which, at = np.concatenate([waiting, which]), np.concatenate([start[waiting], at])
    which, at = _with_time(found, which, at, scopes(which, at))
    world.wake(rows[which], at)
    kept = (at > start[which]) & (at <= world.as_of)
    tasks = distinct(keys_of(which[kept], at[kept]))
    return tasks >> BITS, tasks & NEVER
