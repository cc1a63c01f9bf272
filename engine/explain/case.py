"""One case with its log, asked about as of a moment."""

from collections.abc import Callable

import numpy as np
import polars as pl

from engine.compiler.opened import Duty, Opened
from engine.compiler.openings import opened
from engine.compiler.output import assemble
from engine.compiler.pauses import pauses_of
from engine.compiler.plan import Plan
from engine.compiler.scope import Rows
from engine.compiler.steps import tasks_of
from engine.compiler.world import World
from engine.frames import Log
from engine.model import Definitions, Process, Step


class Case:
    """A world of one case, and the tasks of the steps that somebody asks about."""

    def __init__(self, plan: Plan, case: pl.DataFrame, log: Log, as_of: int, staff: pl.DataFrame | None = None) -> None:
        self.plan = plan
        self.definitions: Definitions = plan.definitions
        self.row = case
        self.staff = staff
        self.world = World(plan.definitions, case, log, as_of, staff)
        self.world.watched |= set(plan.names)
        self.as_of = as_of
        self.tasks: dict[str, pl.DataFrame] = {}

    @property
    def campus(self) -> str:
        """The campus of the case."""
        return str(self.row["campus"][0] or "")

    def supposing(self, log: Log, as_of: int) -> "Case":
        """Return the same case with another log, or as of another moment."""
        return Case(self.plan, self.row, log, as_of, self.staff)

    def tasks_of(self, name: str) -> pl.DataFrame:
        """Return the tasks of a step ("process.step"); the steps that it asks about are computed first."""
        wanted = self.plan.with_asked([name])
        for process, step in self.plan.steps:
            each = f"{process.name}.{step.name}"
            if each in wanted and each not in self.tasks:
                variants = [step for owner, step in self.plan.steps if f"{owner.name}.{step.name}" == each]
                pauses = pauses_of(self.world, process)
                found = [tasks_of(Duty(self.world, process, variant), pauses) for variant in variants]
                self.tasks[each] = assemble(self.world, [one for one in found if one is not None])
        return self.tasks[name]

    def variant(self, name: str) -> tuple[Process, Step]:
        """Return a step as the case's campus has it."""
        found = [each for each in self.plan.steps if f"{each[0].name}.{each[1].name}" == name]
        here = [each for each in found if each[1].campuses is None or self.campus in each[1].campuses]
        return next((each for each in here if self.campus not in each[1].without), found[0])

    def opened(self, process: Process, step: Step) -> Opened:
        """Return the openings of a step, each with its key."""
        return opened(Duty(self.world, process, step)).with_key(self.world)

    def now(self, process: Process) -> Rows:
        """Return the scope of the case as of now."""
        return Rows(self.world, str(process.subject), np.zeros(1, np.int64), np.array([self.as_of], np.int64))


#: Answers whether something is so of a case.
Test = Callable[[Case], bool]
