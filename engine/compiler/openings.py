"""How the tasks of a step come to be: each way of opening as columns."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from engine.calendars import columns as working
from engine.calendars import walltime as wall
from engine.compiler.points import rising
from engine.compiler.scope import Rows, events_where
from engine.compiler.timeline import UNKNOWN, Ints, Timeline, expand, keys_of, merge
from engine.compiler.world import World
from engine.model import Opening, Process, Step

DAY = 86_400
FIXED = ("at", "recorded_at", "event_id")


@dataclass(frozen=True)
class Opened:
    """Openings of a step: row and moment, the task's key, the opening event and its fields. Sorted by (row, moment)."""

    rows: Ints
    at: Ints
    key: pl.Series
    event_id: pl.Series
    fields: pl.DataFrame
    events: tuple[str, ...] = ()  # whose fields they are

    def __len__(self) -> int:
        return len(self.rows)

    def filter(self, mask: np.ndarray) -> "Opened":
        """Return the openings where `mask` holds."""
        keep = pl.Series(mask)
        return Opened(self.rows[mask], self.at[mask], self.key.filter(keep), self.event_id.filter(keep), self.fields.filter(keep), self.events)

    def scope(self, world: World, subject: str, which: Ints | None = None, now: Ints | None = None, **moments: Ints) -> Rows:
        """Return a scope of these openings, or of some of them, at their own moments or at `now`."""
        rows, fields = (self.rows, self.fields) if which is None else (self.rows[which], self.fields[which])
        at = self.at if which is None else self.at[which]
        named = {"opened_at": at, "start": at} | moments
        asked = at if now is None else now
        return Rows(world, subject, rows, asked, fields, self.events, opening=fields, opened_by=self.events, moments=named)


def opened(world: World, process: Process, step: Step) -> Opened:
    """Return the openings of a step up to `as_of`: of cases that the process is for, each key once, the latest counting."""
    parts = [_delayed(world, process, each, OPEN[each.kind](world, process, step, each)) for each in step.opens]
    found = _join(parts)
    found = found.filter(_is_for(world, process, step, found))
    if any(each.kind == "on" for each in step.opens) and all(each.kind in ("on", "after") for each in step.opens):
        found = _first_of_key(found)
    return _last_of_key(found)


def _join(parts: list[Opened]) -> Opened:
    if len(parts) == 1:
        found = parts[0]
    else:
        found = Opened(
            np.concatenate([each.rows for each in parts]),
            np.concatenate([each.at for each in parts]),
            pl.concat([each.key for each in parts]),
            pl.concat([each.event_id for each in parts]),
            pl.concat([each.fields for each in parts], how="diagonal_relaxed"),
            tuple(dict.fromkeys(event for each in parts for event in each.events)),
        )
    return _sorted(found)


def _sorted(found: Opened) -> Opened:
    keys = keys_of(found.rows, found.at)
    if len(keys) < 2 or (keys[1:] >= keys[:-1]).all():
        return found
    order = np.argsort(keys, kind="stable")
    return Opened(found.rows[order], found.at[order], found.key[order], found.event_id[order], found.fields[order], found.events)


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
    campus = world.campus_of(found.rows)
    if step.campuses is not None:
        mask &= campus.is_in(sorted(step.campuses)).to_numpy()
    if step.without:
        mask &= ~campus.is_in(sorted(step.without)).to_numpy()
    if step.rollout and step.rollout.applies_to != "all":
        since = world.moment_of_day(step.rollout.since)
        mask &= (world.created_at[found.rows] if step.rollout.applies_to == "new_cases" else found.at) >= since
    return mask


def _from_timeline(timeline: Timeline, key: pl.Series, events: Sequence[str]) -> Opened:
    fields = timeline.frame.drop(FIXED, strict=False)
    return Opened(timeline.rows, timeline.at, key, timeline.frame["event_id"], fields, tuple(map(str, events)))


def _blank(size: int) -> pl.Series:
    return pl.repeat("", size, eager=True, dtype=pl.String)


def _bare(rows: Ints, at: Ints, key: pl.Series) -> Opened:
    """Return openings that no event caused."""
    nothing = pl.repeat(None, len(rows), eager=True, dtype=pl.Int64)
    return Opened(rows, at, key, nothing, pl.DataFrame({"·none": nothing}))


def _events(world: World, opening: Opening) -> Timeline:
    return merge([events_where(world, event, opening.condition or "") for event in opening.events])


def _on(world: World, process: Process, step: Step, opening: Opening) -> Opened:
    every = _events(world, opening)
    first = np.ones(len(every), bool)
    first[1:] = every.rows[1:] != every.rows[:-1]
    chosen = every.filter(first)
    return _from_timeline(chosen, _blank(len(chosen)), opening.events)


def _each(world: World, process: Process, step: Step, opening: Opening) -> Opened:
    every = _events(world, opening)
    if opening.same:
        key = every.frame[opening.same].cast(pl.String).fill_null("")
    else:
        key = moment_keys(world, every.rows, every.at)
    return _from_timeline(every, key, opening.events)


def _after(world: World, process: Process, step: Step, opening: Opening) -> Opened:
    """Return one opening for each closing of the other step; its fields are those of the event that closed it."""
    name = world.step_key(str(opening.step), process.subject, process.name)
    closed = world.closings[name]
    events = world.closing_events(name)
    scope = Rows(world, process.subject, closed.rows, closed.at, closed.frame, events)
    closed = closed.filter(scope.holds(opening.condition))
    return _from_timeline(Timeline(closed.rows, closed.at, closed.frame.drop("·key")), closed.frame["·key"], events)


