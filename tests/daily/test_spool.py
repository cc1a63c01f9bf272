"""What a large run found comes back from its files as it was put in."""

import polars as pl

from engine.frames import TASKS
from engine.spool import Spool
from engine.store.reconcile import Changes


def changes(*names: str) -> Changes:
    """Return changes that open a task of each name."""
    opened = pl.DataFrame({"task_id": list(names)}, schema={"task_id": pl.String})
    rows = TASKS.to_frame().select(pl.exclude("task_id")).clear(len(names))
    return Changes(
        pl.concat([opened, rows], how="horizontal").select(TASKS.names()),
        TASKS.to_frame(),
        TASKS.to_frame(),
        len(names),
    )


def test_every_part_comes_back_in_order_with_its_columns() -> None:
    parts = [changes("a", "b"), changes(), changes("c")]
    with Spool() as spool:
        for each in parts:
            spool.add(each)
        found = list(spool)
    assert [each.opened["task_id"].to_list() for each in found] == [["a", "b"], [], ["c"]]
    assert [each.kept for each in found] == [2, 0, 1]
    assert all(each.opened.schema == TASKS for each in found)


def test_a_run_without_changes_keeps_nothing() -> None:
    with Spool() as spool:
        assert list(spool) == []
