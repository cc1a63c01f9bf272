"""What came of running the scenarios."""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.text import Span


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario: where it stands and every difference between what it expects and what the engine derives."""

    name: str
    span: Span
    differences: tuple[str, ...] = ()
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.differences


def failures(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return the scenarios that did not come out as expected."""
    return [outcome for outcome in outcomes if not outcome.passed]
