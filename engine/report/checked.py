"""What a check found, and the text of the files it looked at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.problems import Problem


@dataclass(frozen=True, slots=True)
class Checked:
    """Every problem, sorted by place, and the files by the path that the problems name."""

    problems: Sequence[Problem]
    sources: Mapping[str, str] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many problems stop a run."""
        return sum(problem.severity == "error" for problem in self.problems)
