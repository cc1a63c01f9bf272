"""SpiffWorkflow: one process instance a student, a user task with a timer for each duty owed.

The instances are started with the duties that plain Python derived, as BPMN has no working time, no rhythm that a table
gives and no look back, and those that were done are completed: an instance keeps its history. Its timers know no other
moment than now, so due moments are moved by as much as now is from the moment asked about. What is timed is the daily
list: every instance is read from JSON, its timers are asked, its ready tasks are listed.
"""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from benchmarks.peers.plain_python import Student, Task, students, tasks_of

_NEVER = "2200-01-01T00:00:00+00:00"
_DONE = "done"
#: Which events open duties of their own, and the field that names each: for the history of an instance.
_OPENS = {
    "contract_signed": "",
    "file_accepted": "",
    "first_call_logged": "",
    "lesson_attended": "lesson",
    "lesson_scheduled": "lesson",
    "absence": "lesson",
    "visit_logged": "",
    "student_sorted": "",
    "school_exam_announced": "exam",
    "student_asked": "question",
}
_TELLS_LEAD = ("first_call", "contact_absent", "absences_meeting")


@dataclass
class Instances:
    """The stored instances of some students."""

    link: sqlite3.Connection
    serializer: BpmnWorkflowSerializer

    def refresh(self, case_nos: Iterable[int] | None = None) -> None:
        """Look at the timers of some instances, or of all, and note what each owes in a table."""
        chosen = "" if case_nos is None else f" WHERE case_no IN ({', '.join(map(str, case_nos))})"
        for case_no, text in self.link.execute(f"SELECT case_no, state FROM instance{chosen}").fetchall():
            workflow = self.serializer.deserialize_json(text)
            workflow.refresh_waiting_tasks()
            workflow.do_engine_steps()
            self.link.execute("DELETE FROM ready WHERE case_no = ?", (case_no,))
            self.link.executemany("INSERT INTO ready VALUES (?, ?, ?, ?, ?, ?)", _ready(case_no, workflow))
            state = self.serializer.serialize_json(workflow)
            self.link.execute("UPDATE instance SET state = ? WHERE case_no = ?", (state, case_no))

    def answer(self) -> pl.DataFrame:
        """Return the list as the table has it: case_no, step, key, state, due_at, escalated_to."""
        rows = self.link.execute("SELECT * FROM ready").fetchall()
        names = ("case_no", "step", "key", "state", "due_at", "escalated_to")
        types = (pl.Int64, pl.String, pl.String, pl.String, pl.Int64, pl.String)
        return pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")


def start(path: Path, as_of: int) -> Instances:
    """Start an instance for each student of a store and keep it as JSON in a database."""
    parser = BpmnParser()
    parser.add_bpmn_file(str(Path(__file__).parent / "duties.bpmn"))
    spec, parts = parser.get_spec("duties"), parser.get_subprocess_specs("duties")
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
    link = sqlite3.connect(":memory:")
    link.execute("CREATE TABLE instance (case_no INTEGER PRIMARY KEY, state TEXT)")
    link.execute("CREATE TABLE ready (case_no, step, key, state, due_at, escalated_to)")
    later = int(time.time()) - as_of
    for student in students(path, as_of):
        tasks = tasks_of(student, as_of)
        workflow = BpmnWorkflow(spec, parts)
        duties = [*(_duty(task, later) for task in tasks), *_done(student, {task.key for task in tasks})]
        workflow.get_next_task(state=TaskState.READY).data["duties"] = duties
        workflow.do_engine_steps()
        for task in workflow.get_tasks(state=TaskState.READY, spec_name="do"):
            if task.data["duty"]["step"] == _DONE:
                task.run()
        workflow.do_engine_steps()
        for task in workflow.get_tasks():
            task.data.pop("duties", None)  # else every task of the instance keeps the whole list
        link.execute("INSERT INTO instance VALUES (?, ?)", (student.case_no, serializer.serialize_json(workflow)))
    return Instances(link, serializer)


def _duty(task: Task, later: int) -> dict[str, object]:
    waits = task.due is None or task.paused
    due = _NEVER if task.due is None or waits else datetime.fromtimestamp(task.due + later, UTC).isoformat()
    return {"step": task.step, "key": task.key, "due": due, "due_at": None if waits else task.due, "waits": waits}


def _done(student: Student, owed: set[str]) -> Iterator[dict[str, object]]:
    """Yield the duties of the past: one for each event that opened one, unless it is owed still."""
    for event, name in _OPENS.items():
        for at, form in student.of(event):
            key = str(form[name]) if name else str(at)
            if key not in owed:
                yield {"step": _DONE, "key": key, "due": _NEVER, "due_at": None, "waits": False}


def _ready(case_no: int, workflow: BpmnWorkflow) -> Iterator[tuple[object, ...]]:
    late = {json.dumps(task.data["duty"]) for task in workflow.get_tasks(state=TaskState.READY, spec_name="late")}
    for task in workflow.get_tasks(state=TaskState.READY, spec_name="do"):
        duty = task.data["duty"]
        is_late = json.dumps(duty) in late
        state = "waiting" if duty["waits"] else "breached" if is_late else "open"
        told = "learning_manager_lead" if is_late and duty["step"] in _TELLS_LEAD else None
        yield case_no, duty["step"], duty["key"], state, duty["due_at"], told
