"""The list for programs: one object a task, moments as ISO 8601 with the campus's offset."""

import json
from datetime import datetime

from engine.report.entry import Entry, TaskList


def render(tasks: TaskList) -> str:
    """Return {"as_of", "tasks", "notices"}; what is not known is null."""
    body = {
        "as_of": tasks.as_of.isoformat(),
        "tasks": [as_mapping(entry) for entry in tasks.entries],
        "notices": list(tasks.notices),
    }
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def as_mapping(entry: Entry) -> dict[str, object]:
    """Return the task under the keys that other programs rely on."""
    return {
        "task_id": entry.task_id,
        "case_id": entry.case_id,
        "case_name": entry.case_name or None,
        "subject": entry.subject,
        "campus": entry.campus,
        "process": entry.process,
        "step": entry.step,
        "key": entry.key,
        "title": entry.title,
        "role": entry.role,
        "assignee": entry.assignee or None,
        "assignee_name": entry.assignee_name or None,
        "opened_at": _iso(entry.opened_at),
        "start_at": _iso(entry.start_at),
        "due_at": _iso(entry.due_at),
        "closed_at": _iso(entry.closed_at),
        "state": entry.state,
        "waiting_for": entry.waiting_for or None,
        "escalated_to": entry.escalated_to or None,
        "contact": entry.contact or None,
        "source": list(entry.source),
        "missing": list(entry.missing),
        "late_entry": entry.late_entry,
        "provisional": entry.provisional,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
