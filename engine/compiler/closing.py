"""What closes a task: the events of its step that are what the step asks for, with all that it asks of them."""

from collections.abc import Iterator

from engine.compiler.scope import events_where
from engine.compiler.timeline import Timeline
from engine.compiler.world import World
from engine.model import Definitions, Ending, Field, Step


def closing_events(world: World, step: Step, event: str) -> Timeline:
    """Return the events of a type that can close tasks of a step."""
    return events_where(world, event, closing_text(world.definitions, step, event))


def closing_text(definitions: Definitions, step: Step, event: str) -> str:
    """Return the whole condition on a closing event: its `if`, its evidence, and every choice where all are needed."""
    return " and ".join([condition_of(step, step.done), *_whole_lists(definitions, step, event)]).removeprefix(" and ")


def condition_of(step: Step, ending: Ending) -> str:
    """Return the condition on a closing event that holds for any type: its `if`, and that the evidence is there."""
    parts = [f"({ending.condition})"] if ending.condition else []
    parts += [f"is_known({field})" for field in step.evidence]
    return " and ".join(parts)


def _whole_lists(definitions: Definitions, step: Step, event: str) -> Iterator[str]:
    for field in complete_fields(definitions, step, event):
        yield from (f'has({field.name}, "{choice}")' for choice in field.choices)


def complete_fields(definitions: Definitions, step: Step, event: str) -> list[Field]:
    """Return the fields of an event of which a closing needs every choice: signatures, copies handed over."""
    fields = definitions.events[event].fields.values()
    return [each for each in fields if each.all_of and (each.required or each.name in step.evidence)]


def needs_pairs(ending: Ending) -> bool:
    """Return whether the condition compares the closing event with the one that opened the task."""
    return "opening(" in (ending.condition or "") or "opened_at" in (ending.condition or "")
