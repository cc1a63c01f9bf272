"""Promises that were given up for the next one are broken promises; those that nobody wants any more are none."""

import polars as pl
import pytest

from engine.figures.promises import promises, with_missed
from engine.frames import TASKS


def task(state: str, due: int, *, cancelled: int | None = None, why: str | None = None) -> pl.DataFrame:
    known = {"process": "p", "step": "visit", "campus": "xuhui", "role": "manager", "state": state, "due_at": due}
    row = dict.fromkeys(TASKS) | known | {"cancelled_at": cancelled, "cancelled_why": why}
    return pl.DataFrame([row], schema=TASKS)


@pytest.mark.parametrize(
    ("why", "cancelled", "due", "breached"),
    [
        ("replaced", 7200, 1, 1),  # the month ended without the visit
        ("replaced", 3600, 1, 1),
        ("replaced", 1800, 0, 0),  # the next came before the last was due
        ("until:withdrawn", 7200, 0, 0),
        ("ended:finished", 7200, 0, 0),
    ],
)
def test_what_was_given_up_after_it_was_due_counts_as_late(why: str, cancelled: int, due: int, breached: int) -> None:
    found = promises(task("cancelled", 3600, cancelled=cancelled, why=why), 0, 10_000, 10_000)
    assert (found["due"].sum(), found["breached"].sum()) == (due, breached)


def test_a_promise_given_up_was_late_until_then() -> None:
    found = promises(task("cancelled", 3600, cancelled=7200, why="replaced"), 0, 10_000, 10_000)
    assert found["hours_late"].to_list() == [1.0]
    assert found["in_time_share"].to_list() == [0.0]


def test_a_report_never_written_is_not_lost_for_figures_either() -> None:
    """S-061: the next week's report replaces an unwritten one, which was due all the same."""
    rows = [
        task("cancelled", 3600, cancelled=7200, why="replaced"),
        task("cancelled", 3600, cancelled=1800, why="replaced"),
        task("done", 3600),
    ]
    assert with_missed(pl.concat(rows))["state"].to_list() == ["breached", "cancelled", "done"]
