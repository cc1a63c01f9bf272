"""A formula or a table asks itself, directly or by way of others.

It could never be answered.

Wrong:
    kind: vocabulary
    id: more
    subjects:
      student:
        formulas:
          owed: {value: paid + 1}
          paid: {value: owed - 1}

Right:
    kind: vocabulary
    id: more
    subjects:
      student:
        formulas:
          owed: {value: "months_between(created_at, now)"}
          paid: {value: owed - 1}
"""

from collections.abc import Iterator, Mapping

from engine.expr.parse import Tree, parse
from engine.expr.uses import uses
from engine.model import Definitions
from engine.problems import Problem
from engine.text import Word

CODE = "expression-cycle"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each formula and each table that needs its own answer."""
    asks = {name: set(_asked(definitions, name)) for name in _askable(definitions)}
    for name, word in _askable(definitions).items():
        if name in _reached(asks, name):
            kind, _, said = name.partition(" ")
            message = f'{kind} "{said.rpartition(" ")[2]}" needs its own answer'
            yield Problem(word.span, CODE, message, hint=f"it asks: {', '.join(_shown(asks[name]))}")


def _shown(names: set[str]) -> list[str]:
    return sorted(each.rpartition(" ")[2] for each in names)


def _askable(definitions: Definitions) -> dict[str, Word]:
    """Return every formula and every table that an expression can ask, by a name over all kinds."""
    found = {f"table {name}": table.name for name, table in definitions.tables.items()}
    for subject, formulas in definitions.formulas.items():
        found |= {f"formula {subject} {name}": formula.name for name, formula in formulas.items()}
    return found


def _asked(definitions: Definitions, name: str) -> Iterator[str]:
    """Return what a formula or a table asks itself, by the same names."""
    kind, *rest = name.split(" ")
    if kind == "formula":
        subject, formula = rest
        yield from _asked_by(definitions, subject, definitions.formulas[subject][formula].value)
        return
    table = definitions.tables[rest[0]]
    rules = (*table.rules, *([table.otherwise] if table.otherwise else []))
    words = [each.value for each in table.inputs.values() if each.value is not None]
    words += [word for rule in rules for word in rule.then.values()]
    for word in words:
        yield from _asked_by(definitions, str(table.subject or ""), word, table.inputs)


def _asked_by(
    definitions: Definitions, subject: str, word: Word, inputs: Mapping[str, object] | None = None
) -> Iterator[str]:
    tree = parse(word)
    if not isinstance(tree, Tree):
        return
    found = uses(tree)
    yield from (f"table {each}" for each in found.tables if each in definitions.tables)
    formulas = definitions.formulas.get(subject, {})
    yield from (f"formula {subject} {each}" for each in found.names if each in formulas and each not in (inputs or {}))


def _reached(asks: Mapping[str, set[str]], name: str) -> set[str]:
    reached: set[str] = set()
    ahead = set(asks[name])
    while ahead:
        reached |= ahead
        ahead = {further for each in ahead for further in asks[each]} - reached
    return reached
