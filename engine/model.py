"""What a workspace defines, checked for shape and nothing else: frozen data, every word with its place.

A value that is an expression stays a `Word` here; `engine.expr` parses it. Titles and texts for people are `Title`s.
Mappings keep the order of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from engine.text import NOWHERE, Span, Word

FieldType = Literal["text", "number", "yes_no", "choice", "choices", "moment", "date", "money", "duration", "reference"]
OpeningKind = Literal["on", "each", "after", "every", "quota", "when", "cron"]
HitPolicy = Literal["unique", "first", "any", "collect"]

#: The field by which the event of a step's own form names its task.
TASK_KEY = "task_key"


@dataclass(frozen=True, slots=True)
class Title:
    """A text in both languages; a text given once serves for both."""

    zh: str = ""
    en: str = ""

    def text(self, language: str) -> str:
        """Return the text in `language` ("zh" or "en"), or the other one where it is missing."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


@dataclass(frozen=True, slots=True)
class Field:
    """A fact of a case, a field of an event's form, or an input or output of a table."""

    name: Word
    type: FieldType
    title: Title = Title()
    choices: tuple[Word, ...] = ()
    choice_titles: Mapping[str, Title] = field(default_factory=dict)
    to: Word | None = None  # the subject that a reference points to
    required: bool = False
    required_if: Word | None = None
    at_least: float | None = None
    at_most: float | None = None
    all_of: bool = False  # `choices`: every one must be there (signatures)
    source: tuple[Word, ...] = ()
    help: Title = Title()


