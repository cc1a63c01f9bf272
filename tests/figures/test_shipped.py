"""Figures that a clause of a handbook asks for, on the shipped processes."""

from datetime import date

import pytest

from engine import figures as fig
from engine.calendars.zones import moment_of
from engine.load.workspace import find_shipped, load
from engine.store.base import NewEvent
from engine.store.log import MemoryLog, case_frame

ZONE = "Asia/Shanghai"
SHIPPED = load([find_shipped("processes")]).definitions
Fact = tuple[str, str, dict[str, object]]


def worked_out(figure: str, facts: list[Fact]) -> dict[str, float | None]:
    """Return a figure of June 2026 by campus; each fact is of a case of its own: (campus, event, fields)."""
    begin, at = moment_of("2026-06-01 09:00", ZONE), moment_of("2026-06-20 10:00", ZONE)
    rows = [
        {
            "case_no": number,
            "case_id": f"X-{number}",
            "subject": SHIPPED.events[event].subject,
            "campus": campus,
            "created_at": begin,
            "fields": {"programme": "small_class"} if SHIPPED.events[event].subject == "student" else {},
        }
        for number, (campus, event, _) in enumerate(facts)
    ]
    events = [NewEvent(number, event, at, at, data=data) for number, (_, event, data) in enumerate(facts)]
    log = MemoryLog(SHIPPED, rows, events)
    span = date(2026, 6, 1), date(2026, 6, 30)
    found = fig.figures(SHIPPED, case_frame(rows), log, *span, moment_of("2026-07-01 09:00", ZONE), wanted=(figure,))
    return dict(found.filter(found["per"] == "campus").select("of", "value").iter_rows())


def answers(campus: str, *scores: float) -> list[Fact]:
    return [(campus, "survey_answered", {"term": "春", "recommend": score}) for score in scores]


def test_nps_is_the_share_of_promoters_less_that_of_detractors() -> None:
    """G-112: of four answers two are 9 or 10, one is 6 or less, one counts only below the line: 25."""
    facts = answers("xuhui", 10.0, 9.0, 8.0, 6.0) + answers("pudong", 7.0, 8.0) + answers("minhang", 9.0, 0.0, 3.0)
    assert worked_out("nps", facts) == {"xuhui": 25.0, "pudong": 0.0, "minhang": pytest.approx(-100 / 3)}


def test_where_nobody_answered_there_is_no_nps() -> None:
    """G-112: a term without a survey has none, a contract is no answer."""
    assert worked_out("nps", [("xuhui", "contract_signed", {"amount_cny": "900.00", "hours": 6.0})]) == {}


@pytest.mark.parametrize(
    ("figure", "places"),
    [
        ("campus_rank", {"xuhui": 2.0, "pudong": 1.0}),  # (100 % + 0 + 0) / 3 against (50 % + 0 + 100 %) / 3
        ("campus_rank_recruitment", {"xuhui": 1.0, "pudong": 2.0}),
        ("campus_rank_renewal", {"xuhui": 2.0, "pudong": 1.0}),
        ("team_rank_signings", {"xuhui": 2.0, "pudong": 1.0}),
    ],
)
def test_campuses_and_teams_are_ranked_on_what_was_recorded(figure: str, places: dict[str, float]) -> None:
    """S-060, S-094: Xuhui signs its one of one, Pudong two of four and renews its one."""
    targets = {"for_month": "2026-06", "lesson_hours": 100.0, "renewals": 1.0}
    facts: list[Fact] = [
        ("xuhui", "targets_handed_down", targets | {"new_signings": 1.0}),
        ("pudong", "targets_handed_down", targets | {"new_signings": 4.0}),
        ("xuhui", "contract_signed", {}),
        ("pudong", "contract_signed", {}),
        ("pudong", "contract_signed", {}),
        ("pudong", "joined_class", {"how": "renewed"}),
    ]
    assert worked_out(figure, facts) == places
