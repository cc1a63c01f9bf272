"""Runs over many stored cases, so many at once that columns pay and memory does not grow with the school."""

from collections.abc import Iterator
from typing import Final

import polars as pl

from engine.compiler.plan import Plan
from engine.run import run
from engine.store.base import CaseStore
from engine.store.columns import STRETCH

CHUNK: Final = 2 * STRETCH
"""Cases run at once: as many as lie together in the columnar copy, twice."""


def parts(case_nos: pl.Series) -> Iterator[pl.Series]:
    """Yield the numbers of cases by chunks."""
    for start in range(0, len(case_nos), CHUNK):
        yield case_nos[start : start + CHUNK]


def tasks_of(
    plan: Plan, store: CaseStore, case_nos: pl.Series, as_of: int, staff: pl.DataFrame | None
) -> Iterator[pl.DataFrame]:
    """Yield the tasks of stored cases as of a moment, over ones included, chunk by chunk; nothing is written."""
    for part in parts(case_nos):
        log = store.log(plan.definitions, part, as_of)
        yield run(plan, log.cases(), log, as_of, staff=staff).tasks
