"""The school around the students: staff, the campus's own year, enquiries, visits to the study room, rarities."""

from collections.abc import Sequence

from engine.demo.classes import small_class
from engine.demo.script import CAMPUSES, Script
from engine.demo.students import a_campus, known_facts, one_on_one
from engine.demo.values import DAY, HOUR, day_text
from engine.demo.words import SCHOOLS, person

#: Posts and how many of forty people hold them, on the larger campus and on the smaller.
POSTS: Sequence[tuple[str, int, int]] = (
    ("learning_manager", 7, 3),
    ("teacher", 7, 3),
    ("consultant", 3, 1),
    ("tutor", 1, 1),
    ("front_desk", 1, 1),
    ("principal", 1, 1),
    ("learning_manager_lead", 1, 0),
    ("consulting_lead", 1, 0),
    ("teaching_director", 1, 0),
    ("scheduler", 1, 0),
    ("finance", 1, 0),
    ("learning_adviser", 1, 0),
    ("customer_service", 1, 0),
    ("academic_office", 1, 0),
    ("hr", 1, 0),
    ("branch_office", 1, 0),
)


def write(script: Script, students: int, classes: int, class_students: int, staff: int) -> None:
    """Write the year of a campus of this size."""
    _staff(script, staff)
    for number in range(1, students + 1):
        one_on_one(script, number)
    for number in range(1, classes + 1):
        share = class_students // classes + (number <= class_students % classes)
        small_class(script, number, share)
    for number in range(1, students // 2 + 1):
        _enquiry(script, number)
    for number in range(1, students + 1):
        _study_visit(script, number)
    _rarities(script)


def _staff(script: Script, staff: int) -> None:
    for campus, name, _ in CAMPUSES:
        number = script.case(f"C-{campus}", "campus", campus, script.begin, name=name)
        _campus_year(script, number)
    posts = [
        (campus, post)
        for post, *counts in POSTS
        for (campus, _, _), count in zip(CAMPUSES, counts, strict=True)
        for _ in range(count)
    ]
    posts += [
        (a_campus(script), ("learning_manager", "teacher")[number % 2]) for number in range(max(staff - len(posts), 0))
    ]
    names: set[str] = set()
    for index, (campus, post) in enumerate(posts, 1):
        case_id = f"E{index:03d}"
        number = script.case(case_id, "staff", campus, script.begin, name=_new_name(script, names), role=post)
        script.staff.setdefault((campus, post), []).append(case_id)
        script.happen(number, "staff_appointed", script.begin, post=post)
        if post == "learning_manager":
            _manager_year(script, number, index)


def _new_name(script: Script, names: set[str]) -> str:
    """Return a name that no colleague has, as long as there are some."""
    for _ in range(50):
        name = person(script.random)
        if name not in names:
            break
    names.add(name)
    return name


def _manager_year(script: Script, number: int, index: int) -> None:
    if index % 3 == 0:
        script.happen(number, "training_started", script.day(script.begin, 2))
    for month in range(0, 12, 3):
        script.happen(number, "work_problem_met", script.day(script.begin, 20 + 30 * month, 15))


def _campus_year(script: Script, number: int) -> None:
    script.happen(number, "duties_taken_up", script.begin)
    for month in range(12):
        at = script.day(script.begin, 30 * month + 1, 9)
        text = _month(at)
        targets = {"new_signings": 20.0, "lesson_hours": 2400.0, "renewals": 12.0}
        script.happen(number, "targets_handed_down", at, for_month=text, **targets)
        script.happen(number, "report_asked_for", script.day(at, 10), report=f"R-{text}", due_at=script.day(at, 14, 18))
        for event in ("aid_moved", "book_moved"):
            lent = script.day(at, script.random.randint(2, 25), 14)
            script.happen(number, event, lent, item=script.around.code(event), movement="lent")
        if month % 2:
            script.happen(number, "urgent_matter", script.day(at, 12, 16), matter=f"M-{text}", major_accident=False)
            script.happen(number, "audit_finding", script.day(at, 15, 16), finding=f"F-{text}")
    for term, start in enumerate((1, 90, 200), 1):
        at = script.day(script.begin, start)
        dates = {"starts_at": script.day(at, 45, 9), "ends_at": script.day(at, 145, 18)}
        script.happen(number, "term_announced", at, term=f"T{term}", **dates)


def _month(at: int) -> str:
    return day_text(at)[:7]


def _enquiry(script: Script, number: int) -> None:
    campus = a_campus(script)
    at = script.day(script.begin, script.random.randrange(0, 364), script.random.uniform(9.5, 18))
    fields = {
        "name": person(script.random),
        "phone": f"13{script.random.randrange(10**8, 10**9)}",
        "learning_manager": script.post(campus, "learning_manager"),
        "programme": script.random.choice(("one_on_one", "small_class")),
    }
    case = script.case(f"Q{number:04d}", "enquiry", campus, at, **known_facts(script, "enquiry", fields))
    script.happen(case, "enquiry_received", at, person=str(fields["name"]))
    if script.often(0.4):
        trial = {"lesson": f"Q{number:04d}-T", "starts_at": script.day(at, 7, 10)}
        script.happen(case, "trial_lesson_booked", script.day(at, 3), **trial)
    if script.often(0.45):
        script.happen(case, "enquiry_signed", script.day(at, 12))
    elif script.often(0.8):
        script.happen(case, "enquiry_closed", script.day(at, 45))


def _study_visit(script: Script, number: int) -> None:
    campus = a_campus(script)
    at = script.day(script.begin, script.random.randrange(0, 364), script.random.choice((16, 17, 18)))
    students = script.by_subject["student"]
    fields = {
        "student": script.random.choice(students),
        "name": person(script.random),
        "school": script.random.choice(SCHOOLS),
        "consultant": script.post(campus, "consultant"),
        "learning_manager": script.post(campus, "learning_manager"),
        "tutor": script.post(campus, "tutor"),
        "fetched_by_parent": script.often(0.5),
        "flagged": script.often(0.05),
        "needs_home_call": script.often(0.15),
    }
    case = script.case(f"V{number:04d}", "study_visit", campus, at, **known_facts(script, "study_visit", fields))
    script.happen(case, "study_arrived", at, arrived_at=at)
    for event, chance, code in (
        ("asked_to_leave_early", 0.04, ""),
        ("sent_out", 0.05, ""),
        ("study_question_asked", 0.5, "question"),
        ("student_flagged", 0.03, ""),
    ):
        if script.often(chance):
            script.happen(case, event, at + HOUR, **({code: script.around.code("q")} if code else {}))


def _rarities(script: Script) -> None:
    """Let whatever the world can bring come up a few times, with each of its choices, so that no duty stays untried."""
    brought = {each.type for each in script.events}
    closing = {
        str(event)
        for process in script.definitions.processes.values()
        for step in process.steps.values()
        for event in step.done.events
    }
    for event in script.definitions.events.values():
        if (
            str(event.name) in brought
            or str(event.name) in closing
            or str(event.name) in ("staff_left", "service_ended", "class_ended")
        ):
            continue
        cases = [each for each in script.cases if each["subject"] == event.subject]
        for number in range(min(4, len(cases))):
            one = cases[number * max(len(cases) // 4, 1) % len(cases)]
            script.happen(
                int(str(one["case_no"])), str(event.name), int(str(one["created_at"])) + (30 + 60 * number) * DAY
            )
