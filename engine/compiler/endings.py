"""When tasks are done, by which event, and when they are cancelled instead, and why."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.compiler.openings import Opened, condition_of, needs_pairs
from engine.compiler.points import first_true
from engine.compiler.scope import Rows, events_where
from engine.compiler.timeline import UNKNOWN, Ints, Timeline, expand, keys_of, merge, to_moments
from engine.compiler.world import World
from engine.model import Ending, Process, Step

WAIVED, REPLACED = "waived", "replaced"


@dataclass(frozen=True)
class Closed:
    """For each task: when and by which event it was done (or would have been, had it not been cancelled before)."""

    at: Ints
    event_id: pl.Series
    recorded_at: Ints
    missing: pl.Series  # choices still owed, where they are collected one by one


@dataclass(frozen=True)
class Cancelled:
    """For each task: the first moment at which something cancels it, UNKNOWN if nothing does; which of `labels` did.

    `waiver` is the event_id of the waiver, UNKNOWN where there is none.
    """

    at: Ints
    code: Ints
    labels: tuple[str, ...]
    waiver: Ints


def closed(world: World, process: Process, step: Step, tasks: Opened) -> Closed:
    """Return when each task was done."""
    ending = step.done
    if ending.when:
        at = first_true(world, process.subject, ending.when, tasks.rows, tasks.at, _scopes(world, process, tasks))
        return Closed(at, _no_events(tasks), np.full(len(tasks), UNKNOWN), _nothing(tasks))
    events = _closing_events(world, step, ending)
    if ending.collect:
        return _collected(world, step, events, tasks)
    if needs_pairs(ending):
        return _by_pairs(world, process, step, tasks)
    place, valid = _places(world, step, ending, events, tasks)
    return _at_places(events, tasks, place, valid)


def _closing_events(world: World, step: Step, ending: Ending) -> Timeline:
    text = "" if needs_pairs(ending) else condition_of(step, ending)
    parts = []
    for event in ending.events:
        found = events_where(world, event, text)
        parts.append(Timeline(found.rows, found.at, found.frame))
    return merge(parts)


def _scopes(world: World, process: Process, tasks: Opened):  # type: ignore[no-untyped-def]
    return lambda which, at: tasks.scope(world, process.subject, which, at)


def _nothing(tasks: Opened) -> pl.Series:
    return pl.repeat(None, len(tasks), eager=True, dtype=pl.List(pl.String))


def _no_events(tasks: Opened) -> pl.Series:
    return pl.repeat(None, len(tasks), eager=True, dtype=pl.Int64)


def _at_places(events: Timeline, tasks: Opened, place: Ints, valid: np.ndarray) -> Closed:
    at = events.moments(place, valid)
    recorded = to_moments(events.take("recorded_at", place, valid))
    late = np.where(valid, np.maximum(at, tasks.at), UNKNOWN)  # done before it opened: done as it opened
    return Closed(late, events.take("event_id", place, valid), recorded, _nothing(tasks))


def _places(world: World, step: Step, ending: Ending, events: Timeline, tasks: Opened) -> tuple[Ints, np.ndarray]:
    """Return for each task the place of the event that closes it."""
    same = ending.same or _form_key(step, ending)
    if not same:
        return _first_after(events, tasks.rows, tasks, ending)
    place, valid = _keyed(events, same, tasks, ending)
    if ending.same:
        return place, valid
    nameless = np.flatnonzero(events.frame[same].is_null().to_numpy())  # a form that names no task closes what is open
    rest = Timeline(events.rows[nameless], events.at[nameless], events.frame[nameless])
    other, found = _first_after(rest, tasks.rows, tasks, ending)
    if not len(nameless):
        return place, valid
    other = nameless[np.where(found, other, 0)]
    sooner = found & (~valid | (other < place))
    return np.where(sooner, other, place), valid | found


def _keyed(events: Timeline, same: str, tasks: Opened, ending: Ending) -> tuple[Ints, np.ndarray]:
    groups, task_groups = _groups(events, same, tasks)
    order = np.argsort(keys_of(groups, events.at), kind="stable")
    keyed = Timeline(groups[order], events.at[order], events.frame[order])
    place, valid = _first_after(keyed, task_groups, tasks, ending)
    return np.where(valid, order[np.where(valid, place, 0)] if len(order) else 0, -1), valid


def _form_key(step: Step, ending: Ending) -> str:
    """A form's own event names the task it closes; where it names none it closes whichever is open."""
    return "task_key" if step.form and len(ending.events) == 1 and "." in ending.events[0] else ""


