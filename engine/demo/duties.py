"""What closing a step takes: the form, what its condition asks, what is copied from the slip that opened the task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.compiler.closing import condition_of
from engine.demo.forms import Wanted, satisfying
from engine.demo.habits import Form
from engine.model import Definitions, Event, Step
from engine.store.base import NewEvent


@dataclass(frozen=True)
class Duty:
    """A step as the people see it who do it."""

    name: str
    event: Event
    asked: Wanted
    wanted: Form  # what the condition asks of fields that the form has
    needed: Sequence[str]
    times: int  # closing events that it takes
    is_rhythm: bool
    same: str  # the field of the form that names the task; "": none
    is_keyed: bool  # the form says which task it closes
    collects: str  # the field of which every choice has to come; "": none
    slips: Sequence[
        tuple[str, str, Sequence[str]]
    ]  # event that opens it, the field that names the task, what is copied


def duty_of(name: str, step: Step, definitions: Definitions) -> Duty | None:
    """Return what closing a step takes; None where no event closes it."""
    if not step.done.events:
        return None
    event = definitions.events[str(step.done.events[0])]
    asked = satisfying(condition_of(step, step.done))
    is_rhythm = any(each.kind == "every" for each in step.opens)
    same = str(step.done.same or "")
    return Duty(
        name,
        event,
        asked,
        {field: value for field, value in asked.values.items() if field in event.fields},
        (*step.evidence, *asked.needed),
        max(step.done.times, *(int(float(each.times or 1)) for each in step.opens)),
        is_rhythm,
        same,
        not same and bool(step.form) and not is_rhythm,
        str(step.done.collect or ""),
        [
            (str(opener), str(opens.same), _copied(definitions.events[str(opener)], event))
            for opens in step.opens
            for opener in (opens.events if opens.same else ())
        ],
    )


def _copied(theirs: Event, ours: Event) -> Sequence[str]:
    """Return the fields that stand in both forms."""
    return [
        str(name)
        for name, field in ours.fields.items()
        if name in theirs.fields and theirs.fields[name].type == field.type
    ]


@dataclass(frozen=True, slots=True)
class Todo:
    """A task that asks for somebody; moments in seconds, UTC."""

    task_id: str
    case_no: int
    name: str
    key: str
    by: str | None
    state: str
    opened: int
    start: int
    due: int
    closed: int | None
    gone: int | None  # given up
    is_replaced: bool

    def named(self, duty: Duty) -> Form:
        """Return how the closing form says which task it means."""
        if duty.same and self.key:
            return {duty.same: float(self.key) if duty.event.fields[duty.same].type == "number" else self.key}
        return {"task_key": self.key} if duty.is_keyed and self.key else {}


@dataclass
class Past:
    """What has happened to each case so far."""

    by_type: dict[tuple[int, str], list[NewEvent]]

    def note(self, events: Sequence[NewEvent]) -> None:
        """Remember events for those who look them up."""
        for each in events:
            self.by_type.setdefault((each.case_no, each.type), []).append(each)

    def latest(self, case_no: int, event: str, at: int) -> NewEvent | None:
        """Return the latest event of a type that a case had by a moment."""
        found = self.by_type.get((case_no, event), ())
        return max((each for each in found if each.at <= at), key=lambda each: each.at, default=None)

    def copied(self, case_no: int, key: str, duty: Duty) -> Mapping[str, object]:
        """Return what a form takes over from the slip that opened the task."""
        for event, same, names in duty.slips if key else ():
            for each in self.by_type.get((case_no, event), ()):
                if each.data.get(same) == key:
                    return {name: each.data[name] for name in names if name in each.data}
        return {}
