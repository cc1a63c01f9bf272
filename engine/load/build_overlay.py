"""Nodes to overlays: what one campus sets, changes and adds."""

from dataclasses import replace

from engine.load.build_fields import build_dated
from engine.load.build_process import add_steps
from engine.load.draft import Draft
from engine.load.nodes import MapNode
from engine.load.reading import day, entries, is_true, mapping, strings, text, title, word, words
from engine.model import Overlay, Process, Step, StepChange
from engine.problems import Problem
from engine.text import Word

CHANGEABLE = ("due", "role", "ahead", "needs")


def add_overlay(draft: Draft, node: MapNode) -> None:
    """Add an overlay; the processes whose steps it adds must be in the draft already."""
    name = text(node.get("id"))
    if not draft.is_new("overlay", name, name.span):
        return
    campuses = words(node.get("campuses")) or (name,)
    parameters = {key: mapping(each) for key, each in entries(node, "parameters")}
    for read in parameters.values():
        _check_waiver(read, draft.problems)
    draft.overlays[name] = Overlay(
        name=name,
        title=title(node.get("title")),
        campuses=campuses,
        calendar=word(node.get("calendar")),
        parameters={key: build_dated(read, draft.problems) for key, read in parameters.items()},
        changes=tuple(_change(key, mapping(each), draft.problems) for key, each in entries(node, "change")),
        steps={key: _added(draft, key, mapping(each), campuses) for key, each in entries(node, "add")},
        roles={key: text(each) for key, each in entries(node, "roles")},
        waivers={key: strings(read.get("waiver")) for key, read in parameters.items() if read.get("waiver")},
    )


def _added(draft: Draft, process: Word, node: MapNode, campuses: tuple[Word, ...]) -> dict[str, Step]:
    known: Process | None = draft.processes.get(process)
    steps = add_steps(draft, node, process, known.subject if known else "")
    return {name: replace(step, campuses=frozenset(map(str, campuses))) for name, step in steps.items()}


def _change(step: Word, node: MapNode, problems: list[Problem]) -> StepChange:
    _check_waiver(node, problems)
    return StepChange(
        step=step,
        values={key: text(each) for key, each in node.entries.items() if key in CHANGEABLE},
        drop=bool(is_true(node.get("drop"))),
        optional=bool(is_true(node.get("optional"))),
        waiver=strings(node.get("waiver")),
        span=step.span,
    )


def _check_waiver(node: MapNode, problems: list[Problem]) -> None:
    until = word(mapping(node.get("waiver")).get("until"))
    if until is not None:
        day(until, problems)
