"""The deadline of a task as a sum that a person can follow."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from engine.calendars.steps import DayLine
from engine.calendars.zones import moment_text
from engine.compiler.clock import due_text
from engine.decisions.rests import Taken
from engine.explain import Explanation, Stretch
from engine.handbook import deadlines
from engine.handbook.expression import condition, value
from engine.model import Parameter
from engine.telling import clauses
from engine.telling.voice import INDENT, Voice


def deadline(voice: Voice, found: Explanation) -> Iterator[str]:
    """Yield how the due moment of a task came about."""
    yield from _start(voice, found)
    yield INDENT + _rule(voice, found)
    if found.skipped:
        yield INDENT * 2 + _moved_on(voice, found.skipped)
    yield from (INDENT + each for each in deadlines.rest_days(voice.terms, voice.places, found.step))
    yield from _reasons(voice, found)
    if found.task["start_at"] is None:
        return
    for stretch in found.stretches:
        yield from _stretch(voice, stretch)
    if not found.stretches:
        yield from _pauses(voice, found)
    due = found.task["due_at"]
    if due is None:
        is_paused = found.task["waiting_for"] == "paused"
        yield INDENT + voice.tell("paused" if is_paused else "due_unknown")
    else:
        key = "is due provisional" if found.task["provisional"] else "is due"
        yield INDENT + voice.tell(key, at=voice.moment(due))


def _start(voice: Voice, found: Explanation) -> Iterator[str]:
    start = found.task["start_at"]
    gate = condition(voice.terms, voice.places.task(found.step), found.step.needs) if found.step.needs else ""
    if start is None and gate:
        yield INDENT + voice.tell("gate.wait", gate=gate)
        yield INDENT + voice.tell("gate")
        yield from clauses.told(voice, found.gate, found.opening, found.step, 2)
    elif gate:
        key = "gate.opened" if start != found.task["opened_at"] else "gate.open"
        yield INDENT + voice.tell(key, at=voice.moment(start), gate=gate)
    elif start is not None:
        yield INDENT + voice.tell("started", at=voice.moment(start))


def _rule(voice: Voice, found: Explanation) -> str:
    if found.step.due:
        is_one_day = found.task["start_at"] is not None and not found.pauses  # after a pause a rule is asked again
        terms = replace(voice.terms, counted_from=voice.terms.day) if is_one_day else voice.terms
        return deadlines.due(terms, voice.places, found.step)
    names = voice.places.task(found.step)
    key = "due.within" if found.is_span else "due.by"
    told = value(voice.terms, names, due_text(found.step))
    return voice.terms.tell(key, span=told, moment=told)


def _moved_on(voice: Voice, skipped: Sequence[DayLine]) -> str:
    """Return that a day without a close of business leaves it to the next one that has one, and why it has none."""
    told = []
    for _, lines in groupby(skipped, lambda line: (bool(line.blocks), line.why, line.name)):
        first, *more = lines
        day = voice.day(first.day)
        if more:
            day = voice.tell("sum.days", first=day, day=voice.day(more[-1].day))
        told.append(day + voice.tell("of", more=_reason(voice, first)))
    return voice.tell("moved on", days=voice.tell("and").join(told))


def _reasons(voice: Voice, found: Explanation) -> Iterator[str]:
    """Yield the parameters that a deadline rests on, with their clauses, and the rows of tables that it took."""
    definitions = voice.terms.definitions
    for name in found.parameters:
        parameter = definitions.parameters[name]
        yield INDENT * 2 + _parameter(voice, parameter)
        if reason := parameter.reason.text(voice.terms.language):
            yield INDENT * 3 + reason
    for taken in found.tables:
        yield from _table(voice, taken)


def _parameter(voice: Voice, parameter: Parameter) -> str:
    terms = voice.terms
    own, clauses_of = terms.parameter_value(parameter), ", ".join(map(str, parameter.source))
    told = {"name": terms.bare(parameter.title, str(parameter.name)), "value": own}
    told["clauses"] = voice.tell("clauses", names=clauses_of) if clauses_of else ""
    overlay = terms.definitions.overlays.get(terms.campus_of_case)
    if overlay is None or not any(each == parameter.name for each in overlay.parameters):
        return voice.tell("parameter", **told)
    campus, other = terms.bare(overlay.title, str(overlay.name)), terms.head_office_value(parameter)
    return voice.tell("parameter.own", **told, campus=campus, other=other)


def _table(voice: Voice, taken: Taken) -> Iterator[str]:
    """Yield which row of a table answered, to what, and the reasons that it gives: its note and its clauses."""
    table = taken.table
    known = {str(name): each.field for name, each in table.inputs.items()}
    told = {"table": voice.terms.table(str(table.name)), "inputs": voice.fields(known, taken.inputs.items())}
    if not taken.rows:
        yield INDENT * 2 + voice.tell("table", row=voice.tell("no row"), **told)
    for number, rule in taken.rows.items():
        row = voice.tell("row", number=number) if number else voice.tell("otherwise")
        yield INDENT * 2 + voice.tell("table", row=row, **told)
        if reason := rule.help.text(voice.terms.language):
            yield INDENT * 3 + reason
        yield from (INDENT * 3 + text for text in _sentences(voice, rule.source or table.source))


def _sentences(voice: Voice, names: Sequence[str]) -> Iterator[str]:
    for name in names:
        yield voice.tell("clause", name=name, text=voice.terms.clause(str(name))).rstrip()


def _pauses(voice: Voice, found: Explanation) -> Iterator[str]:
    over = [(begin, end) for begin, end in found.pauses if end is not None]
    for since, until in found.pauses:
        yield INDENT * 2 + _pause(voice, since, until)
    if over and found.is_span:
        yield INDENT * 2 + voice.tell("sum.moved", span=voice.span(sum(end - begin for begin, end in over)))


def _pause(voice: Voice, since: int, until: int | None) -> str:
    key = "sum.pause" if until is not None else "sum.pause open"
    return voice.tell(key, since=voice.moment(since), until=voice.moment(until))


def _stretch(voice: Voice, stretch: Stretch) -> Iterator[str]:
    if stretch.days:
        yield INDENT * 2 + voice.tell(
            "sum.of", at=voice.moment(stretch.start), span=voice.working(stretch.seconds + stretch.left)
        )
    for _, lines in groupby(enumerate(stretch.days), lambda each: _alike(*each)):
        yield INDENT * 3 + _days(voice, [line for _, line in lines], stretch.left)
    if stretch.pause is not None:
        yield INDENT * 2 + _pause(voice, *stretch.pause)


def _alike(place: int, line: DayLine) -> object:
    """Return what days in a row must share to be told in one line: that nothing was counted, and why."""
    return place if line.taken else (line.reason, line.name, line.is_provisional)


def _days(voice: Voice, lines: Sequence[DayLine], left_after: int) -> str:
    line, day = lines[-1], voice.day(lines[0].day)
    if len(lines) > 1:
        day = voice.tell("sum.days", first=day, day=voice.day(line.day))
    mark = voice.tell("sum.provisional", year=line.day.year) if line.is_provisional else ""
    if not line.taken:
        return voice.tell("sum.none", day=day, reason=_reason(voice, line)) + mark
    if line.why == "makeup_workday":
        day += voice.tell("of", more=voice.tell("makeup"))
    blocks = ", ".join(f"{_clock(voice, begin)}-{_clock(voice, end)}" for begin, end in line.counted)
    left = line.remaining + left_after
    key = "sum.day" if left else "sum.last"
    return voice.tell(key, day=day, blocks=blocks, taken=voice.working(line.taken), left=voice.working(left)) + mark


def _clock(voice: Voice, at: int) -> str:
    return moment_text(at, voice.zone).split()[1]


def _reason(voice: Voice, line: DayLine) -> str:
    if line.blocks:
        return voice.tell("reason.hours")
    name = getattr(line.name, voice.terms.language) if line.name else ""
    if line.why in ("holiday", "closure"):
        return voice.tell(f"reason.{line.why}" + ("" if name else " "), name=name)
    return voice.tell("reason.open_day" if line.why == "open_day" else "reason.rest_day")
