"""What people type in one by one: a fact, the closing of a task, a waiver, a correction. Each is an event."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from engine.listing import staff_names, zone_of
from engine.model import TASK_KEY, Definitions, Event, Field, Step
from engine.problems import Misused, Refused, did_you_mean
from engine.report.entry import LIVE, code_of, is_code
from engine.store.base import NewEvent
from engine.store.sqlite import SqliteStore
from engine.words import say

_SHOWN = 10
_LAST_ID = 2**63 - 1
_EQUALS = re.compile(r"\s*(\w+)\s*==\s*\"([^\"]*)\"\s*")


@dataclass(frozen=True, slots=True)
class Typed:
    """One event as somebody typed it: its values are texts, `at` 0 means now."""

    event: str
    values: Mapping[str, str]
    at: str = ""
    by: str = ""


def find_task(tasks: pl.DataFrame, part: str, language: str) -> dict[str, object]:
    """Return the task that `part` names: its id, its code, or a part that only it has; unfinished tasks come first.

    Whole names come before parts of names: "first_call/S-1" is not "first_call/S-10".
    """
    if not part.strip():
        raise Refused(say(language, "refuse.task_unknown", part=part))
    ids = tasks["task_id"]
    live = tasks.filter(pl.col("state").is_in(LIVE))
    whole = rf"(^|[./]){re.escape(part)}(/|$)"
    for found in (
        tasks.filter(ids == part),
        *(each.filter(_codes(each["task_id"], part)) for each in (live, tasks) if is_code(part)),
        live.filter(pl.col("task_id").str.contains(whole)),
        tasks.filter(ids.str.contains(whole)),
        live.filter(pl.col("task_id").str.contains(part, literal=True)),
        tasks.filter(ids.str.contains(part, literal=True)),
    ):
        if len(found) == 1:
            return found.row(0, named=True)
        if len(found) > 1:
            raise Refused(candidates(part, found["task_id"].to_list(), language))
    raise Refused(say(language, "refuse.task_unknown", part=part))


def _codes(ids: pl.Series, part: str) -> pl.Series:
    return pl.Series([code_of(each).startswith(part) for each in ids], dtype=pl.Boolean)


def candidates(part: str, ids: list[str], language: str) -> str:
    """Return the sentence that a part of a name is not enough, and the tasks that it may mean."""
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


def person(definitions: Definitions, store: SqliteStore, who: str, option: str, language: str) -> str:
    """Return the id of the member of staff named by id or name; a school without staff takes any name."""
    if not who.strip():
        raise Misused(say(language, "refuse.empty", option=option))
    staff = staff_names(definitions, store)
    found = [case_id for case_id, name in staff.items() if who in (case_id, name)]
    if len(found) > 1:
        raise Refused(say(language, "refuse.person_many", name=who, ids=", ".join(found)))
    if not found and staff:
        raise Refused(unknown("person", who, [*staff, *filter(None, staff.values())], language))
    return found[0] if found else who


def reason(why: str, language: str) -> str:
    """Return the reason that somebody gave; there has to be one."""
    if not why.strip():
        raise Misused(say(language, "refuse.empty", option="--why"))
    return why


def event_of(definitions: Definitions, name: str, language: str) -> Event:
    """Return the event of this name."""
    if name in definitions.events:
        return definitions.events[name]
    raise Refused(unknown("event", name, definitions.events, language))


def of_its_subject(definitions: Definitions, name: str, case: Mapping[str, object], language: str) -> None:
    """Refuse an event that is not of a case like this one."""
    wanted, subject = str(event_of(definitions, name, language).subject), str(case["subject"])
    if wanted != subject:
        titles = [definitions.subjects[each].title.text(language) or each for each in (wanted, subject)]
        values = dict(zip(("wanted", "subject"), titles, strict=True))
        raise Refused(say(language, "refuse.subject", event=name, case=case["case_id"], **values))


def facts(typed: Mapping[str, str], language: str) -> Mapping[str, str | None]:
    """Return the facts to set; one that was left empty becomes unknown."""
    if not typed:
        raise Misused(say(language, "refuse.empty", option="FIELD=VALUE"))
    return {name: value if value.strip() else None for name, value in typed.items()}


def emptied(definitions: Definitions, event: str, subject: str, data: Mapping[str, object], language: str) -> list[str]:
    """Return a sentence for each fact that a case must have and that `set` would make unknown."""
    fields = definitions.subjects[subject].fields if event == "set" else {}
    lost = [name for name, value in data.items() if value is None and name in fields and fields[name].required]
    return [say(language, "refuse.empty", option=name) for name in lost]


def lost_references(
    definitions: Definitions, store: SqliteStore, event: str, subject: str, data: Mapping[str, object], language: str
) -> list[str]:
    """Return a sentence for each value that names a case which is not there."""
    fields = definitions.subjects[subject].fields if event == "set" else definitions.events[event].fields
    wrong = []
    for name, value in data.items():
        target = fields[name].to if name in fields else None
        if target is None or not isinstance(value, str) or target not in definitions.subjects:
            continue
        if not (store.case_numbers([value]) and store.cases(str(target), [store.case_numbers([value])[value]]).height):
            kind = definitions.subjects[str(target)].title.text(language) or str(target)
            sentence = say(language, "refuse.reference", field=name, kind=kind, name=value)
            hint = did_you_mean(value, store.cases(str(target))["case_id"].to_list(), language)
            wrong.append(say(language, "hint.after", sentence=sentence, hint=hint) if hint else sentence)
    return wrong


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
        forms = ", ".join(asked(event.fields[each], language) if each in event.fields else each for each in owed)
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


def asked(field: Field, language: str) -> str:
    """Return a field as one would type it: its name, its choices, its title."""
    choices = "|".join(field.choices) or field.type
    title = field.title.text(language)
    return f"{field.name}={choices}" + (f" ({title})" if title else "")


def waiver(task: Mapping[str, object], by: str, why: str, at: int, now: int) -> NewEvent:
    """Return the event that says a task need not be done."""
    data = {"step": f"{task['process']}.{task['step']}", "key": task["key"] or "", "by": by, "why": why}
    return NewEvent(int(str(task["case_no"])), "waive", at, now, by, data)


def correction(store: SqliteStore, event_id: int, by: str, why: str, now: int, language: str) -> NewEvent:
    """Return the event that says another never was; it counts from the moment of the other."""
    event = store.event(event_id) if 0 < event_id <= _LAST_ID else None
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
