"""What careful people write into forms that are compared with something else, and when one try is not enough."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from engine.model import Event
from engine.store.base import NewEvent

Form = dict[str, object]


@dataclass(frozen=True)
class Desk:
    """What lies before somebody who fills in a form: the case's facts, its latest event of a type, and the form."""

    facts: Mapping[str, object]
    latest: Callable[[str], NewEvent | None]
    event: Event
    at: int
    random: Random

    def often(self, chance: float) -> bool:
        """Return whether something of this probability happens."""
        return self.random.random() < chance

    def last(self, event: str, field: str) -> object:
        """Return a field of the latest event of a type."""
        found = self.latest(event)
        return found.data.get(field) if found else None


def tries(desk: Desk) -> list[Form]:
    """Return the forms that somebody fills in, the last of them in earnest."""
    habit = HABITS.get(str(desk.event.name))
    if habit is None:
        return [{}]
    found = habit(desk)
    forms = found if isinstance(found, list) else [found]
    return [{name: value for name, value in each.items() if name in desk.event.fields} for each in forms]


def _fee_plan(desk: Desk) -> Form:
    contract = desk.latest("contract_signed")
    if contract is None:
        return {}
    agreed = {"hours": contract.data.get("hours"), "amount_cny": contract.data.get("amount_cny")}
    return agreed | {"gift_hours": 0.0}


def _size(desk: Desk) -> float:
    return float(str(desk.last("class_formed", "students") or 12))


def _lesson_entered(desk: Desk) -> Form:
    size, away = _size(desk), float(desk.random.choice((0, 1, 1, 2)))
    return {"present": size - away, "late": 0.0, "on_leave": away, "absent": 0.0, "hours_entered_for": size - away}


def _briefing(desk: Desk) -> Form:
    away = float(desk.random.choice((0, 0, 1, 2)))
    return {"everybody_signed": True, "parents_present": _size(desk) - away, "parents_told_later": away}


def _paper_file(desk: Desk) -> Form:
    papers = [str(each) for each in desk.event.fields["papers"].choices]
    signatures = [str(each) for each in desk.event.fields["signatures"].choices]
    everything: Form = {"papers": papers, "signatures": signatures, "missing_count": 0.0}
    if desk.often(0.88):
        return everything
    kept = [each for each in papers if each not in ("registration_form", "consultation_record")]
    missing = "test_papers" if desk.often(0.5) else desk.random.choice(kept)
    return everything | {"papers": [each for each in papers if each != missing], "missing_count": 1.0}


def _paper_missing(desk: Desk) -> Form:
    received = desk.last("paper_file_received", "papers")
    choices = [str(each) for each in desk.event.fields["paper"].choices]
    missing = [each for each in choices if isinstance(received, list) and each not in received]
    return {"paper": missing[0]} if missing else {}


def _resits(desk: Desk) -> list[Form]:
    if desk.often(0.5):
        return [{"number": 1.0, "passed": True}]
    return [{"number": 1.0, "passed": False}, {"number": 2.0, "passed": desk.often(0.3)}]


def _final_exam(desk: Desk) -> Form:
    size = desk.random.randint(12, 24)
    modules = desk.last("completion_started", "modules")
    return {"modules_covered": modules, "cohort_size": float(size), "rank": float(desk.random.randint(1, size))}


def _absence_contact(desk: Desk) -> list[Form]:
    if desk.often(0.85):
        return [{"reached": True, "channel": "phone"}]
    return [{"reached": False, "channel": "phone"}, {"reached": True, "channel": "wechat", "phone_tried": True}]


def _rescue(desk: Desk) -> list[Form]:
    if desk.often(0.8):
        return [{}]
    return [{"result": "open", "other_departments": False}, {}]


def _personal_report(desk: Desk) -> Form:
    before = desk.last("personal_report_made", "result")
    if not isinstance(before, float):
        return {"result": float(desk.random.randint(60, 92)), "previous_result": None}
    now = min(max(round(before + desk.random.gauss(1.0, 5.0)), 40), 99)
    return {"result": float(now), "previous_result": before}


