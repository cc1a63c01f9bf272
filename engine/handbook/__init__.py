"""Processes, campuses and tables as people read them: a page in plain language, and a picture."""

from engine.handbook.mermaid import mermaid
from engine.handbook.page import page
from engine.handbook.svg import svg

__all__ = ["mermaid", "page", "svg"]
