"""Files as campuses export them, broken: every bad row named, nothing imported, the store as it was."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tests.acceptance.conftest import Run

DIGITS = "9" * 1_000_000

ROWS: dict[str, tuple[str, list[str]]] = {
    "unknown event": (
        "事件,编号,时间\n接挡,S-1,2026-03-02 10:00\n",
        ['x.csv:2:事件: "接挡" is not an event; did you mean'],
    ),
    "unknown case": ("事件,编号,时间\n接档,S-11,2026-03-02 10:00\n", ['x.csv:2:编号: "S-11" is not a case']),
    "missing field": ("事件,编号,时间,对象\n回访,S-1,2026-03-02 10:00,\n", ["x.csv:2:对象: is required and missing"]),
    "ill-typed fields": (
        "事件,编号,时间,对象,时长\n回访,S-1,2026-03-02 10:00,parent,很久\n回访,S-1,明天,mother,5\n",
        ['x.csv:2:时长: "很久" expected a number', 'x.csv:3:对象: "mother" expected one of', 'x.csv:3:时间: "明天"'],
    ),
    "a day that is none": (
        "事件,编号,时间\n接档,S-1,2026-02-30 10:00\n",
        ['x.csv:2:时间: "2026-02-30 10:00" expected'],
    ),
    "the future": (
        "事件,编号,时间\n接档,S-1,2030-03-02 10:00\n",
        ['x.csv:2:时间: "2030-03-02 10:00" is in the future (now is 2026-03-04 13:00)'],
    ),
    "before the case": (
        "事件,编号,时间\n接档,S-1,2020-03-02 10:00\n",
        ['x.csv:2:时间: "2020-03-02 10:00" is before the case existed (2026-03-01 09:00)'],
    ),
    "a heading nobody knows": ("事件,编号,时间,缘由\n接档,S-1,2026-03-02 10:00,x\n", ["x.csv:2:缘由: nobody knows"]),
    "a million digits": (
        f"事件,编号,时间,对象,时长\n回访,S-1,2026-03-02 10:00,parent,{DIGITS}\n",
        ['x.csv:2:时长: "999999999999999999999999999999999999999…" expected a number'],
    ),
    "a quote that is never closed": (
        '事件,编号,时间\n"接档,S-1,2026-03-02 10:00\n',
        ["x.csv:2: has a quote that is never"],
    ),
    "cells beyond the heading": ("事件,编号,时间\n接档,S-1,2026-03-02 10:00,x,y\n", ["x.csv:2: has 2 cells more than"]),
}


@pytest.mark.parametrize("name", ROWS)
def test_a_bad_row_is_named_and_nothing_is_imported(school: Run, tmp_path: Path, name: str) -> None:
    text, messages = ROWS[name]
    good = "" if "quote" in name else "接档,S-10,2026-03-03 10:00" + "," * (text.split("\n")[0].count(",") - 2) + "\n"
    (tmp_path / "x.csv").write_text(text + good, "utf-8")
    before = content(tmp_path)
    said = school("import", "x.csv")
    assert (said.code, said.out) == (1, "")
    lines = said.err.splitlines()
    assert len(lines) == len(messages) + 1
    assert [line.startswith(message) for line, message in zip(lines, messages, strict=False)] == [True] * len(messages)
    assert lines[-1] == f"{len(messages)} faults; nothing was imported."
    assert content(tmp_path) == before


def content(folder: Path) -> list[Any]:
    """Return all cases and events of the store."""
    store = sqlite3.connect(folder / "dueline.db")
    try:
        return [*store.execute("SELECT * FROM cases"), *store.execute("SELECT * FROM events")]
    finally:
        store.close()


Sheet = Any
BOOKS: dict[str, tuple[Callable[[Sheet], object], str]] = {}


def book(message: str) -> Callable[[Callable[[Sheet], object]], Callable[[Sheet], object]]:
    def keep(write: Callable[[Sheet], object]) -> Callable[[Sheet], object]:
        BOOKS[write.__name__] = write, message
        return write

    return keep


@book("x.xlsx[回访]:1:A1:D1: its heading is a merged cell; unmerge it, one title a column")
def a_title_over_the_headings(sheet: Sheet) -> None:
    sheet.merge_range(0, 0, 0, 3, "三月回访登记表")
    sheet.write_row(1, 0, ["编号", "时间", "对象", "时长"])
    sheet.write_row(2, 0, ["S-1", "2026-03-02 10:00", "parent", 5])


@book("x.xlsx[回访]:1:A1:A2: its heading is a merged cell; unmerge it, one title a column")
def headings_of_two_rows(sheet: Sheet) -> None:
    sheet.merge_range(0, 0, 1, 0, "编号")
    sheet.merge_range(0, 1, 1, 1, "时间")
    sheet.merge_range(0, 2, 0, 3, "内容")
    sheet.write_row(1, 2, ["对象", "时长"])
    sheet.write_row(2, 0, ["S-1", "2026-03-02 10:00", "parent", 5])


@book("x.xlsx[回访]:2:D2: is a formula that failed, such as #DIV/0!; mend it")
def a_formula_that_failed(sheet: Sheet) -> None:
    sheet.write_row(0, 0, ["编号", "时间", "对象", "时长"])
    sheet.write_row(1, 0, ["S-1", "2026-03-02 10:00", "parent"])
    sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")


@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_that_would_be_misread_is_refused(school: Run, tmp_path: Path, name: str) -> None:
    write, message = BOOKS[name]
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as workbook:
        write(workbook.add_worksheet("回访"))
    before = content(tmp_path)
    said = school("import", "x.xlsx")
    assert (said.code, said.out, said.err) == (1, "", f"{message}\n1 faults; nothing was imported.\n")
    assert content(tmp_path) == before


def test_a_file_in_gbk_is_read_and_said_to_be(school: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("事件,编号,时间,对象\n回访,S-1,2026-03-02 10:00,parent\n".encode("gbk"))
    said = school("import", "x.csv")
    assert said.code == 0
    assert "x.csv was read as GBK\n" in said.out


def test_a_moment_without_a_zone_is_the_campus_s_and_this_is_said(school: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("事件,编号,时间,对象\n回访,S-1,2026-03-02 10:00,parent\n", "utf-8")
    said = school("import", "x.csv")
    assert "moments without a zone are taken in the campus's zone (Asia/Shanghai)\n" in said.out
    assert content(tmp_path)[-1][3] == 1772416800  # 02:00 UTC


def test_a_row_that_was_imported_before_is_not_counted_twice(school: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("事件,编号,时间,对象\n" + "回访,S-1,2026-03-02 10:00,parent\n" * 2, "utf-8")
    assert "1 rows were imported before and are not counted twice." in school("import", "x.csv").out
    before = content(tmp_path)
    said = school("import", "x.csv")
    assert said.code == 0
    assert "imported: 0 cases and 0 events" in said.out
    assert "2 rows were imported before and are not counted twice." in said.out
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("nope.csv", None, "nope.csv: there is no such file"),
        ("x.pdf", "%PDF", "x.pdf: only .csv, .xlsx and .jsonl are read"),
        ("x.xlsx", "no zip", "x.xlsx: is no xlsx file that can be read"),
        ("x.jsonl", '{"a": \n', "x.jsonl:1: is not a JSON object"),
        ("x.jsonl", "[" * 100_000, "x.jsonl:1: is not a JSON object: nested too deeply"),
        ("processes", None, "processes: only .csv, .xlsx and .jsonl are read"),
    ],
)
def test_what_is_no_table_is_refused(school: Run, tmp_path: Path, name: str, text: str | None, message: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    said = school("import", name)
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith(message)
    assert len(said.err.splitlines()) == 2


def test_a_file_without_rows_is_said_to_be_empty(school: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("", "utf-8")
    said = school("import", "x.csv")
    assert (said.code, said.out.splitlines()[1:]) == (0, ["x.csv: holds no rows"])


def test_a_refused_import_leaves_no_store_behind(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(ROWS["unknown case"][0], "utf-8")
    assert run("import", "x.csv").code == 1
    assert not list(tmp_path.glob("dueline.db*"))
