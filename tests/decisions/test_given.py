"""What a caller gives for an input, and how values are shown."""

from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from engine.decisions.given import given_value, given_values, shown
from engine.expr import SpanValue
from engine.model import Field, FieldType, Input
from engine.problems import Problem
from engine.text import Span, Word


def field(kind: FieldType, *choices: str, name: str = "x") -> Field:
    return Field(Word(name), kind, choices=tuple(map(Word, choices)))


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("number", "3.5", 3.5),
        ("number", 3, 3.0),
        ("money", "399.50", Decimal("399.50")),
        ("money", 0.1, Decimal("0.10")),
        ("date", "2026-03-01", date(2026, 3, 1)),
        ("date", date(2026, 3, 1), date(2026, 3, 1)),
        ("yes_no", "no", False),
        ("yes_no", True, True),
        ("text", "徐汇", "徐汇"),
        ("moment", 1_700_000_000, 1_700_000_000),
        ("number", None, None),
        ("money", "unknown", None),
    ],
)
def test_a_value_is_read_by_the_type_of_its_input(kind: Any, value: Any, expected: Any) -> None:
    found = given_value(field(kind), value)
    assert isinstance(found, pl.Expr)
    assert pl.select(found).item() == expected


def test_a_list_and_a_span_are_read_too() -> None:
    choices = given_value(field("choices", "a", "b"), "a, b")
    assert isinstance(choices, pl.Expr)
    assert pl.select(choices).item().to_list() == ["a", "b"]
    assert shown(given_value(field("duration"), "2 working_days")) == "2 working_days"
    assert shown(given_value(field("duration"), None)) == "unknown"


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("number", "many", '"many" is not a number, such as 3 or 0.5, and "x" is number'),
        ("money", "0.125", '"0.125" is not an amount, such as 400 or 399.50, and "x" is money'),
        ("date", "1 March", '"1 March" is not a day, such as 2026-03-01, and "x" is date'),
        ("yes_no", "perhaps", '"perhaps" is not yes or no, and "x" is yes_no'),
        ("duration", "3", '"3" is not a span with its unit, such as 3 days, and "x" is duration'),
    ],
)
def test_a_value_of_another_type_is_refused(kind: Any, value: Any, message: str) -> None:
    found = given_value(field(kind), Word(value, Span("s.yaml", 3, 9, 3, 12)))
    assert isinstance(found, Problem)
    assert (found.message, found.span.line) == (message, 3)


def test_everything_wrong_is_told_at_once() -> None:
    inputs = {
        "month": Input(field("number", name="month")),
        "cause": Input(field("choice", "none", "internal", name="cause")),
    }
    found = given_values(inputs, {"moth": 3, "month": "x", "cause": "intern"})
    assert isinstance(found, list)
    assert [(each.message.split(",")[0], each.hint) for each in found] == [
        ('there is no input "moth"', 'did you mean "month"?'),
        ('"x" is not a number', ""),
        ('"intern" is not a choice of "cause"', 'did you mean "internal"?'),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.5, "2.5"),
        (Decimal("3.10"), "3.10"),
        (False, "no"),
        (["a", "b"], "a, b"),
        (SpanValue(), "0 days"),
        (SpanValue(months=1, days=2), "1 months + 2 days"),
        (SpanValue(seconds=1800), "30 minutes"),
        (SpanValue(seconds=7200), "2 hours"),
        (SpanValue(working_days=0.5), "0.5 working_days"),
    ],
)
def test_a_value_is_shown_as_one_would_write_it(value: Any, text: str) -> None:
    assert shown(value) == text