def _survey(desk: Desk) -> Form:
    """Return what a campus is told: poor scores at first, better ones once it has worked on them."""
    before = desk.last("survey_completed", "lowest_score")
    lowest = before + desk.random.uniform(0.4, 1.8) if isinstance(before, float) else desk.random.uniform(4.8, 6.8)
    asked = desk.random.randint(120, 220)
    answered = float(round(asked * desk.random.uniform(0.6, 0.9)))
    return {"lowest_score": min(round(lowest, 1), 9.4), "asked": float(asked), "answered": answered}


def _day_report(desk: Desk) -> Form:
    visits = float(desk.random.randint(3, 9))
    return {"visits": visits, "visits_logged": visits}


def _month_plan(desk: Desk) -> Form:
    parts = [desk.random.randrange(2_000, 20_000, 500) for _ in range(3)]
    named = zip(("new_cny", "renewal_cny", "referral_cny", "total_cny"), (*parts, sum(parts)), strict=True)
    return {name: f"{each}.00" for name, each in named}


def _branch(desk: Desk) -> Form:
    return {"reports_due": 30.0, "reports_on_time": float(desk.random.randint(26, 30)), "reports_correct": 29.0}


def _damage(desk: Desk) -> Form:
    price = f"{desk.random.randrange(20, 300, 10)}.00"
    return {"price_cny": price, "compensation_cny": price}


def _options(desk: Desk) -> Form:
    choices = [str(each) for each in desk.event.fields["options"].choices]
    return {"options": sorted(desk.random.sample(choices, 3), key=choices.index)}


def _retake(desk: Desk) -> Form:
    """Return what a retake costs: so many hours at the price of the contract."""
    hours = float(desk.random.randint(6, 12))
    paid, bought = desk.last("contract_signed", "amount_cny"), desk.last("contract_signed", "hours")
    price = Decimal(str(paid)) / Decimal(str(bought)) if paid and bought else Decimal(200)
    return {"hours": hours, "fee_cny": f"{price.quantize(Decimal('0.01'), ROUND_HALF_UP) * Decimal(hours):.2f}"}


def _test(desk: Desk) -> Form:
    pairs = (("theory", "written"), ("theory", "written"), ("skill", "project"), ("overall", "defence"))
    return dict(zip(("aim", "form"), desk.random.choice(pairs), strict=True))


HABITS: Mapping[str, Callable[[Desk], Form | list[Form]]] = {
    "fee_plan_confirmed": _fee_plan,
    "lesson_entered": _lesson_entered,
    "briefing_held": _briefing,
    "paper_file_received": _paper_file,
    "paper_missing": _paper_missing,
    "resit_taken": _resits,
    "final_exam_held": _final_exam,
    "absence_contact_logged": _absence_contact,
    "rescue_talk_logged": _rescue,
    "personal_report_made": _personal_report,
    "survey_completed": _survey,
    "day_reported": _day_report,
    "month_planned": _month_plan,
    "branch_assessed": _branch,
    "leave_requested": lambda _: {"is_emergency": True},  # only what was told by telephone is made up afterwards
    "student_incident_closed": _damage,
    "targets_split": lambda _: {
        "new_signings_in_all": 24.0,
        "lesson_hours_in_all": 2600.0,
        "renewals_in_all": 14.0,
    },
    "small_class.file_briefing_sheet": lambda desk: {"files": _size(desk)},
    "contact_confirmed": lambda _: {"confirmed_by": "learning_manager"},
    "service_ended": lambda _: {"why": "refunded"},  # the only duty to end a service is after a refund
    "retake_enrolled": _retake,
    "move_notice_sent": _options,
    "test_taken": _test,
    "class_test_held": _test,
    "class_move_notice_sent": _options,
    "assessment_held": lambda _: {"kind": "knowledge_test"},
    "own_test_held": lambda _: {"test": None},  # without a number of its own the next report is the one of this test
    "manager_assigned": lambda desk: {"manager": desk.facts.get("learning_manager")},
    "institution_duties.compile_common_problems": lambda desk: {"from_managers": float(desk.random.randint(5, 7))},
    "institution_duties.train_staff": lambda desk: {"attended": float(desk.random.randint(5, 12))},
    "enquiry_record_filed": lambda _: {"big_words": ["none"]},
    "referral_reward_given": lambda _: {"value_cny": "200.00"},
}
