"""Answers in words: why a task is due or is not, the deadline as a sum to follow; decisions and statements."""

from engine.telling.decision import decision, decision_json
from engine.telling.statement import statements, statements_json
from engine.telling.task import why
from engine.telling.unclosed import unclosed
from engine.telling.whynot import why_none

__all__ = ["decision", "decision_json", "statements", "statements_json", "unclosed", "why", "why_none"]
