"""Why an event left a task open that waits for one of its type."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.compiler.closing import closing_events, complete_fields, needs_pairs
from engine.compiler.endings import form_key
from engine.compiler.opened import Duty, Opened
from engine.compiler.owed import asked_of, missing_choices
from engine.compiler.scope import Rows, event_scope, events_where
from engine.compiler.timeline import Timeline, merge
from engine.explain.case import Case
from engine.explain.clauses import Clause, clauses


@dataclass(frozen=True, slots=True)
class Unclosed:
    """What kept an event from closing a task. What is empty, None or False kept nothing."""

    opened_at: int | None = None  # it came before the task, which opened then
    is_opening: bool = False  # it is the event that opened the task
    other_key: tuple[str, object, str] | None = None  # the field that names the task, what it says, what it should say
    clauses: tuple[Clause, ...] = ()  # the conditions on it that do not hold
    lacking: tuple[str, ...] = ()  # fields that it does not have
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()  # a field of which every choice is needed: those not there
    collected: tuple[str, tuple[str, ...]] | None = None  # the same, where the choices come one by one
    times: tuple[int, int] | None = None  # how many came, of how many

    def __bool__(self) -> bool:
        return self != Unclosed()


def unclosed(case: Case, name: str, key: str, event_id: int) -> Unclosed | None:
    """Return why an event did not close a task of a step ("process.step"); None where either is not there."""
    case.tasks_of(name)  # and with them those of the steps after which it opens
    process, step = case.variant(name)
    duty, openings = Duty(case.world, process, step), case.opened(process, step)
    which = np.flatnonzero((openings.key == key).to_numpy())
    found = next(_events(duty, event_id), None)
    if not len(which) or found is None:
        return None
    kind, line = found
    event, row = duty.world.definitions.events[kind], line.frame.row(0, named=True)
    whole = [str(each.name) for each in complete_fields(duty.world.definitions, step, kind)]
    asked = asked_of(duty, event, event_scope(duty.world, line, kind))
    one = openings.filter(np.arange(len(openings)) == which[-1])
    same = step.done.same or form_key(duty)
    named = line.frame[same][0] if same else None
    is_other = bool(same) and str(named) != key and (named is not None or bool(step.done.same))
    why = Unclosed(
        opened_at=int(one.at[0]) if line.at[0] < one.at[0] and not step.done.early else None,
        is_opening=int(one.event_id[0]) == event_id,
        other_key=(str(same), named, key) if is_other else None,
        clauses=tuple(
            each for each in clauses(_scope(duty, one, line, kind), step.done.condition, "closing") if not each.holds
        ),
        lacking=tuple(each for each in asked if row[each] is None and each not in whole),
        choices=tuple(missing_choices(duty, event, row)),
    )
    return why or _so_far(duty, one, key)


def _events(duty: Duty, event_id: int) -> Iterator[tuple[str, Timeline]]:
    """Yield the event of this number with its type, if it is one that the step waits for."""
    for event in map(str, duty.step.done.events):
        every = events_where(duty.world, event, "")
        mask = every.ids == event_id
        if mask.any():
            yield event, every.filter(mask)


def _scope(duty: Duty, one: Opened, line: Timeline, event: str) -> Rows:
    if not needs_pairs(duty.step.done):
        return event_scope(duty.world, line, event)
    moments = {"opened_at": one.at, "start": one.at}
    return Rows(
        duty.world, duty.subject, line.rows, line.at, line.frame, duty.step.done.events,
        opening=one.fields, opened_by=one.events, moments=moments,
    )  # fmt: skip


def _so_far(duty: Duty, one: Opened, key: str) -> Unclosed:
    """Return how far a task has come that needs several events, each of which is right by itself."""
    ending = duty.step.done
    closing = merge([closing_events(duty.world, duty.step, event) for event in ending.events])
    closing = closing.filter(closing.ids != int(one.event_id[0]))
    if not ending.early:
        closing = closing.filter(closing.at >= one.at[0])
    if ending.same:
        closing = closing.filter((closing.frame[ending.same].cast(str) == key).fill_null(value=False).to_numpy())
    if ending.collect:
        field = duty.world.definitions.events[ending.events[0]].fields[str(ending.collect)]
        came: Sequence[object] = closing.frame[str(ending.collect)].to_list()
        return Unclosed(collected=(str(ending.collect), tuple(str(each) for each in field.choices if each not in came)))
    return Unclosed(times=(len(closing), ending.times)) if ending.times > 1 else Unclosed()
