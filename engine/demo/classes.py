"""Small classes of the sample campus: forming, lessons, tests, and each of their students."""

from collections.abc import Sequence

from engine.demo.moods import moods
from engine.demo.script import Script
from engine.demo.students import a_campus, family, known_facts
from engine.demo.values import DAY, HOUR
from engine.demo.words import SUBJECTS


def small_class(script: Script, number: int, students: int) -> None:
    campus, random = a_campus(script), script.random
    begins = random.randrange(0, 300) if number % 3 else random.randrange(0, 30)
    formed = script.open_day(campus, script.begin, begins)
    teacher = script.teacher(campus)
    first = script.free(campus, teacher, formed, random.randint(10, 12))
    code, lessons = f"K{number:03d}", random.choice((16, 20, 24))
    times = [first]
    while len(times) < lessons:
        times.append(script.weekly(campus, times[-1]))
    subject = random.choice(SUBJECTS)
    facts = {
        "learning_manager": script.post(campus, "learning_manager"),
        "teacher": teacher,
        "youngest_grade": float(random.randint(3, 9)),
        "hours_per_lesson": 2.0,
        "taught_subject": subject,
    }
    name = f"{subject}{random.randint(3, 9)}年级{number}班"
    case = script.case(code, "class", campus, formed, name=name, **known_facts(script, "class", facts))
    planned = {"students": float(students), "lessons_planned": float(lessons), "last_lesson_at": times[-1]}
    script.happen(case, "class_formed", formed, **planned)
    script.happen(case, "class_scheduled", formed + 2 * HOUR, starts_at=first)
    term = {"term": f"{code}-T", "midterm_at": times[lessons // 2], "ends_at": times[-1] + 2 * HOUR}
    script.happen(case, "class_term_set", formed + 3 * HOUR, **term)
    _lessons(script, case, code, times, str(facts["teacher"]), formed)
    script.happen(case, "class_ended", times[-1] + 7 * DAY)
    for member in range(1, students + 1):
        _member(script, f"{code}-{member:02d}", campus, code, times, formed)


def _lessons(script: Script, case: int, code: str, times: Sequence[int], teacher: str, formed: int) -> None:
    campus, planned = str(script.cases[case - 1]["campus"]), formed + script.random.randint(4, 30) * HOUR
    for number, at in enumerate(times, 1):
        lesson = f"{code}-L{number}"
        plan = {"starts_at": at, "ends_at": at + 2 * HOUR, "room": f"{script.random.randint(201, 312)}"}
        known = script.days.at_work(campus, planned, earliest=planned)
        script.happen(case, "class_lesson_planned", known, lesson=lesson, number=float(number), teacher=teacher, **plan)
        left = float(len(times) - number)
        script.happen(case, "class_lesson_held", at + 2 * HOUR, lesson=lesson, number=float(number), lessons_left=left)
        if number % 5 == 0:
            script.happen(case, "class_chapter_finished", at + 2 * HOUR, chapter=f"{code}-{number // 5}")
        if number % 8 == 0 and number < len(times):
            test = {"test": f"{code}-ST{number}", "held_at": times[number]}
            script.happen(case, "stage_test_announced", at + 3 * HOUR, **test)
        if script.often(0.03):
            script.happen(case, "teacher_asked_to_move", script.day(at, -3), lesson=lesson)
        if script.often(0.03):
            script.happen(case, "class_move_planned", script.day(at, -4), lesson=lesson, starts_at=at)


def _member(script: Script, code: str, campus: str, class_id: str, times: Sequence[int], formed: int) -> None:
    at = script.day(formed, script.random.uniform(0, 6), script.random.uniform(10, 18))
    facts = known_facts(script, "student", family(script, campus))
    case = script.case(code, "student", campus, at, programme="small_class", **facts)
    hours = float(len(times) * 2)
    in_parts = script.often(0.06)  # some buy part of the lessons and pay for the rest when they are used up, or later
    bought = hours / 2 if in_parts else hours
    script.happen(case, "contract_signed", at, amount_cny=f"{bought * 120:.2f}", hours=bought)
    script.happen(case, "enrolment_confirmed", at + 600)
    script.happen(case, "payment_confirmed", at + 3 * HOUR, amount_cny=f"{bought * 120:.2f}", in_full=True)
    joined = {"into_class": class_id, "how": "new_class", "first_lesson_at": times[0], "room": "203"}
    script.happen(case, "joined_class", at + 4 * HOUR, **joined)
    for number, start in enumerate(times, 1):
        lesson = f"{class_id}-L{number}"
        if script.often(0.06):
            excused = script.often(0.5)
            if excused:
                asked = start - round(script.random.uniform(1, 96)) * HOUR
                slip = {"lesson": lesson, "lesson_starts_at": start, "is_emergency": False}
                script.happen(case, "leave_requested", asked, **slip)
            script.happen(case, "absence", start + HOUR // 2, lesson=lesson, excused=excused)
            continue
        left = float(len(times) - number)
        attended = {"lesson": lesson, "number": float(number), "hours": 2.0, "hours_left": left * 2}
        script.happen(case, "lesson_attended", start + 2 * HOUR, **attended, lessons_left=left)
        if number > 1 and script.often(0.5):  # the manager greets the class
            chat = {"with": "student", "kind": "regular", "channel": "in_person", "abnormal": False}
            script.happen(case, "student_visited", start - 600, **chat)
    if in_parts:
        paid = script.day(times[len(times) * 5 // 8], script.random.randint(-9, 2), 15)
        script.happen(case, "contract_signed", paid, amount_cny=f"{bought * 120:.2f}", hours=bought)
    moods(script, case, at)
    _fortunes(script, case, code, at, len(times))
    completes = script.often(0.3)
    if completes:
        script.happen(case, "completion_started", times[-1] + 3 * HOUR, course=class_id, modules=3.0)
    ending = "completed" if completes or script.often(0.4) else "not_renewed"
    script.happen(case, "service_ended", times[-1] + 14 * DAY, why=ending)


def _fortunes(script: Script, case: int, code: str, at: int, lessons: int) -> None:
    """Write what befalls some: a complaint, a wish to leave, a pause, no renewal."""
    for event, chance, later in (
        ("small_class_complaint", 0.05, 40),
        ("refund_asked", 0.08, 50),
        ("suspended", 0.04, 60),
        ("renewal_declined", 0.3, lessons * 7),
    ):
        if script.often(chance):
            script.happen(case, event, script.day(at, later, 15), complaint=f"{code}-C")
            if event == "suspended":
                script.happen(case, "resumed", script.day(at, later + 20, 15))
