"""Every line of answers.csv holds for a whole column and for one row at a time."""

import ast
import csv
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from engine.expr import SpanValue, Tree, evaluate, infer, parse, type_of, type_of_field
from engine.expr.types import Kind
from engine.frames import FIELD_DTYPES
from engine.text import Word
from tests.expr.school import Desk, School

TEXT = (Path(__file__).parent / "answers.csv").read_text("utf-8")
LINES = list(csv.DictReader(TEXT.splitlines(), delimiter=";", quoting=csv.QUOTE_NONE))
LINES_OF: dict[str, list[dict[str, str]]] = defaultdict(list)
for _line in LINES:
    LINES_OF[_line["expression"]].append(_line)


def kind_of(school: School, name: str) -> Kind:
    """Return the kind of a column: a name of the school's, or an answer over its events."""
    if name in school.types:
        return school.types[name].kind
    prefixes: dict[str, Kind] = {"count_": "number", "happened_": "yes_no", "is_": "yes_no", "last_": "moment"}
    for start, kind in prefixes.items():
        if name.startswith(start):
            return kind
    fields = {**school.events["visit_logged"], **school.tables["refund"]}
    return type_of_field(fields[name.rpartition("_")[2]]).kind


READERS: Mapping[str, Callable[[str], object]] = {
    "yes_no": {"yes": True, "no": False}.__getitem__,
    "number": float,
    "money": Decimal,
    "moment": int,
    "date": date.fromisoformat,
    "choices": lambda text: [each for each in text.split("+") if each],
}


def python_value(text: str, kind: Kind) -> object:
    """Return the value that the text of a line stands for."""
    return None if text in ("", "unknown") else READERS.get(kind, str)(text)


def frame_of(school: School, lines: Sequence[Mapping[str, str]]) -> pl.DataFrame:
    rows = []
    for line in lines:
        given = (each.strip().partition("=") for each in line["names"].split(",") if each.strip())
        rows.append({name: python_value(text, kind_of(school, name)) for name, _, text in given})
    names = {name: kind_of(school, name) for name in [*school.types, *(name for row in rows for name in row)]}
    schema = {name: FIELD_DTYPES["duration" if kind == "span" else kind] for name, kind in names.items()}
    return pl.DataFrame([{name: row.get(name) for name in names} for row in rows], schema=schema)


@pytest.mark.parametrize("expression", LINES_OF)
def test_a_column_and_its_single_rows_give_the_answer(school: School, desk: Desk, expression: str) -> None:
    tree = parse(Word(expression))
    assert isinstance(tree, Tree)
    kind = infer(tree, school)[0].kind
    wanted = [python_value(line["answer"], kind) for line in LINES_OF[expression]]
    frame = frame_of(school, LINES_OF[expression])
    value = evaluate(tree, desk)
    assert isinstance(value, pl.Expr)
    assert frame.select(pl.lit(0), answer=value)["answer"].to_list() == wanted
    single = [frame[row : row + 1].select(pl.lit(0), answer=value)["answer"].item() for row in range(len(frame))]
    assert single == wanted


def test_numbers_are_floats_and_money_has_two_decimals(desk: Desk) -> None:
    frame = pl.DataFrame({"lessons": [1], "paid": [1]})
    for expression, dtype in (("lessons + 1", pl.Float64()), ("3", pl.Float64()), ("paid * 3", FIELD_DTYPES["money"])):
        value = evaluate(_tree(expression), desk)
        assert isinstance(value, pl.Expr)
        assert frame.select(value.alias("answer")).schema["answer"] == dtype


def test_a_choice_needs_no_quotes_where_one_is_wanted(school: School, desk: Desk) -> None:
    wanted = (type_of("choice", ["principal", "finance"]),)
    tree = _tree("principal if paid > 100 else finance")
    assert infer(tree, school, wanted)[1] == []
    frame = pl.DataFrame({"paid": [Decimal(99), Decimal(101)]})
    value = evaluate(tree, desk, wanted=wanted)
    assert isinstance(value, pl.Expr)
    assert frame.select(answer=value)["answer"].to_list() == ["finance", "principal"]


def test_a_bare_number_is_money_where_money_is_wanted(desk: Desk) -> None:
    value = evaluate(_tree("0.1"), desk, wanted=(type_of("money"),))
    assert isinstance(value, pl.Expr)
    assert pl.select(answer=value)["answer"].to_list() == [Decimal("0.10")]


def test_a_part_of_an_expression_can_be_asked(desk: Desk) -> None:
    tree = _tree("lessons > 3 and ok")
    assert isinstance(tree.node, ast.BoolOp)
    value = evaluate(tree, desk, tree.node.values[0])
    assert isinstance(value, pl.Expr)
    assert pl.DataFrame({"lessons": [3, 4]}).select(answer=value)["answer"].to_list() == [False, True]


def test_a_call_over_events_carries_its_condition_and_window(desk: Desk) -> None:
    tree = _tree("count(visit_logged, if=with == 'parent', since=last(visit_logged), within=3 days)")
    evaluate(tree, desk)
    last, count = desk.calls
    assert (last.function, last.condition, last.since, last.within) == ("last", None, None, None)
    assert (count.event, count.field, count.condition_text) == ("visit_logged", None, "with == 'parent'")
    assert count.since is not None
    assert isinstance(count.within, SpanValue)
    assert count.within.parts() == (0, 3, 0, 0, 0)


def _tree(expression: str) -> Tree:
    tree = parse(Word(expression))
    assert isinstance(tree, Tree)
    return tree


def test_a_column_that_is_one_literal_all_along_is_as_long_as_the_others(desk: Desk) -> None:
    frame = pl.DataFrame({"grade": [None, None], "ok": [True, True]}, schema={"grade": pl.Float64, "ok": pl.Boolean})
    for expression in (
        "1 <= or_else(grade, 3)",
        "2 > (1 if ok else 3)",
        '"a" == ("a" if ok else "b")',
        "3 / (1 if ok else 2) > 2",
    ):
        value = evaluate(_tree(expression), desk)
        assert isinstance(value, pl.Expr)
        assert frame.with_columns(answer=value)["answer"].to_list() == [True, True], expression
