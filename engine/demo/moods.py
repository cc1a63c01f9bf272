"""What comes up around a student now and then: questions, homework, exams, wishes, mishaps, opinions."""

from collections.abc import Mapping, Sequence
from typing import Final

from engine.demo.script import Script
from engine.demo.values import DAY

#: What may happen to a student now and then: the event, how many times a year on average.
MOODS: Final[Sequence[tuple[str, float]]] = (
    ("student_asked", 1.5),
    ("homework_given", 2),
    ("homework_handed_in", 2),
    ("sign_seen", 0.3),
    ("request_made", 0.4),
    ("promise_objected", 0.06),
    ("file_gap_found", 0.04),
    ("paper_shown", 0.3),
    ("contact_print_requested", 0.05),
    ("message_filed", 0.5),
    ("chapter_finished", 0.6),
    ("file_viewed", 0.1),
    ("referral_enrolled", 0.08),
    ("came_by_referral", 0.05),
    ("student_problem_raised", 0.15),
    ("student_incident", 0.35),
    ("offer_available", 0.1),
    ("school_exam_announced", 1.5),
    ("score_recorded", 2.5),
    ("visit_logged", 0.3),
)
#: The field that names what an event is about.
NAMED: Final[Mapping[str, str]] = {
    "student_asked": "question",
    "homework_given": "homework",
    "homework_handed_in": "homework",
    "request_made": "request",
    "promise_objected": "promise",
    "file_gap_found": "what",
    "chapter_finished": "chapter",
    "student_problem_raised": "problem",
    "student_incident": "incident",
    "offer_available": "offer",
    "school_exam_announced": "exam",
    "score_recorded": "test",
}


def moods(script: Script, case: int, begin: int) -> None:
    """Write what comes up around a student between the hand-over and the end of the year."""
    days = max((script.until - begin) // DAY - 10, 0)
    for event, times in MOODS:
        expected = times * days / 365
        for _ in range(int(expected) + script.often(expected % 1)):
            at = script.day(begin, 10 + script.random.randrange(max(days, 1)), script.random.uniform(9.5, 19.5))
            script.happen(case, event, at, **_details(script, event, at))
    _points(script, case, begin, days)
    for term in range(1, 4):
        at = script.day(script.begin, 110 * term)
        if at > begin and script.often(0.5):
            recommend = float(script.random.choices((10, 9, 8, 7, 5, 3), (35, 30, 18, 9, 5, 3))[0])
            answers = {"recommend": recommend, "enquiry": 5.0, "teaching": 4.0, "service": 5.0}
            script.happen(case, "survey_answered", at, term=f"T{term}", **answers)


def _details(script: Script, event: str, at: int) -> dict[str, object]:
    code = script.around.code(event)
    details: dict[str, object] = {NAMED[event]: code} if event in NAMED else {}
    if event == "school_exam_announced":
        details["exam_at"] = script.day(at, 14, 9)
    if event == "score_recorded":
        details |= {"score": float(script.random.randint(45, 100)), "full_score": 100.0}
    return details


def _points(script: Script, case: int, begin: int, days: int) -> None:
    """Write the ledger of points: earned, sometimes spent, now and then more than there was, which is mended."""
    balance, at = 0.0, begin
    while days > 40 and (at := script.day(at, script.random.expovariate(1 / 70) + 5, 17)) < script.until:
        points = float(script.random.randint(2, 10))
        spends = balance > 0 and script.often(0.35)
        points = min(points, balance) if spends and script.often(0.7) else points
        balance += -points if spends else points
        script.happen(case, "points_booked", at, kind="spent" if spends else "earned", points=points)
        if balance < 0:
            mended = at + DAY
            script.happen(case, "points_booked", mended, kind="earned", points=-balance, for_what="更正积分账")
            balance = 0.0
