"""What a task still asks for: the fields that its closing event must have, less those that came already."""

import ast
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import polars as pl

from engine.compiler.closing import complete_fields, wants_more
from engine.compiler.endings import Closed
from engine.compiler.opened import Duty, Opened
from engine.compiler.reads import tree_of
from engine.compiler.scope import Rows, event_scope, events_where
from engine.compiler.timeline import UNKNOWN, Ints, Timeline, to_bools
from engine.model import Event, Field

Owed = tuple[tuple[str, ...], ...]


def owed(duty: Duty, tasks: Opened, done: Closed, over: Ints) -> tuple[Ints, Owed]:
    """Return for each task the number of a list, and the lists: what its closing event must still bring.

    A task that is over owes nothing (list 0).
    """
    lists: dict[tuple[str, ...], int] = {(): 0}
    codes = np.zeros(len(tasks), np.int64)
    left = np.flatnonzero(over == UNKNOWN)
    if not len(left) or not duty.step.done.events:
        return codes, tuple(lists)
    fields = _certain(duty)
    codes[left] = lists.setdefault(fields, len(lists))
    if done.came is not None:
        _note_collected(duty, done, left, fields, codes, lists)
    elif wants_more(duty.world.definitions, duty.step):
        for task, names in _lacking(duty, tasks, left):
            codes[task] = lists.setdefault(names, len(lists))
    return codes, tuple(lists)


def _certain(duty: Duty) -> tuple[str, ...]:
    """Return the fields that any event which closes the step must have."""
    events = [duty.world.definitions.events[event] for event in duty.step.done.events]
    known = _conjuncts(duty.step.done.condition)
    each = [[str(name) for name, field in event.fields.items() if _is_certain(field, known)] for event in events]
    required = [name for name in each[0] if all(name in others for others in each)]
    names = sorted(required) + [str(name) for name in duty.step.evidence if name not in required]
    return tuple(name for name in names if name != duty.step.done.collect)


def _is_certain(field: Field, known: frozenset[str]) -> bool:
    return field.required or (field.required_if is not None and _conjuncts(field.required_if) <= known)


def _conjuncts(text: str | None) -> frozenset[str]:
    """Return the conditions that `and` joins, as texts that can be compared."""
    if not text:
        return frozenset()

    def parts(node: ast.expr) -> Iterator[str]:
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
            for value in node.values:
                yield from parts(value)
        else:
            yield ast.unparse(node)

    return frozenset(parts(tree_of(text).node))


def _note_collected(
    duty: Duty, done: Closed, left: Ints, fields: tuple[str, ...], codes: Ints, lists: dict[tuple[str, ...], int]
) -> None:
    """Add the choices that have not come yet, where they are collected one by one."""
    assert done.came is not None
    field = duty.world.definitions.events[duty.step.done.events[0]].fields[str(duty.step.done.collect)]
    patterns, which = np.unique(done.came[left], axis=0, return_inverse=True)
    for number, came in enumerate(patterns):
        names = tuple(str(choice) for choice, is_there in zip(field.choices, came, strict=True) if not is_there)
        codes[left[which.ravel() == number]] = lists.setdefault(fields + names, len(lists))


def _lacking(duty: Duty, tasks: Opened, left: Ints) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield the tasks that an event would have closed, had it had all that was asked, and what the last such lacked."""
    latest = np.full(len(tasks), UNKNOWN)
    found: dict[int, tuple[str, ...]] = {}
    for name in duty.step.done.events:
        event = duty.world.definitions.events[name]
        line = events_where(duty.world, name, duty.step.done.condition or "" if _is_plain(duty) else "")
        if not len(line):
            continue
        for task, place in _last_after(duty, line, tasks, left):
            if line.at[place] >= latest[task] or latest[task] == UNKNOWN:
                latest[task] = line.at[place]
                found[task] = _lacks(duty, event, line, place)
    yield from ((task, names) for task, names in found.items() if names)


def _is_plain(duty: Duty) -> bool:
    return "opening(" not in (duty.step.done.condition or "") and "opened_at" not in (duty.step.done.condition or "")


def _last_after(duty: Duty, line: Timeline, tasks: Opened, left: Ints) -> Iterator[tuple[int, int]]:
    """Yield each task with the place of the last event of its case and key since it opened."""
    rows = tasks.rows[left]
    first, last = line.since(rows, tasks.at[left]), line.through(rows, np.full(len(left), duty.world.as_of))
    same = duty.step.done.same
    keys = line.frame[same].cast(pl.String) if same else None
    for task, begin, end in zip(left.tolist(), first.tolist(), last.tolist(), strict=True):
        places = range(end - 1, begin - 1, -1)
        mine = (place for place in places if line.ids[place] != tasks.event_id[task])
        if keys is not None:
            mine = (place for place in mine if keys[place] == tasks.key[task])
        place = next(mine, None)
        if place is not None:
            yield task, place


def _lacks(duty: Duty, event: Event, line: Timeline, place: int) -> tuple[str, ...]:
    """Return what one event lacked: fields that are not known, and choices where every one is needed."""
    row = line.frame.row(place, named=True)
    one = line.filter(np.arange(len(line)) == place)
    asked = asked_of(duty, event, event_scope(duty.world, one, str(event.name)))
    lacking = [name for name in asked if row.get(name) is None]
    missing = missing_choices(duty, event, row)
    return (*lacking, *(choice for field, choices in missing if field not in lacking for choice in choices))


def missing_choices(duty: Duty, event: Event, row: Mapping[str, object]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the fields of which every choice is needed, with those that an event lacks: all, where it has none."""
    for field in complete_fields(duty.world.definitions, duty.step, str(event.name)):
        there = row.get(str(field.name))
        found = there if isinstance(there, Sequence) else ()
        if missing := tuple(str(choice) for choice in field.choices if choice not in found):
            yield str(field.name), missing


def asked_of(duty: Duty, event: Event, scope: Rows) -> list[str]:
    """Return the fields that one event must have: the required ones, by its own values too, and the evidence."""
    required = [
        str(name)
        for name, field in event.fields.items()
        if field.required or (field.required_if is not None and to_bools(scope.ask(field.required_if))[0])
    ]
    return sorted(required) + [str(name) for name in duty.step.evidence if name not in required]
