"""What people do about their lists: mostly on time, sometimes late, now and then never.

The engine says what is owed, people close it with a filled form, and what that opens is owed in turn: a year is played
in rounds until nothing new comes up. A step that nothing new can touch is not asked again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random

import polars as pl

from engine.compiler.openings import condition_of
from engine.compiler.plan import Plan
from engine.demo.forms import DAY, HOUR, Surroundings, fill, satisfying
from engine.model import Event, Step
from engine.run import run
from engine.session import Progress
from engine.store.base import NewEvent
from engine.store.log import MemoryLog
from engine.store.typed import raw_rows

ROUNDS = 8
NEVER, FORGOTTEN, LATE = 0.002, 0.012, 0.06
CONSIDERED = ("open", "breached", "waiting", "cancelled")
NEEDED = (
    *("task_id", "case_no", "process", "step", "key", "assignee", "state"),
    *("opened_at", "start_at", "due_at", "cancelled_at", "cancelled_why"),
)


@dataclass
class Play:
    """A year as far as it was played: the cases, what happened, and the tasks that somebody has already dealt with."""

    plan: Plan
    cases: pl.DataFrame
    staff: pl.DataFrame
    events: list[NewEvent]
    until: int
    around: Surroundings
    dealt_with: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.steps = {f"{process.name}.{step.name}": step for process, step in self.plan.steps}
        self.latest: dict[tuple[int, str], NewEvent] = {}  # (case, event type) -> the latest that the world brought
        for each in self.events:
            self.latest[each.case_no, each.type] = each

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
        new = [event for row in _candidates(tasks, world) for event in _dealt_with(world, row)]
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
    """Yield the tasks that nobody has dealt with: open ones, and those that were given up undone."""
    left = tasks.filter(
        pl.col("state").is_in(CONSIDERED)
        & pl.col("start_at").is_not_null()
        & pl.col("due_at").is_not_null()
        & (pl.col("cancelled_at").is_null() | (pl.col("cancelled_at") > pl.col("opened_at")))
    )
    left = left.filter(~pl.col("task_id").is_in(world.dealt_with)).select(NEEDED).sort("opened_at", "task_id")
    world.dealt_with |= set(left["task_id"])
    yield from left.iter_rows(named=True)


def _dealt_with(world: Play, row: Mapping[str, object]) -> Iterator[NewEvent]:
    """Yield the events with which a task was closed, if it was by the end of the year."""
    step = world.steps[f"{row['process']}.{row['step']}"]
    if not step.done.events or world.random.random() < NEVER:
        return
    rhythm = next((each for each in step.opens if each.kind == "every"), None)
    if rhythm is not None and row["cancelled_why"] == "replaced":
        return
    at = _moment(world, row)
    end = world.until if row["cancelled_at"] is None else min(int(str(row["cancelled_at"])), world.until)
    length = int(str(row["due_at"])) - int(str(row["opened_at"]))
    while at <= end:
        yield from _closings(world, step, row, at)
        if rhythm is None or length < HOUR:
            return
        at = _at_work(at + round(length * world.random.uniform(0.7, 1.02)), world.random)


def _moment(world: Play, row: Mapping[str, object]) -> int:
    """Return when somebody closed a task: in time more often than not."""
    start, due = int(str(row["start_at"])), int(str(row["due_at"]))
    end = int(str(row["cancelled_at"])) if row["cancelled_at"] is not None else due
    room = max(min(due, end) - start, 0)
    luck = world.random.random()
    if luck < FORGOTTEN + LATE and row["cancelled_at"] is None:
        days = world.random.uniform(4, 12) if luck < FORGOTTEN else world.random.uniform(0.1, 2.5)
        return max(_at_work(due + round(days * DAY), world.random), start)
    if room > 2 * DAY:
        return max(min(_at_work(start + round(room * world.random.uniform(0.2, 0.85)), world.random), due), start)
    return start + round(room * world.random.uniform(0.1, 0.9))


def _at_work(at: int, random: Random) -> int:
    """Return a moment of the same day in China at which people are at work."""
    midnight = (at + 8 * HOUR) // DAY * DAY - 8 * HOUR
    return midnight + random.randint(9 * 60, 20 * 60) * 60


def _closings(world: Play, step: Step, row: Mapping[str, object], at: int) -> Iterator[NewEvent]:
    definitions = world.plan.definitions
    event = definitions.events[str(step.done.events[0])]
    asked = satisfying(condition_of(step, step.done))
    wanted = {name: value for name, value in (asked.values | habit(world, event, row)).items() if name in event.fields}
    if step.done.same and str(row["key"]):
        wanted[str(step.done.same)] = _typed_key(event.fields[str(step.done.same)].type, str(row["key"]))
    elif step.form and str(row["key"]) and all(each.kind != "every" for each in step.opens):
        wanted["task_key"] = str(row["key"])
    forms = [wanted]
    if step.done.collect:
        choices = event.fields[str(step.done.collect)].choices
        forms = [wanted | {str(step.done.collect): str(choice)} for choice in choices]
    for number in range(max(step.done.times, *(int(float(each.times or 1)) for each in step.opens))):
        for form in forms:
            moment = max(at - number * 3 * DAY, int(str(row["opened_at"]))) if number else at
            values = fill(event, moment, form, world.around, [*step.evidence, *asked.needed])
            yield NewEvent(
                int(str(row["case_no"])), str(event.name), moment, _typed_in(world, moment), _by(row), values
            )


def habit(world: Play, event: Event, row: Mapping[str, object]) -> dict[str, object]:
    """Return what careful people write into forms that are compared with something else."""
    case_no = int(str(row["case_no"]))
    contract = world.latest.get((case_no, "contract_signed"))
    formed = world.latest.get((case_no, "class_formed"))
    match str(event.name):
        case "fee_plan_confirmed" if contract:
            return {
                "hours": contract.data.get("hours"),
                "amount_cny": contract.data.get("amount_cny"),
                "gift_hours": 0.0,
            }
        case "lesson_entered" if formed:
            size = float(str(formed.data["students"]))
            return {"present": size - 1, "late": 0.0, "on_leave": 1.0, "absent": 0.0, "hours_entered_for": size - 1}
        case "targets_split":
            return {"new_signings_in_all": 24.0, "lesson_hours_in_all": 2600.0, "renewals_in_all": 14.0}
        case "paper_file_received":
            everything = {name: [str(each) for each in event.fields[name].choices] for name in ("papers", "signatures")}
            return everything | {"missing_count": 0.0}
        case "assessment_held":
            return {"kind": "knowledge_test"}
    return {}


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
