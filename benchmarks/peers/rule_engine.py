"""rule-engine: boolean rules over the derived facts of each task, the first that matches counting."""

from pathlib import Path

import polars as pl
import rule_engine

from benchmarks.peers.derived import Decision, Facts, decided

_RULES = (
    ("not has_due or is_paused", ("waiting", None)),
    ('is_late and step in ["first_call", "contact_absent", "absences_meeting"]', ("breached", "learning_manager_lead")),
    ("is_late", ("breached", None)),
    ("true", ("open", None)),
)


def answer(path: Path, as_of: int) -> pl.DataFrame:
    """Return the tasks that are not over."""
    rules = [(rule_engine.Rule(text), decision) for text, decision in _RULES]

    def decide(facts: Facts) -> Decision:
        return next(decision for rule, decision in rules if rule.matches(facts))

    return decided(path, as_of, decide)
