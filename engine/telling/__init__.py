"""An explanation in words: why a task is due, with the deadline as a sum a person can follow, or why there is none."""

from engine.telling.task import why
from engine.telling.whynot import why_none

__all__ = ["why", "why_none"]
