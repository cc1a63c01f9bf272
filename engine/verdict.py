"""Decisions and calculations in words: which rule was taken and why not the others; a statement line by line."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from engine.decide import Decision
from engine.decisions.calculation import Statement, StatementLine
from engine.decisions.given import shown
from engine.decisions.trace import RuleTrace
from engine.model import Definitions
from engine.text import display_width, pad
from engine.words import say

_INDENT = "   "


def decision(found: Decision, language: str) -> str:
    """Return the answer of a table, its inputs, and for each rule whether it was taken or which input failed."""
    return "\n".join(_decision(found, language)) + "\n"


def _decision(found: Decision, language: str) -> Iterator[str]:
    title = found.table.title.text(language)
    yield f"{title} ({found.table.name})" if title else str(found.table.name)
    yield say(language, "trace.inputs")
    for name, value in found.inputs.items():
        field = found.table.inputs[name].field
        yield f"{_INDENT}{field.title.text(language) or name} ({name}) = {_said(value, language)}"
    for each in found.traces:
        yield f"{_INDENT}{_traced(each, len(found.traces), language)}"
    if found.table.otherwise and not any(each.matched for each in found.traces):
        yield f"{_INDENT}✓ {say(language, 'trace.otherwise')}"
    yield say(language, "trace.answer")
    for name, value in found.outputs.items():
        field = found.table.outputs[name]
        yield f"{_INDENT}{field.title.text(language) or name} ({name}) = {_said(value, language)}"


def _traced(each: RuleTrace, rules: int, language: str) -> str:
    """Return a rule in one line: taken, not in force, or which input failed."""
    number = str(each.number).rjust(len(str(rules)))
    if each.matched:
        text = say(language, "trace.taken")
    elif each.failures:
        text = say(language, "trace.not_taken", inputs="; ".join(map(str, each.failures)))
    else:
        text = say(language, "trace.not_in_force")
    source = ", ".join(str(clause) for clause in each.rule.source)
    line = f"{'✓' if each.matched else '✗'} {say(language, 'trace.row', number=number)}  {text}"
    return f"{line}  [{source}]" if source else line


def statements(found: Sequence[Statement], days: Sequence[str], definitions: Definitions, language: str) -> str:
    """Return calculations side by side, a column a day, a line each, the result last, then the clauses."""
    first = found[0]
    lines = [line for line in first.lines if line.shown]
    rows = [[line.title.text(language) or line.name for line in lines]]
    rows += [[_said(_line(each, line.name).amount, language) for line in lines] for each in found]
    heads = ["", *days]
    widths = [max(map(display_width, [head, *column])) for head, column in zip(heads, rows, strict=True)]
    out = [first.calculation.title.text(language) or str(first.calculation.name), ""]
    if len(days) > 1:
        out.append("  ".join(pad(head, width) for head, width in zip(heads, widths, strict=True)).rstrip())
    for number, line in enumerate(lines):
        cells = [pad(rows[0][number], widths[0])]
        amounts = zip(rows[1:], widths[1:], strict=True)
        cells += [" " * (width - display_width(column[number])) + column[number] for column, width in amounts]
        out.append("  ".join(cells) + (f"  [{', '.join(line.clauses)}]" if line.clauses else ""))
    named = dict.fromkeys(clause for line in lines for clause in line.clauses)
    known = [(name, definitions.clauses[name].title.text(language)) for name in named if name in definitions.clauses]
    return "\n".join([*out, "", *(f"{name}  {text}" for name, text in known)]).rstrip() + "\n"


def _line(found: Statement, name: str) -> StatementLine:
    return next(line for line in found.lines if line.name == name)


def statements_json(found: Sequence[Statement], days: Sequence[str]) -> str:
    """Return calculations for programs: an object a day, money as text."""
    body = [
        {
            "calculation": str(each.calculation.name),
            "on": day,
            "inputs": {name: _plain(value) for name, value in each.inputs},
            "lines": [
                {"name": line.name, "amount": _plain(line.amount), "source": list(line.clauses)} for line in each.lines
            ],
            "result": _plain(each.result),
        }
        for each, day in zip(found, days, strict=True)
    ]
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _said(value: object, language: str) -> str:
    """Return a value as people read it."""
    if value is None or isinstance(value, bool):
        return say(language, {None: "unknown", True: "yes", False: "no"}[value])
    return shown(value)


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal | date) else value if _is_json(value) else str(value)


def _is_json(value: object) -> bool:
    return value is None or isinstance(value, bool | int | float | str | list)
