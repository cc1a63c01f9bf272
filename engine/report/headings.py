"""The columns of the list in files: csv, Excel and Markdown share them."""

from datetime import datetime

from engine.report.entry import Entry
from engine.words import say

#: key of the column's heading and the attribute that fills it, in order; width in cells for Excel.
COLUMNS: tuple[tuple[str, str, int], ...] = (
    ("state", "state", 8),
    ("due_at", "due_at", 17),
    ("title", "title", 28),
    ("case_name", "case_name", 14),
    ("case_id", "case_id", 12),
    ("assignee", "assignee_name", 12),
    ("role", "role_title", 14),
    ("campus", "campus", 12),
    ("escalated_to", "escalated_title", 16),
    ("waiting_for", "waiting_for", 20),
    ("missing", "missing", 24),
    ("opened_at", "opened_at", 17),
    ("closed_at", "closed_at", 17),
    ("source", "source", 18),
    ("process", "process", 16),
    ("step", "step", 20),
    ("task_id", "task_id", 40),
)


def headings(language: str) -> list[str]:
    """Return the headings in `language`."""
    return [say(language, f"column.{key}") for key, _, _ in COLUMNS]


def cells(entry: Entry, language: str) -> list[str | datetime | None]:
    """Return the values of one row; a moment stays a moment."""
    return [_cell(getattr(entry, attribute), key, language) for key, attribute, _ in COLUMNS]


def _cell(value: object, key: str, language: str) -> str | datetime | None:
    if key == "state":
        return say(language, f"state.{value}")
    if isinstance(value, tuple):
        return ", ".join(value)
    if value is None or isinstance(value, datetime):
        return value
    return str(value)


def wall_time(moment: datetime | None) -> str:
    """Return the moment as people of the campus write it, or nothing."""
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""
