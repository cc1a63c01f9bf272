"""What people type in one by one: a fact, the closing of a task, a waiver, a correction. Each is an event."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from engine.listing import zone_of
from engine.model import Definitions, Event, Step
from engine.problems import Refused, did_you_mean
from engine.report.entry import LIVE
from engine.store.base import NewEvent
from engine.store.sqlite import SqliteStore
from engine.words import say

#: The field by which the event of a step's own form names its task.
TASK_KEY = "task_key"
_SHOWN = 10
_EQUALS = re.compile(r"\s*(\w+)\s*==\s*\"([^\"]*)\"\s*")


@dataclass(frozen=True, slots=True)
class Typed:
    """One event as somebody typed it: its values are texts, `at` 0 means now."""

    event: str
    values: Mapping[str, str]
    at: str = ""
    by: str = ""


def find_task(tasks: pl.DataFrame, part: str, language: str) -> dict[str, object]:
    """Return the task that `part` names: its id, or a part that only it has; unfinished tasks come first.

    Whole names come before parts of names: "first_call/S-1" is not "first_call/S-10".
    """
    ids = tasks["task_id"]
    live = tasks.filter(pl.col("state").is_in(LIVE))
    whole = rf"(^|[./]){re.escape(part)}(/|$)"
    for found in (
        tasks.filter(ids == part),
        live.filter(pl.col("task_id").str.contains(whole)),
        tasks.filter(ids.str.contains(whole)),
        live.filter(pl.col("task_id").str.contains(part, literal=True)),
        tasks.filter(ids.str.contains(part, literal=True)),
    ):
        if len(found) == 1:
            return found.row(0, named=True)
        if len(found) > 1:
            raise Refused(_candidates(part, found["task_id"].to_list(), language))
    raise Refused(say(language, "refuse.task_unknown", part=part))


def _candidates(part: str, ids: list[str], language: str) -> str:
    lines = [say(language, "refuse.task_many", part=part, count=len(ids)), *(f"  {each}" for each in ids[:_SHOWN])]
    if len(ids) > _SHOWN:
        lines.append(say(language, "refuse.more", count=len(ids) - _SHOWN))
    return "\n".join(lines)


def find_case(store: SqliteStore, case_id: str, language: str) -> dict[str, object]:
    """Return the row of the case with this id."""
    numbers = store.case_numbers([case_id])
    if case_id in numbers:
        return store.cases(case_nos=[numbers[case_id]]).row(0, named=True)
    raise Refused(unknown("case", case_id, _nearby(store, case_id), language))


def _nearby(store: SqliteStore, case_id: str) -> Iterable[str]:
    ids = store.cases()["case_id"]
    return [each for each in ids.to_list() if abs(len(each) - len(case_id)) < 2] if len(ids) < 20_000 else ()


def unknown(kind: str, name: str, known: Iterable[str], language: str) -> str:
    """Return the sentence that refuses a name nothing has, with the nearest one that something has."""
    sentence = say(language, "refuse.unknown", kind=say(language, f"kind.{kind}"), name=name)
    hint = did_you_mean(name, known, language)
    return say(language, "hint.after", sentence=sentence, hint=hint) if hint else sentence


def event_of(definitions: Definitions, name: str, language: str) -> Event:
    """Return the event of this name."""
    if name in definitions.events:
        return definitions.events[name]
    raise Refused(unknown("event", name, definitions.events, language))


def closing(
    definitions: Definitions, step: Step, task: Mapping[str, object], typed: Mapping[str, str], language: str
) -> Typed:
    """Return the event that closes the task: what its step says of it is filled in, what is owed is asked for."""
    name = f"{task['process']}.{task['step']}"
    if not step.done.events:
        raise Refused(say(language, "refuse.closes_itself", task=task["task_id"], condition=step.done.when))
    event, typed = _chosen(definitions, step, typed, language)
    values = {**_implied(str(step.done.condition or "")), **typed}
    if step.done.same and task["key"]:
        values.setdefault(str(step.done.same), str(task["key"]))
    if event.name == name and task["key"]:
        values.setdefault(TASK_KEY, str(task["key"]))
    values = {field: value for field, value in values.items() if field in event.fields or field in typed}
    owed = [str(field) for field in step.evidence if field not in values]
    owed += [name for name, field in event.fields.items() if field.required and name not in {*values, *owed}]
    if owed:
        forms = ", ".join(_asked(event, field, language) for field in owed)
        raise Refused(say(language, "refuse.owed", task=task["task_id"], fields=forms))
    return Typed(event.name, values)


def _chosen(
    definitions: Definitions, step: Step, typed: Mapping[str, str], language: str
) -> tuple[Event, Mapping[str, str]]:
    """Return the closing event, of several the one whose form has the given fields, and these by their ids."""
    events = [event_of(definitions, name, language) for name in step.done.events]
    named = [(event, _by_id(event, typed)) for event in events]
    return next((each for each in named if set(each[1]) <= set(each[0].fields)), named[0])


def _by_id(event: Event, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the values under the ids of the fields, which may have been named by their titles."""
    titles = {
        title: name for name, field in event.fields.items() for title in (field.title.zh, field.title.en) if title
    }
    return {name if name in event.fields else titles.get(name, name): value for name, value in typed.items()}


def _implied(condition: str) -> dict[str, str]:
    """Return the values that a condition of plain equations leaves no choice about.

    >>> _implied('with == "parent" and outcome == "satisfied"'), _implied('with == "parent" or minutes > 3')
    ({'with': 'parent', 'outcome': 'satisfied'}, {})
    """
    parts = [_EQUALS.fullmatch(part) for part in condition.split(" and ")]
    return {part[1]: part[2] for part in parts if part} if " or " not in condition else {}


def _asked(event: Event, name: str, language: str) -> str:
    """Return a field as one would type it: its name, its choices, its title."""
    field = event.fields.get(name)
    if field is None:
        return name
    choices = "|".join(field.choices) or field.type
    title = field.title.text(language)
    return f"{name}={choices}" + (f" ({title})" if title else "")


def waiver(task: Mapping[str, object], by: str, why: str, at: int, now: int) -> NewEvent:
    """Return the event that says a task need not be done."""
    data = {"step": f"{task['process']}.{task['step']}", "key": task["key"] or "", "by": by, "why": why}
    return NewEvent(int(str(task["case_no"])), "waive", at, now, by, data)


def correction(store: SqliteStore, event_id: int, by: str, why: str, now: int, language: str) -> NewEvent:
    """Return the event that says another never was; it counts from the moment of the other."""
    event = store.event(event_id)
    if event is None:
        raise Refused(say(language, "refuse.unknown", kind=say(language, "kind.event"), name=event_id))
    history = store.history(event.case_no)
    voids = history.filter((pl.col("type") == "void") & pl.col("data").str.contains(f'"event_id":{event_id}[,}}]'))
    if event.type != "void" and len(voids):
        raise Refused(say(language, "refuse.void_twice", event_id=event_id, void_id=voids["event_id"][0]))
    return NewEvent(
        event.case_no, "void", max(event.at, min(now, event.recorded_at)), now, by, {"event_id": event_id, "why": why}
    )


def zone_of_case(definitions: Definitions, case: Mapping[str, object]) -> str:
    """Return the zone in which moments of the case are read."""
    return zone_of(definitions, str(case["campus"] or ""))
