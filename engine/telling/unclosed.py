"""Why an event left a task open, in words."""

from collections.abc import Iterator

from engine.explain import Unclosed
from engine.model import Field, Step
from engine.telling import clauses
from engine.telling.voice import INDENT, Voice


def unclosed(voice: Voice, step: Step, why: Unclosed, at: int) -> Iterator[str]:
    """Yield a line for each thing that kept an event of the moment `at` from closing a task of a step."""
    fields = voice.places.closing(step, step.done.events).fields
    if why.is_opening:
        yield INDENT + voice.tell("unclosed.opening")
    if why.opened_at is not None:
        yield INDENT + voice.tell("unclosed.before", at=voice.moment(at), opened=voice.moment(why.opened_at))
    if why.other_key is not None:
        name, said, key = why.other_key
        named = voice.terms.field(fields[name]) if name in fields else voice.terms.quoted(name)
        field = fields.get(name, Field(step.name, "text"))
        values = {"value": voice.field(field, said), "wanted": voice.field(field, key)}
        yield INDENT + voice.tell("unclosed.key", field=named, **values)
    yield from clauses.told(voice, why.clauses, None, step)
    if why.lacking:
        lacking = [voice.terms.field(fields[each]) for each in why.lacking if each in fields]
        yield INDENT + voice.tell("unclosed.lacking", fields=voice.terms.joined(lacking))
    for name, choices in why.choices:
        yield INDENT + voice.tell("unclosed.choices", **_choices(voice, fields[name], choices))
    if why.collected is not None:
        name, choices = why.collected
        yield INDENT + voice.tell("unclosed.collected", **_choices(voice, fields[name], choices))
    if why.times is not None:
        yield INDENT + voice.tell("unclosed.times", count=why.times[0], of=why.times[1])


def _choices(voice: Voice, field: Field, choices: tuple[str, ...]) -> dict[str, str]:
    told = voice.terms.joined(voice.terms.choice(each, field.choice_titles) for each in choices)
    return {"field": voice.terms.field(field), "choices": told}