def _every(world: World, process: Process, step: Step, opening: Opening) -> Opened:
    """Return the starts of a rhythm: the `from` events, then each closing or `since` event after the first of them."""
    starts = merge([events_where(world, event, "") for event in opening.events])
    again = [events_where(world, event, step.done.condition or "") for event in step.done.events]
    again += [events_where(world, event, "") for event in opening.since]
    every = merge([_plain(each) for each in (starts, *again)])
    first = starts.begins(every.rows)
    known = starts.belongs(first, every.rows)
    known[known] = every.at[known] >= starts.at[first[known]]
    known[:-1] &= every.keys[:-1] != every.keys[1:]
    every = every.filter(known)
    found = _from_timeline(every, moment_keys(world, every.rows, every.at), ())
    return found.filter(found.scope(world, process.subject).holds(opening.condition))


def _plain(timeline: Timeline) -> Timeline:
    return Timeline(timeline.rows, timeline.at, timeline.frame.select("event_id"))


def _begin(world: World, process: Process, opening: Opening) -> tuple[Ints, Ints]:
    """Return the cases that a calendar opening is for and the moment from which it is."""
    if not opening.events:
        rows = world.rows_of(process.subject)
        return rows, world.created_at[rows]
    events = merge([_plain(events_where(world, event, "")) for event in opening.events])
    first = np.ones(len(events), bool)
    first[1:] = events.rows[1:] != events.rows[:-1]
    return events.rows[first], events.at[first]


def _recent(world: World, process: Process, step: Step, first: Ints, last_known: Ints) -> Ints:
    """Return where to begin: at the last opening already known to an earlier run, where older ones concern nobody."""
    return first if world.is_watched(f"{process.name}.{step.name}") else np.maximum(first, last_known)


def _quota(world: World, process: Process, step: Step, opening: Opening) -> Opened:
    rows, begin = _begin(world, process, opening)
    number, moment, text = PERIODS[str(opening.period)]
    cal = world.cal_no[rows]
    own = number(wall.local_day(world.table, cal, begin))
    first = own + (world.day_start(cal, moment(own)) < begin)
    now = np.full(len(rows), world.as_of)
    last = number(wall.local_day(world.table, cal, now))
    if world.since is not None:
        known = number(wall.local_day(world.table, cal, np.full(len(rows), world.since)))
        first = _recent(world, process, step, first, known)
    world.wake(rows, world.day_start(cal, moment(last + 1)))
    owner, index = expand(first, last + 1)
    at = world.day_start(cal[owner], moment(index))
    key = pl.DataFrame({"day": moment(index)}).select(text(pl.col("day").cast(pl.Int32).cast(pl.Date)))["day"]
    found = _sorted(_bare(rows[owner], at, key))
    return found.filter(found.scope(world, process.subject).holds(opening.condition))


def _when(world: World, process: Process, step: Step, opening: Opening) -> Opened:
    rows, at = rising(world, process.subject, opening.condition or "")
    return _bare(rows, at, moment_keys(world, rows, at))


def _cron(world: World, process: Process, step: Step, opening: Opening) -> Opened:
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
        if world.since is not None:
            known = int(np.searchsorted(moments, world.since, "right")) - 1
            first = _recent(world, process, step, first, np.full(len(mine), known))
        owner, place = expand(first, np.full(len(mine), last))
        parts.append((mine[owner], moments[place]))
    rows = np.concatenate([each[0] for each in parts]) if parts else np.zeros(0, np.int64)
    at = np.concatenate([each[1] for each in parts]) if parts else np.zeros(0, np.int64)
    found = _sorted(_bare(rows, at, moment_keys(world, rows, at)))
    return found.filter(found.scope(world, process.subject).holds(opening.condition))


def _fires(world: World, number: int, opening: Opening, begin: int) -> Ints:
    """Return the moments at which a cron line fires on one calendar, shifted off its rest days, from `begin` to past `as_of`."""
    from croniter import croniter

    zone = ZoneInfo(world.table.calendars[number].zone)
    start = datetime.fromtimestamp(begin, UTC).astimezone(zone) - timedelta(days=40)
    line = croniter(str(opening.cron), start.replace(tzinfo=None))
    found = []
    for _ in range(1_000_000):
        local: datetime = line.get_next(datetime)
        found.append(int(local.replace(tzinfo=zone).timestamp()))
        if found[-1] > world.as_of + 40 * DAY:
            break
    moments = np.array(found, np.int64)
    match str(opening.shift or "none"):
        case "previous_working_day":
            moments = working.previous_workday_time(world.table, np.int64(number), moments)
        case "next_working_day":
            moments = working.next_workday_time(world.table, np.int64(number), moments)
        case "skip":
            moments = moments[working.is_workday(world.table, np.int64(number), moments)]
    return np.unique(moments[moments >= begin])


OPEN: Mapping[str, Callable[[World, Process, Step, Opening], Opened]] = {
    "on": _on,
    "each": _each,
    "after": _after,
    "every": _every,
    "quota": _quota,
    "when": _when,
    "cron": _cron,
}


def moment_keys(world: World, rows: Ints, at: Ints) -> pl.Series:
    """Return each moment as local text, a second task of one case and minute numbered."""
    local = pl.Series("at", world.table.wall(world.cal_no[rows], at))
    text = pl.from_epoch(local, time_unit="s").dt.strftime("%Y-%m-%dT%H:%M")
    frame = pl.DataFrame({"row": rows, "text": text})
    again = pl.int_range(pl.len()).over("row", "text")
    numbered = pl.when(again > 0).then(pl.format("{}~{}", "text", again + 1)).otherwise("text")
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
