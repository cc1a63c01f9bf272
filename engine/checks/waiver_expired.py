"""The leave to soften a rule has run out.

Wrong:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 2 days, done: called}
    ---
    kind: overlay
    id: pudong
    change:
      welcome.call: {due: 3 days, waiver: {by: head office, why: one manager is ill, until: 2020-01-31}}

Right:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 2 days, done: called}
    ---
    kind: overlay
    id: pudong
    change:
      welcome.call: {due: 3 days, waiver: {by: head office, why: one manager is ill, until: 2199-01-31}}
"""

from collections.abc import Iterator, Mapping
from datetime import date

from engine.model import Definitions
from engine.problems import Problem
from engine.text import Word

CODE = "waiver-expired"


def check(definitions: Definitions, today: date) -> Iterator[Problem]:
    """Warn of each waiver whose last day was before `today`."""
    for overlay in definitions.overlays.values():
        for what, waiver in _waivers(overlay.waivers, {each.step: each.waiver for each in overlay.changes}):
            until = date.fromisoformat(waiver["until"])
            if until < today:
                message = f'the waiver for "{what}", given by {waiver["by"]}, ended on {until}'
                hint = "ask for a new one, or go back to head office's rule"
                yield Problem(what.span, CODE, message, hint=hint, severity="warning")


def _waivers(*several: Mapping[Word, Mapping[str, str]]) -> Iterator[tuple[Word, Mapping[str, str]]]:
    for waivers in several:
        yield from ((what, waiver) for what, waiver in waivers.items() if waiver)
