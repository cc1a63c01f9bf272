"""The moments at which a condition can change its answer, and when it first holds."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from engine.compiler.scope import Rows, events_where, fact, tree_of
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
    to_moments,
)  # fmt: skip
from engine.compiler.world import World
from engine.expr.columns import evaluate
from engine.expr.uses import uses
from engine.text import Word

DAY = 86_400


@dataclass
class Reads:
    """What a condition reads, through formulas and tables."""

    events: set[str] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    daily: bool = False  # time alone changes it in a way that only asking every day can find


def reads(world: World, subject: str, text: Word | str, found: Reads | None = None) -> Reads:
    """Return the events, facts and steps that a condition depends on."""
    found = found or Reads()
    used = uses(tree_of(text))
    found.events |= set(used.events)
    found.steps |= {world.step_key(step, subject) for step in used.steps}
    found.daily |= bool(used.now_elsewhere)
    definitions = world.definitions
    known = definitions.subjects[subject].fields if subject in definitions.subjects else {}
    for name in used.names:
        formula = definitions.formulas.get(subject, {}).get(name)
        if name in known:
            found.facts.add(name)
        elif formula:
            reads(world, subject, formula.value, found)
    for table in used.tables:
        for name, column in definitions.tables[table].inputs.items():
            reads(world, subject, column.value or Word(name), found)
    return found


def base_points(world: World, subject: str, text: Word | str) -> tuple[Ints, Ints]:
    """Return (row, moment) of everything that may change a condition: creation, events, facts, other steps' tasks."""
    rows = world.rows_of(subject)
    parts = [(rows, world.created_at[rows])]
    found = reads(world, subject, text)
    sources: list[Timeline] = [events_where(world, event, "") for event in sorted(found.events)]
    sources += [fact(world, subject, name) for name in sorted(found.facts)]
    sources += [each for step in sorted(found.steps) for each in (world.closings[step], world.openings[step])]
    parts += [(each.rows, each.at) for each in sources]
    if found.daily:
        parts.append(_every_morning(world, rows))
    return np.concatenate([each[0] for each in parts]), np.concatenate([each[1] for each in parts])


def _every_morning(world: World, rows: Ints) -> tuple[Ints, Ints]:
    """Return each case's local mornings from its creation on; the next one wakes the case."""
    scope = Rows(world, "", rows, world.created_at[rows])
    first = to_moments(scope.column(scope.calendar("start_of_day", [scope.name("now")]))) // DAY + 1
    owner, days = expand(first, np.full(len(rows), world.as_of // DAY + 1))
    world.wake(rows, np.full(len(rows), (world.as_of // DAY + 1) * DAY))
    offset = to_moments(scope.column(scope.calendar("start_of_day", [scope.name("now")]))) % DAY
    return rows[owner], days * DAY + offset[owner]


def with_time(world: World, subject: str, text: Word | str, rows: Ints, at: Ints) -> tuple[Ints, Ints]:
    """Return the points and those that time alone adds: `now >= M` turns at M, `within=S` ends at event + S."""
    tree = tree_of(text)
    used = uses(tree)
    parts = [(rows, at)]
    if used.now_comparisons or used.spans_within:
        scope = Rows(world, subject, rows, at)
        for other in used.now_comparisons:
            moment = to_moments(scope.column(evaluate(tree, scope, other)))
            parts += [(rows, moment), (rows, np.where(moment == UNKNOWN, UNKNOWN, moment + 1))]
        for span in used.spans_within:
            past = to_moments(scope.column(scope.calendar("add", [scope.name("now"), evaluate(tree, scope, span)])))
            parts.append((rows, np.where(past == UNKNOWN, UNKNOWN, past + 1)))
    rows, at = np.concatenate([each[0] for each in parts]), np.concatenate([each[1] for each in parts])
    kept = at != UNKNOWN
    rows, at = rows[kept], at[kept]
    world.wake(rows, at)
    kept = at <= world.as_of
    keys = distinct(keys_of(rows[kept], at[kept]))
    return keys >> BITS, keys & NEVER


def points(world: World, subject: str, text: Word | str) -> tuple[Ints, Ints]:
    """Return, sorted and each once, the points up to `as_of` at which a condition may change."""
    return with_time(world, subject, text, *base_points(world, subject, text))


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


def first_true(
    world: World, subject: str, text: Word | str, rows: Ints, start: Ints, scope_of: Callable[[Ints, Ints], Rows]
) -> Ints:
    """Return for each (row, start) the first moment from `start` on at which a condition holds, UNKNOWN if it never does.

    `scope_of(which, at)` gives the scope of some of the tasks, each at a moment of its own.
    """
    answer = np.full(len(rows), UNKNOWN, np.int64)
    every = np.arange(len(rows))
    at_once: Bools = scope_of(every, start).holds(text)
    answer[at_once] = start[at_once]
    waiting = every[~at_once]
    if not len(waiting):
        return answer
    point_rows, point_at = points(world, subject, text)
    timeline = Timeline(point_rows, point_at, pl.DataFrame())
    owner, place = expand(
        timeline.through(rows[waiting], start[waiting]),
        timeline.through(rows[waiting], np.full(len(waiting), world.as_of)),
    )
    which, moments = waiting[owner], point_at[place]
    holds = scope_of(which, moments).holds(text)
    first, where = np.unique(which[holds], return_index=True)
    answer[first] = moments[holds][where]
    return answer
