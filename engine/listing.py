"""From rows of tasks to entries of the list: titles, names, wall time; and which of them a reader asked for."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from engine.calendars.calendar import SHANGHAI, Calendar
from engine.handbook.expression import condition
from engine.handbook.places import Places
from engine.handbook.terms import Terms
from engine.model import Definitions, Field, Formula, Step
from engine.problems import Refused, did_you_mean
from engine.report.entry import LIVE, STATES, Entry, in_list_order
from engine.session import Filters
from engine.store.base import FACTS, CaseStore
from engine.words import LANGUAGES, say

STANDARD = "standard"
#: What a task waits for that no gate of its step says.
NO_GATES = ("paused", "due_unknown")
#: A fact with what it counts as where it is unknown.
_FACT = re.compile(r"^or_else\((\w+), \w+\)$")
STAFF = "staff"


@dataclass(frozen=True)
class Directory:
    """What stands behind the ids of a task: titles from the definitions, names of the cases, zones of the campuses."""

    definitions: Definitions
    names: Mapping[str, str]
    campuses: frozenset[str]
    language: str

    @cached_property
    def steps(self) -> Mapping[str, Step]:
        """Each step by "process.step", those that campuses add among them."""
        found = {
            f"{process}.{name}": step
            for process, each in self.definitions.processes.items()
            for name, step in each.steps.items()
        }
        for overlay in self.definitions.overlays.values():
            for process, steps in overlay.steps.items():
                found |= {f"{process}.{name}": step for name, step in steps.items()}
        return found

    @cached_property
    def zone(self) -> Callable[[str], ZoneInfo]:
        """Give the zone of a campus."""
        known: dict[str, ZoneInfo] = {}

        def zone(campus: str) -> ZoneInfo:
            if campus not in known:
                known[campus] = ZoneInfo(zone_of(self.definitions, campus))
            return known[campus]

        return zone

    def role(self, name: str | None) -> str:
        """Return the title of a role."""
        title = self.definitions.roles.get(name or "")
        return title.text(self.language) if title else name or ""

    @cached_property
    def gate(self) -> Callable[[str, str, str], str]:
        """Give what a task of a step waits for as people say it: a fact or a formula by its title, else a sentence."""
        known: dict[tuple[str, str, str], str] = {}

        def gate(text: str, process: str, step: str) -> str:
            key = (text, process, step)
            if key not in known:
                known[key] = self._gate(*key)
            return known[key]

        return gate

    def _gate(self, text: str, process: str, step: str) -> str:
        found, asked = self.definitions.processes.get(process), self.steps.get(f"{process}.{step}")
        if text in ("", *NO_GATES) or found is None or asked is None:
            return text
        terms, places = Terms(self.definitions, self.language), Places(self.definitions, found)
        facts, formulas = self.definitions.subjects[found.subject].fields, self.definitions.formulas
        known: dict[str, Field | Formula] = {**formulas.get(found.subject, {}), **facts}
        name = _FACT.sub(r"\1", text)
        return terms.bare(known[name].title, name) if name in known else condition(terms, places.task(asked), text)


def zone_of(definitions: Definitions, campus: str) -> str:
    """Return the name of the zone whose wall time the campus reads."""
    for overlay in definitions.overlays.values():
        if campus in overlay.campuses and overlay.calendar:
            calendar = definitions.calendars.get(overlay.calendar)
            return calendar.zone if isinstance(calendar, Calendar) else SHANGHAI
    standard = definitions.calendars.get(STANDARD)
    return standard.zone if isinstance(standard, Calendar) else SHANGHAI


def directory(definitions: Definitions, store: CaseStore, case_nos: pl.Series | None, language: str) -> Directory:
    """Return the directory of these cases (None: all) and of the staff."""
    staff = store.cases("staff").select("case_no", "case_id", "campus")
    cases = store.cases(case_nos=case_nos).select("case_no", "case_id", "campus")
    people = pl.concat([staff, cases]).unique("case_no")
    values = (
        store.log(definitions, people["case_no"].sort(), types=FACTS)
        .fields("name")
        .group_by("case_no", maintain_order=True)
        .last()
    )
    named = people.join(values, on="case_no").drop_nulls("value")
    names = dict(zip(named["case_id"].to_list(), named["value"].cast(pl.String).to_list(), strict=True))
    campuses = {str(each) for each in people["campus"].drop_nulls().unique()}
    campuses |= {str(each) for overlay in definitions.overlays.values() for each in overlay.campuses}
    return Directory(definitions, names, frozenset(campuses), language)


def staff_names(definitions: Definitions, store: CaseStore) -> dict[str, str]:
    """Return the name of each member of staff by id; "" for one without."""
    staff = store.cases("staff").select("case_no", "case_id")
    if staff.is_empty() or STAFF not in definitions.subjects:
        return dict.fromkeys(staff["case_id"].to_list(), "")
    values = store.log(definitions, staff["case_no"].sort(), types=FACTS).fields("name", STAFF)
    named = staff.join(values.group_by("case_no", maintain_order=True).last(), on="case_no", how="left")
    return {case_id: name or "" for case_id, name in named.select("case_id", "value").iter_rows()}


def select(tasks: pl.DataFrame, filters: Filters, book: Directory, as_of: int, staff: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that were asked for; a name that nothing has is refused. `staff` are the posts: somebody's list
    holds also what went up to a post that is theirs alone.
    """
    states = [_state(name, book.language) for name in filters.states] or list(LIVE)
    wanted = pl.col("state").is_in(states)
    if not filters.states and not filters.everything:
        wanted &= (pl.col("visible_at") <= as_of) | pl.col("visible_at").is_null()
    if filters.campus:
        wanted &= pl.col("campus") == known("campus", filters.campus, book.campuses, book)
    if filters.role:
        role = known("role", filters.role, book.definitions.roles, book)
        wanted &= (pl.col("role") == role) | (pl.col("escalated_to") == role)
    if filters.who:
        people = _people(filters.who, book)
        wanted &= pl.col("assignee").is_in(people) | _went_up_to(people, staff)
    if filters.case:
        wanted &= pl.col("case_id") == filters.case
    return tasks.filter(wanted)


