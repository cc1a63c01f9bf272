"""The list as a Markdown table."""

from engine.report.entry import Entry, TaskList, counts
from engine.report.headings import wall_time
from engine.words import say

_KEYS = ("state", "due_at", "title", "case_name", "assignee", "escalated_to", "task_id")


def render(tasks: TaskList, language: str) -> str:
    """Return a heading, the table and the notices."""
    lines = [f"# {say(language, 'list.title', as_of=wall_time(tasks.as_of))}", ""]
    if tasks.entries:
        lines += [_row([say(language, f"column.{key}") for key in _KEYS]), _row(["---"] * len(_KEYS))]
        lines += [_row(_cells(entry, language)) for entry in tasks.entries]
        lines += ["", _totals(tasks, language)]
    else:
        lines.append(say(language, "list.none"))
    lines += [f"> {notice}" for notice in tasks.notices]
    return "\n".join(lines) + "\n"


def _cells(entry: Entry, language: str) -> list[str]:
    who = f"{entry.case_name} {entry.case_id}".strip()
    due = wall_time(entry.due_at) + (" ~" if entry.provisional else "")
    state = say(language, f"state.{entry.state}")
    return [state, due, entry.title, who, entry.who, entry.escalated_title or entry.escalated_to, entry.task_id]


def _totals(tasks: TaskList, language: str) -> str:
    parts = [
        say(language, "list.count", state=say(language, f"state.{state}"), count=count)
        for state, count in counts(tasks.entries)
    ]
    return say(language, "list.counts", total=len(tasks.entries), counts=", ".join(parts))


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
