"""What people write into one field of a form: a way for each field, made once and asked often."""

from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from random import Random
from typing import Final, TypeVar

from engine.demo.words import sentences
from engine.model import Field

HOUR, DAY = 3600, 86_400
ZONE = "Asia/Shanghai"
T = TypeVar("T")

#: How often a yes/no field says yes, by "event.field" or a part of the field's name; the first that fits. Else: 96 %.
YES: Final[Mapping[str, float]] = {
    "first_class_received.parent_sat_in": 0.05,
    "student_visited.parent_sat_in": 0.3,
    "renewal_talk_logged.referral_asked": 0.9,
    "homework_given.needs_check": 0.35,
    "request_made.reasonable": 0.8,
    "study_question_recorded.solved": 0.85,
    "study_question_asked.sure": 0.8,
    "leave_requested.is_emergency": 0.0,
    "retention_talk_held.stays": 0.6,
    "school_tests_noted.weekly": 0.3,
    "school_tests_noted.monthly": 0.7,
    "final_exam_held.passed": 0.7,
    "module_retaken.passed": 0.85,
    "student_sorted.meeting_needed": 0.25,
    "teaching_plan_reviewed.approved": 0.8,
    "adjustment_told.approved": 0.85,
    "rescue_talk_logged.own_fault": 0.25,
    "rescue_talk_logged.other_departments": 0.3,
    "trial_lesson_recorded.came": 0.85,
    "authorised": 0.8,
    "abnormal": 0.02,
    "special": 0.04,
    "is_new": 0.1,
    "parent_met_teacher": 0.1,
    "change_teacher": 0.16,
    "serious": 0.08,
    "has_problems": 0.15,
    "recordings_exist": 0.3,
    **dict.fromkeys(("major_accident", "parent_meeting_needed", "goes_to_law"), 0.06),
}
#: The weights of choices, by "event.field" or by the field; else the first choice is the usual one.
WEIGHTS: Final[Mapping[str, Sequence[float]]] = {
    "parent_talk_logged.outcome": (0.86, 0.05, 0.03, 0.03, 0.03),
    "visit_logged.outcome": (0.976, 0.01, 0.005, 0.005, 0.004),
    "visit_logged.purpose": (0.9, 0.0, 0.1),
    "visit_logged.with": (0.3, 0.5, 0.2),
    "student_visited.kind": (0.0, 0.9, 0.02, 0.08),
    "student_visited.with": (0.45, 0.1, 0.45),
    "student_incident.kind": (0.25, 0.3, 0.15, 0.3),
    "small_class_complaint.complained": (0.3, 0.7),
    "leave_requested.kind": (0.45, 0.55),
    "leave_decided.ruling": (0.96, 0.04),
    "rescue_talk_logged.result": (0.65, 0.0, 0.35),
    "rescue_team_met.result": (0.6, 0.4),
    "cause_established.kind": (0.2, 0.25, 0.55),
    "paper_missing.paper": (1, 1, 1, 1, 1, 1, 1, 5, 1, 2),
    "student_sorted.stability": (0.45, 0.45, 0.1),
    "exam_outlook_agreed.outlook": (0.5, 0.3, 0.2),
    "homework_seen.completion": (0.75, 0.2, 0.05),
    "score_recorded.kind": (0.6, 0.2, 0.2),
    "paper_shown.reader": (0.3, 0.5, 0.2),
    "lecturer_invited.answer": (0.5, 0.2, 0.3),
}
#: The range of a number, by "event.field" or a part of the field's name; the first that fits. Else: 1 to 12.
AMOUNTS: Final[Mapping[str, tuple[float, float]]] = {
    "lead_month_reported.most_hours": (78, 112),
    "lead_month_reported.fewest_hours": (56, 84),
    "rooms_used": (28, 97),
    "correct_percent": (60, 100),
    "personal_report_made.result": (58, 96),
    "test_taken.result": (58, 96),
    "previous_result": (58, 96),
    "performance": (6, 10),
    "options": (2, 3),
    "from_managers": (5, 7),
    "month_figures.satisfaction": (94.6, 100),
    "satisfied": (8, 12),
    "satisf": (96, 100),
    "month_figures.students": (28, 44),
    "complaint": (0, 1.4),
    "update_learning_files.students": (28, 44),
    "check_attendance.absences": (0, 1),
    "absences": (0, 1),
    "audit_files.students": (180, 260),
    "audit_files.files_drawn": (26, 30),
    "major_accidents": (0, 0),
    "awards": (0, 3),
    "refund_disputes": (0, 1),
    "false_advertising": (0, 1),
    "teachers_needed": (0, 2),
    "new_students": (0, 2),
    "signings_to_date": (1, 18),
    "hours_to_date": (100, 2400),
    "lesson_hours": (1900, 2700),
    "teacher_hours": (150, 220),
    "month_closed.students": (28, 44),
    "renewal_rate": (60, 95),
    "own_test_held.minutes": (25, 35),
    "exchange_held.minutes": (25, 75),
    "minutes": (8, 40),
    "full_score": (100, 100),
    "score": (62, 98),
    "percent": (70, 100),
    "smallest": (4, 5),
    "largest": (5, 6),
    "monthly_hours": (8, 8),
    "hours": (2, 2),
    "gift": (0, 4),
    "retake_enrolled.hours": (6, 12),
    "modules": (3, 3),
    "rate": (0.6, 0.95),
    "months": (5, 12),
    "students": (10, 16),
}
#: How often a field that may stay empty is filled in; else: half of the time.
FILLED: Final[Mapping[str, float]] = {"gaps": 0.12, "doubts": 0.2, "noticed": 0.2, "demand": 0.4, "outcome": 0.7}
#: Parts of the names of moments and days that lie ahead, and the ends of the names of events that speak of what comes.
AHEAD: Final = (
    *("next", "starts", "ends", "promised", "until", "due", "planned", "meeting_at", "exam_at", "held_on"),
    *("first_lesson", "expected"),
)
COMING: Final = ("_announced", "_booked", "_planned", "_asked_for")


