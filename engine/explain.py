"""Why a task is due, or why it is not: the clauses, the value each had, and the deadline as a sum.

The answers are computed by the same scopes and the same steps as the daily list, on a world of one case.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from engine.calendars.steps import DayLine, deadline_sum
from engine.compiler import clock as clocks
from engine.compiler.openings import OPEN, Opened, condition_of, opened
from engine.compiler.output import assemble
from engine.compiler.plan import Plan, full_name
from engine.compiler.points import points
from engine.compiler.scope import Rows, tree_of
from engine.compiler.steps import tasks_of
from engine.compiler.timeline import UNKNOWN
from engine.compiler.world import Log, World
from engine.expr.columns import evaluate
from engine.expr.parse import Tree
from engine.expr.spans import SpanValue
from engine.expr.uses import uses
from engine.model import Definitions, Opening, Process, Step, Title
from engine.text import Word


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of several that must all hold: its words, whether it holds, and the values that it spoke of."""

    text: str
    holds: bool | None  # None: it asks about something unknown
    values: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung of the escalation: who hears of the task from when on."""

    to: str
    at: int | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that makes one task what it is. Moments are seconds, UTC; `task` is a row of `frames.TASKS`."""

    task: dict[str, object]
    title: Title
    place: str  # file:line of the step
    opening: Opening | None
    opening_values: tuple[tuple[str, object], ...]
    clauses: tuple[Clause, ...]
    gate: tuple[Clause, ...]
    due_rule: str
    parameters: tuple[tuple[str, object, tuple[str, ...]], ...]  # parameters of the due rule: name, value, clauses
    days: tuple[DayLine, ...]  # the sum day by day, where the due rule counts working time
    pauses: tuple[tuple[int, int | None], ...]
    rungs: tuple[Rung, ...]
    closes_by: tuple[str, ...]
    closes_if: str
    sources: tuple[tuple[str, Title], ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why a step owes nothing on a case: for each way of opening what is missing, and the smallest change."""

    process: str
    step: str
    title: Title
    tasks: tuple[dict[str, object], ...]  # tasks of the step that there were
    clauses: tuple[tuple[Opening, tuple[Clause, ...]], ...]
    changes: tuple[tuple[str, tuple[str, ...]], ...]  # (what to do, with which names): record, set, wait, ended


class Case:
    """One case with its log, asked about as of a moment."""

    def __init__(self, plan: Plan, case: pl.DataFrame, log: Log, as_of: int, staff: pl.DataFrame | None = None) -> None:
        self.plan = plan
        self.definitions: Definitions = plan.definitions
        self.world = World(plan.definitions, case, log, as_of, staff)
        self.world.watched |= set(plan.names)
        self.as_of = as_of
        self.tasks: dict[str, pl.DataFrame] = {}

    def tasks_of(self, name: str) -> pl.DataFrame:
        """Return the tasks of a step ("process.step"); the steps that it asks about are computed first."""
        wanted = self.plan.with_asked([name])
        for process, step in self.plan.steps:
            each = f"{process.name}.{step.name}"
            if each in wanted and each not in self.tasks:
                variants = [step for owner, step in self.plan.steps if f"{owner.name}.{step.name}" == each]
                pauses = clocks.pauses_of(self.world, process)
                found = [tasks_of(self.world, process, variant, pauses) for variant in variants]
                self.tasks[each] = assemble(self.world, [one for one in found if one is not None])
        return self.tasks[name]

    def variant(self, name: str) -> tuple[Process, Step]:
        """Return a step as the case's campus has it."""
        campus = self.world.cases["campus"][0]
        found = [each for each in self.plan.steps if f"{each[0].name}.{each[1].name}" == name]
        here = [each for each in found if each[1].campuses is None or campus in each[1].campuses]
        return next((each for each in here if campus not in each[1].without), found[0])


def explain_task(case: Case, name: str, key: str) -> Explanation | None:
    """Return why a task of a step is due, or None if the case has no such task."""
    tasks = case.tasks_of(name)
    process, step = case.variant(name)
    openings = opened(case.world, process, step).with_key(case.world)
    which = np.flatnonzero((openings.key == key).to_numpy())
    row = tasks.filter(pl.col("key") == key)
    if not len(which) or not len(row):
        return None
    task = row.row(0, named=True)
    one = openings.filter(np.arange(len(openings)) == which[-1])
    return _explanation(case, process, step, one, task)


def _explanation(case: Case, process: Process, step: Step, one: Opened, task: dict[str, object]) -> Explanation:
    world = case.world
    pauses = clocks.pauses_of(world, process)
    start = np.array([task["start_at"] if task["start_at"] is not None else UNKNOWN], np.int64)
    clock = clocks.due(world, process, step, one, start, pauses)
    opening = _opening_of(world, process, step, one)
    scope = one.scope(world, process.subject, start=start)
    return Explanation(
        task=task,
        title=step.title,
        place=str(step.name.span),
        opening=opening,
        opening_values=_shown(one.fields),
        clauses=_all_clauses(scope, opening, process),
        gate=clauses(_at(case, one, process), step.needs),
        due_rule=clocks.due_text(step),
        parameters=_parameters(case, scope, step),
        days=_days(world, process, step, one, start),
        pauses=tuple((int(a), None if b == UNKNOWN else int(b)) for a, b in zip(pauses.begin, pauses.end, strict=True)),
        rungs=tuple(_rungs(world, process, step, one, clock)),
        closes_by=tuple(str(each) for each in step.done.events),
        closes_if=str(step.done.when or "") or condition_of(step, step.done),
        sources=_sources(case.definitions, step),
    )


def _at(case: Case, one: Opened, process: Process) -> Rows:
    return one.scope(case.world, process.subject, now=np.array([case.as_of], np.int64))


def _opening_of(world: World, process: Process, step: Step, one: Opened) -> Opening | None:
    for opening in step.opens:
        found = OPEN[opening.kind](world, process, step, opening, None)
        if opening.delay or (found.at == one.at[0]).any():
            return opening
    return None


def _all_clauses(scope: Rows, opening: Opening | None, process: Process) -> tuple[Clause, ...]:
    return clauses(scope, opening.condition if opening else None) + clauses(scope, process.applies_if)


def clauses(scope: Rows, text: Word | None) -> tuple[Clause, ...]:
    """Return the conditions joined by `and`, each with its answer on the first row of the scope."""
    if not text:
        return ()
    tree = tree_of(text)
    return tuple(_clause(scope, tree, node) for node in _conjuncts(tree.node))


def _conjuncts(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for value in node.values:
            yield from _conjuncts(value)
    else:
        yield node


def _clause(scope: Rows, tree: Tree, node: ast.expr) -> Clause:
    answer = scope.column(evaluate(tree, scope, node))[0]
    return Clause(tree.text_of(node), answer, tuple(_values(scope, tree, node)))


def _values(scope: Rows, tree: Tree, node: ast.expr) -> Iterator[tuple[str, object]]:
    """Yield the names and calls inside a condition with the value that each had."""
    if isinstance(node, ast.Call) or (isinstance(node, ast.Name) and node.id not in ("now",)):
        value = evaluate(tree, scope, node)
        if not isinstance(value, SpanValue):
            yield tree.text_of(node), scope.column(value)[0]
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield from _values(scope, tree, child)


def _shown(fields: pl.DataFrame) -> tuple[tuple[str, object], ...]:
    row = fields.row(0, named=True) if len(fields) else {}
    return tuple((name, value) for name, value in row.items() if value is not None and not name.startswith("·"))


def _parameters(case: Case, scope: Rows, step: Step) -> tuple[tuple[str, object, tuple[str, ...]], ...]:
    found = []
    for name in sorted(uses(tree_of(clocks.due_text(step))).names):
        parameter = case.definitions.parameters.get(name)
        if parameter:
            value = scope.name(name)
            shown = str(parameter.values[-1].value) if isinstance(value, SpanValue) else scope.column(value)[0]
            found.append((name, shown, tuple(str(each) for each in parameter.source)))
    return tuple(found)


def _days(world: World, process: Process, step: Step, one: Opened, start: np.ndarray) -> tuple[DayLine, ...]:
    """Return the deadline sum of a working-time budget; other rules have none."""
    if start[0] == UNKNOWN:
        return ()
    scope = one.scope(world, process.subject, now=start, start=start)
    value = scope.value(clocks.due_text(step))
    if not isinstance(value, SpanValue):
        return ()
    seconds = _number(scope, value.working_seconds) + _number(scope, value.working_days) * int(
        world.table.day_seconds(world.cal_no[one.rows])[0]
    )
    if not seconds:
        return ()
    calendar = world.table.calendars[int(world.cal_no[one.rows][0])]
    return tuple(deadline_sum(calendar, int(start[0]), round(seconds)))


def _number(scope: Rows, part: object) -> float:
    return float(scope.column(part)[0] or 0) if isinstance(part, pl.Expr) else float(part)  # type: ignore[arg-type]


def _rungs(world: World, process: Process, step: Step, one: Opened, clock: clocks.Clock) -> Iterator[Rung]:
    for rung in step.escalate:
        at = int(clocks.rung_moments(world, process, one, clock, str(rung.at))[0])
        yield Rung(str(rung.to), None if at == UNKNOWN else at, UNKNOWN < at <= world.as_of)


def _sources(definitions: Definitions, step: Step) -> tuple[tuple[str, Title], ...]:
    known = definitions.clauses
    return tuple((str(each), known[each].title if each in known else Title()) for each in step.source)


def why_not(case: Case, name: str) -> WhyNot:
    """Return why a step ("process.step") owes nothing on this case, and the smallest change that would make it due."""
    tasks = case.tasks_of(name)
    process, step = case.variant(name)
    found, changes = [], []
    for opening in step.opens:
        rows, changed = _why_not_opened(case, process, step, opening)
        found.append((opening, rows))
        changes += changed
    return WhyNot(
        process.name,
        step.name,
        step.title,
        tuple(tasks.iter_rows(named=True)),
        tuple(found),
        tuple(dict.fromkeys(changes)),
    )


def _why_not_opened(
    case: Case, process: Process, step: Step, opening: Opening
) -> tuple[tuple[Clause, ...], list[tuple[str, tuple[str, ...]]]]:
    world = case.world
    now = Rows(world, process.subject, np.zeros(1, np.int64), np.array([case.as_of], np.int64))
    rows = clauses(now, process.applies_if)
    changes = [_remedy(case, process, clause) for clause in rows if not clause.holds]
    if opening.kind in ("on", "each"):
        rows += _latest_event(case, opening)
        happened = any(len(world.timeline(event)) for event in opening.events)
        changes.append(
            ("record", tuple(str(each) for each in opening.events))
            if not happened
            else ("record_with", (str(opening.condition or ""),))
        )
    elif opening.kind == "after":
        other = full_name(case.definitions, process, str(opening.step))
        changes.append(("finish", (other,)))
    elif opening.kind == "when":
        more = clauses(now, opening.condition)
        rows += more
        changes += [_remedy(case, process, clause) for clause in more if not clause.holds]
        points(world, process.subject, opening.condition or "")
    else:
        rows += clauses(now, opening.condition)
        changes += [("record", (str(event),)) for event in opening.events if not len(world.timeline(event))]
    OPEN[opening.kind](world, process, step, opening, None)
    waits = [int(at.min()) for _, at in world.wakes if len(at)]
    if waits:
        changes.append(("wait", (str(min(waits)),)))
    return rows, [each for each in changes if each[1] != ("",)]


def _latest_event(case: Case, opening: Opening) -> tuple[Clause, ...]:
    """Return the clauses of the opening's condition on the latest event of its kinds."""
    for event in opening.events:
        every = case.world.timeline(event)
        if len(every) and opening.condition:
            last = every.filter(np.arange(len(every)) == len(every) - 1)
            subject = case.definitions.events[event].subject
            return clauses(Rows(case.world, subject, last.rows, last.at, last.frame), opening.condition)
    return ()


def _remedy(case: Case, process: Process, clause: Clause) -> tuple[str, tuple[str, ...]]:
    """Return what would change a clause: the events it counts, the facts it reads."""
    used = uses(tree_of(clause.text))
    if used.events:
        return "record", tuple(sorted(used.events))
    setters = [event.name for event in case.definitions.events.values() for field in event.sets if field in used.names]
    if setters:
        return "record", tuple(sorted(str(each) for each in setters))
    return "set", tuple(sorted(used.names)) or (clause.text,)
