"""What a change of the rules does, and the work to come, as tables for people: titles instead of ids."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from engine.listing import Directory
from engine.report.grid import Cell, Column, Grid
from engine.whatif import Comparison
from engine.words import say


def _columns(keys: tuple[str, ...], language: str) -> tuple[Column, ...]:
    return tuple(Column(key, say(language, f"head.{key}")) for key in keys)


def _step(row: dict[str, object], book: Directory) -> str:
    step = book.steps.get(f"{row['process']}.{row['step']}")
    return (step.title.text(book.language) if step else "") or str(row["step"])


def forecast(found: pl.DataFrame, first: date, days: int, book: Directory) -> Grid:
    """Return how many tasks fall due, by day, campus and role."""
    rows = [
        (first + timedelta(row["day"]), row["campus"], book.role(row["role"]), row["tasks"])
        for row in found.sort("day", "campus", "role").iter_rows(named=True)
    ]
    title = say(book.language, "grid.forecast", since=first, days=days)
    return Grid(title, _columns(("day", "campus", "role", "tasks"), book.language), tuple(rows))


def plan(found: Comparison, book: Directory) -> Grid:
    """Return the tasks that a change gains, loses, moves and gives to others."""
    rows = [_changed(row, "gained", "", _due(row, "due_at", book), book) for row in found.gained.iter_rows(named=True)]
    rows += [_changed(row, "lost", _due(row, "due_at", book), "", book) for row in found.lost.iter_rows(named=True)]
    rows += [_moved(row, book) for row in found.moved.iter_rows(named=True)]
    columns = _columns(("what", "campus", "role", "step", "case_name", "before", "after", "task_id"), book.language)
    return Grid(say(book.language, "grid.plan", kept=found.kept), columns, tuple(rows))


def _moved(row: dict[str, object], book: Directory) -> tuple[Cell, ...]:
    if row["due_at"] != row["due_at_was"]:
        return _changed(row, "moved", _due(row, "due_at_was", book), _due(row, "due_at", book), book)
    for name in ("assignee", "role", "escalated_to"):
        if row[name] != row[f"{name}_was"]:
            before, after = (str(row[each] or "-") for each in (f"{name}_was", name))
            return _changed(row, "rerouted", _holder(before, book), _holder(after, book), book)
    states = [say(book.language, f"state.{row[each]}") for each in ("state_was", "state")]
    return _changed(row, "changed", states[0], states[1], book)


def _holder(name: str, book: Directory) -> str:
    return book.names.get(name) or book.role(name)


def _changed(row: dict[str, object], what: str, before: str, after: str, book: Directory) -> tuple[Cell, ...]:
    case_id = str(row["case_id"])
    return (
        say(book.language, f"plan.{what}"),
        str(row["campus"]),
        book.role(str(row["role"])),
        _step(row, book),
        f"{book.names.get(case_id, '')} {case_id}".strip(),
        before,
        after,
        str(row["task_id"]),
    )


def _due(row: dict[str, object], column: str, book: Directory) -> str:
    moment = row[column]
    if not isinstance(moment, int):
        return "-"
    zone: ZoneInfo = book.zone(str(row["campus"] or ""))
    return datetime.fromtimestamp(moment, zone).strftime("%Y-%m-%d %H:%M")
