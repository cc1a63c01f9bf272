"""No rule of a decision table takes certain values, and there is no `otherwise`.

For such values the table has no answer: no deadline, no amount. Every value that an input can have is looked at, so
`<= 2` and `>= 3` leave a gap for 2.5 unless the input counts something. An input whose expression may be unknown needs
a row that takes `unknown`, or `any`.

Wrong:
    kind: decision_table
    id: visit_interval
    inputs: {month: {type: number, required: true}}
    outputs: {interval: {type: duration}}
    rules:
      - {if: {month: "< 3"}, then: {interval: 7 days}}
      - {if: {month: "> 3"}, then: {interval: 14 days}}

Right:
    kind: decision_table
    id: visit_interval
    inputs: {month: {type: number, required: true}}
    outputs: {interval: {type: duration}}
    rules:
      - {if: {month: "< 3"}, then: {interval: 7 days}}
      - {if: {month: ">= 3"}, then: {interval: 14 days}}
"""

from collections.abc import Iterator

from engine.decisions.coverage import Gap, gaps
from engine.decisions.given import shown
from engine.decisions.inputs import grid_of
from engine.decisions.search import Budget, TooLargeError
from engine.model import DecisionTable, Definitions
from engine.problems import Problem

CODE = "decision-gap"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report what no rule takes; a table that collects may leave values out."""
    for table in definitions.tables.values():
        if table.hit != "collect" and table.otherwise is None:
            yield from _gaps(table, definitions)


def _gaps(table: DecisionTable, definitions: Definitions) -> Iterator[Problem]:
    grid = grid_of(table, definitions)
    if grid is None:
        return
    try:
        found, has_more = gaps(grid, Budget())
    except TooLargeError:
        message = f'table "{table.name}" has too many combinations to be searched for gaps'
        yield Problem(table.name.span, CODE, message, 'split it in two, or add an "otherwise"', "warning")
        return
    for each in found:
        hint = 'add a row for it, or an "otherwise" for all that is left'
        if has_more and each is found[-1]:
            hint += "; there are more gaps"
        yield Problem(table.name.span, CODE, f'no rule of table "{table.name}" takes {_told(each)}', hint)


def _told(gap: Gap) -> str:
    example = ", ".join(f"{name} = {shown(value)}" for name, value in gap.example.items())
    text = gap.text if "<" not in gap.text else f"{gap.text} (such as {example})"
    if gap.since:
        text += f" from {gap.since} on" if gap.until is None else f" from {gap.since} to {gap.until}"
    elif gap.until:
        text += f" up to {gap.until}"
    return text
