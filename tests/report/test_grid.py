"""Figures as a table, JSON, csv, Excel and Markdown."""

import io
import json
from datetime import date
from decimal import Decimal

import polars as pl

from engine.report.grid import Column, Grid, as_csv, as_json, as_md, as_text, as_xlsx

GRID = Grid(
    "按时率",
    (Column("role", "岗位"), Column("tasks", "件数"), Column("kept", "按时率", "%"), Column("paid_cny", "退费", "CNY")),
    (("学管师", 12, 91.666, Decimal("1280.00")), ("scheduler", 3, None, Decimal("0.10"))),
    ("按时率 = 按时办结 / 应办 [O-071]",),
)


def test_a_table_has_its_numbers_on_the_right_and_its_notes_below() -> None:
    assert as_text(GRID, "zh", 100) == (
        "按时率\n\n"
        "岗位       件数  按时率     退费\n"
        "─────────  ────  ──────  ───────\n"
        "学管师       12  91.7%   1280.00\n"
        "scheduler     3  -          0.10\n\n"
        "按时率 = 按时办结 / 应办 [O-071]\n"
    )


def test_json_keeps_money_as_text_and_the_unknown_as_null() -> None:
    rows = json.loads(as_json(GRID))["rows"]
    assert rows[0] == {"role": "学管师", "tasks": 12, "kept": 91.666, "paid_cny": "1280.00"}
    assert rows[1]["kept"] is None


def test_markdown_and_csv_have_every_row() -> None:
    assert "| 学管师 | 12 | 91.7% | 1280.00 |" in as_md(GRID, "zh")
    assert as_csv(GRID, "zh").splitlines()[2] == "scheduler,3,-,0.10"


def test_excel_has_numbers_and_dates() -> None:
    grid = Grid("x", (Column("day", "日期"), Column("n", "件数")), ((date(2026, 3, 11), 4),))
    sheet = pl.read_excel(io.BytesIO(as_xlsx(grid)))
    assert sheet["件数"].to_list() == [4]
    assert str(sheet["日期"][0]).startswith("2026-03-11")
