"""What the world brings to the sample campus in a year: people who come, lessons, absences, exams, moods and mishaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from engine.demo.forms import DAY, HOUR, Surroundings, fill
from engine.demo.words import SCHOOLS, SUBJECTS, person
from engine.model import Definitions
from engine.store.base import NewEvent

CAMPUSES = (("xuhui", "徐汇校区", 0.7), ("pudong", "浦东校区", 0.3))
#: Posts and how many of forty people hold them, on the larger campus and on the smaller.
POSTS: Sequence[tuple[str, int, int]] = (
    ("learning_manager", 7, 3), ("teacher", 7, 3), ("consultant", 3, 1), ("tutor", 1, 1), ("front_desk", 1, 1), ("principal", 1, 1),
    ("learning_manager_lead", 1, 0), ("consulting_lead", 1, 0), ("teaching_director", 1, 0), ("scheduler", 1, 0), ("finance", 1, 0),
    ("learning_adviser", 1, 0), ("customer_service", 1, 0), ("academic_office", 1, 0), ("hr", 1, 0), ("branch_office", 1, 0),
)  # fmt: skip


@dataclass
class Script:
    """The cases and the world's events as they are written; moments are seconds, UTC, of Chinese wall time."""

    definitions: Definitions
    random: Random
    begin: int
    until: int
    cases: list[dict[str, object]] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    by_subject: dict[str, list[str]] = field(default_factory=dict)
    staff: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # (campus, post) -> ids

    def __post_init__(self) -> None:
        steps = [step for process in self.definitions.processes.values() for step in process.steps.values()]
        opened = {(str(event), str(each.same)) for step in steps for each in step.opens if each.same for event in each.events}
        closed = {(str(event), str(step.done.same)) for step in steps if step.done.same for event in step.done.events}
        self.around = Surroundings(self.random, self.by_subject, frozenset(opened | closed))

    def case(self, case_id: str, subject: str, campus: str, created_at: int, **fields: object) -> int:
        """Add a case and return its number."""
        known = {name: value for name, value in fields.items() if value is not None}
        number = len(self.cases) + 1
        self.cases.append(
            {"case_no": number, "case_id": case_id, "subject": subject, "campus": campus, "created_at": created_at, "fields": known}
        )
        self.by_subject.setdefault(subject, []).append(case_id)
        return number

    def happen(self, case_no: int, event: str, at: int, by: str | None = None, **values: object) -> None:
        """Add an event, unless it lies ahead or the workspace does not know it; its form is filled."""
        known = self.definitions.events.get(event)
        if known is None or known.subject != self.cases[case_no - 1]["subject"] or not int(str(self.cases[case_no - 1]["created_at"])) <= at <= self.until:
            return
        given = {name: value for name, value in values.items() if name in known.fields}
        filled = fill(known, at, given, self.around)
        recorded = min(at + round(self.random.uniform(1, 60)) * 60, self.until)
        self.events.append(NewEvent(case_no, event, at, recorded, by, filled))

    def post(self, campus: str, role: str) -> str | None:
        """Return somebody who holds a post, on this campus or on the other."""
        found = self.staff.get((campus, role)) or self.staff.get(("xuhui", role))
        return self.random.choice(found) if found else None

    def day(self, at: int, days: float, hour: float = 10) -> int:
        """Return the moment some days after another, at an hour of the Chinese day."""
        midnight = (at + 8 * HOUR) // DAY * DAY - 8 * HOUR
        return midnight + round(days) * DAY + round(hour * HOUR)

    def often(self, chance: float) -> bool:
        """Return whether something of this probability happens."""
        return self.random.random() < chance


