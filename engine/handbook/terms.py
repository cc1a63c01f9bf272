"""What things are called on a page: the titles of the definitions, quoted, in one language; spans and days in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from string import Formatter
from typing import Final

from engine.expr.phrases import UNITS as UNIT_NAMES
from engine.handbook.wording import EXPRESSIONS, UNITS
from engine.handbook.wording_steps import PAGE
from engine.model import Dated, Definitions, Field, Parameter, Title
from engine.words import LANGUAGES

_TEXTS: Final = EXPRESSIONS | PAGE


def _beside(text: str, more: str) -> str:
    """Return one text after the other, with a blank between a Chinese character and a digit.

    >>> _beside("从产生起", "2 天"), _beside("「", "2 天")
    ('从产生起 2 天', '「2 天')
    """
    pair = text[-1:], more[:1]
    is_close = any(
        one.isascii() and one.isalnum() and "\u4e00" <= other <= "\u9fff" for one, other in (pair, pair[::-1])
    )
    return f"{text} {more}" if is_close else text + more


def plain(name: str) -> str:
    """Return a name of the definitions as words, for what nobody has given a title.

    >>> plain("one_on_one.first_call")
    'first call'
    """
    return name.rpartition(".")[2].replace("_", " ")


@dataclass(frozen=True)
class Terms:
    """The titles of everything that definitions name, in one language.

    With a `day` they speak of one case, whose campus has the overlay `campus_of_case`: a parameter has one value then.
    With `counted_from` they speak of one deadline, whose clock started on that day.
    """

    definitions: Definitions
    language: str
    campus_of_case: str = ""
    day: date | None = None
    counted_from: date | None = None

    def pick(self, pair: tuple[str, str]) -> str:
        """Return the text of this language."""
        return pair[LANGUAGES.index(self.language)]

    def tell(self, key: str, **values: object) -> str:
        """Return a text of the page, its places filled.

        >>> Terms(Definitions(), "en").tell("is yes", what="“paid”")
        '“paid” is yes'
        """
        return self.fill(_TEXTS[key], **values)

    def fill(self, pair: tuple[str, str], *parts: object, **values: object) -> str:
        """Return a text with its places filled; a digit beside a Chinese character is set off by a blank."""
        text = ""
        for before, name, _, _ in Formatter().parse(self.pick(pair)):
            text = _beside(text, before)
            if name is not None:
                text = _beside(text, str(parts[int(name)] if name.isdecimal() else values[name]))
        return text

    def quoted(self, text: str) -> str:
        """Return a title as it stands in a sentence."""
        return self.tell("quote", text=text)

    def joined(self, texts: Iterable[str]) -> str:
        """Return a list as it stands in a sentence."""
        return self.tell("list").join(texts)

    def title(self, title: Title, name: str) -> str:
        """Return a title in quotes, or the name as words where there is none."""
        return self.quoted(self.bare(title, name))

    def bare(self, title: Title, name: str) -> str:
        """Return a title, or the name as words where there is none."""
        return title.text(self.language) or plain(name)

    def role(self, name: str) -> str:
        """Return the title of a role."""
        return self.bare(self.definitions.roles.get(name, Title()), name)

    def event(self, name: str) -> str:
        """Return the title of an event in quotes; the closing event of a form is called as its step."""
        process, _, step = name.partition(".")
        if step and process in self.definitions.processes:
            return self.step(name, process)
        found = self.definitions.events.get(name)
        if name == "set":
            return self.tell("set")
        return self.title(found.title if found else Title(), name)

    def events(self, names: Iterable[str]) -> str:
        """Return events in quotes, joined by "or"."""
        return self.tell("inner or").join(self.event(str(each)) for each in names)

    def step(self, name: str, process: str) -> str:
        """Return the title of a step in quotes; one of another process says which."""
        owner, _, step = name.rpartition(".")
        owner = owner or process
        found = self.definitions.processes.get(owner)
        own = found.steps.get(step) if found else None
        shown = self.title(own.title if own else Title(), step)
        if found is None or owner == process:
            return shown
        return self.tell("step elsewhere", step=shown, process=self.title(found.title, owner))

    def campus(self, name: str) -> str:
        """Return the title of a campus, which its overlay gives."""
        for overlay in self.definitions.overlays.values():
            if name in overlay.campuses:
                return self.bare(overlay.title, name)
        return plain(name)

    def table(self, name: str) -> str:
        """Return the title of a decision table in quotes."""
        found = self.definitions.tables.get(name)
        return self.title(found.title if found else Title(), name)

    def choice(self, value: str, titles: Mapping[str, Title]) -> str:
        """Return the title of a choice in quotes: its own, a role's, or what the same id is called elsewhere."""
        return self.quoted(self.bare_choice(value, titles))

    def bare_choice(self, value: str, titles: Mapping[str, Title]) -> str:
        """Return the title of a choice without quotes."""
        own = titles.get(value, Title())
        if own == Title():
            own = self.definitions.roles.get(value) or self._choices.get(value, Title())
        return self.bare(own, value)

    @cached_property
    def _choices(self) -> dict[str, Title]:
        found: dict[str, Title] = {}
        for titles in self._all_choices():
            for name, title in titles.items():
                found.setdefault(str(name), title)
        return found

    def _all_choices(self) -> Iterable[Mapping[str, Title]]:
        for event in self.definitions.events.values():
            yield from (each.choice_titles for each in event.fields.values())
        for subject in self.definitions.subjects.values():
            yield from (each.choice_titles for each in subject.fields.values())
        yield from (each.choice_titles for each in self.definitions.parameters.values())

    def span(self, text: str) -> str:
        """Return a duration as people say it.

        >>> zh, en = Terms(Definitions(), "zh"), Terms(Definitions(), "en")
        >>> zh.span("0.5 working_days"), zh.span("2 hours"), en.span("1 weeks"), en.span("0.5 working_days")
        ('半个工作日', '2 小时', '1 week', 'half a working day')
        """
        number, _, unit = text.strip().partition(" ")
        unit = next((each for each in UNIT_NAMES if unit.strip() in (each, each.removesuffix("s"))), "")
        if not unit:
            return text
        zh, one, many = UNITS[unit]
        if self.language == "zh":
            return f"半{zh}" if number == "0.5" else f"{number} {zh}"
        if number == "0.5":
            return f"half {'an' if one == 'hour' else 'a'} {one}"
        return f"{number} {one if float(number) == 1 else many}"

    def value(self, text: str, kind: str, titles: Mapping[str, Title]) -> str:
        """Return a value that is written out, such as that of a parameter."""
        if kind == "duration":
            return self.span(text)
        if kind == "yes_no":
            return self.tell("yes" if text in ("true", "yes") else "no")
        return self.choice(text, titles) if kind == "choice" else text

    def parameter_value(self, parameter: Parameter, campus: str = "") -> str:
        """Return the value of a parameter, of head office or of an overlay; of several, each with its day."""
        overlay = self.definitions.overlays.get(campus or self.campus_of_case)
        own = {str(key): values for key, values in overlay.parameters.items()} if overlay else {}
        return self._dated(parameter, own.get(str(parameter.name)) or parameter.values)

    def head_office_value(self, parameter: Parameter) -> str:
        """Return the value of a parameter where no campus has its own."""
        return self._dated(parameter, parameter.values)

    def _dated(self, parameter: Parameter, dated: Sequence[Dated]) -> str:
        if self.day is not None:
            in_force = [each for each in dated if each.since is None or each.since <= self.day]
            dated = (in_force or dated[:1])[-1:]
        shown = [self.value(str(each.value), parameter.type, parameter.choice_titles) for each in dated]
        if len(shown) == 1:
            return shown[0]
        pairs = zip(shown, dated, strict=True)
        return self.joined(self.tell("since", value=text, day=each.since) for text, each in pairs)

    def campus_values(self, parameter: Parameter) -> list[tuple[str, str]]:
        """Return the campuses that have another value of a parameter, with that value; of one case, none."""
        if self.day is not None:
            return []
        return [
            (self.bare(overlay.title, name), self.parameter_value(parameter, name))
            for name, overlay in self.definitions.overlays.items()
            if any(key == parameter.name for key in overlay.parameters)
        ]

    def field(self, field: Field) -> str:
        """Return the title of a field in quotes."""
        return self.title(field.title, str(field.name))

    def clause(self, name: str) -> str:
        """Return the sentence of a clause, or "" where no handbook has it."""
        found = self.definitions.clauses.get(name)
        return found.title.text(self.language) if found else ""
