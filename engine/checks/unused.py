"""A parameter or an event that nothing uses.

Setting such a parameter changes nothing, and recording such an event opens and closes nothing. Often one of two names
for the same thing is left over.

Wrong:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}, phoned: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 2 days, done: called}

Right:
    kind: process
    id: welcome
    subject: student
    events: {enrolled: {}, called: {}}
    steps:
      call: {role: learning_manager, opens: {on: enrolled}, due: 2 days, done: called}
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from engine.checks.walk import SET, events_named
from engine.model import Definitions
from engine.problems import Problem

CODE = "unused"

_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_NOT_LOOKED_AT = frozenset(
    {"name", "title", "help", "source", "span", "choices", "choice_titles", "reason", "by", "places", "why"}
    | {"scenarios", "clauses", "roles", "calendars", "waiver", "waivers", "zone"}
)


def check(definitions: Definitions) -> Iterator[Problem]:
    """Warn of each parameter and event that no step, formula, table, calculation or figure mentions."""
    mentioned = set(_mentioned(definitions))
    for name, parameter in definitions.parameters.items():
        if name not in mentioned:
            hint = "delete it, or name it where it should count"
            yield Problem(parameter.name.span, CODE, f'nothing uses parameter "{name}"', hint=hint, severity="warning")
    named = {str(name) for name, _ in events_named(definitions)}
    for name, event in definitions.events.items():
        if name not in mentioned | named and not event.sets and "." not in name and name != SET:
            hint = "delete it, or let a step open or close by it"
            yield Problem(event.name.span, CODE, f'nothing uses event "{name}"', hint=hint, severity="warning")


def _mentioned(part: object) -> Iterator[str]:
    """Return every name in every text of a part of the definitions that may be an expression."""
    if isinstance(part, str):
        yield from _NAME.findall(part)
    elif is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            if field.name not in _NOT_LOOKED_AT:
                yield from _mentioned(getattr(part, field.name))
    elif isinstance(part, Mapping):
        for each in part.values():
            yield from _mentioned(each)
    elif isinstance(part, tuple | list | frozenset):
        for each in part:
            yield from _mentioned(each)
