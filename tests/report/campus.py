"""A small list, as people of a campus would see it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from engine.report.entry import Entry, TaskList, in_list_order

ZONE = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def entry(step: str, case: str, title: str, due: str | None, state: str = "open", **more: object) -> Entry:
    values: dict[str, object] = {
        "task_id": f"one_on_one.{step}/{case}",
        "case_id": case,
        "case_name": "张子轩" if case == "S-1" else "Li Lei",
        "subject": "student",
        "campus": "xuhui",
        "process": "one_on_one",
        "step": step,
        "title": title,
        "role": "learning_manager",
        "role_title": "学管师",
        "assignee": "T-1",
        "assignee_name": "王芳",
        "state": state,
        "opened_at": at("2026-03-01 10:00"),
        "due_at": at(due) if due else None,
        "source": ("O-018", "O-019"),
    }
    return Entry(**{**values, **more})  # type: ignore[arg-type]


def tasks() -> TaskList:
    entries = [
        entry("renewal", "S-2", "Renewal talk", "2026-03-12 20:00", assignee="", assignee_name=""),
        entry("month_talk", "S-2", "月考沟通", "2026-03-11 20:00", contact="parent"),
        entry("visit", "S-2", "家长回访", "2026-03-11 18:00", contact="parent", missing=("minutes",)),
        entry(
            "first_call",
            "S-1",
            "首次电话回访家长",
            "2026-03-10 12:00",
            "breached",
            escalated_to="learning_manager_lead",
            escalated_title="学管主管",
        ),
        entry("plan", "S-1", "学习计划", "2027-03-11 18:00", provisional=True),
        entry("lesson", "S-1", "排定首课", None, "waiting", waiting_for="全款到账"),
    ]
    return TaskList(at("2026-03-11 09:00"), tuple(in_list_order(entries)))
