"""Figures, plans and counts: a titled table of values, as text, JSON, csv, Excel or Markdown."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from engine.report.tasks_csv import MARK, safe
from engine.text import cut, display_width, pad
from engine.words import say

#: A column of text that is too long for the screen is cut, but not below this many cells.
_LEAST = 8

Cell = str | int | float | Decimal | bool | date | datetime | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key that programs use, the heading that people read, the unit ("", "%", "CNY", "h" ...)."""

    key: str
    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of values under a title; `notes` are sentences below it (formula and clause of a figure)."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


def as_text(grid: Grid, language: str, width: int) -> str:
    """Return the table for a terminal of `width` cells; numbers stand on the right."""
    cells = [
        [shown(cell, column, language) for cell, column in zip(row, grid.columns, strict=True)] for row in grid.rows
    ]
    heads = [column.title for column in grid.columns]
    widths = [max(map(display_width, each)) for each in zip(heads, *cells, strict=True)]
    while sum(widths) + 2 * len(widths) - 2 > width and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
    right = [all(isinstance(row[index], int | float | Decimal) for row in grid.rows) for index in range(len(heads))]
    lines = [grid.title, "", _text_row(heads, widths, right), "  ".join("─" * each for each in widths)]
    lines += [_text_row(row, widths, right) for row in cells]
    return (
        "\n".join([cut(line.rstrip(), width) for line in lines] + ["", *grid.notes][: 1 + len(grid.notes)]).rstrip()
        + "\n"
    )


def _text_row(cells: list[str], widths: list[int], right: list[bool]) -> str:
    row = zip(cells, widths, right, strict=True)
    return "  ".join(
        " " * (width - display_width(cell)) + cell if last else pad(cut(cell, width), width)
        for cell, width, last in row
    )


def as_md(grid: Grid, language: str) -> str:
    """Return the table in Markdown under a heading."""
    rows = [[column.title for column in grid.columns], ["---"] * len(grid.columns)]
    rows += [
        [shown(cell, column, language) for cell, column in zip(row, grid.columns, strict=True)] for row in grid.rows
    ]
    table = ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return (
        "\n".join([f"# {grid.title}", "", *table, *(["", *(f"- {note}" for note in grid.notes)] if grid.notes else [])])
        + "\n"
    )


def as_json(grid: Grid) -> str:
    """Return {"title", "rows", "notes"}; a row is an object by column key, money is text, moments ISO 8601."""
    rows = [{column.key: _plain(cell) for column, cell in zip(grid.columns, row, strict=True)} for row in grid.rows]
    body: Mapping[str, object] = {"title": grid.title, "rows": rows, "notes": list(grid.notes)}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def as_csv(grid: Grid, language: str) -> str:
    """Return the table as csv for Excel."""
    out = io.StringIO()
    out.write(MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.title for column in grid.columns])
    for row in grid.rows:
        writer.writerow(
            [
                safe(shown(cell, Column("", ""), language))
                if isinstance(cell, str)
                else shown(cell, Column("", ""), language)
                for cell in row
            ]
        )
    return out.getvalue()


def as_xlsx(grid: Grid) -> bytes:
    """Return the table as a workbook with a filter, real numbers and dates; notes stand below."""
    import xlsxwriter

    out = io.BytesIO()
    settings = {
        "in_memory": True,
        "remove_timezone": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "yyyy-mm-dd hh:mm",
    }
    with xlsxwriter.Workbook(out, settings) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, [column.title for column in grid.columns], book.add_format({"bold": True, "bottom": 1}))
        for number, row in enumerate(grid.rows, start=1):
            sheet.write_row(number, 0, row)
        for number, note in enumerate(grid.notes, start=len(grid.rows) + 2):
            sheet.write_string(number, 0, note)
        sheet.autofilter(0, 0, max(len(grid.rows), 1), len(grid.columns) - 1)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return out.getvalue()


def shown(cell: Cell, column: Column, language: str) -> str:
    """Return the value as people read it, with its unit."""
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return say(language, "yes" if cell else "no")
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, float):
        number = f"{cell:.1f}" if column.unit == "%" else f"{cell:.2f}".rstrip("0").rstrip(".")
        return number + (column.unit if column.unit == "%" else "")
    return str(cell)


def _plain(cell: Cell) -> object:
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) if isinstance(cell, Decimal) else cell
