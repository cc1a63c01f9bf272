"""Rows into SQLite."""

import sqlite3

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from engine.store.rows import insert_rows

TEXTS = st.sampled_from([None, "", "o'clock", "''", "张", "a\0b", "x" * 101, "?", "null"])
NUMBERS = st.sampled_from([None, 0, -1, 2**62])


@given(st.lists(st.tuples(st.integers(0, 3), TEXTS, NUMBERS), max_size=120), TEXTS, NUMBERS)
def test_what_was_inserted_comes_back(
    rows: list[tuple[int, str | None, int | None]], text: str | None, number: int | None
) -> None:
    """Whatever is the same in every row, or in none."""
    schema = {"a": pl.Int64(), "b": pl.String(), "c": pl.Int64(), "same": pl.String(), "also": pl.Int64()}
    whole = [(*row, text, number) for row in rows]
    with sqlite3.connect(":memory:") as link:
        link.execute("CREATE TABLE t (a INTEGER, b TEXT, c INTEGER, same TEXT, also INTEGER)")
        insert_rows(link, "t", pl.DataFrame(whole, schema=schema, orient="row"))
        assert link.execute("SELECT * FROM t ORDER BY rowid").fetchall() == whole
    link.close()
