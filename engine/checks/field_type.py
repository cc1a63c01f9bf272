"""What a field says beside its type does not go with the type.

A choice needs its choices (`of`), a reference the subject it points to (`to`); other types have neither.

Wrong:
    kind: vocabulary
    id: school
    subjects:
      student:
        fields: {programme: {type: choice}}

Right:
    kind: vocabulary
    id: school
    subjects:
      student:
        fields: {programme: {type: choice, of: [one_on_one, small_class]}}
"""

from collections.abc import Iterator

from engine.checks.walk import fields, places
from engine.model import Definitions, Field, Parameter
from engine.problems import Problem

CODE = "field-type"

_CHOICES = ("choice", "choices")


def check(definitions: Definitions) -> Iterator[Problem]:
    """Report choices without `of`, references without `to`, and either where it means nothing."""
    for field in fields(definitions):
        yield from _of(field)
        if field.type == "reference" and field.to is None:
            yield Problem(
                field.name.span, CODE, f'"{field.name}" is a reference, and has no "to"', hint="add to: SUBJECT"
            )
        if field.type != "reference" and field.to is not None:
            yield Problem(field.to.span, CODE, f'"{field.name}" is {_a(field.type)}; "to" is for references')
        if field.all_of and field.type != "choices":
            yield Problem(field.name.span, CODE, f'"{field.name}" is {_a(field.type)}; "all_of" is for choices')
        if field.at_least is not None and field.at_most is not None and field.at_least > field.at_most:
            message = f'"{field.name}" is at least {field.at_least:g} and at most {field.at_most:g}; nothing is both'
            yield Problem(field.name.span, CODE, message)
    for parameter in definitions.parameters.values():
        yield from _of(parameter)
    for place in places(definitions):
        collect = place.step.done.collect
        for event in place.step.done.events if collect is not None else ():
            found = definitions.events[event].fields.get(str(collect)) if event in definitions.events else None
            if found is not None and collect is not None and found.type not in _CHOICES:
                message = f'"{collect}" is {_a(found.type)}; "collect" needs a choice'
                yield Problem(collect.span, CODE, message)


def _of(field: Field | Parameter) -> Iterator[Problem]:
    if field.type in _CHOICES and not field.choices:
        hint = "add of: [one, other]"
        yield Problem(field.name.span, CODE, f'"{field.name}" is {_a(field.type)}, and has no "of"', hint=hint)
    if field.type not in _CHOICES and field.choices:
        yield Problem(field.choices[0].span, CODE, f'"{field.name}" is {_a(field.type)}; "of" is for choices')


def _a(kind: str) -> str:
    return {"yes_no": "yes or no", "money": "money", "choices": "choices"}.get(kind, f"a {kind}")
