"""Figures people owe each other: defined in YAML, worked out for each period and campus, person or case."""

from engine.figures.check import problems
from engine.figures.model import Figure, figures_of
from engine.figures.sample import audit_sample
from engine.figures.sheet import FIGURES, figures
from engine.figures.sla import SLA, sla

__all__ = ["FIGURES", "SLA", "Figure", "audit_sample", "figures", "figures_of", "problems", "sla"]
