"""Figures people owe each other: defined in YAML, worked out for each period and campus, person or case.

`figures`, `promises` and `audit_sample` give frames; `kpi`, `sla` and `audit` are the reports made of them.
"""

from engine.figures.check import problems
from engine.figures.model import Figure, figures_of
from engine.figures.promises import PROMISES, promises
from engine.figures.reports import audit, kpi, sla
from engine.figures.sample import audit_sample
from engine.figures.sheet import FIGURES, figures

__all__ = [
    "FIGURES",
    "PROMISES",
    "Figure",
    "audit",
    "audit_sample",
    "figures",
    "figures_of",
    "kpi",
    "problems",
    "promises",
    "sla",
]
