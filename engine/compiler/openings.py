"""How the tasks of a step come to be: each way of opening as columns, and which of the openings count."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from engine.compiler.closing import closing_events, needs_pairs
from engine.compiler.opened import Duty, Opened, from_timeline, joined, numbered, one_key, without_event
from engine.compiler.periods import cron, quota
from engine.compiler.points import rising
from engine.compiler.scope import Rows, events_where
from engine.compiler.timeline import UNKNOWN, Bools, Ints, Timeline, first_of_row, last_of_row, merge
from engine.model import Opening

FEW = 1_000  # so few cases are computed sooner than it is found out which of their tasks are settled


def never_opens(duty: Duty) -> bool:
    """Return whether nothing that could open the step has happened to any case, as a glance tells."""
    world, opens = duty.world, duty.step.opens
    if any(each.kind not in ("on", "each", "every", "after") for each in opens):
        return False
    asked = [world.step_key(str(each.step), duty.subject, str(duty.process.name)) for each in opens if each.step]
    names = {str(event) for each in opens for event in each.events}
    return world.log.types_present.isdisjoint(names) and not any(len(world.closings[name]) for name in asked)


def opened(duty: Duty) -> Opened:
    """Return the openings of a step up to `as_of`: of cases that it is for, each key once, the latest counting."""
    settled = settled_moments(duty)
    parts = [_delayed(duty, each, numbered(way(duty, each, settled))) for each in duty.step.opens]
    if duty.world.reached is not None:
        numbers = [number for number, part in enumerate(parts, 1) if len(part) and _is_for(duty, part).any()]
        duty.world.reached |= {f"{duty.name} opens {number}" for number in numbers}
    found = joined(duty.world, parts)
    if settled is not None and not any(each.delay for each in duty.step.opens):
        found = found.filter(found.at >= settled[found.rows])
    if not len(found):
        return found
    found = found.filter(_is_for(duty, found))
    return found if found.keys is None else _once_a_key(duty, found)


def way(duty: Duty, opening: Opening, settled: Ints | None = None) -> Opened:
    """Return what one way of opening brings; `settled`: for each row, openings before that moment need not be found."""
    if opening.kind in SETTLED:
        whole_minutes = None if settled is None else settled // 60 * 60  # tasks of a minute are numbered together
        return SETTLED[opening.kind](duty, opening, whole_minutes)
    found = WAYS[opening.kind](duty, opening)
    if opening.kind in ("quota", "cron") and opening.condition and len(found):
        return found.filter(found.scope(duty.world, duty.subject).holds(opening.condition))
    return found


def settled_moments(duty: Duty) -> Ints | None:
    """Return for each row the moment before which every task of a step is over and known to be; None if there is none.

    A closing event closes all tasks of its step that opened before, unless it names one of them.
    """
    done, opens = duty.step.done, duty.step.opens
    if duty.unfinished is None or len(duty.world.case_nos) < FEW:
        return None
    if any(each.kind == "on" or each.same or each.kind == "after" for each in opens):
        return None
    if done.when or done.same or done.collect or done.times > 1 or duty.step.form or needs_pairs(done):
        return None
    answer = np.zeros(len(duty.world.case_nos), np.int64)
    for event in done.events:
        closing = closing_events(duty.world, duty.step, event)
        last = last_of_row(closing.rows)
        answer[closing.rows[last]] = np.maximum(answer[closing.rows[last]], closing.at[last])
    np.minimum.at(answer, duty.unfinished["row"].to_numpy(), duty.unfinished["opened_at"].to_numpy())
    return answer


def _once_a_key(duty: Duty, found: Opened) -> Opened:
    """Return one opening a key: the first of a duty that comes once, else the latest."""
    if len(found) == 1:
        return found
    kinds = {each.kind for each in duty.step.opens}
    pairs = pl.DataFrame({"row": found.rows, "key": found.key}).select(pl.struct("row", "key")).to_series()
    once = "on" in kinds and kinds <= {"on", "after"}
    return found.filter((pairs.is_first_distinct() if once else pairs.is_last_distinct()).to_numpy())


def _delayed(duty: Duty, opening: Opening, found: Opened) -> Opened:
    """Return the openings moved by `delay`; those still to come wake their case."""
    if not opening.delay or not len(found):
        return found
    moved = found.scope(duty.world, duty.subject).moment(opening.delay)
    known = moved != UNKNOWN
    duty.world.wake(found.rows[known], moved[known])
    return replace(found, at=moved).filter(known & (moved <= duty.world.as_of))


def _is_for(duty: Duty, found: Opened) -> Bools:
    """Return whether each opening is of a case, campus and time that the step is for."""
    world, step = duty.world, duty.step
    mask = found.scope(world, duty.subject).holds(duty.process.applies_if)
    if duty.process.ends:
        mask &= ~_has_ended(duty, found)
    if step.campuses is not None:
        mask &= world.on_campus(step.campuses, found.rows)
    if step.without:
        mask &= ~world.on_campus(step.without, found.rows)
    if step.rollout and step.rollout.applies_to != "all":
        since = world.start_of(step.rollout.since, found.rows)
        mask &= (world.created_at[found.rows] if step.rollout.applies_to == "new_cases" else found.at) >= since
    return mask


def _has_ended(duty: Duty, found: Opened) -> Bools:
    """Return whether the service of each case had ended before the opening: nothing opens then."""
    ended = np.zeros(len(found), bool)
    for ending in duty.process.ends:
        for event in ending.events:
            ends = events_where(duty.world, event, ending.condition or "")
            first = ends.begins(found.rows)
            known = ends.belongs(first, found.rows)
            known[known] = ends.at[first[known]] < found.at[known]
            ended |= known
    return ended


def _events(duty: Duty, opening: Opening) -> Timeline:
    return merge([events_where(duty.world, event, opening.condition or "") for event in opening.events])


def _on(duty: Duty, opening: Opening) -> Opened:
    every = _events(duty, opening)
    chosen = every.filter(first_of_row(every.rows))
    return from_timeline(chosen, one_key(len(chosen)), opening.events)


def _each(duty: Duty, opening: Opening) -> Opened:
    every = _events(duty, opening)
    key = None
    if opening.same:
        key = every.frame[opening.same].cast(pl.String)
        key = key.fill_null("") if key.null_count() else key
    return from_timeline(every, key, opening.events)


def _after(duty: Duty, opening: Opening) -> Opened:
    """Return one opening for each closing of the other step; its fields are those of the event that closed it."""
    world = duty.world
    name = world.step_key(str(opening.step), duty.subject, str(duty.process.name))
    closed, events = world.closings[name], world.closing_events(name)
    if opening.condition and len(closed):
        scope = Rows(world, duty.subject, closed.rows, closed.at, closed.frame, events)
        closed = closed.filter(scope.holds(opening.condition))
    return from_timeline(Timeline(closed.rows, closed.at, closed.frame.drop("·key")), closed.frame["·key"], events)


def _every(duty: Duty, opening: Opening, settled: Ints | None) -> Opened:
    """Return the starts of a rhythm: the `from` events, then each closing or `since` event after the first of them."""
    world = duty.world
    starts = merge([_plain(events_where(world, event, "")) for event in opening.events])
    again = [closing_events(world, duty.step, event) for event in duty.step.done.events]
    again += [events_where(world, event, "") for event in opening.since]
    every = merge([starts, *map(_plain, again)])
    if settled is not None:
        every = every.filter(every.at >= settled[every.rows])
    first = starts.begins(every.rows)
    known = starts.belongs(first, every.rows)
    known[known] = every.at[known] >= starts.at[first[known]]
    known[:-1] &= every.keys[:-1] != every.keys[1:]
    found = from_timeline(every.filter(known), None, ())
    if opening.condition and len(found):
        return found.filter(found.scope(world, duty.subject).holds(opening.condition))
    return found


def _plain(timeline: Timeline) -> Timeline:
    return Timeline(timeline.rows, timeline.at, pl.DataFrame([timeline.frame["event_id"]]))


def _when(duty: Duty, opening: Opening, settled: Ints | None) -> Opened:
    return without_event(*rising(duty.world, duty.subject, opening.condition or "", settled), None)


WAYS: Mapping[str, Callable[[Duty, Opening], Opened]] = {
    "on": _on,
    "each": _each,
    "after": _after,
    "quota": quota,
    "cron": cron,
}
SETTLED: Mapping[str, Callable[[Duty, Opening, Ints | None], Opened]] = {"every": _every, "when": _when}
