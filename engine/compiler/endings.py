"""When tasks are done, by which event, and when they are cancelled instead, and why."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.compiler.closing import closing_events, closing_text, needs_pairs
from engine.compiler.opened import Duty, Opened
from engine.compiler.points import first_true
from engine.compiler.scope import Rows, events_where
from engine.compiler.timeline import UNKNOWN, Bools, Ints, Timeline, expand, keys_of, merge, to_bools, to_moments
from engine.model import TASK_KEY, Ending

WAIVED, REPLACED = "waived", "replaced"


@dataclass(frozen=True)
class Closed:
    """For each task: when and by which event it was done (or would have been, had it not been cancelled before)."""

    at: Ints
    event_id: Ints
    recorded_at: Ints
    came: Bools | None = None  # where choices are collected one by one: a column a choice, whether it came


@dataclass(frozen=True)
class Cancelled:
    """For each task: the first moment at which something cancels it, UNKNOWN if nothing does; which of `labels` did.

    `waiver` is the event_id of the waiver, UNKNOWN where there is none.
    """

    at: Ints
    code: Ints
    labels: tuple[str, ...]
    waiver: Ints


def closed(duty: Duty, tasks: Opened) -> Closed:
    """Return when each task was done."""
    ending = duty.step.done
    nothing = np.full(len(tasks), UNKNOWN)
    if ending.when:
        at = first_true(duty.world, duty.subject, ending.when, tasks.rows, tasks.at, tasks.scopes(duty))
        return Closed(at, nothing, nothing)
    if needs_pairs(ending):
        return _by_pairs(duty, tasks)
    events = merge([closing_events(duty.world, duty.step, event) for event in ending.events])
    if ending.collect:
        return _collected(duty, events, tasks)
    if not len(events):
        return Closed(nothing, nothing, nothing)
    return _at_places(events, tasks, *_places(duty, events, tasks))


def _at_places(events: Timeline, tasks: Opened, place: Ints, valid: Bools) -> Closed:
    at = events.moments(place, valid)
    event_id, recorded = np.full(len(tasks), UNKNOWN), np.full(len(tasks), UNKNOWN)
    event_id[valid] = events.ids[place[valid]]
    recorded[valid] = events.frame["recorded_at"].to_numpy()[place[valid]]
    done = np.where(valid, np.maximum(at, tasks.at), UNKNOWN)  # done before it opened: done as it opened
    return Closed(done, event_id, recorded)


def _places(duty: Duty, events: Timeline, tasks: Opened) -> tuple[Ints, Bools]:
    """Return for each task the place of the event that closes it."""
    ending = duty.step.done
    same = ending.same or form_key(duty)
    if not same:
        return _nth(events, tasks.rows, tasks, ending)
    place, valid = _keyed(events, same, tasks, ending)
    if ending.same:
        return place, valid
    nameless = np.flatnonzero(events.frame[same].is_null().to_numpy())  # a form that names no task closes what is open
    if not len(nameless):
        return place, valid
    rest = Timeline(events.rows[nameless], events.at[nameless], events.frame[nameless])
    other, found = _nth(rest, tasks.rows, tasks, ending)
    other = nameless[np.where(found, other, 0)]
    sooner = found & (~valid | (other < place))
    return np.where(sooner, other, place), valid | found


def _keyed(events: Timeline, same: str, tasks: Opened, ending: Ending) -> tuple[Ints, Bools]:
    groups, task_groups = _groups(events, same, tasks)
    order = np.argsort(keys_of(groups, events.at), kind="stable")
    keyed = Timeline(groups[order], events.at[order], events.frame[order])
    place, valid = _nth(keyed, task_groups, tasks, ending)
    return np.where(valid, order[np.where(valid, place, 0)] if len(order) else 0, -1), valid


def form_key(duty: Duty) -> str:
    """A form's own event names the task it closes; where it names none it closes whichever is open."""
    events = duty.step.done.events
    return TASK_KEY if duty.step.form and len(events) == 1 and "." in events[0] else ""


def _groups(events: Timeline, same: str, tasks: Opened) -> tuple[Ints, Ints]:
    """Return one number for each (row, key), shared by tasks and events; an event of no task has the number 0."""
    mine = pl.DataFrame({"row": tasks.rows, "key": tasks.key})
    mine = mine.with_columns(group=pl.struct("row", "key").rank("dense").cast(pl.Int64))
    theirs = pl.DataFrame({"row": events.rows, "key": events.frame[same].cast(pl.String)})
    found = theirs.join(mine.unique(["row", "key"]), on=["row", "key"], how="left", maintain_order="left")
    return found["group"].fill_null(0).to_numpy().astype(np.int64), mine["group"].to_numpy().astype(np.int64)