def _groups(events: Timeline, same: str, tasks: Opened) -> tuple[Ints, Ints]:
    """Return one number for each (row, key), shared by tasks and events; an event of no task has the number 0."""
    mine = pl.DataFrame({"row": tasks.rows, "key": tasks.key}).with_columns(
        group=pl.struct("row", "key").rank("dense").cast(pl.Int64)
    )
    key = events.frame[same].cast(pl.String)
    theirs = pl.DataFrame({"row": events.rows, "key": key})
    pairs = mine.unique(["row", "key"])
    found = theirs.join(pairs, on=["row", "key"], how="left", maintain_order="left")["group"].fill_null(0)
    return found.to_numpy().astype(np.int64), mine["group"].to_numpy().astype(np.int64)


def _first_after(events: Timeline, rows: Ints, tasks: Opened, ending: Ending) -> tuple[Ints, np.ndarray]:
    """Return the place of the n-th event of each row from the opening on; the opening event itself does not close."""
    place = events.begins(rows) if ending.early else events.since(rows, tasks.at)
    if len(events):
        own = events.belongs(place, rows)
        ids = events.frame["event_id"].to_numpy()
        opening = tasks.event_id.fill_null(-1).to_numpy()
        own[own] = ids[place[own]] == opening[own]
        place = place + own
    place = place + (ending.times - 1)
    return place, events.belongs(place, rows)


def _collected(world: World, step: Step, events: Timeline, tasks: Opened) -> Closed:
    """Return when the last of the choices came, each once; and which are still missing."""
    field = str(step.done.collect)
    choices = world.definitions.events[step.done.events[0]].fields[field].choices
    column = events.frame[field]
    parts = [
        _places(world, step, step.done, events.filter((column == choice).fill_null(False).to_numpy()), tasks)
        for choice in choices
    ]
    filtered = [events.filter((column == choice).fill_null(False).to_numpy()) for choice in choices]
    each = [_at_places(timeline, tasks, *found) for timeline, found in zip(filtered, parts, strict=True)]
    at = np.stack([closing.at for closing in each])
    complete = (at != UNKNOWN).all(axis=0)
    last = at.argmax(axis=0)
    frame = pl.DataFrame(
        {str(choice): pl.Series(closing.at == UNKNOWN) for choice, closing in zip(choices, each, strict=True)}
    )
    missing = frame.select(
        missing=pl.concat_list([pl.when(name).then(pl.lit(name)) for name in frame.columns]).list.drop_nulls()
    )
    ids = pl.DataFrame({str(index): closing.event_id for index, closing in enumerate(each)}).to_numpy()
    recorded = np.stack([closing.recorded_at for closing in each])
    rows = np.arange(len(tasks))
    event_id = (
        pl.Series(np.where(complete, ids[rows, last], np.nan))
        .cast(pl.Int64, strict=False)
        .set(pl.Series(~complete), None)
    )
    return Closed(
        np.where(complete, at.max(axis=0), UNKNOWN),
        event_id,
        np.where(complete, recorded[last, rows], UNKNOWN),
        missing["missing"],
    )


def _by_pairs(world: World, process: Process, step: Step, tasks: Opened) -> Closed:
    """Return closings where the condition speaks of both events: every later event of the case is tried in turn."""
    events = _closing_events(world, step, step.done)
    hit, place = _pairs(world, process, step.done, condition_of(step, step.done), events, tasks)
    valid = np.zeros(len(tasks), bool)
    first, where = np.unique(hit, return_index=True)
    valid[first] = True
    places = np.zeros(len(tasks), np.int64)
    places[first] = place[where]
    return _at_places(events, tasks, places, valid)


