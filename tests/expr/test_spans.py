"""Spans of time: their parts, their sums, and their texts in a column."""

import polars as pl
import pytest

from engine.expr import SpanValue, span, span_of_column, span_of_text

TEXTS = {
    "30 minutes": (0, 0, 1800, 0, 0),
    "1 hour": (0, 0, 3600, 0, 0),
    "2 working_hours": (0, 0, 0, 0, 7200),
    "1 day": (0, 1, 0, 0, 0),
    "1.5 days": (0, 1, 43200, 0, 0),
    "-1.5 days": (0, -1, -43200, 0, 0),
    "0.5 working_days": (0, 0, 0, 0.5, 0),
    "2 weeks": (0, 14, 0, 0, 0),
    "0.5 weeks": (0, 3, 43200, 0, 0),
    "3 months": (3, 0, 0, 0, 0),
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_has_its_parts(text: str) -> None:
    found = span_of_text(text)
    assert found is not None
    assert found.parts() == TEXTS[text]


@pytest.mark.parametrize("text", ["3", "days", "3 dais", "3days", "", "3 days 2 hours"])
def test_what_is_no_span_has_none(text: str) -> None:
    assert span_of_text(text) is None


def test_a_column_of_texts_has_the_same_parts_and_is_unknown_elsewhere() -> None:
    texts = [*TEXTS, "3", "3 dais", None]
    parts = span_of_column(pl.col("text")).parts()
    frame = pl.DataFrame({"text": texts}).select(
        pl.lit(part).alias(str(number)) if not isinstance(part, pl.Expr) else part.alias(str(number))
        for number, part in enumerate(parts)
    )
    assert frame.rows() == [*TEXTS.values(), *[(None,) * 5] * 3]


def test_spans_add_up_part_by_part() -> None:
    both = span(1, "months") + span(2, "days") - span(3, "working_hours")
    assert both.parts() == (1, 2, 0, 0, -10800)
    assert (-both).parts() == (-1, -2, 0, 0, 10800)


def test_a_part_of_a_day_is_seconds_and_a_part_of_a_month_is_dropped() -> None:
    assert span(3, "days").times(0.5).parts() == (0, 1, 43200, 0, 0)
    assert span(3, "months").times(0.5).parts() == (1, 0, 0, 0, 0)


def test_a_span_times_a_column_is_a_span_of_columns() -> None:
    scaled = span(1, "days").times(pl.col("n"))
    frame = pl.DataFrame({"n": [2.0, 0.5, None]}).select(days=scaled.days, seconds=scaled.seconds)
    assert frame.rows() == [(2, 0), (0, 43200), (None, None)]


def test_one_of_two_spans_keeps_the_parts_that_are_equal() -> None:
    chosen = SpanValue(days=2, seconds=5).choose(SpanValue(days=2), pl.col("ok"))
    assert chosen.days == 2
    assert len(chosen.columns()) == 1
