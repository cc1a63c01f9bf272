"""Rules of the four handbooks, replayed at the command line on the shipped processes, from the import to the closing.

Every due moment was worked out by hand: 5 to 7 March 2026 are a Thursday to a Saturday, a working day has 09:00-12:00
and 13:30-18:00, half of one is 3 h 45 min.
"""

import json
from collections.abc import Callable, Iterator

import pytest
from typer.testing import CliRunner

import cli

Run = Callable[..., str]
Due = dict[tuple[str, str], str]

FILES = {
    "student.csv": """\
case_id,campus,name,programme,created_at
first,minhang,Ann,one_on_one,2026-03-01 09:00
weekend,minhang,Bo,one_on_one,2026-03-01 09:00
change,minhang,Cai,one_on_one,2026-03-01 09:00
leaves,minhang,Dan,one_on_one,2026-01-05 09:00
referred,minhang,Eve,one_on_one,2026-03-01 09:00
""",
    "class.csv": "case_id,campus,name,created_at\nplan,minhang,Class 1,2026-03-01 09:00\n",
    "campus.csv": "case_id,campus,name,created_at\nhouse,minhang,Minhang,2026-03-10 09:00\n",
    "study_visit.csv": "case_id,campus,student,name,created_at\nroster,minhang,first,Ann,2026-03-06 17:00\n",
    "study_arrived.csv": "case_id,at,arrived_at\nroster,2026-03-06 17:00,2026-03-06 17:00\n",
    "payment_confirmed.csv": """\
case_id,at,amount_cny,in_full
first,2026-03-05 09:00,21000,yes
weekend,2026-03-05 09:00,21000,yes
leaves,2026-01-10 10:00,21000,yes
""",
    "file_accepted.csv": "case_id,at\nfirst,2026-03-06 16:00\nweekend,2026-03-07 10:00\n",
    "change_requested.csv": "case_id,at,lesson,starts_at,reason\nchange,2026-03-06 15:00,L7,2026-03-14 09:00,exam\n",
    "came_by_referral.csv": "case_id,at,old_student,course_fee_cny\nreferred,2026-03-05 16:00,S9,8000\n",
    "teaching_plan_revised.csv": "case_id,at,meeting,plan,stage_arrangement\nplan,2026-03-05 15:00,M1,p,s\n",
    "fee_plan_confirmed.csv": """\
case_id,at,unit_price_cny,hours,monthly_hours,comprehensive_fee_cny,assessment_fee_cny
leaves,2026-01-10 11:00,200,100,8,800,200
""",
    "lesson_attended.csv": """\
case_id,at,lesson,number,hours
leaves,2026-01-15 18:00,L1,1,2
leaves,2026-01-18 18:00,L2,2,2
""",
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    place = tmp_path_factory.mktemp("replays")
    for name, text in FILES.items():
        (place / name).write_text(text, "utf-8")

    def run(line: str, *fields: str, code: int = 0) -> str:
        found = CliRunner().invoke(cli.app, [*line.split("|"), *fields, "--workspace", str(place), "--lang", "en"])
        assert found.exit_code == code, found.output
        return found.output

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        run("|".join(["import", *FILES]))
        yield run


@pytest.fixture(scope="module")
def due(run: Run) -> Due:
    """Return when what is owed on Saturday morning is due, by step and case."""
    return _due(run("daily|--as-of|2026-03-07 12:00|--all|--format|json"))


def _due(listed: str) -> Due:
    return {
        (each["step"], each["case_id"]): each["due_at"][:16] for each in json.loads(listed)["tasks"] if each["due_at"]
    }


def test_the_first_call_is_due_half_a_working_day_after_the_file(run: Run, due: Due) -> None:
    """O-018, O-019, L-014: Friday 16:00 has two hours left, the other 1 h 45 min are Monday's."""
    assert due["first_call", "first"] == "2026-03-09T10:45"
    call = [
        *("channel=phone", "held_at=2026-03-09 09:10", "minutes=20", "introduced=name_and_post,duties,help"),
        *("new_facts=a", "shared_view=yes", "cooperation=b", "special=no"),
    ]
    line = "done|one_on_one.first_call/first|--at|2026-03-09 09:20"
    assert "is not closed by it" in run(line, *call, "spoke_with=student")
    assert "done: one_on_one.first_call/first" in run(line, *call, "spoke_with=decision_maker")


def test_a_file_of_the_weekend_has_until_friday_noon(due: Due) -> None:
    """L-021, L-022: a file of Saturday has until Friday noon, one of Friday two days."""
    assert due["schedule_first_lesson", "weekend"] == "2026-03-13T12:00"
    assert due["schedule_first_lesson", "first"] == "2026-03-08T16:00"


def test_a_changed_lesson_wants_both_approvals(run: Run, due: Due) -> None:
    """G-059, G-060: one working day from Friday 15:00; the manager's word alone changes nothing."""
    assert due["review_change", "change"] == "2026-03-09T15:00"
    line = "done|attendance_and_leave.review_change/change|--at|2026-03-06 16:30"
    assert "is not closed by it" in run(line, "reviewer=learning_manager", "approved=yes")
    assert "done: attendance_and_leave.review_change" in run(line, "reviewer=teacher", "approved=yes")


def test_the_recommended_student_gets_a_discount(run: Run, due: Due) -> None:
    """G-091: five working days from Thursday 16:00 end on Thursday 16:00; nothing given is not done."""
    assert due["give_alumni_discount", "referred"] == "2026-03-12T16:00"
    line = "done|completion_and_alumni.give_alumni_discount/referred|--at|2026-03-06 10:00"
    assert "is not closed by it" in run(line, "discount_cny=0")
    assert "done: completion_and_alumni.give_alumni_discount" in run(line, "discount_cny=400")


def test_a_revised_plan_goes_to_the_director_first(run: Run, due: Due) -> None:
    """S-139: two working days from Thursday 15:00; a refusal names its reason."""
    assert due["review_plan", "plan"] == "2026-03-09T15:00"
    line = "done|small_class.review_plan/plan|--at|2026-03-06 10:00"
    assert "remarks: is required" in run(line, "meeting=M1", "approved=no", code=1)
    assert "done: small_class.review_plan" in run(line, "meeting=M1", "approved=no", "remarks=r")


def test_a_roster_without_school_and_consultant_is_taken_in_and_asks_for_both(run: Run, due: Due) -> None:
    """S-106: the row is imported as it is, both are due within half an hour, and the school alone does not do."""
    assert due["complete_roster", "roster"] == "2026-03-06T17:30"
    assert "Complete the roster" in run("record|set|roster|--at|2026-03-06 17:10", "school=No. 2")


@pytest.mark.usefixtures("due")
def test_the_branch_assesses_a_month_whose_end_is_a_holiday(run: Run) -> None:
    """S-060: 1 to 5 May 2026 are off and Saturday the 9th is worked, so five working days end on Monday the 11th."""
    found = _due(run("daily|--as-of|2026-05-06 10:00|--role|branch_office|--all|--dry-run|--format|json"))
    assert found["assess_campus", "house"] == "2026-05-11T18:00"


def test_a_month_after_the_first_lesson_the_refund_has_a_penalty(run: Run) -> None:
    """O-103, O-104, the boundary of the notes: 14 February is month 1, 15 February month 2."""
    lines = run("refund|leaves|--on|2026-02-14|--what-if|2026-02-15").splitlines()
    shown = [line.split("[")[0].split() for line in lines if "[O-" in line]
    figures = {" ".join(words[:-4]): [words[-4], words[-2]] for words in shown}
    assert figures["Less: lesson fee"] == ["800.00", "800.00"]
    assert figures["Less: penalty"] == ["0.00", "3,200.00"]
    assert figures["Refund"] == ["19,200.00", "16,000.00"]
