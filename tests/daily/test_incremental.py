"""A run over what is new gives what a run over everything gives."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from engine import daily
from engine.compiler.plan import Plan
from engine.frames import TASKS
from engine.store.base import NewEvent
from engine.store.sqlite import SqliteStore, open_store
from tests.compiler.days import DAY, LAST, START, happenings, times
from tests.compiler.school import CALENDARS, PROCESS, school

CASES = (
    ("A", "student", "xuhui", {"programme": "single", "manager": "E1"}),
    ("B", "student", "pudong", {"programme": "single"}),
    ("C", "student", "xuhui", {"programme": "group"}),
    ("E1", "staff", "xuhui", {"role": "manager"}),
)
RULES: Mapping[str, Plan] = {
    "plain": school(),
    "stricter": school(
        service=PROCESS.replace("due: 0.5 working_days", "due: 1 working_hours")
        .replace("7 days if month < 1 else 14 days", "3 days")
        .replace('cron: "0 17 * * FRI", shift: previous_working_day', 'cron: "0 17 * * WED"')
        .replace("within=20 days", "within=5 days")
    ),
    "shut": school(standard=CALENDARS + "closures: [{from: 2026-02-02, to: 2026-02-06, title: shut}]\n"),
}

Reported = tuple[int, tuple[str, dict[str, object]], int, int]

events = st.tuples(st.integers(1, 3), happenings, st.integers(0, LAST), times)
reports: st.SearchStrategy[Reported] = st.tuples(st.just(4), st.just(("reported", {})), st.integers(0, LAST), times)
roles = st.tuples(st.just(4), st.just(("set", {"role": "lead"})), st.integers(0, LAST), times)
voids = st.integers(0, 60)
#: Days by which the clock of the one who records something is ahead of the list that is asked for after it.
ahead = st.sampled_from([0, 0, 2, 30])
batches = st.lists(st.one_of(events, events, events, reports, roles, voids), max_size=6)
turns = st.tuples(
    st.integers(0, 20), batches, st.sampled_from(["", "", "", *RULES]), st.sampled_from([0, 0, 1, 2, 3, 4]), ahead
)


@contextmanager
def stores() -> Iterator[tuple[SqliteStore, SqliteStore]]:
    with TemporaryDirectory() as folder:
        yield_from = [open_store(Path(folder) / name, create=True) for name in ("one.db", "other.db")]
        try:
            for store in yield_from:
                store.add_cases(_cases())
            yield yield_from[0], yield_from[1]
        finally:
            for store in yield_from:
                store.close()


def _cases() -> pl.DataFrame:
    rows = [
        {
            "case_id": name,
            "subject": subject,
            "campus": campus,
            "created_at": START + number * DAY // 2,
            "fields": _json(facts),
        }
        for number, (name, subject, campus, facts) in enumerate(CASES)
    ]
    return pl.DataFrame(rows)


def _json(facts: Mapping[str, str]) -> str:
    return "{" + ",".join(f'"{name}":"{value}"' for name, value in facts.items()) + "}"


def _new(batch: list[object], known: list[NewEvent], now: int) -> Iterator[NewEvent]:
    """Yield the events of a batch that can have happened by now; a number takes back the event of that number."""
    taken_back = {each.data.get("event_id") for each in known if each.type == "void"}
    for item in batch:
        if isinstance(item, int):
            if 0 < item <= len(known) and item not in taken_back and known[item - 1].type != "void":
                taken_back.add(item)
                event = known[item - 1]
                yield NewEvent(
                    event.case_no, "void", max(event.at, min(now, event.recorded_at)), now, None, {"event_id": item}
                )
            continue
        assert isinstance(item, tuple)
        case_no, (name, values), day, second = item
        at = START + 2 * DAY + day * DAY + second
        if at <= now:
            yield NewEvent(case_no, name, at, now, None, values)


def unfinished(store: SqliteStore) -> pl.DataFrame:
    tasks = store.tasks().filter(pl.col("state").is_in(["waiting", "open", "breached"]))
    return tasks.select(TASKS.names()).sort("task_id")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(turns, min_size=2, max_size=6))
def test_what_is_stored_is_what_a_run_over_everything_from_nothing_stores(
    story: list[tuple[int, list[object], str, int, int]],
) -> None:
    with stores() as (store, fresh):
        known: list[NewEvent] = []
        now, rules = START + 3 * DAY, "plain"
        for days, batch, change, alone, later in story:
            now += days * DAY + 12 * 3600
            rules = change or rules
            new = list(_new(batch, known, now))
            known += new
            if new:
                store.append(new)
                fresh.append(new)
            job = daily.Job(RULES[rules], rules, now, now)
            if alone:
                moment = now + later * DAY if alone in {each.case_no for each in new} else now
                daily.run_and_store(store, replace(job, as_of=moment), pl.Series([alone]))
            daily.run_and_store(store, job)
            fresh._link.executescript("DELETE FROM tasks; DELETE FROM wake; DELETE FROM runs;")
            daily.run_and_store(fresh, job)
            assert_frame_equal(unfinished(store), unfinished(fresh))
