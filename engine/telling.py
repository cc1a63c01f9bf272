"""An explanation in words: why a task is due, with the deadline as a sum a person can follow, or why there is none."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from engine.calendars.steps import DayLine
from engine.calendars.zones import moment_text
from engine.explain import Clause, Explanation, WhyNot
from engine.listing import Directory
from engine.model import Opening
from engine.words import has, say

_INDENT: Final = "   "
#: No count in a school comes near; what is above is a moment in seconds since 1970.
_FIRST_MOMENT: Final = 100_000_000


def why(found: Explanation, book: Directory) -> str:
    """Return why the task is due: what opened it, what it waited for, its deadline, its ladder, its clauses."""
    return "\n".join(_why(found, book)) + "\n"


def _why(found: Explanation, book: Directory) -> Iterator[str]:
    task, language, zone = found.task, book.language, _zone(found.task, book)
    who = book.names.get(str(task["assignee"] or ""), "") or book.role(str(task["role"] or ""))
    yield f"{found.title.text(language)}  {task['task_id']}"
    yield _INDENT + say(language, "why.state", state=say(language, f"state.{task['state']}"), who=who)
    yield ""
    opening = _opening(found.opening, book) if found.opening else "?"
    yield say(language, "why.opened", at=_moment(task["opened_at"], zone), opening=opening)
    if found.opening_values:
        shown = ", ".join(f"{name} = {_value(value, language, zone)}" for name, value in found.opening_values)
        yield _INDENT + say(language, "why.fields", fields=shown)
    yield from _clauses(found.clauses, language, zone)
    if found.gate:
        yield say(language, "why.gate")
        yield from _clauses(found.gate, language, zone)
    yield from _due(found, book, zone)
    yield from _rest(found, book, zone)


def _due(found: Explanation, book: Directory, zone: str) -> Iterator[str]:
    task, language = found.task, book.language
    if task["start_at"] is None:
        yield say(language, "why.not_started", gate=book.gate(str(task["waiting_for"] or ""), str(task["subject"])))
    else:
        yield say(language, "why.started", at=_moment(task["start_at"], zone))
    key = "why.due" if task["due_at"] is not None else "why.due_unknown"
    yield say(language, key, rule=found.due_rule, at=_moment(task["due_at"], zone))
    for name, value, source in found.parameters:
        shown = _value(value, language, zone)
        yield _INDENT + say(language, "why.parameter", name=name, value=shown, source=", ".join(source) or "-")
    yield from (_INDENT + _day(line, language) for line in found.days)
    for since, until in found.pauses:
        end = _moment(until, zone) if until is not None else say(language, "why.open_end")
        yield _INDENT + say(language, "why.paused", since=_moment(since, zone), until=end)


def _rest(found: Explanation, book: Directory, zone: str) -> Iterator[str]:
    language = book.language
    for rung in (each for each in found.rungs if each.at is not None):
        key = "why.rung_reached" if rung.reached else "why.rung"
        yield say(language, key, at=_moment(rung.at, zone), to=book.role(rung.to))
    events = ", ".join(found.closes_by)
    if not events:
        how = say(language, "why.closes_when", condition=found.closes_if)
    else:
        how = say(language, "why.closes_if", events=events, condition=found.closes_if) if found.closes_if else events
    yield say(language, "why.closes", how=how)
    if missing := found.task["missing"]:
        names = ", ".join(str(each) for each in missing) if isinstance(missing, list) else str(missing)
        yield _INDENT + say(language, "why.missing", fields=names)
    if found.sources:
        yield say(language, "why.source")
        yield from (f"{_INDENT}{name}  {title.text(language)}".rstrip() for name, title in found.sources)
    yield say(language, "why.place", place=found.place)


def why_none(found: WhyNot, case_id: str, book: Directory, zone: str) -> str:
    """Return why the step owes nothing on the case, and the smallest change that would make it."""
    return "\n".join(_why_none(found, case_id, book, zone)) + "\n"


def _why_none(found: WhyNot, case_id: str, book: Directory, zone: str) -> Iterator[str]:
    language = book.language
    name = f"{found.process}.{found.step}"
    yield say(language, "why.no_task", case=case_id, title=found.title.text(language), step=name)
    if found.tasks:
        yield say(language, "why.only_old", count=len(found.tasks))
        for task in found.tasks:
            state = say(language, f"state.{task['state']}")
            at = _moment(task["closed_at"] or task["cancelled_at"], zone)
            yield f"{_INDENT}{task['task_id']}  {state}  {at}".rstrip()
    for opening, clauses in found.clauses:
        yield say(language, "why.way", opening=_opening(opening, book))
        yield from _clauses(clauses, language, zone)
    if found.changes:
        yield say(language, "why.changes")
    for act, names in found.changes:
        shown = _moment(int(names[0]), zone) if act == "wait" else ", ".join(names)
        yield _INDENT + say(language, f"change.{act}", names=shown)


def _opening(opening: Opening, book: Directory) -> str:
    """Return in words how the opening opens."""
    language = book.language
    period = str(opening.period or "")
    return say(
        language,
        f"opening.{opening.kind}",
        events=", ".join(_event(str(each), book) for each in opening.events) or "-",
        step=opening.step,
        interval=opening.interval,
        period=say(language, f"period.{period}") if has(f"period.{period}") else period,
        times=opening.times,
        condition=opening.condition,
        cron=opening.cron,
    )


def _event(name: str, book: Directory) -> str:
    event = book.definitions.events.get(name)
    title = event.title.text(book.language) if event else ""
    return f"{title} ({name})" if title else name


def _clauses(clauses: tuple[Clause, ...], language: str, zone: str) -> Iterator[str]:
    marks = {True: "✓", False: "✗", None: "?"}
    for clause in clauses:
        values = ", ".join(f"{name} = {_value(value, language, zone)}" for name, value in clause.values)
        yield f"{_INDENT}{marks[clause.holds]} {clause.text}" + (f"   [{values}]" if values else "")


def _day(line: DayLine, language: str) -> str:
    weekday = say(language, f"weekday.{line.day.isoweekday()}")
    name = f"{weekday} {getattr(line.name, language)}" if line.name else weekday
    mark = say(language, "why.day_provisional") if line.is_provisional else ""
    if not line.taken:
        reason = say(language, f"reason.{line.reason}") if has(f"reason.{line.reason}") else line.reason
        return say(language, "why.day_none", day=line.day, name=name, reason=reason) + mark
    blocks = ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in line.blocks)
    taken, remaining = _span(line.taken, language), _span(line.remaining, language)
    return say(language, "why.day", day=line.day, name=name, blocks=blocks, taken=taken, remaining=remaining) + mark


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _span(seconds: int, language: str) -> str:
    hours, minutes = divmod(round(seconds / 60), 60)
    key = "span.hm" if hours and minutes else "span.h" if hours else "span.m"
    return say(language, key, hours=hours, minutes=minutes)


def _zone(task: dict[str, object], book: Directory) -> str:
    return str(book.zone(str(task["campus"] or "")))


def _moment(value: object, zone: str) -> str:
    return moment_text(value, zone) if isinstance(value, int) else ""


def _value(value: object, language: str, zone: str) -> str:
    """Return a value as people read it; a whole number too large to be a count is a moment."""
    if value is None:
        return say(language, "unknown")
    if isinstance(value, bool):
        return say(language, "yes" if value else "no")
    if isinstance(value, int) and value > _FIRST_MOMENT:
        return moment_text(value, zone)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | Decimal):
        return str(value)
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
