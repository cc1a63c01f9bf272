"""What people do about their lists: mostly on time, sometimes late, now and then never.

The engine says what is owed, people close it with a filled form, and what that opens is owed in turn: a year is played
in rounds until nothing new comes up. A step that nothing new can touch is not asked again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import polars as pl

from engine.compiler.plan import Plan
from engine.demo.days import Days, midnight
from engine.demo.duties import Duty, Past, Todo, duty_of
from engine.demo.forms import Surroundings, fill
from engine.demo.habits import Desk, Form, tries
from engine.demo.values import DAY, HOUR
from engine.run import run
from engine.session import Progress
from engine.store.base import NewEvent
from engine.store.log import MemoryLog
from engine.store.typed import raw_rows

ROUNDS = 12
#: Shares of tasks that nobody ever does, that are forgotten for weeks, that are done a day or two late.
NEVER, FORGOTTEN, LATE = 0.0001, 0.006, 0.05
CONSIDERED = ("open", "breached", "waiting", "cancelled")
#: A task that some later event happened to close, so long after it was due, was done by nobody in its time.
BY_CHANCE = 3 * DAY
#: What is known of a task, in the order of `Todo`.
NEEDED = (
    pl.col("task_id"),
    pl.col("case_no"),
    pl.concat_str("process", pl.lit("."), "step"),
    pl.col("key").fill_null(""),
    *(pl.col(each) for each in ("assignee", "state", "opened_at", "start_at", "due_at", "closed_at", "cancelled_at")),
    (pl.col("cancelled_why") == "replaced").fill_null(value=False),
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
    kept_days: set[tuple[int, str, int]] = field(default_factory=set)  # (case, step, day) of rhythms that were kept
    rhythms: dict[tuple[int, str], set[int]] = field(default_factory=dict)  # (case, step) -> when its rhythm was kept

    def __post_init__(self) -> None:
        named = {f"{process.name}.{step.name}": step for process, step in self.plan.steps}
        self.duties = {name: duty_of(name, step, self.plan.definitions) for name, step in named.items()}
        self.campus = dict(zip(self.cases["case_no"], self.cases["campus"], strict=True))
        self.past = Past({})
        self.past.note(self.events)

    @property
    def random(self) -> Random:
        """The source of chance."""
        return self.around.random


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
        for todo in _candidates(tasks, world):
            dealt = list(_dealt_with(world, todo))
            world.past.note(dealt)
            new += dealt
        if not new:
            break
        raw = pl.concat([raw, raw_rows(new, len(raw) + 1)])
        world.events += new
        touched = {each.type for each in new}
        cases = world.cases.filter(pl.col("case_no").is_in({each.case_no for each in new}))
    if progress:
        progress("play", ROUNDS, ROUNDS)
    return _until_refunded(world)


def _until_refunded(world: Play) -> list[NewEvent]:
    """Return what happened, but nothing of a one-on-one student after the service ended with a refund."""
    ended: dict[int, int] = {}
    for each in world.events:
        fact = each.case_no - 1
        if (
            each.type == "service_ended"
            and each.data.get("why") == "refunded"
            and world.facts[fact].get("programme") == "one_on_one"
        ):
            ended[each.case_no] = min(each.at, ended.get(each.case_no, each.at))
    return [each for each in world.events if each.at <= ended.get(each.case_no, each.at)]


def _candidates(tasks: pl.DataFrame, world: Play) -> Iterator[Todo]:
    """Yield the tasks that nobody has dealt with: open ones, those given up undone, those closed late by chance."""
    by_chance = (pl.col("state") == "done_late") & (pl.col("closed_at") > pl.col("due_at") + BY_CHANCE)
    left = tasks.filter(
        (pl.col("state").is_in(CONSIDERED) | by_chance)
        & pl.col("start_at").is_not_null()
        & pl.col("due_at").is_not_null()
        & (pl.col("cancelled_at").is_null() | (pl.col("cancelled_at") > pl.col("opened_at")))
    )
    for row in left.sort("opened_at", "task_id").select(NEEDED).iter_rows():
        todo = Todo(*row)
        before = world.dealt_with.get(todo.task_id)
        if before is None or todo.start < before - BY_CHANCE:  # what others did since has opened it earlier
            world.dealt_with[todo.task_id] = todo.start
            yield todo


def _dealt_with(world: Play, todo: Todo) -> Iterator[NewEvent]:
    """Yield the events with which a task was closed, if it was by the end of the year."""
    duty = world.duties[todo.name]
    if duty is None or world.random.random() < NEVER:
        return
    kept = world.rhythms.setdefault((todo.case_no, todo.name), set())
    if duty.is_rhythm and (
        (todo.opened in kept and todo.state == "open")
        or (todo.is_replaced and todo.gone is not None and todo.gone <= todo.due)
    ):
        return
    campus = world.campus[todo.case_no]
    at = _moment(world, campus, todo)
    end = min(each for each in (todo.gone, todo.closed, world.until) if each is not None)
    length = todo.due - todo.opened
    while at <= end:
        day = (todo.case_no, todo.name, midnight(at))
        if not duty.is_rhythm or duty.times > 1 or day not in world.kept_days:  # once a day is enough
            yield from _closings(world, duty, todo, at)
        world.kept_days.add(day)
        if not duty.is_rhythm or length < HOUR:
            return
        kept.add(at)
        at = world.days.at_work(
            campus, at + round(length * world.random.uniform(0.72, 0.98)), earliest=midnight(at) + DAY
        )


def _moment(world: Play, campus: str, todo: Todo) -> int:
    """Return when somebody closed a task: in time more often than not, and while people are at work."""
    random, days, start, due, gone = world.random, world.days, todo.start, todo.due, todo.gone
    latest = due if gone is None else min(due, gone)
    room = max(latest - start, 0)
    luck = random.random()
    if luck < FORGOTTEN + LATE and gone is None:
        later = 3 + random.expovariate(1 / 9) if luck < FORGOTTEN else random.uniform(0.1, 2.0)
        return max(days.next_worked(campus, due + round(later * DAY)), start)
    if room > 2 * DAY:
        wished = start + round(room * random.uniform(0.2, 0.85))
        return days.at_work(campus, wished, earliest=start, latest=latest)
    worked = days.within(campus, start + room // 50, latest - room // 50)
    if worked is not None:
        return worked
    at = start + round(room * random.uniform(0.1, 0.9))
    for _ in range(4):
        if 8 <= (at + 8 * HOUR) % DAY // HOUR < 22 and (room < DAY or days.is_worked(campus, at)):
            break
        at = start + round(room * random.uniform(0.02, 0.98))
    return at


def _closings(world: Play, duty: Duty, todo: Todo, at: int) -> Iterator[NewEvent]:
    case_no, opened, campus = todo.case_no, todo.opened, world.campus[todo.case_no]
    forms = _forms(world, duty, todo, at)
    for number in range(duty.times):
        for place, form in enumerate(forms, 1):
            early = number * 3 * DAY + (at - opened) * (len(forms) - place) // (2 * len(forms))
            moment = max(at - early, opened)
            values = fill(duty.event, moment, form, world.around, duty.needed, campus)
            for name, other in duty.asked.same.items():
                if name in values and other in values:
                    values[name] = values[other]
            yield NewEvent(case_no, str(duty.event.name), moment, _typed_in(world, moment), todo.by, values)


def _forms(world: Play, duty: Duty, todo: Todo, at: int) -> list[Form]:
    """Return what the forms must say: what the opening slip said, what closes the task, what people are used to."""
    case_no = todo.case_no
    wanted = {**world.past.copied(case_no, todo.key, duty), **duty.wanted}
    desk = Desk(
        world.facts[case_no - 1], lambda name: world.past.latest(case_no, name, at), duty.event, at, world.random
    )
    named = todo.named(duty)
    forms = [wanted | each | named for each in tries(desk)]
    if duty.collects:
        choices = duty.event.fields[duty.collects].choices
        forms = [form | {duty.collects: str(choice)} for choice in choices for form in forms]
    return forms


def _typed_in(world: Play, at: int) -> int:
    """Return when an event was typed in: soon after, sometimes the next day."""
    delay = (
        round(world.random.uniform(1, 90)) * 60
        if world.random.random() < 0.93
        else round(world.random.uniform(12, 40)) * HOUR
    )
    return max(min(_by_day(at + delay), world.until), at)


def _by_day(at: int) -> int:
    """Return a moment, or half past eight of the morning after it where it lies at night."""
    day = midnight(at)
    return at if 7 * HOUR <= at - day < 23 * HOUR else day + (DAY if at - day >= 7 * HOUR else 0) + 17 * HOUR // 2
