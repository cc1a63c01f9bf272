"""What closes a task: the events of its step that are what the step asks for, with all that it asks of them."""

from collections.abc import Iterator, Mapping

from engine.compiler.reads import tree_of
from engine.compiler.scope import events_where
from engine.compiler.timeline import Timeline
from engine.compiler.world import World
from engine.expr.functions import FUNCTIONS
from engine.expr.uses import uses
from engine.model import Definitions, Ending, Field, Step
from engine.text import Word


def closing_events(world: World, step: Step, event: str) -> Timeline:
    """Return the events of a type that can close tasks of a step."""
    return events_where(world, event, closing_text(world.definitions, step, event))


def closing_text(definitions: Definitions, step: Step, event: str) -> str:
    """Return the whole condition on a closing event: its `if`, its evidence, every choice where all are needed, and the
    fields that are required for a reason which lies outside the form.
    """
    parts = [condition_of(step, step.done), *_more(definitions, step, event)]
    return " and ".join(part for part in parts if part)


def condition_of(step: Step, ending: Ending) -> str:
    """Return the condition on a closing event that holds for any type: its `if`, and that the evidence is there."""
    parts = [f"({ending.condition})"] if ending.condition else []
    parts += [f"is_known({field})" for field in step.evidence]
    return " and ".join(parts)


def _more(definitions: Definitions, step: Step, event: str) -> Iterator[str]:
    yield from _whole_lists(definitions, step, event)
    yield from _due_fields(definitions, event)


def _whole_lists(definitions: Definitions, step: Step, event: str) -> Iterator[str]:
    for field in complete_fields(definitions, step, event):
        yield from (f'has({field.name}, "{choice}")' for choice in field.choices)


def complete_fields(definitions: Definitions, step: Step, event: str) -> list[Field]:
    """Return the fields of an event of which a closing needs every choice: signatures, copies handed over."""
    fields = definitions.events[event].fields.values()
    return [each for each in fields if each.all_of and (each.required or each.name in step.evidence)]


def _due_fields(definitions: Definitions, event: str) -> Iterator[str]:
    """Yield what must hold for the fields that a rate, a fact of the case or the calendar makes required.

    Whether one is required by the rest of its form is seen as soon as the form comes in, and the form refused.
    """
    form = definitions.events[event].fields
    for field in form.values():
        if field.required_if is not None and not is_settled_by(form, field.required_if):
            yield f"(is_known({field.name}) or not or_else({field.required_if}, no))"


def is_settled_by(form: Mapping[str, Field], condition: Word) -> bool:
    """Return whether the fields of a form are all that a condition asks for."""
    used = uses(tree_of(condition))
    groups = {FUNCTIONS[name].group for name in used.functions}
    return used.names <= set(form) and not used.tables and groups <= {"plain", "known"}


def wants_more(definitions: Definitions, step: Step) -> bool:
    """Return whether an event of the right kind may leave a task open for what its form lacks."""
    more = (text for event in step.done.events for text in _more(definitions, step, str(event)))
    return bool(step.evidence) or any(more)


def needs_pairs(ending: Ending) -> bool:
    """Return whether the condition compares the closing event with the one that opened the task."""
    return "opening(" in (ending.condition or "") or "opened_at" in (ending.condition or "")
