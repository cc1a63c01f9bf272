"""How the tasks of a step come to be: each way of opening as columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from engine.calendars import columns as working
from engine.calendars import walltime as wall
from engine.compiler.cron import walls
from engine.compiler.points import rising
from engine.compiler.scope import Rows, events_where
from engine.compiler.timeline import BITS, UNKNOWN, Ints, Timeline, expand, first_of_row, keys_of, last_of_row, merge
from engine.compiler.world import World
from engine.model import Ending, Opening, Process, Step

DAY = 86_400
AROUND = 40  # days before and after those that count, for what a shift over a long closure brings in
FIXED = ("at", "recorded_at", "event_id")


@dataclass(frozen=True)
class Opened:
    """Openings of a step: row and moment, the task's key, the opening event and its fields. Sorted by (row, moment)."""

    rows: Ints
    at: Ints
    keys: pl.Series | None  # None: the local moment is the key
    event_id: pl.Series
    fields: pl.DataFrame
    events: tuple[str, ...] = ()  # whose fields they are
    again: Ints | None = None  # where the moment is the key: how many tasks of the case there are before in that minute

    def __len__(self) -> int:
        return len(self.rows)

    def filter(self, mask: np.ndarray) -> "Opened":
        """Return the openings where `mask` holds."""
        if mask.all():
            return self
        keep = pl.Series(mask)
        keys = None if self.keys is None else self.keys.filter(keep)
        again = None if self.again is None else self.again[mask]
        return Opened(
            self.rows[mask], self.at[mask], keys, self.event_id.filter(keep), self.fields.filter(keep), self.events, again
        )  # fmt: skip

    def with_key(self, world: World) -> "Opened":
        """Return the openings with every key written out."""
        if self.keys is not None:
            return self
        return replace(self, keys=moment_keys(world, self.rows, self.at, self.again))

    @property
    def key(self) -> pl.Series:
        """The keys, written out by `with_key`."""
        assert self.keys is not None
        return self.keys

    def scope(
        self, world: World, subject: str, which: Ints | None = None, now: Ints | None = None, **moments: Ints
    ) -> Rows:
        """Return a scope of these openings, or of some of them, at their own moments or at `now`."""
        rows, fields = (self.rows, self.fields) if which is None else (self.rows[which], self.fields[which])
        at = self.at if which is None else self.at[which]
        named = {"opened_at": at, "start": at} | moments
        asked = at if now is None else now
        return Rows(
            world, subject, rows, asked, fields, self.events, opening=fields, opened_by=self.events, moments=named
        )


def opened(world: World, process: Process, step: Step) -> Opened:
    """Return the openings of a step up to `as_of`: of cases that the process is for, each key once, the latest counting."""
    settled = settled_moments(world, process, step)
    parts = [
        _delayed(world, process, each, _numbered(world, OPEN[each.kind](world, process, step, each, settled)))
        for each in step.opens
    ]
    found = _join(world, parts)
    if world.reached is not None:
        name = f"{process.name}.{step.name}"
        world.reached |= {
            f"{name} opens {number}"
            for number, part in enumerate(parts, 1)
            if _is_for(world, process, step, part).any()
        }
    if not len(found):
        return found
    if settled is not None and not any(each.delay for each in step.opens):
        found = found.filter(found.at >= settled[found.rows])
    found = found.filter(_is_for(world, process, step, found))
    if found.keys is None:
        return found
    if any(each.kind == "on" for each in step.opens) and all(each.kind in ("on", "after") for each in step.opens):
        found = _first_of_key(found)
    return _last_of_key(found)


def settled_moments(world: World, process: Process, step: Step) -> Ints | None:
    """Return for each row the moment before which every task of a step is over and known to be; None if there is none.

    A closing event closes all tasks of its step that opened before, unless it names one of them.
    """
    unfinished = world.unfinished(f"{process.name}.{step.name}")
    done = step.done
    if unfinished is None or any(each.kind == "on" or each.same or each.kind == "after" for each in step.opens):
        return None
    if done.when or done.same or done.collect or done.times > 1 or step.form or needs_pairs(done):
        return None
    answer = np.zeros(len(world.case_nos), np.int64)
    for event in done.events:
        closing = events_where(world, event, condition_of(step, done))
        last = last_of_row(closing.rows)
        answer[closing.rows[last]] = np.maximum(answer[closing.rows[last]], closing.at[last])
    np.minimum.at(answer, unfinished["row"].to_numpy(), unfinished["opened_at"].to_numpy())
    return answer


