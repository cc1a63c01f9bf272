"""The sides of the comparison on the dozen duties: dueline and its peers over one SQLite file."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import polars as pl

from benchmarks import agree, ours
from benchmarks.timing import Clock

#: The peers that answer for many students within minutes.
LARGE: Final = ("polars_by_hand", "plain_python")
PEERS: Final = ("polars_by_hand", "sql_by_hand", "plain_python", "zen_engine", "rule_engine")


def build(clock: Clock, path: str, students: int, cache: str) -> dict[str, object]:
    """Write a store."""
    from benchmarks.data import build, played_campus

    campus = played_campus(Path(cache))
    events = clock.time(lambda: build(Path(path), students, campus))
    return {"as_of": campus.as_of, "events": events}


def answer(clock: Clock, side: str, path: str, as_of: int, runs: int, against: str = "") -> dict[str, object]:
    """Time one side; its answer is compared with the one in a file, or written there if it is dueline's."""
    tasks = _times(clock, lambda: _side(side)(Path(path), as_of), runs)
    if side == "ours":
        tasks.write_ipc(against)
    else:
        agree.check(side, pl.read_ipc(against), tasks)
    return {"tasks": tasks.height}


def spiff(clock: Clock, path: str, as_of: int, runs: int, against: str, share: float = 1.0) -> dict[str, object]:
    """Time the daily list of SpiffWorkflow over its instances, or over a share of them that have news."""
    from benchmarks.peers import spiff

    instances = spiff.start(Path(path), as_of)
    instances.refresh()
    agree.check("spiff", pl.read_ipc(against), instances.answer())
    numbers = [number for (number,) in instances.link.execute("SELECT case_no FROM instance")]
    chosen = numbers[: max(round(len(numbers) * share), 1)]

    def listed() -> pl.DataFrame:
        instances.refresh(None if share == 1 else chosen)
        return instances.answer()

    _times(clock, listed, runs)
    return {"cases": len(numbers), "looked_at": len(chosen)}


def _side(side: str) -> Callable[[Path, int], pl.DataFrame]:
    found = ours if side == "ours" else importlib.import_module(f"benchmarks.peers.{side}")
    answer: Callable[[Path, int], pl.DataFrame] = found.answer
    return answer


def _times(clock: Clock, act: Callable[[], pl.DataFrame], runs: int) -> pl.DataFrame:
    tasks = pl.DataFrame()
    for _ in range(runs):
        tasks = clock.time(act)
    return tasks
