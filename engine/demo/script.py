"""The year as it is written: cases and what the world brings them, each event with its form filled."""

from dataclasses import dataclass, field
from random import Random

from engine.demo.days import Days, midnight
from engine.demo.forms import Surroundings, fill
from engine.demo.values import DAY, HOUR
from engine.model import Definitions
from engine.store.base import NewEvent

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

    def weekly(self, campus: str, at: int, weeks: int = 1) -> int:
        """Return the moment some weeks after another; weeks in which the campus is closed that day do not count."""
        then = at + weeks * 7 * DAY
        while self.days.is_closed(campus, then):
            then += 7 * DAY
        return then

    def often(self, chance: float) -> bool:
        """Return whether something of this probability happens."""
        return self.random.random() < chance
