"""A parameter's value is not of its type.

A duration names its unit: a bare 3 could be hours, days or working days.

Wrong:
    kind: vocabulary
    id: school
    parameters: {first_call_within: {type: duration, values: {2026-01-01: 3}}}

Right:
    kind: vocabulary
    id: school
    parameters: {first_call_within: {type: duration, values: {2026-01-01: 3 working_hours}}}
"""

from collections.abc import Iterator

from engine.checks.values import wanted
from engine.expr.phrases import UNITS
from engine.model import Definitions
from engine.problems import Problem, did_you_mean
from engine.text import Word

CODE = "parameter-value"


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report each value, of head office, a campus or a scenario, that does not fit its parameter."""
    for name, value in _values(definitions):
        parameter = definitions.parameters.get(name)
        if parameter is None:
            continue
        expected = wanted(value, parameter.type, parameter.choices)
        if expected:
            message = f'"{name}" is {_a(parameter.type)}, and "{value}" is not; expected {expected}'
            yield Problem(value.span, CODE, message, hint=_hint(value, parameter.type, parameter.choices))


def _values(definitions: Definitions) -> Iterator[tuple[str, Word]]:
    for name, parameter in definitions.parameters.items():
        yield from ((name, each.value) for each in parameter.values)
    for overlay in definitions.overlays.values():
        for name, dated in overlay.parameters.items():
            yield from ((name, each.value) for each in dated)
    for scenario in definitions.scenarios:
        yield from scenario.parameters.items()


def _a(kind: str) -> str:
    return {"yes_no": "yes or no", "money": "money", "choices": "choices"}.get(kind, f"a {kind}")


def _hint(value: str, kind: str, choices: tuple[Word, ...]) -> str:
    if kind == "duration":
        words = value.split()
        near = did_you_mean(words[1], UNITS) if len(words) == 2 else ""
        return near if near.startswith("did you mean") else f"units: {', '.join(UNITS)}"
    return did_you_mean(value, choices) if kind in ("choice", "choices") else ""
