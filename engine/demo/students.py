"""Students and classes of the sample campus: contracts, lessons, absences, renewals, moods and mishaps."""

from collections.abc import Mapping, Sequence

from engine.demo.forms import DAY, HOUR
from engine.demo.script import CAMPUSES, Script
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


def known_facts(script: Script, subject: str, fields: Mapping[str, object]) -> dict[str, object]:
    """Return the facts that the workspace knows, choices among those it offers."""
    known = script.definitions.subjects[subject].fields
    found = {name: value for name, value in fields.items() if name in known}
    return {name: value for name, value in found.items() if not known[name].choices or value in known[name].choices}


def one_on_one(script: Script, number: int) -> None:
    campus, random = a_campus(script), script.random
    at = script.day(
        script.begin, random.randrange(0, 340) if number % 5 > 2 else random.randrange(0, 40), random.uniform(9.5, 18)
    )
    case = script.case(
        f"S{number:04d}",
        "student",
        campus,
        at,
        programme="one_on_one",
        **known_facts(script, "student", family(script, campus)),
    )
    hours = float(random.choice((40, 60, 80, 100)))
    script.happen(case, "contract_signed", at, amount_cny=f"{hours * 200 + 1000:.2f}", hours=hours)
    script.happen(case, "enrolment_confirmed", at + 20 * 60, course=random.choice(SUBJECTS))
    paid = at + round(random.uniform(0.5, 40)) * HOUR
    script.happen(
        case, "payment_confirmed", paid, amount_cny=f"{hours * 200 + 1000:.2f}", in_full=not script.often(0.03)
    )
    if script.often(0.2):
        script.happen(case, "payment_confirmed", paid + 5 * DAY, amount_cny="500.00", in_full=True)
    _lessons(
        script, case, f"S{number:04d}", script.day(at, random.randint(6, 12), random.choice((10, 14, 16, 19))), hours
    )
    moods(script, case, at)


