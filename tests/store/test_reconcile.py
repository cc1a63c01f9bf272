"""Wanted against stored: laws that hold whatever the tasks are."""

from collections.abc import Iterable

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.frames import STATES, TASKS
from engine.store.reconcile import UNFINISHED, Changes, add_counts, reconcile


def task(
    number: int,
    state: str = "open",
    due_at: int | None = None,
    missing: list[str] | None = None,
    waiting_for: str | None = None,
) -> dict[str, object]:
    return {
        "task_id": f"p.s/S-{number}", "case_no": number, "state": state, "due_at": due_at, "missing": missing,
        "waiting_for": waiting_for,
    }  # fmt: skip


def frame(rows: Iterable[dict[str, object]]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=TASKS)


def after(stored: pl.DataFrame, changes: Changes) -> pl.DataFrame:
    changed = pl.concat([changes.opened, changes.moved, changes.closed])
    return pl.concat([stored.join(changed, on="task_id", how="anti"), changed])


TASK = st.builds(
    task,
    number=st.integers(1, 6),
    state=st.sampled_from(STATES),
    due_at=st.one_of(st.none(), st.integers(0, 2)),
    missing=st.one_of(st.none(), st.lists(st.sampled_from("ab"), max_size=2)),
    waiting_for=st.one_of(st.none(), st.just("paid_in_full")),
)
TASKS_FRAME = st.lists(TASK, unique_by=lambda each: each["task_id"], max_size=6).map(frame)


@settings(deadline=None)
@given(TASKS_FRAME, TASKS_FRAME)
def test_what_is_stored_afterwards_is_what_was_wanted(stored: pl.DataFrame, wanted: pl.DataFrame) -> None:
    changes = reconcile(stored, wanted, 50)
    result = after(stored, changes)
    unfinished = result.filter(pl.col("state").is_in(UNFINISHED)).sort("task_id")
    assert unfinished.equals(wanted.filter(pl.col("state").is_in(UNFINISHED)).sort("task_id"))
    again = reconcile(result, wanted, 60)
    assert not again
    assert again.kept == wanted.join(result, on="task_id", how="semi").height
    assert set(result["task_id"]) >= set(stored["task_id"])


@settings(deadline=None)
@given(TASKS_FRAME, TASKS_FRAME)
def test_a_task_is_in_one_list_at_most(stored: pl.DataFrame, wanted: pl.DataFrame) -> None:
    changes = reconcile(stored, wanted, 50)
    ids = [*changes.opened["task_id"], *changes.moved["task_id"], *changes.closed["task_id"]]
    assert len(ids) == len(set(ids))


def test_a_task_done_before_it_was_ever_shown_is_not_stored() -> None:
    assert not reconcile(frame([]), frame([task(1, "done")]), 50)


def test_a_stored_task_that_nobody_wants_any_more_is_cancelled() -> None:
    changes = reconcile(frame([task(1), task(2, "done")]), frame([]), 50)
    assert changes.counts == {"opened": 0, "closed": 1, "moved": 0, "kept": 0}
    assert changes.closed.select("task_id", "state", "cancelled_at", "cancelled_why").row(0) == (
        "p.s/S-1", "cancelled", 50, "no longer due",
    )  # fmt: skip


def test_a_new_due_moment_moves_a_task() -> None:
    changes = reconcile(frame([task(1, due_at=5)]), frame([task(1, due_at=6)]), 50)
    assert changes.counts == {"opened": 0, "closed": 0, "moved": 1, "kept": 0}
    assert add_counts(changes, changes)["moved"] == 2