def write(script: Script, students: int, classes: int, class_students: int, staff: int) -> None:
    """Write the year of a campus of this size."""
    _staff(script, staff)
    for number in range(1, students + 1):
        _one_on_one(script, number)
    for number in range(1, classes + 1):
        share = class_students // classes + (number <= class_students % classes)
        _class(script, number, share)
    for number in range(1, students // 2 + 1):
        _enquiry(script, number)
    for number in range(1, students + 1):
        _study_visit(script, number)
    _rarities(script)


def _campus(script: Script) -> str:
    return CAMPUSES[0][0] if script.often(CAMPUSES[0][2]) else CAMPUSES[1][0]


def _staff(script: Script, staff: int) -> None:
    for campus, name, _ in CAMPUSES:
        number = script.case(f"C-{campus}", "campus", campus, script.begin, name=name)
        _campus_year(script, number)
    posts = [(campus, post) for post, *counts in POSTS for (campus, _, _), count in zip(CAMPUSES, counts, strict=True) for _ in range(count)]
    posts += [(_campus(script), ("learning_manager", "teacher")[number % 2]) for number in range(max(staff - len(posts), 0))]
    for index, (campus, post) in enumerate(posts, 1):
        case_id = f"E{index:03d}"
        number = script.case(case_id, "staff", campus, script.begin, name=person(script.random), role=post)
        script.staff.setdefault((campus, post), []).append(case_id)
        script.happen(number, "staff_appointed", script.begin, post=post)
        if post == "learning_manager":
            _manager_year(script, number, index)


def _manager_year(script: Script, number: int, index: int) -> None:
    if index % 3 == 0:
        script.happen(number, "training_started", script.day(script.begin, 2))
        script.happen(number, "manager_training_begun", script.day(script.begin, 2, 11))
    for month in range(0, 12, 3):
        script.happen(number, "work_problem_met", script.day(script.begin, 20 + 30 * month, 15))


def _campus_year(script: Script, number: int) -> None:
    script.happen(number, "duties_taken_up", script.begin)
    for month in range(12):
        at = script.day(script.begin, 30 * month + 1, 9)
        text = _month(at)
        script.happen(number, "targets_handed_down", at, for_month=text, new_signings=20.0, lesson_hours=2400.0, renewals=12.0)
        script.happen(number, "report_asked_for", script.day(at, 10), report=f"R-{text}", due_at=script.day(at, 14, 18))
        if month % 2:
            script.happen(number, "urgent_matter", script.day(at, 12, 16), matter=f"M-{text}", major_accident=False)
            script.happen(number, "audit_finding", script.day(at, 15, 16), finding=f"F-{text}")
    for term, start in enumerate((25, 150, 290), 1):
        at = script.day(script.begin, start)
        script.happen(number, "term_announced", at, term=f"T{term}", starts_at=script.day(at, 45, 9), ends_at=script.day(at, 130, 18))


def _month(at: int) -> str:
    from engine.demo.forms import day_text

    return day_text(at)[:7]


def _people(script: Script, campus: str) -> dict[str, object]:
    return {
        "name": person(script.random),
        "grade": float(script.random.randint(3, 12)),
        "parent_name": person(script.random),
        "parent_phone": f"13{script.random.randrange(10**8, 10**9)}",
        "learning_manager": script.post(campus, "learning_manager"),
        "teacher": script.post(campus, "teacher"),
        "consultant": script.post(campus, "consultant"),
        "decision_maker": script.random.choice(("妈妈", "爸爸", "奶奶")),
        "training_kind": "subject_course",
        "enrolment": "regular",
        "school_has_tests": script.often(0.7),
        "stability": script.random.choices(("stable", "ordinary", "unstable"), (0.5, 0.4, 0.1))[0],
        "needs_home_call": script.often(0.1),
        "is_adult": script.often(0.02),
    }


def _known(script: Script, subject: str, fields: Mapping[str, object]) -> dict[str, object]:
    """Return the facts that the workspace knows, choices among those it offers."""
    known = script.definitions.subjects[subject].fields
    found = {name: value for name, value in fields.items() if name in known}
    return {name: value for name, value in found.items() if not known[name].choices or value in known[name].choices}


def _one_on_one(script: Script, number: int) -> None:
    campus, random = _campus(script), script.random
    at = script.day(script.begin, random.randrange(0, 340) if number % 5 > 2 else random.randrange(0, 40), random.uniform(9.5, 18))
    case = script.case(f"S{number:04d}", "student", campus, at, programme="one_on_one", **_known(script, "student", _people(script, campus)))
    hours = float(random.choice((40, 60, 80, 100)))
    script.happen(case, "contract_signed", at, amount_cny=f"{hours * 200 + 1000:.2f}", hours=hours)
    script.happen(case, "enrolment_confirmed", at + 20 * 60, course=random.choice(SUBJECTS))
    paid = at + round(random.uniform(0.5, 40)) * HOUR
    script.happen(case, "payment_confirmed", paid, amount_cny=f"{hours * 200 + 1000:.2f}", in_full=not script.often(0.03))
    if script.often(0.2):
        script.happen(case, "payment_confirmed", paid + 5 * DAY, amount_cny="500.00", in_full=True)
    _lessons(script, case, f"S{number:04d}", script.day(at, random.randint(6, 12), random.choice((10, 14, 16, 19))), hours)
    _moods(script, case, at)


def _lessons(script: Script, case: int, code: str, first: int, hours: float) -> None:
    """Write weekly lessons of two hours, renewals when few hours are left, pauses, and the end."""
    left, number, at = hours, 0, first
    leaves = script.often(0.06)
    while at - 6 * DAY < script.until and left > 0:
        number += 1
        lesson = f"{code}-L{number}"
        script.happen(case, "lesson_scheduled", at - 5 * DAY + HOUR, lesson=lesson, starts_at=at, ends_at=at + 2 * HOUR, number=float(number))
        if script.often(0.07) and number > 1:
            script.happen(case, "absence", at + HOUR // 2, lesson=lesson, excused=script.often(0.55))
        else:
            left -= 2
            script.happen(
                case, "lesson_attended", at + 2 * HOUR, lesson=lesson, number=float(number), hours=2.0, hours_left=left, lessons_left=left // 2
            )
            if number == 1:
                script.happen(case, "arrived_home", at + 3 * HOUR)
        if leaves and number == 6:
            script.happen(case, "service_ended", at + 6 * DAY, why="refunded")
            return
        if left <= 4 and script.often(0.75):
            left += hours
            script.happen(case, "contract_signed", at + DAY, amount_cny=f"{hours * 200:.2f}", hours=hours)
        at += 7 * DAY
        if script.often(0.004):
            script.happen(case, "suspended", at - 2 * DAY, reason="生病住院")
            script.happen(case, "resumed", at + 19 * DAY)
            at += 21 * DAY
    if left <= 0:
        script.happen(case, "completion_started", at, course="数学", modules=3.0)
        script.happen(case, "service_ended", at + 20 * DAY, why=script.random.choice(("completed", "not_renewed")))


#: What may happen to a student now and then: the event, how many times a year on average.
MOODS: Sequence[tuple[str, float]] = (
    ("student_asked", 1.5), ("homework_given", 2), ("homework_handed_in", 2), ("self_study_begun", 1), ("sign_seen", 0.3), ("request_made", 0.4),
    ("promise_objected", 0.03), ("file_gap_found", 0.04), ("paper_shown", 0.03), ("contact_print_requested", 0.05), ("message_filed", 0.5),
    ("change_requested", 0.25), ("emergency_told", 0.1), ("chapter_finished", 0.6), ("file_viewed", 0.1), ("referral_enrolled", 0.08),
    ("came_by_referral", 0.05), ("student_problem_raised", 0.15), ("student_incident", 0.05), ("points_booked", 0.8), ("offer_available", 0.1),
    ("school_exam_announced", 1.5), ("score_recorded", 2.5),
)  # fmt: skip


def _moods(script: Script, case: int, begin: int) -> None:
    days = max((script.until - begin) // DAY - 10, 0)
    for event, times in MOODS:
        expected = times * days / 365
        count = int(expected) + script.often(expected % 1)
        for _ in range(count):
            at = script.day(begin, 10 + script.random.randrange(max(days, 1)), script.random.uniform(9.5, 19.5))
            script.happen(case, event, at, **_details(script, event, at))
    for term in range(1, 4):
        at = script.day(script.begin, 110 * term)
        if at > begin and script.often(0.5):
            recommend = float(script.random.choices((10, 9, 8, 7, 5, 3), (35, 30, 18, 9, 5, 3))[0])
            script.happen(case, "survey_answered", at, term=f"T{term}", recommend=recommend, enquiry=5.0, teaching=4.0, service=5.0)


def _details(script: Script, event: str, at: int) -> dict[str, object]:
    code = script.around.code(event)
    named = {
        "student_asked": "question", "homework_given": "homework", "homework_handed_in": "homework", "request_made": "request",
        "promise_objected": "promise", "file_gap_found": "what", "chapter_finished": "chapter", "student_problem_raised": "problem",
        "student_incident": "incident", "offer_available": "offer", "school_exam_announced": "exam", "score_recorded": "test",
    }  # fmt: skip
    details: dict[str, object] = {named[event]: code} if event in named else {}
    if event in ("change_requested", "emergency_told"):
        details |= {"lesson": code, "starts_at": script.day(at, 3, 19), "lesson_starts_at": at + 2 * HOUR, "happened_at": at}
    if event == "school_exam_announced":
        details["exam_at"] = script.day(at, 14, 9)
    if event == "score_recorded":
        details |= {"score": float(script.random.randint(45, 100)), "full_score": 100.0}
    return details


def _class(script: Script, number: int, students: int) -> None:
    campus, random = _campus(script), script.random
    formed = script.day(script.begin, random.randrange(0, 300) if number % 3 else random.randrange(0, 30))
    first = script.day(formed, random.randint(10, 14), random.choice((9, 14, 16)))
    lessons = random.choice((16, 20, 24))
    code = f"K{number:03d}"
    case = script.case(
        code, "class", campus, formed, name=f"{random.choice(SUBJECTS)}{random.randint(3, 9)}年级{number}班",
        **_known(script, "class", {"learning_manager": script.post(campus, "learning_manager"), "teacher": script.post(campus, "teacher"),
                                   "youngest_grade": float(random.randint(3, 9)), "hours_per_lesson": 2.0, "taught_subject": random.choice(SUBJECTS)}),
    )  # fmt: skip
    last = first + (lessons - 1) * 7 * DAY
    script.happen(case, "class_formed", formed, students=float(students), lessons_planned=float(lessons), last_lesson_at=last)
    script.happen(case, "class_scheduled", formed + 2 * HOUR, starts_at=first)
    script.happen(case, "class_term_set", formed + 3 * HOUR, term=f"{code}-T", midterm_at=first + lessons // 2 * 7 * DAY, ends_at=last)
    _class_lessons(script, case, code, first, lessons)
    for member in range(1, students + 1):
        _member(script, f"{code}-{member:02d}", campus, code, formed, first, lessons)


def _class_lessons(script: Script, case: int, code: str, first: int, lessons: int) -> None:
    teacher = script.random.choice(script.by_subject["staff"])
    for number in range(1, lessons + 1):
        at, lesson = first + (number - 1) * 7 * DAY, f"{code}-L{number}"
        plan = {"starts_at": at, "ends_at": at + 2 * HOUR, "room": f"{script.random.randint(201, 312)}", "teacher": teacher}
        script.happen(case, "class_lesson_planned", at - 8 * DAY, lesson=lesson, number=float(number), **plan)
        script.happen(case, "class_lesson_held", at + 2 * HOUR, lesson=lesson, number=float(number), lessons_left=float(lessons - number))
        if number % 5 == 0:
            script.happen(case, "class_chapter_finished", at + 2 * HOUR, chapter=f"{code}-{number // 5}")
        if number % 8 == 0:
            script.happen(case, "stage_test_announced", at - DAY, test=f"{code}-ST{number}", held_at=at + 7 * DAY)
        if script.often(0.03):
            script.happen(case, "teacher_asked_to_move", at - 3 * DAY, lesson=lesson)
        if script.often(0.03):
            script.happen(case, "class_move_planned", at - 4 * DAY, lesson=lesson, starts_at=at)
    script.happen(case, "class_ended", first + lessons * 7 * DAY)


def _member(script: Script, code: str, campus: str, class_id: str, formed: int, first: int, lessons: int) -> None:
    at = script.day(formed, script.random.uniform(0, 6), script.random.uniform(10, 18))
    case = script.case(code, "student", campus, at, programme="small_class", **_known(script, "student", _people(script, campus)))
    script.happen(case, "contract_signed", at, amount_cny=f"{lessons * 240:.2f}", hours=float(lessons * 2))
    script.happen(case, "enrolment_confirmed", at + 600)
    script.happen(case, "payment_confirmed", at + 3 * HOUR, amount_cny=f"{lessons * 240:.2f}", in_full=True)
    script.happen(case, "joined_class", at + 4 * HOUR, into_class=class_id, how="new_class", first_lesson_at=first, room="203")
    for number in range(1, lessons + 1):
        lesson, start = f"{class_id}-L{number}", first + (number - 1) * 7 * DAY
        if script.often(0.06):
            script.happen(case, "absence", start + HOUR // 2, lesson=lesson, excused=script.often(0.5))
        else:
            left = float(lessons - number)
            script.happen(case, "lesson_attended", start + 2 * HOUR, lesson=lesson, number=float(number), hours=2.0, hours_left=left * 2, lessons_left=left)
    _moods(script, case, at)
    for event, chance, later in (("small_class_complaint", 0.03, 40), ("refund_asked", 0.04, 50), ("suspended", 0.02, 60), ("renewal_declined", 0.3, lessons * 7)):
        if script.often(chance):
            script.happen(case, event, script.day(at, later, 15), complaint=f"{code}-C")
            if event == "suspended":
                script.happen(case, "resumed", script.day(at, later + 20, 15))
    script.happen(case, "service_ended", first + (lessons + 1) * 7 * DAY, why=script.random.choice(("completed", "not_renewed")))


def _enquiry(script: Script, number: int) -> None:
    campus = _campus(script)
    at = script.day(script.begin, script.random.randrange(0, 364), script.random.uniform(9.5, 18))
    fields = {"name": person(script.random), "phone": f"13{script.random.randrange(10**8, 10**9)}", "learning_manager": script.post(campus, "learning_manager")}
    case = script.case(f"Q{number:04d}", "enquiry", campus, at, **_known(script, "enquiry", fields))
    script.happen(case, "enquiry_received", at, person=str(fields["name"]))
    if script.often(0.4):
        script.happen(case, "trial_lesson_booked", script.day(at, 3), lesson=f"Q{number:04d}-T", starts_at=script.day(at, 7, 10))
    if script.often(0.45):
        script.happen(case, "enquiry_signed", script.day(at, 12))
    elif script.often(0.8):
        script.happen(case, "enquiry_closed", script.day(at, 45))


def _study_visit(script: Script, number: int) -> None:
    campus = _campus(script)
    at = script.day(script.begin, script.random.randrange(0, 364), script.random.choice((16, 17, 18)))
    students = script.by_subject["student"]
    fields = {
        "student": script.random.choice(students), "name": person(script.random), "school": script.random.choice(SCHOOLS),
        "consultant": script.post(campus, "consultant"), "learning_manager": script.post(campus, "learning_manager"), "tutor": script.post(campus, "tutor"),
        "fetched_by_parent": script.often(0.5), "flagged": script.often(0.05),
    }  # fmt: skip
    case = script.case(f"V{number:04d}", "study_visit", campus, at, **_known(script, "study_visit", fields))
    script.happen(case, "study_arrived", at, arrived_at=at)
    for event, chance, code in (("asked_to_leave_early", 0.04, ""), ("sent_out", 0.02, ""), ("study_question_asked", 0.5, "question"), ("student_flagged", 0.03, "")):
        if script.often(chance):
            script.happen(case, event, at + HOUR, **({code: script.around.code("q")} if code else {}))


def _rarities(script: Script) -> None:
    """Let whatever the world can bring come up a few times, with each of its choices, so that no duty stays untried."""
    brought = {each.type for each in script.events}
    closing = {str(event) for process in script.definitions.processes.values() for step in process.steps.values() for event in step.done.events}
    for event in script.definitions.events.values():
        if str(event.name) in brought or str(event.name) in closing or str(event.name) in ("staff_left", "service_ended", "class_ended"):
            continue
        cases = [each for each in script.cases if each["subject"] == event.subject]
        for number in range(min(4, len(cases))):
            one = cases[number * max(len(cases) // 4, 1) % len(cases)]
            script.happen(int(str(one["case_no"])), str(event.name), int(str(one["created_at"])) + (30 + 60 * number) * DAY)