def condition_of(step: Step, ending: Ending) -> str:
    """Return the whole condition on a closing event: its `if`, and that the evidence is there."""
    parts = [f"({ending.condition})"] if ending.condition else []
    parts += [f"is_known({field})" for field in step.evidence]
    return " and ".join(parts)


def needs_pairs(ending: Ending) -> bool:
    """Return whether the condition compares the closing event with the one that opened the task."""
    return "opening(" in (ending.condition or "") or "opened_at" in (ending.condition or "")


def _join(world: World, parts: list[Opened]) -> Opened:
    if len(parts) == 1:
        return _sorted(parts[0])
    parts = [each.with_key(world) for each in parts]
    return _sorted(
        Opened(
            np.concatenate([each.rows for each in parts]),
            np.concatenate([each.at for each in parts]),
            pl.concat([each.key for each in parts]),
            pl.concat([each.event_id for each in parts]),
            pl.concat([each.fields for each in parts], how="diagonal_relaxed"),
            tuple(dict.fromkeys(event for each in parts for event in each.events)),
        )
    )


def _numbered(world: World, found: Opened) -> Opened:
    """Return openings whose key is their moment with the tasks of one case and minute numbered."""
    if found.keys is not None:
        return found
    minute = found.rows << BITS | found.at // 60
    first = np.concatenate([[True], minute[1:] != minute[:-1]])[: len(minute)]
    place = np.arange(len(minute))
    return replace(found, again=place - np.maximum.accumulate(np.where(first, place, 0)) if len(minute) else place)


def _sorted(found: Opened) -> Opened:
    keys = keys_of(found.rows, found.at)
    if len(keys) < 2 or (keys[1:] >= keys[:-1]).all():
        return found
    order = np.argsort(keys, kind="stable")
    key = None if found.keys is None else found.keys[order]
    again = None if found.again is None else found.again[order]
    return Opened(
        found.rows[order], found.at[order], key, found.event_id[order], found.fields[order], found.events, again
    )


def _first_of_key(found: Opened) -> Opened:
    frame = pl.DataFrame({"row": found.rows, "key": found.key})
    return found.filter(frame.select(pl.struct("row", "key").is_first_distinct()).to_series().to_numpy())


def _last_of_key(found: Opened) -> Opened:
    frame = pl.DataFrame({"row": found.rows, "key": found.key})
    return found.filter(frame.select(pl.struct("row", "key").is_last_distinct()).to_series().to_numpy())


def _delayed(world: World, process: Process, opening: Opening, found: Opened) -> Opened:
    """Return the openings moved by `delay`; those still to come wake their case."""
    if not opening.delay or not len(found):
        return found
    moved = found.scope(world, process.subject).moment(opening.delay)
    known = moved != UNKNOWN
    world.wake(found.rows[known], moved[known])
    return replace(found, at=moved).filter(known & (moved <= world.as_of))


def _is_for(world: World, process: Process, step: Step, found: Opened) -> np.ndarray:
    """Return whether each opening is of a case, campus and time that the step is for."""
    mask = found.scope(world, process.subject).holds(process.applies_if)
    mask &= ~_has_ended(world, process, found)
    campus = world.campus_of(found.rows)
    if step.campuses is not None:
        mask &= campus.is_in(sorted(step.campuses)).to_numpy()
    if step.without:
        mask &= ~campus.is_in(sorted(step.without)).to_numpy()
    if step.rollout and step.rollout.applies_to != "all":
        since = world.moment_of_day(step.rollout.since)
        mask &= (world.created_at[found.rows] if step.rollout.applies_to == "new_cases" else found.at) >= since
    return mask


def _has_ended(world: World, process: Process, found: Opened) -> np.ndarray:
    """Return whether the service of each case had ended before the opening: nothing opens then."""
    ended = np.zeros(len(found), bool)
    for ending in process.ends:
        for event in ending.events:
            ends = events_where(world, event, ending.condition or "")
            first = ends.begins(found.rows)
            known = ends.belongs(first, found.rows)
            known[known] = ends.at[first[known]] < found.at[known]
            ended |= known
    return ended


def _from_timeline(timeline: Timeline, key: pl.Series | None, events: Sequence[str]) -> Opened:
    fields = timeline.frame.drop(FIXED, strict=False)
    return Opened(timeline.rows, timeline.at, key, timeline.frame["event_id"], fields, tuple(map(str, events)))


