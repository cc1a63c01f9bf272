"""Two rules of a decision table take the same values.

Under `hit: unique` one rule at most may take a case. Under `hit: any` several may, if they answer the same: answers
that are written out and differ are an error, answers that are worked out get a warning.

Wrong:
    kind: decision_table
    id: visit_interval
    inputs: {month: {type: number, required: true}}
    outputs: {interval: {type: duration}}
    rules:
      - {if: {month: "<= 3"}, then: {interval: 7 days}}
      - {if: {month: ">= 3"}, then: {interval: 14 days}}

Right:
    kind: decision_table
    id: visit_interval
    inputs: {month: {type: number, required: true}}
    outputs: {interval: {type: duration}}
    rules:
      - {if: {month: "<= 3"}, then: {interval: 7 days}}
      - {if: {month: "> 3"}, then: {interval: 14 days}}
"""

from collections.abc import Iterator
from typing import Literal

from engine.decisions.cells import read_number
from engine.decisions.coverage import Overlap, overlaps
from engine.decisions.inputs import grid_of
from engine.expr.spans import span_of_text
from engine.model import DecisionTable, Definitions, Field, Rule
from engine.problems import Problem
from engine.text import Word

CODE = "decision-overlap"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each pair of rules that take the same values although the hit policy does not allow it."""
    for table in definitions.tables.values():
        if table.hit not in ("unique", "any"):
            continue
        grid = grid_of(table, definitions)
        for each in overlaps(grid) if grid else ():
            yield from _told(table, each)


def _told(table: DecisionTable, overlap: Overlap) -> Iterator[Problem]:
    one, other = (table.rules[row - 1] for row in overlap.rows)
    first, second = overlap.rows
    message = f'row {second} of table "{table.name}" takes {overlap.text}, as row {first} (line {one.span.line}) does'
    if table.hit == "unique":
        hint = 'part them, or write "hit: first" if the upper row goes before the lower'
        yield Problem(other.span, CODE, message, hint)
        return
    judged = [(name, _differ(one, other, output)) for name, output in table.outputs.items()]
    for name, severity in judged:
        if severity:
            may = "may answer" if severity == "warning" else "answers"
            message += f', and {may} another "{name}"'
            yield Problem(other.span, CODE, message, 'with "hit: any" their answers must be the same', severity)
            return


def _differ(one: Rule, other: Rule, output: Field) -> Literal["error", "warning", ""]:
    """Return whether two rules surely answer differently, perhaps do, or answer the same."""
    texts = [next((text for name, text in rule.then.items() if name == output.name), Word("")) for rule in (one, other)]
    if texts[0] == texts[1]:
        return ""
    left, right = (_constant(text, output) for text in texts)
    if left is None or right is None:
        return "warning"
    return "error" if left != right else ""


def _constant(text: Word, output: Field) -> object:
    """Return a value that is written out, None for one that is worked out."""
    if output.type == "duration":
        span = span_of_text(text)
        return None if span is None else span.parts()
    if output.type in ("number", "money"):
        return read_number(text)
    if text in output.choices or text in ("yes", "no", "true", "false"):
        return {"true": "yes", "false": "no"}.get(text, str(text))
    quote = text[:1]
    is_text = len(text) > 1 and quote in "\"'" and text.endswith(quote) and quote not in text[1:-1]
    return str(text[1:-1]) if is_text else None
