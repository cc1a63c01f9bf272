"""One-on-one students of the sample campus: contracts, lessons, leave and absence, renewals, pauses, the end."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.demo.moods import moods
from engine.demo.script import CAMPUSES, Script
from engine.demo.values import DAY, HOUR
from engine.demo.words import SUBJECTS, person


def a_campus(script: Script) -> str:
    return CAMPUSES[0][0] if script.often(CAMPUSES[0][2]) else CAMPUSES[1][0]


def family(script: Script, campus: str) -> dict[str, object]:
    return {
        "name": person(script.random),
        "grade": float(script.random.randint(3, 12)),
        "parent_name": person(script.random),
        "parent_phone": f"13{script.random.randrange(10**8, 10**9)}",
        "learning_manager": script.post(campus, "learning_manager"),
        "teacher": script.teacher(campus),
        "consultant": script.post(campus, "consultant"),
        "decision_maker": script.random.choice(("妈妈", "爸爸", "奶奶")),
        "training_kind": "subject_course",
        "enrolment": "regular",
        "school_has_tests": script.often(0.7),
        "stability": script.random.choices(("stable", "ordinary", "unstable"), (0.5, 0.4, 0.1))[0],
        "is_adult": script.often(0.02),
    }


def known_facts(script: Script, subject: str, fields: Mapping[str, object]) -> dict[str, object]:
    """Return the facts that the workspace knows, choices among those it offers."""
    known = script.definitions.subjects[subject].fields
    found = {name: value for name, value in fields.items() if name in known}
    return {name: value for name, value in found.items() if not known[name].choices or value in known[name].choices}


def one_on_one(script: Script, number: int) -> None:
    campus, random = a_campus(script), script.random
    signed = random.randrange(0, 340) if number % 5 > 2 else random.randrange(0, 40)
    at = script.open_day(campus, script.begin, signed, random.uniform(9.5, 18))
    code = f"S{number:04d}"
    facts = known_facts(script, "student", family(script, campus))
    case = script.case(code, "student", campus, at, programme="one_on_one", **facts)
    hours = float(random.choice((40, 60, 80, 100)))
    fee = f"{hours * 200 + 1000:.2f}"
    script.happen(case, "contract_signed", at, amount_cny=fee, hours=hours)
    script.happen(case, "enrolment_confirmed", at + 20 * 60, course=random.choice(SUBJECTS))
    paid = at + round(random.uniform(0.5, 40) * HOUR)
    in_full = not script.often(0.04)
    script.happen(case, "payment_confirmed", paid, amount_cny=fee if in_full else "5000.00", in_full=in_full)
    if not in_full:
        rest = script.day(paid, random.randint(3, 12))
        script.happen(case, "payment_confirmed", rest, amount_cny=f"{hours * 200 - 4000:.2f}", in_full=True)
    first = script.free(campus, facts.get("teacher"), at, random.randint(7, 10))
    if script.often(0.06):
        for days in (2, 4):
            talk = {"with": "parent", "purpose": "teacher_and_time", "outcome": "satisfied"}
            script.happen(case, "visit_logged", script.day(at, days, 15), **talk)
    course = Course(script, case, campus, code, at)
    course.play(first, hours)
    moods(script, case, at)


@dataclass
class Course:
    """The lessons of one student, a week from one to the next but for holidays."""

    script: Script
    case: int
    campus: str
    code: str
    signed: int

    def play(self, first: int, hours: float) -> None:
        """Write weekly lessons of two hours, renewals when few hours are left, pauses, and the end."""
        script, left, number, at = self.script, hours, 0, first
        gives_up = script.random.randint(4, 12) if script.often(0.06) else 0
        while at - 6 * DAY < script.until and left > 0:
            number += 1
            left -= self.lesson(number, at, left)
            if number == gives_up:
                script.happen(self.case, "service_ended", at + 6 * DAY, why="refunded")
                return
            if left <= 4 and script.often(0.75):
                left += hours
                script.happen(self.case, "contract_signed", at + DAY, amount_cny=f"{hours * 200:.2f}", hours=hours)
            at = script.weekly(self.campus, at)
            if script.often(0.004):
                script.happen(self.case, "suspended", at - 2 * DAY, reason="生病住院")
                script.happen(self.case, "resumed", at + 19 * DAY)
                at = script.weekly(self.campus, at, 3)
        if left <= 0:
            self._end(at)

    def lesson(self, number: int, at: int, left: float) -> int:
        """Write one lesson and return the hours that it took: none where it was missed or moved."""
        script, lesson = self.script, f"{self.code}-L{number}"
        planned = at - 5 * DAY + HOUR if number > 1 else script.day(self.signed, script.random.choice((1, 2)), 16)
        planned = script.days.at_work(self.campus, planned, earliest=self.signed, latest=at)
        script.happen(
            self.case,
            "lesson_scheduled",
            planned,
            lesson=lesson,
            starts_at=at,
            ends_at=at + 2 * HOUR,
            number=float(number),
            entered_by="scheduler",
        )
        if number > 1 and (script.often(0.09) and missed(script, self.case, lesson, at)):
            return 0
        left -= 2
        attended = {"lesson": lesson, "number": float(number), "hours": 2.0, "hours_left": left}
        script.happen(self.case, "lesson_attended", at + 2 * HOUR, **attended, lessons_left=left // 2)
        if number == 1:
            script.happen(self.case, "arrived_home", at + 3 * HOUR)
        return 2

    def _end(self, at: int) -> None:
        completes = self.script.often(0.7)
        if completes:
            self.script.happen(self.case, "completion_started", at, course="数学", modules=3.0)
        why = "completed" if completes else "not_renewed"
        self.script.happen(self.case, "service_ended", at + 20 * DAY, why=why)


def missed(script: Script, case: int, lesson: str, at: int) -> bool:
    """Write why a lesson did not take place: leave, an emergency, an absence, a lesson moved by either side."""
    way = script.random.choices(
        ("leave", "late", "emergency", "absent", "by_school", "by_student"), (28, 6, 5, 38, 13, 10)
    )
    campus = str(script.cases[case - 1]["campus"])
    match way[0]:
        case "leave" | "late" as kind:
            asked = at - round(
                script.random.uniform(2, 6) * DAY if kind == "leave" else script.random.uniform(2, 7) * HOUR
            )
            asked = script.days.at_work(campus, asked, latest=at - DAY) if kind == "leave" else asked
            script.happen(case, "leave_requested", asked, lesson=lesson, lesson_starts_at=at, is_emergency=False)
            script.happen(case, "absence", at + HOUR // 2, lesson=lesson, excused=True)
        case "emergency":
            told = at - round(script.random.uniform(0.6, 3) * HOUR)
            slip = {"lesson": lesson, "lesson_starts_at": at, "happened_at": told - HOUR // 4}
            script.happen(case, "emergency_told", told, **slip)
            script.happen(case, "absence", at + HOUR // 2, lesson=lesson, excused=True)
        case "absent":
            script.happen(case, "absence", at + HOUR // 2, lesson=lesson, excused=False)
        case "by_school":
            ill = script.often(0.15)
            known = (
                at - round(script.random.uniform(4, 20) * HOUR)
                if ill
                else script.day(at, -script.random.randint(2, 5), 11)
            )
            script.happen(case, "school_move_planned", known, lesson=lesson, starts_at=at)
        case _:
            script.happen(case, "change_requested", script.day(at, -3, 15), lesson=lesson, starts_at=at)
    return True
