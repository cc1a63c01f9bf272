"""The outcome of scenarios for people: only what differs, then a count."""

from collections.abc import Sequence

from engine.report.outcome import Outcome, failures
from engine.words import say


def render(outcomes: Sequence[Outcome], language: str) -> str:
    """Return a block for each scenario that differs and one line for all."""
    failed = failures(outcomes)
    blocks = [_block(outcome) for outcome in failed]
    if not outcomes:
        blocks.append(say(language, "test.none"))
    elif failed:
        blocks.append(say(language, "test.failed", count=len(outcomes), failed=len(failed)))
    else:
        blocks.append(say(language, "test.passed", count=len(outcomes)))
    return "\n\n".join(blocks) + "\n"


def _block(outcome: Outcome) -> str:
    return "\n".join([f"{outcome.span}: {outcome.name}", *(f"   {difference}" for difference in outcome.differences)])
