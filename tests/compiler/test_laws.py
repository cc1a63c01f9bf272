"""Laws of a run: cases do not touch each other, order of typing in does not matter, what is known changes nothing."""

from unittest.mock import patch

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from engine.compiler.world import Known
from engine.run import run
from engine.store.base import NewEvent
from engine.store.log import MemoryLog, case_frame
from engine.store.reconcile import UNFINISHED
from tests.compiler.days import DAY, LAST, START, happenings, times
from tests.compiler.school import school

CAMPUSES = ("xuhui", "pudong", "xuhui", "pudong")
CASES: list[dict[str, object]] = [
    {
        "case_no": number,
        "case_id": f"C{number}",
        "subject": "student",
        "campus": campus,
        "created_at": START + number * 3600,
        "fields": {"programme": "single", "paid": number % 2 == 0, "manager": f"E{number}"},
    }
    for number, campus in enumerate(CAMPUSES, 1)
]
NOW = START + 80 * DAY
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
quietly = settings(max_examples=40, deadline=None, suppress_health_check=SLOW)


def _event(drawn: tuple[int, tuple[str, dict[str, object]], int, int]) -> NewEvent:
    case_no, (name, values), day, second = drawn
    at = START + 2 * DAY + day * DAY + second
    return NewEvent(case_no, name, at, at, None, values)


events = st.lists(st.tuples(st.integers(1, 4), happenings, st.integers(0, LAST), times).map(_event), max_size=40)


def tasks(
    happened: list[NewEvent], now: int = NOW, cases: list[dict[str, object]] = CASES, **options: object
) -> pl.DataFrame:
    frame = case_frame(cases)
    found = run(school(), frame, MemoryLog(school().definitions, frame, happened, now), now, **options)  # type: ignore[arg-type]
    return found.tasks.sort("task_id")


@quietly
@given(events)
def test_a_run_over_many_cases_is_the_runs_of_each_alone(happened: list[NewEvent]) -> None:
    together = tasks(happened)
    alone = [tasks(happened, cases=[case]) for case in CASES]
    assert_frame_equal(together, pl.concat(alone).sort("task_id"))


@quietly
@given(events, st.randoms(use_true_random=False))
def test_the_order_in_which_things_are_typed_in_does_not_name_tasks(happened: list[NewEvent], random: object) -> None:
    shuffled = list(happened)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert tasks(happened)["task_id"].to_list() == tasks(shuffled)["task_id"].to_list()


@quietly
@given(events, st.integers(0, LAST), st.booleans())
def test_what_an_earlier_run_has_shown_changes_nothing_of_what_is_unfinished(
    happened: list[NewEvent], day: int, many: bool
) -> None:
    earlier = START + day * DAY + 45_000
    live = pl.col("state").is_in(UNFINISHED)
    before = tasks([each for each in happened if each.at <= earlier], earlier).filter(live)
    since = pl.DataFrame({"case_no": [case["case_no"] for case in CASES], "since": [earlier] * len(CASES)})
    few = 0 if many else 1_000  # as if there were very many cases
    with patch("engine.compiler.openings.FEW", few), patch("engine.compiler.steps.FEW", few):
        pruned = tasks(happened, known=Known(before, since)).filter(live)
    assert_frame_equal(pruned, tasks(happened).filter(live))


@quietly
@given(events)
def test_a_later_moment_adds_nothing_to_the_past(happened: list[NewEvent]) -> None:
    early = NOW - 30 * DAY
    known = tasks([each for each in happened if each.at <= early], early)
    later = tasks([each for each in happened if each.at <= early], NOW)
    both = known.join(later, on="task_id", suffix="_later")
    assert len(both) == len(known)
    over = both.filter(pl.col("closed_at").is_not_null())
    assert over["closed_at"].to_list() == over["closed_at_later"].to_list()
