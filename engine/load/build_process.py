"""Nodes to processes and their steps: every short form of the language written out."""

from typing import Literal, cast

from engine.load.build_fields import add_parameters, add_shared, build_fields
from engine.load.draft import Draft
from engine.load.nodes import MapNode, Node
from engine.load.reading import day, entries, is_true, items, joined, mapping, text, title, word, words
from engine.model import TASK_KEY, Ending, Escalation, Event, Field, Opening, Pause, Process, Rollout, Step, Title
from engine.problems import Problem
from engine.text import Span, Word

PERIODS = ("day", "week", "month", "quarter")


def add_process(draft: Draft, node: MapNode) -> None:
    """Add a process, its steps' own events, and what it declares for its subject."""
    name, subject = text(node.get("id")), text(node.get("subject"))
    add_shared(draft, node, subject)
    add_parameters(draft, node)
    steps = add_steps(draft, node.get("steps"), name, subject)
    if not draft.is_new("process", name, name.span):
        return
    draft.processes[name] = Process(
        name=name,
        title=title(node.get("title")),
        subject=subject,
        steps=steps,
        applies_if=word(node.get("applies_if")),
        ends=tuple(build_ending(each) for each in items(node.get("ends"))),
        pauses=tuple(_pause(mapping(each)) for each in items(node.get("pauses"))),
        stages={str(stage): title(each) for stage, each in entries(node, "stages")},
        help=title(node.get("help")),
        source=words(node.get("source")),
    )


def add_steps(draft: Draft, node: Node | None, process: Word, subject: str) -> dict[str, Step]:
    """Return the steps of `process` in this mapping, and add the event of each step that has a form."""
    steps: dict[str, Step] = {}
    for name, each in mapping(node).entries.items():
        full = f"{process}.{name}"
        if not draft.is_new("step", full, name.span):
            continue
        step = build_step(name, mapping(each), full, draft.problems)
        steps[name] = step
        if step.form:
            draft.add_event(_own_event(step, full, subject))
    return steps


def _own_event(step: Step, full: str, subject: str) -> Event:
    key = Word(TASK_KEY, step.name.span)
    return Event(
        name=Word(full, step.name.span),
        subject=subject,
        title=step.title,
        by=(step.role,),
        fields={**step.form, TASK_KEY: Field(key, "text", Title(zh="任务", en="task"))},
        source=step.source,
        help=step.help,
    )


def build_step(name: Word, node: MapNode, full: str, problems: list[Problem]) -> Step:
    """Return the step; `full` is "process.step", the name of its own closing event."""
    opens = tuple(_opening(mapping(each)) for each in items(node.get("opens")))
    overlap = word(node.get("overlap")) or _default_overlap(opens)
    return Step(
        name=name,
        title=title(node.get("title")),
        role=text(node.get("role")),
        opens=opens,
        due=word(node.get("due")) or _default_due(name, node, opens, problems),
        done=_done(name, node, full, problems),
        stage=word(node.get("stage")),
        needs=word(node.get("needs")),
        until=tuple(build_ending(each) for each in items(node.get("until"))),
        pauses=is_true(node.get("pauses")) is not False,
        overlap=cast("Literal['replace', 'keep']", str(overlap)),
        evidence=words(node.get("evidence")),
        form=build_fields(node, "form"),
        escalate=tuple(_escalation(mapping(each)) for each in items(node.get("escalate"))),
        off_rest_days=word(node.get("off_rest_days")),
        ahead=word(node.get("ahead")),
        contact=cast("Literal['', 'parent', 'student', 'teacher']", str(word(node.get("contact")) or "")),
        rollout=_rollout(node.get("rollout"), problems),
        optional=bool(is_true(node.get("optional"))),
        help=title(node.get("help")),
        source=words(node.get("source")),
    )


def _default_overlap(opens: tuple[Opening, ...]) -> str:
    return "replace" if any(each.kind in ("every", "quota", "cron") for each in opens) else "keep"


def _default_due(name: Word, node: MapNode, opens: tuple[Opening, ...], problems: list[Problem]) -> Word:
    """Return the end of a quota's period or the interval of a rhythm; no other opening promises a moment."""
    for opening in opens:
        if opening.period is not None:
            return Word(f"end of {opening.period}", opening.span, (_first_place(opening.span),))
        if opening.interval is not None:
            return opening.interval
    message = f'"{name}" has no "due"'
    problems.append(
        Problem(node.span, "missing-key", message, hint='only a step that opens by "every" may leave it out')
    )
    return Word("", node.span)