def _blank(size: int) -> pl.Series:
    return pl.repeat("", size, eager=True, dtype=pl.String)


def _bare(rows: Ints, at: Ints, key: pl.Series | None) -> Opened:
    """Return openings that no event caused."""
    nothing = pl.repeat(None, len(rows), eager=True, dtype=pl.Int64)
    return Opened(rows, at, key, nothing, pl.DataFrame({"·none": nothing}))


def _events(world: World, opening: Opening) -> Timeline:
    return merge([events_where(world, event, opening.condition or "") for event in opening.events])


def _on(world: World, process: Process, step: Step, opening: Opening, settled: Ints | None) -> Opened:
    every = _events(world, opening)
    chosen = every.filter(first_of_row(every.rows))
    return _from_timeline(chosen, _blank(len(chosen)), opening.events)


def _each(world: World, process: Process, step: Step, opening: Opening, settled: Ints | None) -> Opened:
    every = _events(world, opening)
    if opening.same:
        key = every.frame[opening.same].cast(pl.String).fill_null("")
    else:
        key = None
    return _from_timeline(every, key, opening.events)


def _after(world: World, process: Process, step: Step, opening: Opening, settled: Ints | None) -> Opened:
    """Return one opening for each closing of the other step; its fields are those of the event that closed it."""
    name = world.step_key(str(opening.step), process.subject, process.name)
    closed = world.closings[name]
    events = world.closing_events(name)
    scope = Rows(world, process.subject, closed.rows, closed.at, closed.frame, events)
    closed = closed.filter(scope.holds(opening.condition))
    return _from_timeline(Timeline(closed.rows, closed.at, closed.frame.drop("·key")), closed.frame["·key"], events)


def _every(world: World, process: Process, step: Step, opening: Opening, settled: Ints | None) -> Opened:
    """Return the starts of a rhythm: the `from` events, then each closing or `since` event after the first of them."""
    starts = merge([events_where(world, event, "") for event in opening.events])
    again = [events_where(world, event, condition_of(step, step.done)) for event in step.done.events]
    again += [events_where(world, event, "") for event in opening.since]
    every = merge([_plain(each, settled) for each in (starts, *again)])
    first = starts.begins(every.rows)
    known = starts.belongs(first, every.rows)
    known[known] = every.at[known] >= starts.at[first[known]]
    known[:-1] &= every.keys[:-1] != every.keys[1:]
    every = every.filter(known)
    found = _from_timeline(every, None, ())
    return found.filter(found.scope(world, process.subject).holds(opening.condition))


def _plain(timeline: Timeline, settled: Ints | None = None) -> Timeline:
    bare = Timeline(timeline.rows, timeline.at, timeline.frame.select("event_id"))
    return bare if settled is None else bare.filter(bare.at >= settled[bare.rows])


def _begin(world: World, process: Process, opening: Opening) -> tuple[Ints, Ints]:
    """Return the cases that a calendar opening is for and the moment from which it is."""
    if not opening.events:
        rows = world.rows_of(process.subject)
        return rows, world.created_at[rows]
    events = merge([_plain(events_where(world, event, "")) for event in opening.events])
    first = first_of_row(events.rows)
    return events.rows[first], events.at[first]


def _recent(world: World, process: Process, step: Step, first: Ints, last_known: Ints) -> Ints:
    """Return where to begin: at the last opening already known to an earlier run, where older ones concern nobody."""
    return first if world.is_watched(f"{process.name}.{step.name}") else np.maximum(first, last_known)


def _quota(world: World, process: Process, step: Step, opening: Opening, settled: Ints | None) -> Opened:
    rows, begin = _begin(world, process, opening)
    number, moment, text = PERIODS[str(opening.period)]
    cal = world.cal_no[rows]
    own = number(wall.local_day(world.table, cal, begin))
    first = own + (world.day_start(cal, moment(own)) < begin)
    now = np.full(len(rows), world.as_of)
    last = number(wall.local_day(world.table, cal, now))
    if world.known is not None:
        seen = number(wall.local_day(world.table, cal, np.full(len(rows), world.known.since)))
        first = _recent(world, process, step, first, seen)
    world.wake(rows, world.day_start(cal, moment(last + 1)))
    owner, index = expand(first, last + 1)
    at = world.day_start(cal[owner], moment(index))
    key = pl.DataFrame({"day": moment(index)}).select(text(pl.col("day").cast(pl.Int32).cast(pl.Date)))["day"]
    found = _sorted(_bare(rows[owner], at, key))
    return found.filter(found.scope(world, process.subject).holds(opening.condition))


