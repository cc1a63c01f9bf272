"""What reports read from a store: the tasks as of a moment, names of cases, the days that two moments lie in."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import polars as pl

from engine.chunks import tasks_of
from engine.compiler.plan import Plan
from engine.compiler.world import calendar_of
from engine.frames import TASKS
from engine.model import Definitions
from engine.posts import posts
from engine.store.base import CaseStore


def tasks_as_of(plan: Plan, store: CaseStore, until: int, campus: str = "") -> pl.DataFrame:
    """Return all tasks of the cases (of a campus) as they stood at a moment, over ones included."""
    cases = cases_at(store, until, campus)
    staff = posts(plan.definitions, store, until)
    found = tasks_of(plan, store, cases["case_no"], until, staff)
    return pl.concat([TASKS.to_frame(), *found], how="vertical_relaxed")


def cases_at(store: CaseStore, until: int, campus: str = "") -> pl.DataFrame:
    """Return the cases that there were at a moment (of a campus)."""
    cases = store.cases().filter(pl.col("created_at") <= until)
    return cases.filter(pl.col("campus") == campus) if campus else cases


def names_of(definitions: Definitions, store: CaseStore, case_ids: pl.Series, until: int) -> Mapping[str, str]:
    """Return the names of cases by their id."""
    cases = store.cases().filter(pl.col("case_id").is_in(case_ids.unique().implode()))
    named = store.log(definitions, cases["case_no"], until).fields("name")
    last = named.group_by("case_no", maintain_order=True).last()
    shown = cases.join(last, on="case_no").drop_nulls("value")
    return dict(shown.select("case_id", pl.col("value").cast(pl.String)).iter_rows())


def day_of(definitions: Definitions, moment: int, campus: str = "") -> date:
    """Return the day in which a moment lies at a campus."""
    zone = ZoneInfo(calendar_of(definitions, campus).zone)
    return datetime.fromtimestamp(moment, UTC).astimezone(zone).date()


def moment_of_day(definitions: Definitions, day: date, campus: str = "") -> int:
    """Return the moment at which a day begins at a campus."""
    zone = ZoneInfo(calendar_of(definitions, campus).zone)
    return int(datetime.combine(day, time(), zone).timestamp())