def _lessons(script: Script, case: int, code: str, first: int, hours: float) -> None:
    """Write weekly lessons of two hours, renewals when few hours are left, pauses, and the end."""
    left, number, at = hours, 0, first
    leaves = script.often(0.06)
    while at - 6 * DAY < script.until and left > 0:
        number += 1
        lesson = f"{code}-L{number}"
        script.happen(
            case,
            "lesson_scheduled",
            at - 5 * DAY + HOUR,
            lesson=lesson,
            starts_at=at,
            ends_at=at + 2 * HOUR,
            number=float(number),
        )
        if script.often(0.07) and number > 1:
            script.happen(case, "absence", at + HOUR // 2, lesson=lesson, excused=script.often(0.55))
        else:
            left -= 2
            script.happen(
                case,
                "lesson_attended",
                at + 2 * HOUR,
                lesson=lesson,
                number=float(number),
                hours=2.0,
                hours_left=left,
                lessons_left=left // 2,
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
    ("student_asked", 1.5),
    ("homework_given", 2),
    ("homework_handed_in", 2),
    ("self_study_begun", 1),
    ("sign_seen", 0.3),
    ("request_made", 0.4),
    ("promise_objected", 0.03),
    ("file_gap_found", 0.04),
    ("paper_shown", 0.03),
    ("contact_print_requested", 0.05),
    ("message_filed", 0.5),
    ("change_requested", 0.25),
    ("emergency_told", 0.1),
    ("chapter_finished", 0.6),
    ("file_viewed", 0.1),
    ("referral_enrolled", 0.08),
    ("came_by_referral", 0.05),
    ("student_problem_raised", 0.15),
    ("student_incident", 0.05),
    ("points_booked", 0.8),
    ("offer_available", 0.1),
    ("school_exam_announced", 1.5),
    ("score_recorded", 2.5),
)


def moods(script: Script, case: int, begin: int) -> None:
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
            script.happen(
                case,
                "survey_answered",
                at,
                term=f"T{term}",
                recommend=recommend,
                enquiry=5.0,
                teaching=4.0,
                service=5.0,
            )


def _details(script: Script, event: str, at: int) -> dict[str, object]:
    code = script.around.code(event)
    named = {
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
    details: dict[str, object] = {named[event]: code} if event in named else {}
    if event in ("change_requested", "emergency_told"):
        details |= {
            "lesson": code,
            "starts_at": script.day(at, 3, 19),
            "lesson_starts_at": at + 2 * HOUR,
            "happened_at": at,
        }
    if event == "school_exam_announced":
        details["exam_at"] = script.day(at, 14, 9)
    if event == "score_recorded":
        details |= {"score": float(script.random.randint(45, 100)), "full_score": 100.0}
    return details


def small_class(script: Script, number: int, students: int) -> None:
    campus, random = a_campus(script), script.random
    formed = script.day(script.begin, random.randrange(0, 300) if number % 3 else random.randrange(0, 30))
    first = script.day(formed, random.randint(10, 14), random.choice((9, 14, 16)))
    lessons = random.choice((16, 20, 24))
    code = f"K{number:03d}"
    case = script.case(
        code,
        "class",
        campus,
        formed,
        name=f"{random.choice(SUBJECTS)}{random.randint(3, 9)}年级{number}班",
        **known_facts(
            script,
            "class",
            {
                "learning_manager": script.post(campus, "learning_manager"),
                "teacher": script.post(campus, "teacher"),
                "youngest_grade": float(random.randint(3, 9)),
                "hours_per_lesson": 2.0,
                "taught_subject": random.choice(SUBJECTS),
            },
        ),
    )
    last = first + (lessons - 1) * 7 * DAY
    script.happen(
        case, "class_formed", formed, students=float(students), lessons_planned=float(lessons), last_lesson_at=last
    )
    script.happen(case, "class_scheduled", formed + 2 * HOUR, starts_at=first)
    script.happen(
        case,
        "class_term_set",
        formed + 3 * HOUR,
        term=f"{code}-T",
        midterm_at=first + lessons // 2 * 7 * DAY,
        ends_at=last,
    )
    _class_lessons(script, case, code, first, lessons)
    for member in range(1, students + 1):
        _member(script, f"{code}-{member:02d}", campus, code, formed, first, lessons)


def _class_lessons(script: Script, case: int, code: str, first: int, lessons: int) -> None:
    teacher = script.random.choice(script.by_subject["staff"])
    for number in range(1, lessons + 1):
        at, lesson = first + (number - 1) * 7 * DAY, f"{code}-L{number}"
        plan = {
            "starts_at": at,
            "ends_at": at + 2 * HOUR,
            "room": f"{script.random.randint(201, 312)}",
            "teacher": teacher,
        }
        script.happen(case, "class_lesson_planned", at - 8 * DAY, lesson=lesson, number=float(number), **plan)
        script.happen(
            case,
            "class_lesson_held",
            at + 2 * HOUR,
            lesson=lesson,
            number=float(number),
            lessons_left=float(lessons - number),
        )
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
    case = script.case(
        code, "student", campus, at, programme="small_class", **known_facts(script, "student", family(script, campus))
    )
    script.happen(case, "contract_signed", at, amount_cny=f"{lessons * 240:.2f}", hours=float(lessons * 2))
    script.happen(case, "enrolment_confirmed", at + 600)
    script.happen(case, "payment_confirmed", at + 3 * HOUR, amount_cny=f"{lessons * 240:.2f}", in_full=True)
    script.happen(
        case, "joined_class", at + 4 * HOUR, into_class=class_id, how="new_class", first_lesson_at=first, room="203"
    )
    for number in range(1, lessons + 1):
        lesson, start = f"{class_id}-L{number}", first + (number - 1) * 7 * DAY
        if script.often(0.06):
            script.happen(case, "absence", start + HOUR // 2, lesson=lesson, excused=script.often(0.5))
        else:
            left = float(lessons - number)
            script.happen(
                case,
                "lesson_attended",
                start + 2 * HOUR,
                lesson=lesson,
                number=float(number),
                hours=2.0,
                hours_left=left * 2,
                lessons_left=left,
            )
    moods(script, case, at)
    for event, chance, later in (
        ("small_class_complaint", 0.03, 40),
        ("refund_asked", 0.04, 50),
        ("suspended", 0.02, 60),
        ("renewal_declined", 0.3, lessons * 7),
    ):
        if script.often(chance):
            script.happen(case, event, script.day(at, later, 15), complaint=f"{code}-C")
            if event == "suspended":
                script.happen(case, "resumed", script.day(at, later + 20, 15))
    script.happen(
        case, "service_ended", first + (lessons + 1) * 7 * DAY, why=script.random.choice(("completed", "not_renewed"))
    )
