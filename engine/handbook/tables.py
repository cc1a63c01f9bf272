"""Decision tables, calculations and parameters as tables of Markdown."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from engine.expr.surroundings import Surroundings
from engine.handbook.expression import value
from engine.handbook.places import of_table, with_fields
from engine.handbook.steps import waiver
from engine.handbook.terms import Terms
from engine.model import Calculation, DecisionTable, Field, Parameter, Rule, Title

_SIGNED: Final = re.compile(r"(<=|>=|<|>)\s*(.+)")
_RANGE: Final = re.compile(r"(.+?)\s*\.\.(<?)\s*(.+)")


def grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield a table of Markdown."""
    for row in (heads, ["---"] * len(heads), *rows):
        yield "| " + " | ".join(each.replace("|", "\\|").replace("\n", " ") for each in row) + " |"


def decision(terms: Terms, table: DecisionTable) -> Iterator[str]:
    """Yield a decision table: its inputs, what counts, and its rows."""
    inputs = [_input(terms, table, each.field, str(each.value or "")) for each in table.inputs.values()]
    yield terms.tell("table.inputs", inputs=terms.tell("and so").join(inputs)) if inputs else ""
    yield ""
    yield terms.tell(f"hit.{table.hit}") + (terms.tell(f"hit.{table.aggregate}") if table.aggregate else "")
    yield ""
    heads = [terms.tell("table.row"), *(_bare(terms, each.field) for each in table.inputs.values())]
    heads += [*(_bare(terms, each) for each in table.outputs.values()), terms.tell("head.source")]
    rows = [_row(terms, table, str(number), rule) for number, rule in enumerate(table.rules, 1)]
    if table.otherwise is not None:
        rows.append(_row(terms, table, terms.tell("table.otherwise"), table.otherwise))
    yield from grid(heads, rows)


def _bare(terms: Terms, field: Field) -> str:
    return terms.bare(field.title, str(field.name))


def _input(terms: Terms, table: DecisionTable, field: Field, text: str) -> str:
    """Return an input and where its value comes from, unless that is called the same."""
    named = terms.field(field)
    asked = value(terms, Surroundings(terms.definitions, str(table.subject or "")), text) if text else named
    return named if asked == named else terms.tell("table.input", title=named, value=asked)


def _row(terms: Terms, table: DecisionTable, number: str, rule: Rule) -> list[str]:
    when = {str(name): cell for name, cell in rule.when.items()}
    then = {str(name): word for name, word in rule.then.items()}
    names = of_table(terms.definitions, table)
    if rule.since or rule.until:
        number += terms.tell("table.dated", since=rule.since or "", until=rule.until or "")
    cells = [cell(terms, each.field, when.get(str(name), "any")) for name, each in table.inputs.items()]
    answers = [
        value(terms, names, then[str(name)], _titles(field)) if str(name) in then else ""
        for name, field in table.outputs.items()
    ]
    return [number, *cells, *answers, terms.joined(str(each) for each in rule.source)]


def _titles(field: Field) -> Mapping[str, Title]:
    return {str(each): field.choice_titles.get(str(each), Title()) for each in field.choices}


def cell(terms: Terms, field: Field, text: str) -> str:
    """Return a cell of conditions in words.

    >>> from engine.model import Definitions
    >>> from engine.text import Word
    >>> en, month = Terms(Definitions(), "en"), Field(Word("month"), "number")
    >>> cell(en, month, "not 3..<5, unknown"), cell(en, month, ">= 3")
    ('not 3 to below 5 or unknown', 'at least 3')
    """
    text = text.strip()
    if text in ("any", "-", ""):
        return terms.tell("cell.any")
    if text.startswith("not "):
        return terms.tell("cell.not", text=cell(terms, field, text[4:]))
    parts = [part.strip() for part in text.split(",")]
    return terms.tell("cell.or").join(_part(terms, field, part) for part in parts)


def _part(terms: Terms, field: Field, text: str) -> str:
    if text == "unknown":
        return terms.tell("cell.unknown")
    if text in ("yes", "no", "true", "false"):
        return terms.tell("yes" if text in ("yes", "true") else "no")
    if found := _SIGNED.fullmatch(text):
        return terms.tell(f"cell.{found[1]}", value=found[2])
    if found := _RANGE.fullmatch(text):
        return terms.tell("cell.range open" if found[2] else "cell.range", low=found[1], high=found[3])
    return terms.bare_choice(text.strip("\"'"), _titles(field)) if field.choices else text.strip("\"'")


def calculation(terms: Terms, one: Calculation) -> Iterator[str]:
    """Yield a calculation line by line, each with how it is worked out and its clauses."""
    case = Surroundings(terms.definitions, str(one.subject))
    heads = [terms.tell(f"head.{each}") for each in ("line", "amount", "source")]
    rows = [
        [_bare(terms, each.field), value(terms, case, str(each.value)) if each.value else "", ""]
        for each in one.inputs.values()
    ]
    yield terms.tell("calculation.inputs")
    yield ""
    yield from grid(heads[:2], [row[:2] for row in rows])
    yield ""
    names = with_fields(case, {str(name): each.field for name, each in one.inputs.items()})
    lines = []
    for name, line in one.lines.items():
        title = terms.bare(line.title, str(name))
        shown = title if line.shown else terms.tell("hidden", title=title)
        source = terms.joined(str(each) for each in line.source)
        lines.append([shown, value(terms, names, str(line.amount)), source])
        names = with_fields(names, {str(name): Field(line.name, line.type, line.title)})
    yield from grid(heads, lines)
    yield ""
    result = one.lines.get(str(one.result))
    yield terms.tell("result", line=terms.title(result.title if result else Title(), str(one.result)))


def parameters(terms: Terms, names: Sequence[str]) -> Iterator[str]:
    """Yield parameters with their values, those of campuses, the reason and the clauses."""
    heads = [terms.tell(f"head.{each}") for each in ("parameter", "value", "campuses", "reason", "source")]
    yield from grid(heads, [_parameter(terms, terms.definitions.parameters[name]) for name in names])


def _parameter(terms: Terms, one: Parameter) -> list[str]:
    there = [
        f"{terms.bare(overlay.title, name)} {terms.parameter_value(one, name)}"
        + waiver(terms, {str(key): each for key, each in overlay.waivers.items()}.get(str(one.name)))
        for name, overlay in terms.definitions.overlays.items()
        if any(key == one.name for key in overlay.parameters)
    ]
    source = terms.joined(str(each) for each in one.source)
    return [
        f"{terms.bare(one.title, str(one.name))} `{one.name}`",
        terms.parameter_value(one),
        terms.tell("and so").join(there),
        one.reason.text(terms.language),
        source,
    ]