def _nth(events: Timeline, rows: Ints, tasks: Opened, ending: Ending) -> tuple[Ints, Bools]:
    """Return the place of the n-th event of each row from the opening on.

    The opening event itself does not close, nor what was recorded before it within that second, if it is of that type.
    """
    own = _own_places(events, rows, tasks)
    if ending.early:
        first = events.begins(rows)
        place = first + (ending.times - 1)
        place += (own >= first) & (own <= place)
    else:
        place = np.where(own >= 0, own + 1, events.since(rows, tasks.at)) + (ending.times - 1)
    return place, events.belongs(place, rows)


def _own_places(events: Timeline, rows: Ints, tasks: Opened) -> Ints:
    """Return the place of the event that opened each task among these events, -1 where it is none of them."""
    answer = np.full(len(rows), -1)
    first, last = events.since(rows, tasks.at), events.through(rows, tasks.at)
    for turn in range(int((last - first).max(initial=0))):
        place = first + turn
        here = np.flatnonzero(place < last)
        mine = here[events.ids[place[here]] == tasks.event_id[here]]
        answer[mine] = place[mine]
    return answer


def _collected(duty: Duty, events: Timeline, tasks: Opened) -> Closed:
    """Return when the last of the choices came, each once; and which have come."""
    field = str(duty.step.done.collect)
    choices = duty.world.definitions.events[duty.step.done.events[0]].fields[field].choices
    column = events.frame[field]
    lines = [events.filter(to_bools(column == str(choice))) for choice in choices]
    each = [_at_places(line, tasks, *_places(duty, line, tasks)) for line in lines]
    at = np.stack([closing.at for closing in each])
    came: Bools = at != UNKNOWN
    ids, recorded = (np.stack(part) for part in zip(*((c.event_id, c.recorded_at) for c in each), strict=True))
    last, rows = np.lexsort((ids, at), axis=0)[-1], np.arange(len(tasks))  # of one moment, the one recorded last
    ids, recorded = ids[last, rows], recorded[last, rows]
    done, whole = at.max(axis=0, initial=UNKNOWN), came.all(axis=0)
    done, ids, recorded = (np.where(whole, part, UNKNOWN) for part in (done, ids, recorded))
    return Closed(done, ids, recorded, came.T)


def _by_pairs(duty: Duty, tasks: Opened) -> Closed:
    """Return closings where the condition speaks of both events: every later event of the case is tried in turn."""
    ending = duty.step.done
    parts = [(event, events_where(duty.world, event, "")) for event in ending.events]
    found = Closed(*(np.full(len(tasks), UNKNOWN) for _ in range(3)))
    for event, events in parts:
        text = closing_text(duty.world.definitions, duty.step, event)
        hit, place = _pairs(duty, ending, text, events, tasks)
        valid, places = np.zeros(len(tasks), bool), np.zeros(len(tasks), np.int64)
        first, where = np.unique(hit, return_index=True)
        valid[first], places[first] = True, place[where]
        found = _sooner(found, _at_places(events, tasks, places, valid))
    return found


def _sooner(one: Closed, other: Closed) -> Closed:
    """Return for each task the closing that came first."""
    sooner = (other.at != UNKNOWN) & ((one.at == UNKNOWN) | (other.at < one.at))
    pairs = ((other.at, one.at), (other.event_id, one.event_id), (other.recorded_at, one.recorded_at))
    return Closed(*(np.where(sooner, mine, theirs) for mine, theirs in pairs))


def _pairs(duty: Duty, ending: Ending, condition: str, events: Timeline, tasks: Opened) -> tuple[Ints, Ints]:
    """Return (task, place of an event) for which a condition on both holds, in the order of the events."""
    world = duty.world
    begin = events.begins(tasks.rows) if ending.early else events.since(tasks.rows, tasks.at)
    owner, place = expand(begin, events.through(tasks.rows, np.full(len(tasks), world.as_of)))
    keep = events.ids[place] != tasks.event_id[owner]
    if ending.same:
        keep &= to_bools(events.frame[ending.same].cast(pl.String).gather(place) == tasks.key.gather(owner))
    owner, place = owner[keep], place[keep]
    moments = {"opened_at": tasks.at[owner], "start": tasks.at[owner]}
    scope = Rows(
        world, duty.subject, tasks.rows[owner], events.at[place], events.frame[place], ending.events,
        opening=tasks.fields[owner], opened_by=tasks.events, moments=moments,
    )  # fmt: skip
    holds = scope.holds(condition)
    return owner[holds], place[holds]


