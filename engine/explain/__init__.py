"""Why a task is due, or why it is not: the clauses, the value each had, the deadline as a sum, the smallest change.

The answers are computed by the same scopes and the same steps as the daily list, on a world of one case.
"""

from engine.explain.case import Case
from engine.explain.clauses import Clause
from engine.explain.task import Explanation, Owner, Rung, Stretch, explain_task
from engine.explain.unclosed import Unclosed, unclosed
from engine.explain.whynot import Barrier, Change, Way, WhyNot, why_not

__all__ = [
    "Barrier",
    "Case",
    "Change",
    "Clause",
    "Explanation",
    "Owner",
    "Rung",
    "Stretch",
    "Unclosed",
    "Way",
    "WhyNot",
    "explain_task",
    "unclosed",
    "why_not",
]