def found(table: Mapping[str, T], event: str, name: str, default: T) -> T:
    """Return what a table says of a field: by event and field, by the field, else by a part of its name."""
    exact = next((table[each] for each in (f"{event}.{name}", name) if each in table), None)
    if exact is not None:
        return exact
    dotted = f"{event}.{name}"
    return next((value for part, value in table.items() if part in (dotted if "." in part else name)), default)


def value_maker(event: str, name: str, what: Field, random: Random) -> Callable[[int], object]:  # noqa: PLR0911
    """Return what gives a value for a field at a moment; texts, references and keys are the caller's."""
    match what.type:
        case "choice":
            return _choice(event, name, what, random)
        case "choices":
            return _choices(what, random)
        case "yes_no":
            chance = found(YES, event, name, 0.96)
            return lambda _: random.random() < chance
        case "number":
            return _number(event, name, what, random)
        case "money":
            low, high, step = (180, 260, 10) if name.startswith("unit_price") else (200, 3000, 50)
            return lambda _: f"{random.randrange(low, high, step)}.00"
        case "moment":
            return _moment(event, name, random)
        case "date":
            moment = _moment(event, name, random)
            return lambda at: day_text(moment(at))
        case "duration":
            return lambda _: "7 days"
    phrases = sentences(name)
    return lambda _: phrases[int(random.random() * len(phrases))]


def _choice(event: str, name: str, what: Field, random: Random) -> Callable[[int], object]:
    choices = [str(each) for each in what.choices]
    usual = [0.75, *[0.25 / max(len(choices) - 1, 1)] * (len(choices) - 1)]
    weights = WEIGHTS.get(f"{event}.{name}") or usual
    upto = list(accumulate(weights[: len(choices)]))
    return lambda _: random.choices(choices, cum_weights=upto)[0]


def _choices(what: Field, random: Random) -> Callable[[int], object]:
    choices = [str(each) for each in what.choices]
    if what.all_of:
        return lambda _: list(choices)
    return lambda _: [each for each in choices if random.random() < 0.92] or choices[:1]


def _number(event: str, name: str, what: Field, random: Random) -> Callable[[int], object]:
    low, high = found(AMOUNTS, event, name, (1.0, 12.0))
    least = what.at_least if what.at_least is not None else low
    most = what.at_most if what.at_most is not None else max(high, low)
    low, high = max(low, least), min(max(high, low), most)
    low = low if low <= high else high * 0.8
    digits = 2 if high < 2 and low > 0 and low != int(low) else 0
    return lambda _: float(round(low + (high - low) * random.random(), digits))


def _moment(event: str, name: str, random: Random) -> Callable[[int], int]:
    if event.endswith(COMING) or any(part in name for part in AHEAD):
        return lambda at: (at + 8 * HOUR) // DAY * DAY - 8 * HOUR + random.randint(4, 8) * DAY + 19 * HOUR
    if name in ("held_at", "talked_at"):
        return lambda at: at - random.randint(10, 80) * 60 if random.random() < 0.985 else _yesterday(at, random)
    return lambda at: at


def _yesterday(at: int, random: Random) -> int:
    """Return a moment in the waking hours of the day before, in China."""
    midnight = (at + 8 * HOUR) // DAY * DAY - 8 * HOUR
    return midnight - DAY + random.randint(10 * 60, 20 * 60) * 60


def day_text(moment: int) -> str:
    """Return the day of a moment in China as text.

    >>> day_text(1767283200)
    '2026-01-02'
    """
    from engine.calendars.zones import moment_text

    return moment_text(moment, ZONE)[:10]
