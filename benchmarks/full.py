"""The shipped processes over a store: everything, a part of the cases, and a day after a day."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl

from benchmarks import ours
from benchmarks.timing import Clock
from engine import daily
from engine.chunks import parts
from engine.frames import TASKS
from engine.ready import Ready
from engine.store.reconcile import UNFINISHED
from engine.store.sqlite import SqliteStore, open_store
from engine.store.typed import to_json


def derive(clock: Clock, path: str, as_of: int, runs: int) -> dict[str, object]:
    """Time deriving what everybody owes, the columnar copy being there; say how long it takes to make."""
    rules = ours.shipped()
    with open_store(path) as store:
        copying = Clock()
        copying.time(lambda: store.refresh_columns(rules.definitions))
        count = 0
        for _ in range(runs):
            count = clock.time(lambda: _count(store, rules, as_of))
    return {"tasks": count, "copy_wall": copying.laps[0][0], "copy_cpu": copying.laps[0][1]}


def _count(store: SqliteStore, rules: Ready, as_of: int) -> int:
    """Return how many tasks there are, chunk by chunk as a run writes them, so that they need not all be held."""
    job = ours.job(rules, as_of)
    return sum(daily.derive(store, job, case_nos=part).height for part in parts(store.case_nos()))


def derive_part(clock: Clock, path: str, as_of: int, part: int, of: int) -> dict[str, object]:
    """Time deriving one part of the cases: what one worker of several does."""
    rules = ours.shipped()
    with open_store(path) as store:
        every = store.case_nos()
        size = -(-len(every) // of)
        mine = every[part * size : (part + 1) * size]
        clock.time(lambda: daily.derive(store, ours.job(rules, as_of), case_nos=mine))
    return {}


def day(clock: Clock, path: str, as_of: int, share: float) -> dict[str, object]:
    """Time the run after a share of the cases had news; say how long the full runs before it took, and one `done`.

    The first full run makes the columnar copy and writes every task; the second, as after a change of rules, finds both.
    """
    rules = ours.shipped()
    job = ours.job(rules, as_of)
    with open_store(path) as store:
        first, again, one = Clock(), Clock(), Clock()
        first.time(lambda: daily.run_and_store(store, replace(job, definitions_hash="before")))
        again.time(lambda: daily.run_and_store(store, job))
        students = store.cases("student")["case_no"]
        step = max(round(1 / share), 1)
        cases_run = 0
        for turn in range(3):
            store.append(_visits(students.gather_every(step, turn), as_of))
            cases_run = clock.time(lambda: daily.run_and_store(store, job)).cases_run
        for number in students[:3]:
            one.time(partial(_one, store, job, number, as_of))
        _same_as_full(store, job)
        return {
            "cases_run": cases_run,
            "first_full": _middle(first),
            "full_again": _middle(again),
            "one_done": _middle(one),
        }


def _visits(students: pl.Series, as_of: int) -> pl.DataFrame:
    form = {"abnormal": False, "held_at": as_of - 1000, "minutes": 20.0, "with": "parent"}
    data = to_json(form | dict.fromkeys(("next_plan", "participants", "problems", "solutions"), "-"))
    return pl.DataFrame({"case_no": students}).with_columns(
        type=pl.lit("visit_logged"),
        at=pl.lit(as_of - 60),
        recorded_at=pl.lit(as_of - 30),
        data=pl.lit(data),
    )


def _one(store: SqliteStore, job: daily.Job, case_no: int, as_of: int) -> pl.DataFrame:
    """Do what `done` does beyond start-up: append the fact, run the case, read its list."""
    chosen = pl.Series([case_no], dtype=pl.Int64)
    store.append(_visits(chosen, as_of))
    daily.run_and_store(store, replace(job, now=as_of), chosen)
    return store.tasks(chosen)


def _same_as_full(store: SqliteStore, job: daily.Job) -> None:
    """Raise unless what the runs left stored is what a full derivation gives."""
    names = [name for name in TASKS if name != "missing"]
    stored = store.tasks().filter(pl.col("state").is_in(UNFINISHED)).select(names).sort("task_id")
    derived = daily.derive(store, job).select(names).sort("task_id")
    if not stored.equals(derived):
        raise RuntimeError("the runs by parts left other tasks than a full run gives")


def _middle(clock: Clock) -> tuple[float, float]:
    laps = sorted(clock.laps)
    return laps[len(laps) // 2]


def copy_of(path: Path, to: Path) -> Path:
    """Return a copy of a store, without its columns."""
    to.write_bytes(b"")
    with path.open("rb") as source, to.open("wb") as target:
        while block := source.read(1 << 24):
            target.write(block)
    return to
