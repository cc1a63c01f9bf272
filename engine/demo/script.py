"""The year as it is written: cases and what the world brings them, each event with its form filled."""

from dataclasses import dataclass, field
from random import Random

from engine.demo.days import Days, midnight
from engine.demo.forms import Surroundings, fill
from engine.demo.values import DAY, HOUR
from engine.model import Definitions
from engine.store.base import NewEvent

#: What happens when lessons do, whatever the office hours.
AT_LESSONS = ("arrived_home", "class_chapter_finished", "stage_test_announced", "student_visited", "student_incident")
#: When lessons of two hours begin, so that a teacher's lessons do not overlap.
STARTS = (9, 11, 14, 16, 19)
CAMPUSES = (("xuhui", "徐汇校区", 0.7), ("pudong", "浦东校区", 0.3))


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

    booked: set[tuple[object, int]] = field(default_factory=set)  # (teacher, second of the week) of weekly lessons
    pupils: dict[object, int] = field(default_factory=dict)  # teacher -> weekly lessons

    def __post_init__(self) -> None:
        steps = [step for process in self.definitions.processes.values() for step in process.steps.values()]
        opened = {
            (str(event), str(each.same)) for step in steps for each in step.opens if each.same for event in each.events
        }
        closed = {(str(event), str(step.done.same)) for step in steps if step.done.same for event in step.done.events}
        self.around = Surroundings(self.random, self.by_subject, self.staff, frozenset(opened | closed))
        self.days = Days(self.definitions, self.random)

    def case(self, case_id: str, subject: str, campus: str, created_at: int, **fields: object) -> int:
        """Add a case and return its number."""
        known = {name: value for name, value in fields.items() if value is not None}
        number = len(self.cases) + 1
        self.cases.append(
            {
                "case_no": number,
                "case_id": case_id,
                "subject": subject,
                "campus": campus,
                "created_at": created_at,
                "fields": known,
            }
        )
        self.by_subject.setdefault(subject, []).append(case_id)
        return number

    def happen(self, case_no: int, event: str, at: int, **values: object) -> None:
        """Add an event, unless it lies ahead or the workspace does not know it; its form is filled."""
        known = self.definitions.events.get(event)
        case = self.cases[case_no - 1]
        if known is None or known.subject != case["subject"] or not int(str(case["created_at"])) <= at <= self.until:
            return
        if "lesson" not in known.fields and case["subject"] != "study_visit" and event not in AT_LESSONS:
            at = min(self.days.opened(str(case["campus"]), at, case_no % 50), self.until)
        given = {name: value for name, value in values.items() if name in known.fields}
        filled = fill(known, at, given, self.around, campus=str(case["campus"]))
        recorded = min(at + round(self.random.uniform(1, 60)) * 60, self.until)
        self.events.append(NewEvent(case_no, event, at, recorded, None, filled))

    def post(self, campus: str, role: str) -> str | None:
        """Return somebody who holds a post, on this campus or on the other."""
        found = self.staff.get((campus, role)) or self.staff.get(("xuhui", role))
        return self.random.choice(found) if found else None

    def day(self, at: int, days: float, hour: float = 10) -> int:
        """Return the moment some days after another, at an hour of the Chinese day."""
        return midnight(at) + round(days) * DAY + round(hour * HOUR)

    def open_day(self, campus: str, at: int, days: float, hour: float = 10) -> int:
        """Return such a moment on a day on which the campus is open for lessons: from Wednesday on where it rests."""
        then = self.day(at, days, hour)
        while self.days.is_closed(campus, then) or (campus == "pudong" and (then + 8 * HOUR) // DAY % 7 in (4, 5)):
            then += DAY
        return then

    def free(self, campus: str, teacher: object, at: int, days: int) -> int:
        """Return the start of a first lesson from some days after a moment on, an hour the teacher has free."""
        times = [(shift, hour) for shift in range(7) for hour in self.random.sample(STARTS, len(STARTS))]
        for shift, hour in times:
            then = self.open_day(campus, at, days + shift, hour)
            slot = (teacher, (then + 8 * HOUR) % (7 * DAY))
            if slot not in self.booked:
                break
        else:
            then = self.open_day(campus, at, days, self.random.choice(STARTS))
            slot = (teacher, (then + 8 * HOUR) % (7 * DAY))
        self.booked.add(slot)
        self.pupils[teacher] = self.pupils.get(teacher, 0) + 1
        return then

    def teacher(self, campus: str) -> str | None:
        """Return the teacher of a campus with the fewest pupils and classes."""
        found = self.staff.get((campus, "teacher")) or self.staff.get(("xuhui", "teacher"))
        return min(found, key=lambda each: self.pupils.get(each, 0)) if found else None

    def weekly(self, campus: str, at: int, weeks: int = 1) -> int:
        """Return the moment some weeks after another; weeks in which the campus is closed that day do not count."""
        then = at + weeks * 7 * DAY
        while self.days.is_closed(campus, then):
            then += 7 * DAY
        return then

    def often(self, chance: float) -> bool:
        """Return whether something of this probability happens."""
        return self.random.random() < chance
