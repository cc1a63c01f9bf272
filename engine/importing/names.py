"""What a heading, a file name or a cell names: ids or titles of the definitions, in either language."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

from engine.model import Definitions, Field, Title
from engine.store.typed import form_of

#: Columns that every file may have, and what else they are called.
FIXED: Final[dict[str, tuple[str, ...]]] = {
    "case_id": ("case_id", "学号", "编号", "工号", "case", "id"),
    "campus": ("campus", "校区"),
    "at": ("at", "时间", "发生时间", "time", "happened at"),
    "recorded_at": ("recorded_at", "录入时间", "登记时间"),
    "by": ("by", "录入人", "登记人", "recorded by"),
    "created_at": ("created_at", "建档时间", "建档日期"),
    "subject": ("subject", "类别"),
    "event": ("event", "事件"),
}
#: Headings of columns that nobody reads: a note to oneself.
_NOTES: Final = frozenset(
    {"备注", "说明", "注", "序号", "note", "notes", "remark", "remarks", "comment", "comments", "no.", "#"}
)
_AFTER_THE_NAME: Final = re.compile(r"[\s_\-(（【\[.]*[\d年月日至到~.\-_()（）\s]*$")


def key(text: str) -> str:
    """Return a name as it is compared: width, case, blanks and underscores don't matter.

    >>> key(" 时长（分钟） "), key("Case_ID")
    ('时长(分钟)', 'case id')
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("_", " ")
    return " ".join(plain.split())


def is_note(heading: str) -> bool:
    """Return whether a column is there for its writer alone."""
    return key(heading) in _NOTES or heading.startswith(("#", "_"))


class Headings:
    """The columns that a sheet of one event or subject may have."""

    def __init__(self, fields: Mapping[str, Field], subject_titles: Title) -> None:
        self._names: dict[str, tuple[str, str]] = {}
        for fixed, names in FIXED.items():
            for name in names:
                self._names[key(name)] = ("fixed", fixed)
        for title in (subject_titles.zh, subject_titles.en):
            for ending in ("编号", "号", " id", ""):
                if title:
                    self._names.setdefault(key(title + ending), ("fixed", "case_id"))
        for name, field in fields.items():
            for title in (field.title.zh, field.title.en):
                if title:
                    self._names[key(title)] = ("field", name)
        self._names |= {key(name): ("fixed", name) for name in FIXED}
        self._names |= {key(name): ("field", name) for name in fields}

    def find(self, heading: str) -> tuple[str, str] | None:
        """Return ("field", its id) or ("fixed", its name), or None."""
        return self._names.get(key(heading))

    def known(self) -> tuple[str, ...]:
        """Return all that a heading may say."""
        return tuple(self._names)


class Catalogue:
    """The events and kinds of cases, by any of their names."""

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.events: dict[str, list[str]] = {}
        self.subjects: dict[str, str] = {}
        for name, event in definitions.events.items():
            for each in dict.fromkeys((key(name), key(event.title.zh), key(event.title.en))):
                if each:
                    self.events.setdefault(each, []).append(name)
        for process, steps in definitions.processes.items():
            for step in steps.steps:
                full = f"{process}.{step}"
                if full not in definitions.events and form_of(definitions, full):
                    self.events.setdefault(key(full), []).append(full)
        for name in definitions.events:  # an id is never shared with a title
            self.events[key(name)] = [name]
        for name, subject in definitions.subjects.items():
            for each in (name, f"{name}s", f"{name}es", subject.title.zh, subject.title.en, f"{subject.title.en}s"):
                if each:
                    self.subjects.setdefault(key(each), name)

    def of_file(self, name: str) -> tuple[str, list[str]] | None:
        """Return ("subject", [its id]) or ("event", ids) for the name of a file or sheet, dates at its end left out."""
        for each in (key(name), key(_AFTER_THE_NAME.sub("", name))):
            if each in self.subjects:
                return "subject", [self.subjects[each]]
            if each in self.events:
                return "event", self.events[each]
        return None

    def known(self) -> tuple[str, ...]:
        """Return all names, as the definitions write them."""
        events, subjects = self.definitions.events, self.definitions.subjects
        titles = [*(each.title for each in events.values()), *(each.title for each in subjects.values())]
        return (*events, *subjects, *(text for title in titles for text in (title.zh, title.en) if text))

    def subject_of(self, event: str) -> str:
        """Return the kind of case that an event is recorded on."""
        found = self.definitions.events.get(event)
        if found is not None:
            return found.subject
        return str(self.definitions.processes[event.partition(".")[0]].subject)
