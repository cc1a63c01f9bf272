"""What an expression reads, through formulas and decision tables: whatever else changes leaves its answer alone."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.expr.parse import Tree, parse
from engine.expr.uses import uses
from engine.model import DecisionTable, Definitions
from engine.problems import Problem
from engine.text import Word


@dataclass
class Reads:
    """The names, events and steps that expressions depend on, and how time alone can change their answer."""

    names: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    turns: list[tuple[Tree, ast.expr]] = field(default_factory=list)  # moments at which a comparison with `now` turns
    windows: list[tuple[Tree, ast.expr]] = field(default_factory=list)  # spans after which an event counts no more
    daily: bool = False  # time changes it in a way that only asking every day can find


def reads(definitions: Definitions, subject: str, *texts: Word | str) -> Reads:
    """Return what expressions over the cases of a subject depend on."""
    found, todo = Reads(), list(texts)
    formulas = definitions.formulas.get(subject, {})
    while todo:
        tree = tree_of(todo.pop())
        used = uses(tree)
        found.events |= set(used.events)
        found.steps |= used.steps
        found.turns += [(tree, node) for node in used.now_comparisons]
        found.windows += [(tree, node) for node in used.spans_within]
        found.daily |= bool(used.now_elsewhere)
        todo += [formulas[name].value for name in sorted(used.names - found.names) if name in formulas]
        found.names |= used.names
        for name in sorted(used.tables - found.tables):
            todo += _texts_of(definitions.tables[name])
        found.tables |= used.tables
    return found


def _texts_of(table: DecisionTable) -> Iterator[Word]:
    """Yield the expressions of a table: what its inputs take where nobody gives them, and what its rules answer."""
    yield from (column.value or Word(str(name)) for name, column in table.inputs.items())
    for rule in (*table.rules, table.otherwise):
        yield from () if rule is None else rule.then.values()


def tree_of(text: Word | str) -> Tree:
    """Return the tree of an expression that the checks have passed."""
    tree = parse(text if isinstance(text, Word) else Word(text))
    if isinstance(tree, Problem):
        raise ValueError(f"{tree.span}: {tree.message}")  # noqa: TRY004, the text is at fault
    return tree
