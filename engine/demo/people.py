"""What people do about their lists: mostly on time, sometimes late, now and then never.

The engine says what is owed, people close it with a filled form, and what that opens is owed in turn: a year is played
in rounds until nothing new comes up. A step that nothing new can touch is not asked again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import polars as pl

from engine.compiler.closing import condition_of
from engine.compiler.plan import Plan
from engine.demo.days import Days
from engine.demo.forms import Surroundings, fill, satisfying
from engine.demo.habits import Desk, Form, tries
from engine.demo.values import DAY, HOUR
from engine.model import Event, Step
from engine.run import run
from engine.session import Progress
from engine.store.base import NewEvent
from engine.store.log import MemoryLog
from engine.store.typed import raw_rows

ROUNDS = 12
#: Shares of tasks that nobody ever does, that are forgotten for weeks, that are done a day or two late.
NEVER, FORGOTTEN, LATE = 0.0004, 0.006, 0.05
CONSIDERED = ("open", "breached", "waiting", "cancelled")
#: A task that some later event happened to close, so long after it was due, was done by nobody in its time.
BY_CHANCE = 3 * DAY
NEEDED = (
    *("task_id", "case_no", "process", "step", "key", "assignee", "state"),
    *("opened_at", "start_at", "due_at", "closed_at", "cancelled_at", "cancelled_why"),
)


@dataclass
class Play:
    """A year as far as it was played: the cases, what happened, and the tasks that somebody has already dealt with."""

    plan: Plan
    cases: pl.DataFrame
    staff: pl.DataFrame
    facts: Sequence[Mapping[str, object]]  # of each case, by its number less one
    events: list[NewEvent]
    until: int
    around: Surroundings
    days: Days
    dealt_with: dict[str, int] = field(default_factory=dict)  # task -> the start it had then
    rhythms: dict[tuple[int, str], set[int]] = field(default_factory=dict)  # (case, step) -> when its rhythm was kept

    def __post_init__(self) -> None:
        self.steps = {f"{process.name}.{step.name}": step for process, step in self.plan.steps}
        self.asked = {name: satisfying(condition_of(step, step.done)) for name, step in self.steps.items()}
        self.campus = dict(zip(self.cases["case_no"], self.cases["campus"], strict=True))
        self.by_type: dict[tuple[int, str], list[NewEvent]] = {}  # (case, event type) -> what happened
        self.note(self.events)

    @property
    def random(self) -> Random:
        """The source of chance."""
        return self.around.random

    def note(self, events: Sequence[NewEvent]) -> None:
        """Remember events for those who look them up."""
        for each in events:
            self.by_type.setdefault((each.case_no, each.type), []).append(each)

    def latest(self, case_no: int, event: str, at: int) -> NewEvent | None:
        """Return the latest event of a type that a case had by a moment."""
        found = self.by_type.get((case_no, event), ())
        return max((each for each in found if each.at <= at), key=lambda each: each.at, default=None)

    def opening(self, case_no: int, step: Step, key: str) -> NewEvent | None:
        """Return the event that opened a task which is told apart by a field."""
        for opens in step.opens:
            for event in opens.events if opens.same and key else ():
                for each in self.by_type.get((case_no, str(event)), ()):
                    if str(each.data.get(str(opens.same))) == key:
                        return each
        return None


def play(world: Play, progress: Progress | None = None) -> list[NewEvent]:
    """Return all that happened: what the world brought and what people did about it."""
    raw = raw_rows(world.events)
    touched: set[str] | None = None
    cases = world.cases
    for done in range(ROUNDS):
        if progress:
            progress("play", done, ROUNDS)
        wanted = [
            name for name in world.plan.names if touched is None or not touched.isdisjoint(world.plan.reads[name])
        ]
        if not wanted:
            break
        mine = raw.filter(pl.col("case_no").is_in(cases["case_no"].implode()))
        log = MemoryLog(world.plan.definitions, cases, mine, world.until)
        tasks = run(world.plan, cases, log, world.until, staff=world.staff, steps=wanted).tasks
        new = []
        for row in _candidates(tasks, world):
            dealt = list(_dealt_with(world, row))
            world.note(dealt)
            new += dealt
        if not new:
            break
        raw = pl.concat([raw, raw_rows(new, len(raw) + 1)])
        world.events += new
        touched = {each.type for each in new}
        cases = world.cases.filter(pl.col("case_no").is_in({each.case_no for each in new}))
    if progress:
        progress("play", ROUNDS, ROUNDS)
    return world.events


def _candidates(tasks: pl.DataFrame, world: Play) -> Iterator[dict[str, object]]:
    """Yield the tasks that nobody has dealt with: open ones, those given up undone, those closed late by chance."""
    by_chance = (pl.col("state") == "done_late") & (pl.col("closed_at") > pl.col("due_at") + BY_CHANCE)
    left = tasks.filter(
        (pl.col("state").is_in(CONSIDERED) | by_chance)
        & pl.col("start_at").is_not_null()
        & pl.col("due_at").is_not_null()
        & (pl.col("cancelled_at").is_null() | (pl.col("cancelled_at") > pl.col("opened_at")))
    )
    for row in left.select(NEEDED).sort("opened_at", "task_id").iter_rows(named=True):
        before = world.dealt_with.get(row["task_id"])
        if before is None or row["start_at"] < before - BY_CHANCE:  # what others did since has opened it earlier
            world.dealt_with[row["task_id"]] = row["start_at"]
            yield row


def _number(row: Mapping[str, object], name: str) -> int | None:
    value = row[name]
    return value if isinstance(value, int) else None


def _dealt_with(world: Play, row: Mapping[str, object]) -> Iterator[NewEvent]:
    """Yield the events with which a task was closed, if it was by the end of the year."""
    step = world.steps[f"{row['process']}.{row['step']}"]
    if not step.done.events or world.random.random() < NEVER:
        return
    start, due = int(str(row["start_at"])), int(str(row["due_at"]))
    gone = _number(row, "cancelled_at")
    rhythm = next((each for each in step.opens if each.kind == "every"), None)
    kept = world.rhythms.setdefault((int(str(row["case_no"])), f"{row['process']}.{row['step']}"), set())
    if row["opened_at"] in kept and row["state"] == "open":
        return
    if rhythm is not None and row["cancelled_why"] == "replaced" and gone is not None and gone <= due:
        return
    campus = world.campus[int(str(row["case_no"]))]
    at = _moment(world, campus, start, due, gone)
    end = min(each for each in (gone, _number(row, "closed_at"), world.until) if each is not None)
    length = due - int(str(row["opened_at"]))
    while at <= end:
        yield from _closings(world, step, row, at)
        if rhythm is None or length < HOUR:
            return
        kept.add(at)
        at = world.days.at_work(campus, at + round(length * world.random.uniform(0.72, 0.98)), earliest=at + HOUR)


def _moment(world: Play, campus: str, start: int, due: int, gone: int | None) -> int:
    """Return when somebody closed a task: in time more often than not, and while people are at work."""
    random, days = world.random, world.days
    latest = due if gone is None else min(due, gone)
    room = max(latest - start, 0)
    luck = random.random()
    if luck < FORGOTTEN + LATE and gone is None:
        later = 3 + random.expovariate(1 / 9) if luck < FORGOTTEN else random.uniform(0.1, 2.0)
        return max(days.next_worked(campus, due + round(later * DAY)), start)
    if room > 2 * DAY:
        wished = start + round(room * random.uniform(0.2, 0.85))
        return days.at_work(campus, wished, earliest=start, latest=latest)
    at = start + round(room * random.uniform(0.1, 0.9))
    for _ in range(4):
        if 8 <= (at + 8 * HOUR) % DAY // HOUR < 22 and (room < DAY or days.is_worked(campus, at)):
            break
        at = start + round(room * random.uniform(0.02, 0.98))
    return at


def _closings(world: Play, step: Step, row: Mapping[str, object], at: int) -> Iterator[NewEvent]:
    event = world.plan.definitions.events[str(step.done.events[0])]
    case_no, opened, by = int(str(row["case_no"])), int(str(row["opened_at"])), _by(row)
    asked = satisfying(condition_of(step, step.done))
    forms = _forms(world, step, event, row, at)
    needed = [*step.evidence, *asked.needed]
    for number in range(max(step.done.times, *(int(float(each.times or 1)) for each in step.opens))):
        for place, form in enumerate(forms, 1):
            early = number * 3 * DAY + (at - opened) * (len(forms) - place) // (2 * len(forms))
            moment = max(at - early, opened)
            values = fill(event, moment, form, world.around, needed, world.campus[case_no])
            values |= {name: values[other] for name, other in asked.same.items() if name in values and other in values}
            yield NewEvent(case_no, str(event.name), moment, _typed_in(world, moment), by, values)


def _forms(world: Play, step: Step, event: Event, row: Mapping[str, object], at: int) -> list[Form]:
    """Return what the forms must say: what the opening slip said, what closes the task, what people are used to."""
    case_no, key = int(str(row["case_no"])), str(row["key"] or "")
    wanted: Form = {}
    slip = world.opening(case_no, step, key)
    if slip is not None:
        theirs = world.plan.definitions.events[slip.type].fields
        wanted |= {
            name: value
            for name, value in slip.data.items()
            if name in event.fields and theirs[name].type == event.fields[name].type
        }
    asked = world.asked[f"{row['process']}.{row['step']}"]
    wanted |= {name: value for name, value in asked.values.items() if name in event.fields}
    named: Form = {}
    if step.done.same and key:
        named[str(step.done.same)] = _typed_key(event.fields[str(step.done.same)].type, key)
    elif step.form and key and all(each.kind != "every" for each in step.opens):
        named["task_key"] = key
    desk = Desk(world.facts[case_no - 1], lambda name: world.latest(case_no, name, at), event, at, world.random)
    forms = [wanted | each | named for each in tries(desk)]
    if step.done.collect:
        choices = event.fields[str(step.done.collect)].choices
        forms = [form | {str(step.done.collect): str(choice)} for choice in choices for form in forms]
    return forms


def _typed_key(kind: str, key: str) -> object:
    return float(key) if kind == "number" else key


def _typed_in(world: Play, at: int) -> int:
    """Return when an event was typed in: soon after, sometimes the next day."""
    delay = (
        round(world.random.uniform(1, 90)) * 60
        if world.random.random() < 0.93
        else round(world.random.uniform(12, 40)) * HOUR
    )
    return min(at + delay, max(world.until, at))


def _by(row: Mapping[str, object]) -> str | None:
    return str(row["assignee"]) if row["assignee"] is not None else None