def _went_up_to(people: Sequence[str], staff: pl.DataFrame) -> pl.Expr:
    """Return whether a task has been told to a post that one of the people holds, and nobody else."""
    theirs = [post for post, person in _alone(staff).items() if person in people]
    heard = ((pl.col("campus") == campus) & (pl.col("escalated_to") == role) for campus, role in theirs)
    return pl.any_horizontal(pl.lit(value=False), *heard)


def _alone(staff: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Return the posts (campus, role) that one person holds, and nobody else, with that person."""
    holders: dict[tuple[str, str], list[str]] = {}
    for campus, role, person in staff.iter_rows():
        holders.setdefault((campus or "", role), []).append(person)
    return {post: people[0] for post, people in holders.items() if len(people) == 1}


def known(kind: str, name: str, known: Iterable[str], book: Directory) -> str:
    names = set(known)
    if name in names:
        return name
    titles = {book.role(each): each for each in names} if kind == "role" else {}
    if name in titles:
        return titles[name]
    names |= titles.keys()
    sentence = say(book.language, "refuse.unknown", kind=say(book.language, f"kind.{kind}"), name=name)
    hint = did_you_mean(name, names, book.language)
    raise Refused(say(book.language, "hint.after", sentence=sentence, hint=hint) if hint else sentence)


def _state(name: str, language: str) -> str:
    """Return a state named by its id or its title."""
    titles = {say(each, f"state.{state}"): state for state in STATES for each in LANGUAGES}
    known = {**titles, **dict(zip(STATES, STATES, strict=True))}
    if name in known:
        return known[name]
    sentence = say(language, "refuse.unknown", kind=say(language, "kind.state"), name=name)
    hint = did_you_mean(name, STATES, language)
    raise Refused(say(language, "hint.after", sentence=sentence, hint=hint) if hint else sentence)


def _people(who: str, book: Directory) -> list[str]:
    found = [case_id for case_id, name in book.names.items() if who in (case_id, name)]
    if not found:
        sentence = say(book.language, "refuse.unknown", kind=say(book.language, "kind.person"), name=who)
        hint = did_you_mean(who, [*book.names, *book.names.values()], book.language)
        raise Refused(say(book.language, "hint.after", sentence=sentence, hint=hint) if hint else sentence)
    return found


def entries(tasks: pl.DataFrame, book: Directory, staff: pl.DataFrame | None = None) -> tuple[Entry, ...]:
    """Return the rows as entries, in the order of the list.

    Who hears of one is whom its `hearer` names, if the rows have one, else the only holder of the post in `staff`.
    """
    alone = {} if staff is None else _alone(staff)
    return tuple(in_list_order([_entry(row, book, alone) for row in tasks.iter_rows(named=True)]))


def _entry(row: Mapping[str, object], book: Directory, alone: Mapping[tuple[str, str], str]) -> Entry:
    text = {name: str(value) if value is not None else "" for name, value in row.items() if name in _TEXTS}
    step = book.steps.get(f"{text['process']}.{text['step']}")
    zone = book.zone(text["campus"])
    closed = row["closed_at"] if row["closed_at"] is not None else row["cancelled_at"]
    missing = row["missing"]
    hearer = str(row.get("hearer") or alone.get((text["campus"], text["escalated_to"]), ""))
    return Entry(
        **{name: text[name] for name in _SAME},
        title=(step.title.text(book.language) if step else "") or text["step"],
        role_title=book.role(text["role"]),
        case_name=book.names.get(text["case_id"], ""),
        assignee_name=book.names.get(text["assignee"], ""),
        escalated_title=book.role(text["escalated_to"]),
        hearer=hearer,
        hearer_name=book.names.get(hearer, ""),
        waiting_for=book.gate(text["waiting_for"], text["process"], text["step"]),
        contact=step.contact if step else "",
        source=tuple(str(each) for each in step.source) if step else (),
        missing=tuple(str(each) for each in missing) if isinstance(missing, list) else (),
        late_entry=bool(row["late_entry"]),
        provisional=bool(row["provisional"]),
        opened_at=_local(row["opened_at"], zone),
        start_at=_local(row["start_at"], zone),
        due_at=_local(row["due_at"], zone),
        closed_at=_local(closed, zone),
    )


_SAME = (
    "task_id",
    "case_id",
    "subject",
    "campus",
    "process",
    "step",
    "role",
    "state",
    "key",
    "assignee",
    "escalated_to",
)
_TEXTS = frozenset((*_SAME, "waiting_for"))


def _local(moment: object, zone: ZoneInfo) -> datetime | None:
    return datetime.fromtimestamp(moment, zone) if isinstance(moment, int) else None
