"""One form as somebody typed it: the same rules and the same code as a million rows of a file."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from engine.importing.convert import clean
from engine.importing.faults import nearest, said
from engine.importing.form import Filled, fill
from engine.model import Definitions, Field, Title
from engine.store.typed import form_of
from engine.text import cut

Answer = tuple[dict[str, Any], list[str]]
_LONGEST_VALUE = 40


def normalise_event(
    definitions: Definitions,
    event: str,
    values: Mapping[str, object],
    zone: str,
    *,
    subject: str | None = None,
    language: str = "en",
    complete: bool = True,
) -> Answer:
    """Return the data of one event, as the store keeps it, and what is wrong with it, a sentence each.

    A field may be named by its id or its title, a value given as text or as YAML and JSON have it; moments without a
    zone are of `zone`. `set` takes the fields of the subject. `complete` false asks for nothing that is missing.
    """
    if event == "set":
        return normalise_facts(definitions, subject or "", values, zone, language=language, complete=False)
    form = form_of(definitions, event)
    if form is None:
        known = nearest(language, event, definitions.events)
        return {}, [_sentence(f'"{event}" {said(language, "unknown_event", {})}', known)]
    found = definitions.events.get(event)
    of = found.subject if found else (subject or "")
    title = _named(event, found.title if found else Title(), language)
    return _normalised(definitions, of, form, values, zone, title=title, language=language, complete=complete)


def normalise_facts(
    definitions: Definitions,
    subject: str,
    values: Mapping[str, object],
    zone: str,
    *,
    language: str = "en",
    complete: bool = True,
) -> Answer:
    """Return facts of a case, as the store keeps them, and what is wrong with them; None makes a fact unknown."""
    found = definitions.subjects.get(subject)
    if found is None:
        known = nearest(language, subject, definitions.subjects)
        return {}, [_sentence(f'"{subject}" {said(language, "unknown_subject", {})}', known)]
    title = _named(subject, found.title, language)
    data, wrong = _normalised(
        definitions, subject, found.fields, values, zone, title=title, language=language, complete=complete
    )
    forgotten = {name: None for name, value in values.items() if value is None and name in found.fields}
    return data | forgotten, wrong


def _normalised(
    definitions: Definitions,
    subject: str,
    fields: Mapping[str, Field],
    values: Mapping[str, object],
    zone: str,
    *,
    title: str,
    language: str,
    complete: bool,
) -> Answer:
    titles = {each: name for name, field in fields.items() for each in (field.title.en, field.title.zh) if each}
    texts: dict[str, pl.Series] = {}
    wrong: list[str] = []
    for given, value in values.items():
        name = given if given in fields else titles.get(given)
        if name is None:
            sentence = f'"{given}" {said(language, "unknown_field", {"event": title})}'
            wrong.append(_sentence(sentence, nearest(language, given, [*fields, *titles])))
        else:
            texts[name] = clean(pl.Series([as_text(value)], dtype=pl.String))
    filled = fill(definitions, subject, fields, texts, pl.Series([zone]), complete=complete)
    wrong += _sentences(filled, fields, texts, language)
    return json.loads(filled.data[0]), wrong


def _sentences(filled: Filled, fields: Mapping[str, Field], texts: Mapping[str, pl.Series], language: str) -> list[str]:
    found = []
    for each in filled.bad:
        name = _named(each.name, fields[each.name].title, language)
        value = texts[each.name][0] if each.name in texts else None
        shown = f' "{cut(value, _LONGEST_VALUE)}"' if value is not None else ""
        found.append(f"{name}{shown}: {said(language, each.key, each.details)}")
    return found


def as_text(value: object) -> str | None:
    """Return a value of YAML or JSON as a person would have typed it.

    >>> as_text(True), as_text(["a", "b"]), as_text(3.0), as_text(None)
    ('yes', 'a, b', '3.0', None)
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(as_text(each) or "" for each in value)
    return str(value)


def _named(name: str, title: Title, language: str) -> str:
    shown = title.text(language)
    return f"{name} ({shown})" if shown and shown != name else name


def _sentence(text: str, hint: str) -> str:
    return f"{text}; {hint}" if hint else text
