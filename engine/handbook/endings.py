"""How a step is done or falls away, and the forms that are filled in, in words."""

from collections.abc import Iterator, Mapping

from engine.expr.surroundings import Surroundings
from engine.handbook.expression import condition
from engine.handbook.places import Places, with_fields
from engine.handbook.terms import Terms
from engine.handbook.wording import HISTORY
from engine.model import Ending, Event, Field, Step, Title


def done(terms: Terms, places: Places, step: Step) -> Iterator[str]:
    """Yield the sentences that say how a step is done."""
    ending = step.done
    if ending.when:
        yield terms.tell("done.when", condition=condition(terms, places.task(step), ending.when))
        return
    around = places.closing(step, ending.events)
    yield _by_event(terms, step, ending, around)
    yield from _which(terms, step, ending, around)
    fields = asked_fields(step, around)
    if fields:
        yield form(terms, with_fields(places.case, {**around.fields, **fields}), fields, step.evidence)


def _by_event(terms: Terms, step: Step, ending: Ending, around: Surroundings) -> str:
    kind = "done.form" if step.form else "done.event"
    events = "" if step.form else terms.events(ending.events)
    if not ending.condition:
        return terms.tell(kind, events=events)
    return terms.tell(f"{kind} if", events=events, condition=condition(terms, around, ending.condition))


def _which(terms: Terms, step: Step, ending: Ending, around: Surroundings) -> Iterator[str]:
    """Yield how often, for which key, and since when the closing event counts."""
    quota = next((each for each in step.opens if each.kind == "quota"), None)
    if ending.times > 1:
        yield terms.tell("done.times", count=ending.times)
    elif quota is not None and str(quota.times or "1") != "1":
        yield terms.tell("done.quota", count=quota.times, period=terms.tell(f"period.{quota.period}"))
    if ending.collect and (field := around.fields.get(str(ending.collect))):
        choices = (terms.choice(str(each), field.choice_titles) for each in field.choices)
        yield terms.tell("done.collect", field=terms.field(field), choices=terms.joined(choices))
    if ending.same:
        yield terms.tell("done.same", field=_field(terms, around, str(ending.same)))
    if ending.early:
        yield terms.tell("done.early")


def _field(terms: Terms, around: Surroundings, name: str) -> str:
    found = around.fields.get(name)
    return terms.field(found) if found else terms.title(Title(), name)


def asked_fields(step: Step, around: Surroundings) -> Mapping[str, Field]:
    """Return what has to be filled in to close a step: its form, or what its event and the step require."""
    if step.form:
        return step.form
    wanted = {str(each) for each in step.evidence}
    found: dict[str, Field] = {}
    for event in step.done.events:
        for name, field in (around.event(str(event)) or {}).items():
            if field.required or field.required_if or name in wanted:
                found.setdefault(str(name), field)
    return found


def form(terms: Terms, around: Surroundings, fields: Mapping[str, Field], evidence: tuple[str, ...] = ()) -> str:
    """Return the fields of a form, each with what it asks."""
    must = {str(each) for each in evidence}
    shown = [
        _asked(terms, around, field, is_must=field.required or str(name) in must) for name, field in fields.items()
    ]
    return terms.tell("form", fields=terms.joined(shown))


def _asked(terms: Terms, around: Surroundings, field: Field, *, is_must: bool) -> str:
    said = [terms.tell("must")] if is_must else []
    if field.required_if and not is_must:
        said.append(terms.tell("must if", condition=condition(terms, around, field.required_if)))
    if field.choices:
        key = "one of" if field.type == "choice" else "every one" if field.all_of else "some of"
        titles = (terms.bare_choice(str(each), field.choice_titles) for each in field.choices)
        said.append(terms.tell(key, choices=terms.tell("choices").join(titles)))
    said += [text for text in (terms.tell(f"type.{field.type}"),) if text]
    said += [terms.tell("at least", bound=_number(field.at_least))] if field.at_least is not None else []
    said += [terms.tell("at most", bound=_number(field.at_most))] if field.at_most is not None else []
    named = terms.field(field)
    return terms.tell("aside", text=named, aside=terms.tell("and so").join(said)) if said else named


def _number(bound: float) -> str:
    return f"{bound:g}"


def until(terms: Terms, places: Places, step: Step) -> Iterator[str]:
    """Yield what makes a step fall away."""
    for ending in step.until:
        text = _falls_away(terms, places, step, ending)
        why = ending.why.text(terms.language)
        yield terms.tell("until.why", ending=text, why=why) if why else terms.tell("until.end", ending=text)


def _falls_away(terms: Terms, places: Places, step: Step, ending: Ending) -> str:
    if ending.when:
        return terms.tell("until.when", condition=condition(terms, places.task(step), ending.when))
    around = places.closing(step, ending.events)
    text = terms.tell("until.event", events=event_where(terms, around, ending))
    return text + (terms.tell("until.same", field=_field(terms, around, str(ending.same))) if ending.same else "")


def event_where(terms: Terms, around: Surroundings, ending: Ending) -> str:
    """Return the events of an ending, with the condition on them."""
    events = terms.events(ending.events)
    if not ending.condition:
        return events
    return terms.fill(HISTORY["if"], event=events, condition=condition(terms, around, ending.condition))


def event(terms: Terms, places: Places, one: Event) -> Iterator[str]:
    """Yield the sentences of an event: its form, what it changes, and its help."""
    around = places.of_events([str(one.name)])
    yield form(terms, around, one.fields) if one.fields else terms.tell("no form")
    for fact, word in one.sets.items():
        yield _set(terms, around, str(fact), str(word))
    if one.help.text(terms.language):
        yield terms.tell("advice", text=one.help.text(terms.language))


def _set(terms: Terms, around: Surroundings, fact: str, word: str) -> str:
    from engine.handbook.expression import value

    subject = around.definitions.subjects.get(around.subject)
    field = subject.fields.get(fact) if subject else None
    named = terms.field(field) if field else terms.title(Title(), fact)
    titles = {str(each): field.choice_titles.get(str(each), Title()) for each in field.choices} if field else {}
    return terms.tell("sets", fact=named, value=value(terms, around, word, titles))
