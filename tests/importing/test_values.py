"""Texts as values: what people and spreadsheets write, and one event typed by hand."""

import json
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.importing.convert import as_json, convert
from engine.importing.moments import one_moment
from engine.importing.values import normalise_event, normalise_facts
from engine.model import Definitions, FieldType
from engine.store.typed import to_json
from tests.importing.conftest import SHANGHAI, field


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "1,234.5", 1234.5),
        ("number", "１２", 12.0),
        ("number", "1e400", None),
        ("number", "nan", None),
        ("number", "3 小时", None),
        ("money", "¥1,200元", Decimal("1200.00")),
        ("money", "12.300", Decimal("12.30")),
        ("money", "12.345", None),
        ("money", "1e3", None),
        ("yes_no", "是", True),
        ("yes_no", "FALSE", False),
        ("yes_no", "也许", None),
        ("choice", "家长", "parent"),
        ("choice", "Parent", "parent"),
        ("choice", "parents", None),
        ("choices", "家长，学员", ["parent", "student"]),
        ("choices", "家长,老师", None),
        ("date", "2026/3/1", date(2026, 3, 1)),
        ("date", "2026-03-01 00:00:00", date(2026, 3, 1)),
        ("date", "2026-03-01 09:00", None),
        ("duration", "0.5 working_days", "0.5 working_days"),
        ("duration", "3", None),
        ("text", "x" * 10_001, None),
    ],
)
def test_a_text_is_a_value_or_is_not(kind: FieldType, text: str, value: object) -> None:
    plain = field("x", kind, "")
    what = field("x", kind, "", parent="家长", student="学员") if kind in ("choice", "choices") else plain
    found = convert(what, pl.Series([text, None]), pl.Series([SHANGHAI] * 2))
    assert found.values.to_list() == [value, None]
    assert found.bad.to_list() == [value is None, False]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-01 09:30", 1772328600),
        ("2026-03-01 09:30:15", 1772328615),
        ("2026/3/1 9:30", 1772328600),
        ("2026.3.1 9:30", 1772328600),
        ("2026年3月1日9时30分", 1772328600),
        ("2026年3月1日 9:30", 1772328600),
        ("2026-03-01T01:30:00Z", 1772328600),
        ("2026-03-01T01:30:00.000+00:00", 1772328600),
        ("2026-02-28T20:30-05:00", 1772328600),
        ("2026-03-01", 1772294400),
        ("46082.395833333336", 1772328600),
        ("1772328600", 1772328600),
        ("2026-02-30 09:00", None),
        ("2026-03-01 25:00", None),
        ("03/01/2026", None),
        ("9999-01-01", None),
        ("1969-12-31", None),
        ("", None),
        ("1" * 1000, None),
    ],
)
def test_moments_as_people_write_them(text: str, at: int | None) -> None:
    assert one_moment(text, SHANGHAI) == at


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "text": st.text(st.characters(codec="utf-8"), min_size=1),
                "number": st.floats(-1e15, 1e15, allow_nan=False).map(lambda each: round(each, 3) + 0.0),
                "yes": st.booleans(),
                "many": st.lists(st.sampled_from(["a", "b"])),
            },
        ),
        min_size=1,
    )
)
def test_columns_are_written_as_one_row_is(rows: list[dict[str, object]]) -> None:
    dtypes = {"text": pl.String(), "number": pl.Float64(), "yes": pl.Boolean(), "many": pl.List(pl.String())}
    columns = {name: pl.Series(name, [row.get(name) for row in rows], dtype=dtype) for name, dtype in dtypes.items()}
    assert [json.loads(each) for each in as_json(columns)] == rows
    plain = [row for row in rows if "text" not in row and "number" not in row]
    if plain:
        columns = {
            name: pl.Series(name, [row.get(name) for row in plain], dtype=dtype) for name, dtype in dtypes.items()
        }
        assert as_json(columns).to_list() == [to_json(row) or "{}" for row in plain]


def test_one_event_typed_by_hand(definitions: Definitions) -> None:
    typed = {"with": "家长", "时长(分钟)": "30", "outcome": "satisfied", "topics": ["marks"]}
    data, wrong = normalise_event(definitions, "visit_logged", typed, SHANGHAI)
    assert (data, wrong) == ({"with": "parent", "minutes": 30.0, "outcome": "satisfied", "topics": ["marks"]}, [])


def test_values_of_yaml_and_json(definitions: Definitions) -> None:
    typed = {"amount_cny": 12.5, "in_full": False, "starts_at": "2026-03-01 09:30"}
    data, wrong = normalise_event(definitions, "payment_confirmed", typed, SHANGHAI)
    assert (data, wrong) == ({"amount_cny": "12.50", "in_full": False, "starts_at": 1772328600}, [])


def test_what_is_wrong_is_said_with_titles(definitions: Definitions) -> None:
    _, wrong = normalise_event(definitions, "visit_logged", {"with": "家长", "minuts": 3}, SHANGHAI, language="zh")
    assert wrong == [
        '"minuts" "visit_logged (回访)" 没有这个字段; 是不是“minutes”？',
        'outcome (结果): 在 with == "parent" 时必填，却没有',
    ]
    _, wrong = normalise_event(definitions, "visit_logged", {"minutes": "x"}, SHANGHAI)
    assert wrong == ['minutes "x": expected a number', "with: is required and missing"]
    _, wrong = normalise_event(definitions, "visit", {}, SHANGHAI)
    assert wrong == ['"visit" is not an event']
    assert normalise_event(definitions, "visit_logged", {}, SHANGHAI, complete=False) == ({}, [])


def test_facts_of_a_case(definitions: Definitions) -> None:
    facts, wrong = normalise_facts(definitions, "student", {"name": "王", "grade": None, "born": "2015/2/3"}, SHANGHAI)
    assert (facts, wrong) == ({"name": "王", "grade": None, "born": "2015-02-03"}, [])
    assert normalise_event(definitions, "set", {"grade": 6}, SHANGHAI, subject="student") == ({"grade": 6.0}, [])
    assert normalise_facts(definitions, "tiger", {}, SHANGHAI)[1] == ['"tiger" is not a kind of case']
