"""Figures people owe each other: defined in YAML, worked out over columns for each campus, person or case and period."""

from engine.figures.check import problems
from engine.figures.model import Figure, figures_of
from engine.figures.sample import audit_sample
from engine.figures.sheet import FIGURES, figures
from engine.figures.sla import SLA, sla

__all__ = ["FIGURES", "SLA", "Figure", "audit_sample", "figures", "figures_of", "problems", "sla"]
