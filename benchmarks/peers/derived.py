"""What a rule engine without time, state and calendar must be given: the facts of each task that may be owed.

They are derived in plain Python, as the engines take one task at a time. Only tasks that nobody has done are asked
about; to ask about all of them, as the engines could decide that too, would take them several times as long.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl

from benchmarks.peers.plain_python import Task, students, tasks_of

Facts = dict[str, object]
Decision = tuple[str, str | None]


def facts_of(task: Task, as_of: int) -> Facts:
    """Return the facts of a task: its step, whether it has a due moment, has passed it, or stands still."""
    return {
        "step": task.step,
        "has_due": task.due is not None,
        "is_late": task.due is not None and task.due <= as_of,
        "is_paused": task.paused,
    }


def candidates(path: Path, as_of: int) -> Iterator[tuple[Task, Facts]]:
    """Yield each task that may be owed, with its facts."""
    for student in students(path, as_of):
        for task in tasks_of(student, as_of):
            yield task, facts_of(task, as_of)


def decided(path: Path, as_of: int, decide: Callable[[Facts], Decision]) -> pl.DataFrame:
    """Return the list, an engine having decided on the state of each task and whom it went to."""
    rows = []
    for task, facts in candidates(path, as_of):
        state, told = decide(facts)
        rows.append((task.case_no, task.step, task.key, state, None if task.paused else task.due, told))
    names = ("case_no", "step", "key", "state", "due_at", "escalated_to")
    types = (pl.Int64, pl.String, pl.String, pl.String, pl.Int64, pl.String)
    return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")