def _pairs(
    world: World, process: Process, ending: Ending, condition: str, events: Timeline, tasks: Opened
) -> tuple[Ints, Ints]:
    begin = events.begins(tasks.rows) if ending.early else events.since(tasks.rows, tasks.at)
    owner, place = expand(begin, events.through(tasks.rows, np.full(len(tasks), world.as_of)))
    keep = np.ones(len(owner), bool)
    if ending.same:
        keep = (
            (events.frame[ending.same].cast(pl.String).gather(place) == tasks.key.gather(owner))
            .fill_null(False)
            .to_numpy()
        )
    owner, place = owner[keep], place[keep]
    moments = {"opened_at": tasks.at[owner], "start": tasks.at[owner]}
    scope = Rows(
        world, process.subject, tasks.rows[owner], events.at[place], events.frame[place], ending.events,
        opening=tasks.fields[owner], opened_by=tasks.events, moments=moments,
    )  # fmt: skip
    holds = scope.holds(condition)
    return owner[holds], place[holds]


def cancelled(world: World, process: Process, step: Step, tasks: Opened) -> Cancelled:
    """Return what cancels each task first: `until`, the end of the service, the next task of the step, a waiver."""
    found = [_until(world, process, ending, tasks, "until") for ending in step.until]
    if world.reached is not None:
        reached = [number for number, each in enumerate(found, 1) if (each[1] != UNKNOWN).any()]
        world.reached |= {f"{process.name}.{step.name} until {number}" for number in reached}
    found += [_until(world, process, ending, tasks, "ended") for ending in process.ends]
    if step.overlap == "replace" and len(tasks):
        found.append((REPLACED, _replaced(tasks)))
    waived_at, waiver = _waived(world, f"{process.name}.{step.name}", tasks)
    found.append((WAIVED, waived_at))
    at = np.full(len(tasks), UNKNOWN, np.int64)
    code = np.zeros(len(tasks), np.int64)
    for number, (_, moments) in enumerate(found):
        sooner = (moments != UNKNOWN) & ((at == UNKNOWN) | (moments < at))
        at, code = np.where(sooner, moments, at), np.where(sooner, number, code)
    return Cancelled(at, code, tuple(label for label, _ in found), waiver)


def _until(world: World, process: Process, ending: Ending, tasks: Opened, label: str) -> tuple[str, Ints]:
    """Return when an event or a condition cancels each task, and how that is called."""
    if ending.when:
        at = first_true(world, process.subject, ending.when, tasks.rows, tasks.at, _scopes(world, process, tasks))
        return f"{label}:{ending.when}", at
    plain = not needs_pairs(ending)
    events = merge([events_where(world, event, (ending.condition or "") if plain else "") for event in ending.events])
    name = f"{label}:{'|'.join(ending.events)}"
    if plain and not ending.same:
        place = events.since(tasks.rows, tasks.at)
        return name, events.moments(place, events.belongs(place, tasks.rows))
    hit, place = _pairs(world, process, ending, ending.condition or "", events, tasks)
    at = np.full(len(tasks), UNKNOWN, np.int64)
    first, where = np.unique(hit, return_index=True)
    at[first] = events.at[place[where]]
    return name, at


def _replaced(tasks: Opened) -> Ints:
    """Return when the next task of the step of the same case opened."""
    at = np.full(len(tasks), UNKNOWN, np.int64)
    following = tasks.rows[1:] == tasks.rows[:-1]
    at[:-1][following] = tasks.at[1:][following]
    return at


def _waived(world: World, step: str, tasks: Opened) -> tuple[Ints, Ints]:
    """Return when each task was waived, and by which event."""
    waives = world.waives.filter(pl.col("step") == step) if len(world.waives) else world.waives
    if not len(waives):
        nothing = np.full(len(tasks), UNKNOWN, np.int64)
        return nothing, nothing
    mine = pl.DataFrame({"row": tasks.rows, "key": tasks.key})
    latest = waives.unique(["row", "key"], keep="last")
    found = mine.join(latest, on=["row", "key"], how="left", maintain_order="left")
    return to_moments(found["at"]), to_moments(found["event_id"])
