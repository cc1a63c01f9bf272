"""A decision in words: what was given, for each row whether it applied and which cell did not fit, the answer."""

import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from engine.calendars.zones import moment_text
from engine.decide import Decision
from engine.decisions.given import shown
from engine.decisions.trace import Failure, RuleTrace
from engine.handbook.tables import cell
from engine.handbook.terms import Terms
from engine.listing import Directory
from engine.model import DecisionTable, Field, Rule
from engine.telling.voice import INDENT, Speaker


def decision(found: Decision, book: Directory, zone: str) -> str:
    """Return the answer of a table, its inputs, and for each row whether it applied or which input failed."""
    return "\n".join(_decision(Speaker(Terms(book.definitions, book.language), book, zone), found)) + "\n"


def _decision(speaker: Speaker, found: Decision) -> Iterator[str]:
    table, terms = found.table, speaker.terms
    yield speaker.tell("decision", table=terms.table(str(table.name)))
    if found.inputs:
        yield from ("", speaker.tell("decision.inputs"))
    for name, value in found.inputs.items():
        yield INDENT + speaker.valued(table.inputs[name].field, value)
    hit = terms.tell(f"hit.{table.hit}") + (terms.tell(f"hit.{table.aggregate}") if table.aggregate else "")
    yield from ("", speaker.tell("decision.rows", hit=hit.rstrip("。.")))
    width = len(str(len(found.traces)))
    yield from (INDENT + _row(speaker, table, each, width) for each in found.traces)
    is_answered = any(each.matched for each in found.traces)
    if table.otherwise and not is_answered:
        yield f"{INDENT}✓ {terms.tell('table.otherwise')}{_source(table.otherwise)}"
    yield from ("", speaker.tell("decision.answer"))
    if not is_answered and table.otherwise is None and not table.aggregate:
        yield INDENT + speaker.tell("decision.none")
        return
    for name, value in found.outputs.items():
        yield INDENT + speaker.valued(table.outputs[name], value)


def _row(speaker: Speaker, table: DecisionTable, each: RuleTrace, width: int) -> str:
    """Return a row in one line: that it applied, that it is not in force, or what did not fit."""
    if each.matched:
        text = when(speaker, table, each.rule)
        said = speaker.tell("decision.taken", cells=text) if text else speaker.tell("decision.always")
    elif each.failures:
        failures = speaker.joined(_failure(speaker, table, failure) for failure in each.failures)
        said = speaker.tell("decision.failed", failures=failures)
    else:
        said = speaker.tell("decision.dated")
    row = speaker.tell("row", number=str(each.number).rjust(width))
    return f"{'✓' if each.matched else '✗'} {row}  {said}{_source(each.rule)}"


def when(speaker: Speaker, table: DecisionTable, rule: Rule) -> str:
    """Return the conditions of a row."""
    cells = {str(name): str(text) for name, text in rule.when.items()}
    return speaker.joined(
        _told(speaker, "decision.cell", each.field, cells[name])
        for name, each in table.inputs.items()
        if cells.get(name, "any") not in ("any", "-", "")
    )


def _failure(speaker: Speaker, table: DecisionTable, failure: Failure) -> str:
    field = table.inputs[failure.input].field
    return _told(speaker, "decision.failure", field, failure.cell, value=speaker.field(field, failure.value))


def _told(speaker: Speaker, key: str, field: Field, text: str, **values: str) -> str:
    """Return a cell as a sentence: a value is what the field is, a bound stands in a relation to it."""
    is_one = not text.strip().startswith(("not ", "<", ">"))
    named = speaker.terms.field(field)
    return speaker.tell(f"{key} is" if is_one else key, field=named, cell=cell(speaker.terms, field, text), **values)


def _source(rule: Rule) -> str:
    return f"  [{', '.join(map(str, rule.source))}]" if rule.source else ""


def decision_json(found: Decision, on: str, zone: str) -> str:
    """Return the answer of a table for programs: inputs, rows with what failed, outputs; money as text."""
    table = found.table
    failed = [
        [{"input": each.input, "cell": each.cell, "value": plain(table.inputs[each.input].field, each.value, zone)}
         for each in traced.failures]
        for traced in found.traces
    ]  # fmt: skip
    body = {
        "table": str(table.name),
        "on": on,
        "inputs": {name: plain(table.inputs[name].field, value, zone) for name, value in found.inputs.items()},
        "rows": [
            {"row": each.number, "matched": each.matched, "in_force": each.in_force, "failures": failures}
            | {"source": list(map(str, each.rule.source))}
            for each, failures in zip(found.traces, failed, strict=True)
        ],
        "outputs": {name: plain(table.outputs[name], value, zone) for name, value in found.outputs.items()},
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def plain(field: Field, value: object, zone: str) -> object:
    """Return a value as programs read it: a moment as wall time, money and days as text."""
    if field.type == "moment" and isinstance(value, int):
        return moment_text(value, zone)
    if isinstance(value, Decimal | date):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float | str | list) else shown(value)