def _when(world: World, process: Process, step: Step, opening: Opening, settled: Ints | None) -> Opened:
    return _bare(*rising(world, process.subject, opening.condition or "", settled), None)


def _cron(world: World, process: Process, step: Step, opening: Opening, settled: Ints | None) -> Opened:
    rows, begin = _begin(world, process, opening)
    parts = []
    for number in np.unique(world.cal_no[rows]).tolist():
        here = world.cal_no[rows] == number
        moments = _fires(world, number, opening, int(begin[here].min()))
        mine, start = rows[here], begin[here]
        first = np.searchsorted(moments, start, "left")
        last = int(np.searchsorted(moments, world.as_of, "right"))
        if last < len(moments):
            world.wake(mine, np.full(len(mine), moments[last]))
        if world.known is not None:
            seen = int(np.searchsorted(moments, world.known.since, "right")) - 1
            first = _recent(world, process, step, first, np.full(len(mine), seen))
        owner, place = expand(first, np.full(len(mine), last))
        parts.append((mine[owner], moments[place]))
    rows = np.concatenate([each[0] for each in parts]) if parts else np.zeros(0, np.int64)
    at = np.concatenate([each[1] for each in parts]) if parts else np.zeros(0, np.int64)
    found = _sorted(_bare(rows, at, None))
    return found.filter(found.scope(world, process.subject).holds(opening.condition))


def _fires(world: World, number: int, opening: Opening, begin: int) -> Ints:
    """Return the moments at which a cron line fires on one calendar, shifted off its rest days, from `begin` to past `as_of`."""
    first = (begin if world.known is None else max(begin, world.known.since)) // DAY - AROUND
    local = walls(str(opening.cron), first, world.as_of // DAY + AROUND)
    moments = world.table.moment(np.int64(number), local)
    match str(opening.shift or "none"):
        case "previous_working_day":
            moments = working.previous_workday_time(world.table, np.int64(number), moments)
        case "next_working_day":
            moments = working.next_workday_time(world.table, np.int64(number), moments)
        case "skip":
            moments = moments[working.is_workday(world.table, np.int64(number), moments)]
    return np.unique(moments[moments >= begin])


OPEN: Mapping[str, Callable[[World, Process, Step, Opening, Ints | None], Opened]] = {
    "on": _on,
    "each": _each,
    "after": _after,
    "every": _every,
    "quota": _quota,
    "when": _when,
    "cron": _cron,
}


def moment_keys(world: World, rows: Ints, at: Ints, again: Ints | None = None) -> pl.Series:
    """Return each moment as local text, a second task of one case and minute numbered."""
    local = pl.Series("text", world.table.wall(world.cal_no[rows], at))
    text = pl.from_epoch(local, time_unit="s").dt.strftime("%Y-%m-%dT%H:%M")
    if again is None or not again.any():
        return text
    frame = pl.DataFrame({"text": text, "again": again})
    numbered = pl.when(pl.col("again") > 0).then(pl.format("{}~{}", "text", pl.col("again") + 1)).otherwise("text")
    return frame.select(key=numbered)["key"]


def _months(days: Ints) -> Ints:
    return days.astype("M8[D]").astype("M8[M]").astype(np.int64)


def _month_start(months: Ints) -> Ints:
    return months.astype("M8[M]").astype("M8[D]").astype(np.int64)


def _week_text(day: pl.Expr) -> pl.Expr:
    return day.dt.strftime("%G-W%V")


def _quarter_text(day: pl.Expr) -> pl.Expr:
    return pl.format("{}-Q{}", day.dt.year(), day.dt.quarter()).alias("day")


#: period -> (days since 1970 to number, number to its first day, its first day as the task's key)
PERIODS: Mapping[str, tuple[Callable[[Ints], Ints], Callable[[Ints], Ints], Callable[[pl.Expr], pl.Expr]]] = {
    "day": (lambda days: days, lambda number: number, lambda day: day.dt.strftime("%Y-%m-%d")),
    "week": (lambda days: (days + 3) // 7, lambda number: number * 7 - 3, _week_text),
    "month": (_months, _month_start, lambda day: day.dt.strftime("%Y-%m")),
    "quarter": (lambda days: _months(days) // 3, lambda number: _month_start(number * 3), _quarter_text),
}
