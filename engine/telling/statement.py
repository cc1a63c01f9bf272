"""A calculation as a statement that a customer can read: what it rests on, line by line, which rule applied and why."""

import json
from collections.abc import Iterable, Iterator, Sequence

from engine.decisions.calculation import Statement, StatementLine
from engine.handbook.terms import Terms
from engine.listing import Directory
from engine.model import Calculation, Field
from engine.telling.decision import plain, when
from engine.telling.voice import INDENT, Speaker
from engine.text import display_width, pad

#: A row of a statement: what it is, one value a day, the clauses.
Row = tuple[str, list[str], str]


def statements(found: Sequence[Statement], days: Sequence[str], case: str, book: Directory, zone: str) -> str:
    """Return calculations side by side, a column a day: the inputs, the lines up to the result, what else there is."""
    speaker = Speaker(Terms(book.definitions, book.language), book, zone)
    return "\n".join(_statements(speaker, found, days, case)).rstrip() + "\n"


def _statements(speaker: Speaker, found: Sequence[Statement], days: Sequence[str], case: str) -> Iterator[str]:
    calculation, terms = found[0].calculation, speaker.terms
    yield terms.bare(calculation.title, str(calculation.name))
    if case:
        yield speaker.case(case, str(calculation.subject))
    heads = [speaker.tell("statement.day", day=each) for each in days]
    inputs, lines = list(_inputs(speaker, found)), list(_lines(speaker, found))
    widths = _widths([*inputs, *lines], heads)
    result = 1 + [each.name for each in _shown(found[0])].index(str(calculation.result))
    if inputs:
        yield from ("", _head(speaker.tell("statement.inputs"), heads, widths))
        yield from (INDENT + _text(each, widths) for each in inputs)
    yield from ("", _head(speaker.tell("statement.lines"), [] if inputs else heads, widths))
    yield from (INDENT + _text(each, widths) for each in lines[: result - 1])
    yield INDENT + "─" * (sum(widths) + 2 * len(days))
    yield INDENT + _text(lines[result - 1], widths)
    if lines[result:]:
        yield ""
    yield from (INDENT + _text(each, widths) for each in lines[result:])
    rules = list(dict.fromkeys(_rules(speaker, found, days)))
    if rules:
        yield from ("", speaker.tell("statement.tables"), *(INDENT + each for each in rules))
    names = dict.fromkeys(clause for each in found for line in _shown(each) for clause in line.clauses)
    told = [speaker.tell("clause", name=name, text=terms.clause(name)) for name in names if terms.clause(name)]
    if told:
        yield from ("", speaker.tell("statement.clauses"), *(INDENT + each for each in told))


def _shown(found: Statement) -> list[StatementLine]:
    return [line for line in found.lines if line.shown or line.name == found.calculation.result]


def _inputs(speaker: Speaker, found: Sequence[Statement]) -> Iterator[Row]:
    """Yield the inputs that are not lines themselves."""
    calculation = found[0].calculation
    lines = [speaker.terms.bare(line.title, line.name).lower() for line in _shown(found[0])]
    amounts = {str(calculation.lines[line.name].amount) for line in _shown(found[0])}
    for name, each in calculation.inputs.items():
        title = speaker.terms.bare(each.field.title, str(name))
        if name not in amounts and not any(title.lower() in line for line in lines):
            yield title, [_bare(speaker, each.field, dict(one.inputs)[str(name)]) for one in found], ""


def _lines(speaker: Speaker, found: Sequence[Statement]) -> Iterator[Row]:
    for line in _shown(found[0]):
        field = _field(found[0].calculation, line)
        amounts = [_bare(speaker, field, _line(each, line.name).amount) for each in found]
        clauses = dict.fromkeys(clause for each in found for clause in _line(each, line.name).clauses)
        yield speaker.terms.bare(line.title, line.name), amounts, f"[{', '.join(clauses)}]" if clauses else ""


def _field(calculation: Calculation, line: StatementLine) -> Field:
    return Field(calculation.lines[line.name].name, line.type)


def _bare(speaker: Speaker, field: Field, value: object) -> str:
    """Return a value as it stands in a column: a choice without quotes."""
    return speaker.field(field, value).strip("「」“”")


def _widths(rows: Iterable[Row], heads: Sequence[str]) -> list[int]:
    rows = list(rows)
    first = max(display_width(each[0]) for each in rows)
    columns = [[head, *(each[1][place] for each in rows)] for place, head in enumerate(heads)]
    return [first, *(max(map(display_width, column)) for column in columns)]


def _text(row: Row, widths: Sequence[int]) -> str:
    title, values, note = row
    cells = [pad(title, widths[0])]
    cells += [" " * (width - display_width(each)) + each for each, width in zip(values, widths[1:], strict=False)]
    return "  ".join([*cells, note]).rstrip()


def _head(title: str, heads: list[str], widths: Sequence[int]) -> str:
    return _text((title, heads, ""), [widths[0] + len(INDENT), *widths[1:]])


def _rules(speaker: Speaker, found: Sequence[Statement], days: Sequence[str]) -> Iterator[str]:
    """Yield which row of which table gave a line, with its conditions; by day where that differs."""
    terms = speaker.terms
    for line in _shown(found[0]):
        taken = [_line(each, line.name).rows for each in found]
        one_for_all = len(set(taken)) == 1
        for rows, day in list(zip(taken, days, strict=True))[: 1 if one_for_all else None]:
            for name, number in rows:
                table = terms.definitions.tables[name]
                row = speaker.tell("row", number=number) if number else terms.tell("table.otherwise")
                asked = when(speaker, table, table.rules[number - 1]) if number else ""
                key = "statement.rule" if one_for_all else "statement.rule on"
                told = {"line": terms.bare(line.title, line.name), "table": terms.table(name), "day": day}
                yield speaker.tell(key, **told, row=row) + (speaker.tell("of", more=asked) if asked else "")


def _line(found: Statement, name: str) -> StatementLine:
    return next(line for line in found.lines if line.name == name)


def statements_json(found: Sequence[Statement], days: Sequence[str], zone: str) -> str:
    """Return calculations for programs: an object a day, money as text."""
    body = [
        {
            "calculation": str(each.calculation.name),
            "on": day,
            "inputs": {name: plain(each.calculation.inputs[name].field, value, zone) for name, value in each.inputs},
            "lines": [
                {
                    "name": line.name,
                    "amount": plain(_field(each.calculation, line), line.amount, zone),
                    "source": list(line.clauses),
                }
                for line in each.lines
            ],
            "result": plain(
                Field(each.calculation.result, _line(each, str(each.calculation.result)).type), each.result, zone
            ),
        }
        for each, day in zip(found, days, strict=True)
    ]
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"
