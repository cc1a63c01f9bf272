"""The list as csv; Excel takes it for UTF-8 only with the mark at its start."""

import csv
import io
from datetime import datetime

from engine.report.entry import TaskList
from engine.report.headings import cells, headings, wall_time

MARK = "\ufeff"
# A text that starts with one of these is a formula to a spreadsheet, and names are typed by anybody.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(tasks: TaskList, language: str) -> str:
    """Return the list with a heading row; moments as wall time of the campus."""
    out = io.StringIO()
    out.write(MARK)
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headings(language))
    for entry in tasks.entries:
        writer.writerow([safe(cell) for cell in cells(entry, language)])
    return out.getvalue()


def safe(cell: str | datetime | None) -> str:
    """Return the cell as text that no spreadsheet runs.

    >>> safe("=1+1")
    "'=1+1"
    """
    text = cell if isinstance(cell, str) else wall_time(cell)
    return "'" + text if text.startswith(_FORMULA) else text