def _first_place(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _opening(node: MapNode) -> Opening:
    condition, delay = word(node.get("if")), word(node.get("delay"))
    if (step := word(node.get("after"))) is not None:
        return Opening("after", step.span, step=step, condition=condition, delay=delay)
    if (when := word(node.get("when"))) is not None:
        return Opening("when", when.span, condition=when, delay=delay)
    if (cron := word(node.get("cron"))) is not None:
        shift, starts = word(node.get("shift")), words(node.get("from"))
        return Opening("cron", cron.span, starts, condition=condition, cron=cron, shift=shift, delay=delay)
    if node.get("every") is not None:
        return _every(node, condition, delay)
    kind: Literal["on", "each"] = "each" if node.get("each") is not None else "on"
    events = words(node.get(kind))
    return Opening(kind, events[0].span, events, condition=condition, same=word(node.get("same")), delay=delay)


def _every(node: MapNode, condition: Word | None, delay: Word | None) -> Opening:
    starts, since, times = words(node.get("from")), words(node.get("since")), word(node.get("times"))
    table = mapping(node.get("every")).get("table")
    interval = _asked(text(table)) if table is not None else text(node.get("every"))
    if interval in PERIODS:
        times = times or Word("1", interval.span)
        return Opening(
            "quota", interval.span, starts, condition=condition, since=since, period=interval, times=times, delay=delay
        )
    return Opening(
        "every", interval.span, starts, condition=condition, since=since, interval=interval, times=times, delay=delay
    )


def _asked(table: Word) -> Word:
    """Return `table` or `table.output` as the expression that asks it."""
    name, _, output = table.partition(".")
    parts = [Word(name, table.part(0, len(name)))]
    if output:
        parts.append(Word(output, table.part(len(name) + 1, len(table))))
    return joined(tuple(parts), "decide(", ")")


def _done(name: Word, node: MapNode, full: str, problems: list[Problem]) -> Ending:
    done, form = node.get("done"), node.key("form")
    read = mapping(done)
    events = words(read.get("by")) if isinstance(done, MapNode) else words(done)
    if form is not None and events:
        message = f'step "{name}" has a form, and closes by "{events[0]}" as well'
        problems.append(
            Problem(events[0].span, "form-and-done", message, hint='keep "form", or the event under "done"')
        )
    elif form is not None:
        events = (Word(full, form.span),)
    elif not events and read.get("when") is None:
        message = f'"done" of step "{name}" names no event and no condition'
        problems.append(Problem(read.span, "missing-key", message, hint='write "by: EVENT" or "when: CONDITION"'))
    same, early = word(read.get("same")), is_true(read.get("early"))
    return Ending(
        span=done.span if done is not None else name.span,
        events=events,
        condition=word(read.get("if")),
        when=word(read.get("when")),
        same=same,
        early=same is not None if early is None else early,
        times=int(word(read.get("times")) or 1),
        collect=word(read.get("collect")),
    )


def build_ending(node: Node) -> Ending:
    """Return one entry of `until` or `ends`: an event, {on, if, same, why} or {when, why}."""
    if not isinstance(node, MapNode):
        return Ending(node.span, words(node))
    return Ending(
        span=node.span,
        events=words(node.get("on")),
        condition=word(node.get("if")),
        when=word(node.get("when")),
        same=word(node.get("same")),
        why=title(node.get("why")),
    )


def _escalation(node: MapNode) -> Escalation:
    return Escalation(text(node.get("at")), text(node.get("to")), node.span)


def _pause(node: MapNode) -> Pause:
    return Pause(words(node.get("from")), words(node.get("to")), word(node.get("if")), words(node.get("source")))


def _rollout(node: Node | None, problems: list[Problem]) -> Rollout | None:
    read = mapping(node)
    since = word(read.get("since"))
    if since is None or (first := day(since, problems)) is None:
        return None
    applies_to, clock = word(read.get("applies_to")) or "all", word(read.get("clock")) or "keep"
    return Rollout(
        first,
        cast("Literal['all', 'new_cases', 'open_from']", str(applies_to)),
        cast("Literal['keep', 'restart']", str(clock)),
    )
