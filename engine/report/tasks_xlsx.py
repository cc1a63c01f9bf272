"""The list as an Excel workbook: real dates, a filter over every column, widths that fit."""

import io
from datetime import datetime
from typing import TYPE_CHECKING

from engine.report.entry import Entry, TaskList
from engine.report.headings import COLUMNS, cells, headings
from engine.words import say

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

_LATE = {"bg_color": "#FDE2E1"}


def render(tasks: TaskList, language: str) -> bytes:
    """Return the workbook; times are wall time of the campus, as Excel knows no zones."""
    import xlsxwriter

    out = io.BytesIO()
    settings = {"in_memory": True, "remove_timezone": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, settings) as book:
        book.set_properties({"created": tasks.as_of.replace(tzinfo=None)})
        sheet = book.add_worksheet(tasks.as_of.strftime("%Y-%m-%d"))
        head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#EEF2F7"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        _fill(sheet, tasks, language, head, moment)
        late = {"type": "cell", "criteria": "==", "value": f'"{say(language, "state.breached")}"'}
        sheet.conditional_format(1, 0, max(len(tasks.entries), 1), 0, late | {"format": book.add_format(_LATE)})
    return out.getvalue()


def _fill(sheet: "Worksheet", tasks: TaskList, language: str, head: "Format", moment: "Format") -> None:
    sheet.write_row(0, 0, headings(language), head)
    for row, entry in enumerate(tasks.entries, start=1):
        _write(sheet, row, entry, language, moment)
    for column, (_, _, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(len(tasks.entries), 1), len(COLUMNS) - 1)


def _write(sheet: "Worksheet", row: int, entry: Entry, language: str, moment: "Format") -> None:
    for column, cell in enumerate(cells(entry, language)):
        if isinstance(cell, datetime):
            sheet.write_datetime(row, column, cell, moment)
        elif cell:
            sheet.write_string(row, column, cell)
