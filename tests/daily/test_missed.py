"""What was missed and is still owed stays on the list, however many runs have passed since the calendar brought it."""

from pathlib import Path

import polars as pl

from engine import daily
from engine.store.base import NewEvent
from engine.store.reconcile import UNFINISHED
from engine.store.sqlite import open_store
from tests.compiler.school import at, school


def test_a_duty_that_is_kept_is_owed_run_after_run_until_it_is_done(tmp_path: Path) -> None:
    plan = school()
    with open_store(tmp_path / "school.db", create=True) as store:
        facts = '{"programme": "single"}'
        row = {"case_id": "S-1", "subject": "student", "campus": "xuhui", "created_at": at("2026-01-05 09:00")}
        store.add_cases(pl.DataFrame([{**row, "fields": facts}]))
        paid = at("2026-01-06 09:00")
        store.append([NewEvent(1, "payment", paid, paid, None, {"amount": "100.00"})])
        seen = []
        for day in ("2026-03-31 09:00", "2026-04-02 09:00", "2026-08-06 10:00", "2026-08-07 11:00"):
            now = at(day)
            daily.run_and_store(store, daily.Job(plan, "rules", now, now))
            tasks = store.tasks().filter((pl.col("step") == "stock") & pl.col("state").is_in(UNFINISHED))
            seen.append(sorted(tasks["key"]))
    assert seen == [
        [],
        ["2026-04-01T09:00"],
        ["2026-04-01T09:00", "2026-07-01T09:00"],
        ["2026-04-01T09:00", "2026-07-01T09:00"],
    ]