@dataclass(frozen=True, slots=True)
class Event:
    """What may be recorded on a case of `subject`, by whom, with which form; `sets` changes fields of the case."""

    name: Word
    subject: str
    title: Title = Title()
    by: tuple[Word, ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    sets: Mapping[Word, Word] = field(default_factory=dict)  # case field -> expression over the event's fields
    source: tuple[Word, ...] = ()
    help: Title = Title()


@dataclass(frozen=True, slots=True)
class Dated:
    """A value that holds from a day on; `since` None: from the beginning."""

    since: date | None
    value: Word
    source: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A named value that a campus may set; `values` sorted by day, `reason` says why this default."""

    name: Word
    type: FieldType
    values: tuple[Dated, ...]
    title: Title = Title()
    choices: tuple[Word, ...] = ()
    choice_titles: Mapping[str, Title] = field(default_factory=dict)
    reason: Title = Title()
    source: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Formula:
    """A named expression over the facts of a case, usable wherever a field is."""

    name: Word
    value: Word
    title: Title = Title()
    source: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """One way in which tasks of a step come to be. Which attributes are set depends on `kind`:

    on, each   `events`; `same` keys the task by a field of the event (each)
    after      `step`
    every      `interval` (an expression or a table's output), `events` that start it, `since` that restart it
    quota      `period` (day week month quarter), `times`, `events` that start it
    when       `condition`
    cron       `cron`, `shift`; `events` that start it (none: the case's creation)
    All: `condition` for on/each/after/every/quota/cron is the `if`; `delay` moves the opening later.
    """

    kind: OpeningKind
    span: Span
    events: tuple[Word, ...] = ()
    step: Word | None = None
    condition: Word | None = None
    same: Word | None = None
    interval: Word | None = None
    since: tuple[Word, ...] = ()
    period: Word | None = None
    times: Word | None = None
    cron: Word | None = None
    shift: Word | None = None
    delay: Word | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """What closes or cancels a task: one of `events` (with `condition` over its fields), or `when` (an expression)."""

    span: Span = NOWHERE
    events: tuple[Word, ...] = ()
    condition: Word | None = None
    when: Word | None = None
    same: Word | None = None  # the event's field that must equal the task's key
    early: bool = False  # an event before the opening counts as well
    times: int = 1  # the n-th such event closes
    collect: Word | None = None  # a choice field: every choice must have come once
    why: Title = Title()


@dataclass(frozen=True, slots=True)
class Escalation:
    """A rung: at the moment `at` (an expression over due, start, opened_at) an open task goes to `to`."""

    at: Word
    to: Word
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Rollout:
    """How a changed step meets running cases, from the day `since` on."""

    since: date
    applies_to: Literal["all", "new_cases", "open_from"] = "all"
    clock: Literal["keep", "restart"] = "keep"


@dataclass(frozen=True, slots=True)
class Step:
    """A place in a process; a task is a step that one case owes."""

    name: Word
    title: Title
    role: Word
    opens: tuple[Opening, ...]
    due: Word
    done: Ending
    stage: Word | None = None
    needs: Word | None = None
    until: tuple[Ending, ...] = ()
    pauses: bool = True
    overlap: Literal["replace", "keep"] = "keep"
    evidence: tuple[Word, ...] = ()  # fields of the closing event that must be known
    form: Mapping[str, Field] = field(default_factory=dict)  # fields of the step's own closing event `process.step`
    escalate: tuple[Escalation, ...] = ()
    off_rest_days: Word | None = None  # where it holds, due on a rest day means the next working day's close
    ahead: Word | None = None  # how long before due it enters the daily list; none: at once
    contact: Literal["", "parent", "student", "teacher"] = ""  # tasks with one contact on one day are one visit
    rollout: Rollout | None = None
    optional: bool = False
    help: Title = Title()
    source: tuple[Word, ...] = ()
    campuses: frozenset[str] | None = None  # set by overlays; None: every campus
    without: frozenset[str] = frozenset()  # campuses for which an overlay replaces or drops the step


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock of a case stands still from one event to the next of the other kind."""

    events: tuple[Word, ...]
    until: tuple[Word, ...]
    condition: Word | None = None
    source: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Process:
    """The duties of one subject; `ends` cancels what is open, `applies_if` says for which cases it is."""

    name: Word
    title: Title
    subject: Word
    steps: Mapping[str, Step]
    applies_if: Word | None = None
    ends: tuple[Ending, ...] = ()
    pauses: tuple[Pause, ...] = ()
    stages: Mapping[str, Title] = field(default_factory=dict)
    help: Title = Title()
    source: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a decision table. `when` maps input -> cell text (missing: any), `then` output -> expression."""

    when: Mapping[Word, Word]
    then: Mapping[Word, Word]
    span: Span
    since: date | None = None
    until: date | None = None  # the last day
    source: tuple[Word, ...] = ()
    help: Title = Title()


@dataclass(frozen=True, slots=True)
class Input:
    """A column of conditions; `value` is the expression it takes where a caller gives none."""

    field: Field
    value: Word | None = None


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """Inputs, outputs and rules under a hit policy; `otherwise` is the row for what no rule takes."""

    name: Word
    title: Title
    hit: HitPolicy
    inputs: Mapping[str, Input]
    outputs: Mapping[str, Field]
    rules: tuple[Rule, ...]
    aggregate: Literal["", "sum", "min", "max", "count"] = ""
    otherwise: Rule | None = None
    subject: Word | None = None
    source: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a calculation: `amount` over inputs, tables and earlier lines."""

    name: Word
    amount: Word
    type: FieldType
    title: Title = Title()
    shown: bool = True
    source: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Calculation:
    """Named lines in order, each with its clause: a refund statement is one. `result` names the line that answers."""

    name: Word
    title: Title
    subject: Word
    inputs: Mapping[str, Input]
    lines: Mapping[str, Line]
    result: Word
    source: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class StepChange:
    """What an overlay changes of one step; anything that is not stricter needs a waiver."""

    step: Word  # "process.step"
    values: Mapping[Word, Word]  # due, role, ahead, needs -> new text
    drop: bool = False
    optional: bool = False
    waiver: Mapping[str, str] = field(default_factory=dict)  # by, why, until
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Overlay:
    """A campus: its calendar, its parameters, its own steps, and what it changes of head office's."""

    name: Word
    title: Title
    campuses: tuple[Word, ...]
    calendar: Word | None = None
    parameters: Mapping[Word, tuple[Dated, ...]] = field(default_factory=dict)
    changes: tuple[StepChange, ...] = ()
    steps: Mapping[Word, Mapping[str, Step]] = field(default_factory=dict)  # process -> added steps
    roles: Mapping[Word, Word] = field(default_factory=dict)  # a post that is not filled -> who stands in
    waivers: Mapping[Word, Mapping[str, str]] = field(default_factory=dict)  # parameter -> waiver


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of a handbook, in both languages."""

    name: Word
    title: Title
    place: str = ""
    machine: str = "yes"  # yes, partly, no


@dataclass(frozen=True, slots=True)
class Subject:
    """What a case can be: student, class, staff, campus, lesson ... with the facts that it carries."""

    name: Word
    title: Title = Title()
    fields: Mapping[str, Field] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScenarioEvent:
    """A line of a scenario: an event on a case, or a waiver of a step (`event` "waive", values step and why)."""

    at: Word
    event: Word
    case: Word | None
    values: Mapping[Word, object]
    span: Span


@dataclass(frozen=True, slots=True)
class Expectation:
    """A task that a scenario expects: the step, and the values that must be equal (key, state, due_at ...)."""

    step: Word
    values: Mapping[Word, object]
    span: Span


@dataclass(frozen=True, slots=True)
class Scenario:
    """Facts, events, a clock, and the tasks or the decision that must come of them."""

    name: Word
    process: Word | None
    campus: str
    cases: tuple[Mapping[Word, object], ...]  # each with case_id, subject, created_at and fields
    events: tuple[ScenarioEvent, ...]
    as_of: Word | None
    tasks: tuple[Expectation, ...]
    silent: tuple[Word, ...]
    parameters: Mapping[Word, Word] = field(default_factory=dict)
    decide: Word | None = None  # a table ...
    calculate: Word | None = None  # ... or a calculation
    given: Mapping[Word, object] = field(default_factory=dict)  # `with`: inputs given
    expect: Mapping[Word, object] = field(default_factory=dict)
    source: tuple[Word, ...] = ()
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True)
class Definitions:
    """All that a workspace's files define, merged. Names are unique within each mapping."""

    roles: Mapping[str, Title] = field(default_factory=dict)
    subjects: Mapping[str, Subject] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    formulas: Mapping[str, Mapping[str, Formula]] = field(default_factory=dict)  # subject -> name -> formula
    processes: Mapping[str, Process] = field(default_factory=dict)
    tables: Mapping[str, DecisionTable] = field(default_factory=dict)
    calculations: Mapping[str, Calculation] = field(default_factory=dict)
    calendars: Mapping[str, object] = field(default_factory=dict)  # calendar id -> engine.calendars.calendar.Calendar
    overlays: Mapping[str, Overlay] = field(default_factory=dict)
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    figures: Mapping[str, object] = field(default_factory=dict)
    scenarios: tuple[Scenario, ...] = ()
    places: Mapping[str, Span] = field(default_factory=dict)  # "kind:name" -> where it is defined