def cancelled(duty: Duty, tasks: Opened) -> Cancelled:
    """Return what cancels each task first: `until`, the end of the service, the next task of the step, a waiver."""
    found = [_until(duty, ending, tasks, "until") for ending in duty.step.until]
    if duty.world.reached is not None:
        reached = [number for number, each in enumerate(found, 1) if (each[1] != UNKNOWN).any()]
        duty.world.reached |= {f"{duty.name} until {number}" for number in reached}
    found += [_until(duty, ending, tasks, "ended") for ending in duty.process.ends]
    if duty.step.overlap == "replace" and len(tasks):
        found.append((REPLACED, _replaced(tasks)))
    waived_at, waiver = _waived(duty, tasks)
    found.append((WAIVED, waived_at))
    at = np.full(len(tasks), UNKNOWN)
    code = np.zeros(len(tasks), np.int64)
    for number, (_, moments) in enumerate(found):
        sooner = (moments != UNKNOWN) & ((at == UNKNOWN) | (moments < at))
        at, code = np.where(sooner, moments, at), np.where(sooner, number, code)
    return Cancelled(at, code, tuple(label for label, _ in found), waiver)


def comes_first(duty: Duty, done: Closed, gone: Cancelled) -> Bools:
    """Return for each task whether it was cancelled before it was done.

    At the same moment it was done, but for a new period of the calendar: what happens as it begins is of the new one.
    """
    first: Bools = (gone.at != UNKNOWN) & ((done.at == UNKNOWN) | (gone.at < done.at))
    if duty.step.overlap == "replace" and any(each.kind in ("quota", "cron") for each in duty.step.opens):
        replaced = np.array([label == REPLACED for label in gone.labels])[gone.code]
        first |= replaced & (gone.at == done.at) & (gone.at != UNKNOWN)
    return first


def _until(duty: Duty, ending: Ending, tasks: Opened, label: str) -> tuple[str, Ints]:
    """Return when an event or a condition cancels each task, and how that is called."""
    if ending.when:
        at = first_true(duty.world, duty.subject, ending.when, tasks.rows, tasks.at, tasks.scopes(duty))
        return f"{label}:{ending.when}", at
    plain = not needs_pairs(ending)
    at = np.full(len(tasks), UNKNOWN)
    for event in ending.events:
        events = events_where(duty.world, event, (ending.condition or "") if plain else "")
        if not len(events):
            continue
        if plain and not ending.same:
            own = _own_places(events, tasks.rows, tasks)
            place = np.where(own >= 0, own + 1, events.since(tasks.rows, tasks.at))
            moments = events.moments(place, events.belongs(place, tasks.rows))
        else:
            moments = _first_pair(duty, ending, events, tasks)
        at = np.where((moments != UNKNOWN) & ((at == UNKNOWN) | (moments < at)), moments, at)
    return f"{label}:{'|'.join(ending.events)}", at


def _first_pair(duty: Duty, ending: Ending, events: Timeline, tasks: Opened) -> Ints:
    hit, place = _pairs(duty, ending, ending.condition or "", events, tasks)
    at = np.full(len(tasks), UNKNOWN)
    first, where = np.unique(hit, return_index=True)
    at[first] = events.at[place[where]]
    return at


def _replaced(tasks: Opened) -> Ints:
    """Return when the next task of the step of the same case opened."""
    at = np.full(len(tasks), UNKNOWN)
    following = tasks.rows[1:] == tasks.rows[:-1]
    at[:-1][following] = tasks.at[1:][following]
    return at


def _waived(duty: Duty, tasks: Opened) -> tuple[Ints, Ints]:
    """Return when each task was waived, and by which event."""
    waives = duty.world.waives
    waives = waives.filter(pl.col("step") == duty.name) if len(waives) else waives
    if not len(waives):
        nothing = np.full(len(tasks), UNKNOWN)
        return nothing, nothing
    mine = pl.DataFrame({"row": tasks.rows, "key": tasks.key})
    latest = waives.unique(["row", "key"], keep="last")
    found = mine.join(latest, on=["row", "key"], how="left", maintain_order="left")
    return to_moments(found["at"]), to_moments(found["event_id"])
