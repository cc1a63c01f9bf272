"""What a user got wrong, as a value: a place, a code, one sentence, and the way out."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from engine.text import Span, display_width
from engine.words import say

Severity = Literal["error", "warning"]
#: Nobody reads on after so many characters; a number of a million digits is shown by its beginning.
_LONGEST_MESSAGE = 300
_LONGEST_LINE = 200
_ENDLESS = re.compile(r'[^\s"]{80,}')


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at one place. `hint` says the way out, where one is known."""

    span: Span
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"


class Refused(Exception):  # noqa: N818 (it is an answer, not a fault of ours)
    """What was asked for cannot be done, and the one sentence that says why; nothing has been changed."""


class Misused(Refused):
    """What was typed is not of the form that was asked for."""


def did_you_mean(name: str, known: Iterable[str], language: str = "en") -> str:
    """Return a hint with the nearest name, or the choices when they are few, or nothing.

    >>> did_you_mean("send_notcie", ["send_notice", "close"])
    'did you mean "send_notice"?'
    >>> did_you_mean("x", ["no", "yes"])
    'expected one of "no", "yes"'
    """
    choices = sorted(set(known))
    # Of a Chinese name of two or three characters one may be wrong.
    near = difflib.get_close_matches(name, choices, n=1, cutoff=0.5 if len(name) < 4 and not name.isascii() else 0.6)
    if near:
        return say(language, "hint.near", name=near[0])
    if 0 < len(choices) <= 12:
        return say(language, "hint.one_of", names=", ".join(f'"{each}"' for each in choices))
    return ""


def has_errors(problems: Iterable[Problem]) -> bool:
    """Return whether any problem is an error; warnings do not stop a run."""
    return any(problem.severity == "error" for problem in problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems sorted by place, each once; what they quote is cut where it goes on and on."""
    return sorted(map(_short, set(problems)), key=lambda each: (each.span, each.code, each.message))


def _short(problem: Problem) -> Problem:
    if len(problem.message) <= _LONGEST_MESSAGE:
        return problem
    return replace(problem, message=_ENDLESS.sub(lambda found: f"{found[0][:40]}…", problem.message))


def show(problem: Problem, source: str | None = None) -> str:
    """Return the problem as text: the one-line form, then the marked line if `source` (the whole file) is given."""
    severity = "" if problem.severity == "error" else "warning: "
    lines = [f"{problem.span}: {severity}{problem.message} [{problem.code}]"]
    text = source.splitlines() if source else []
    if 0 < problem.span.line <= len(text):
        lines += _marked(problem.span, text[problem.span.line - 1])
    if problem.hint:
        lines.append(f"   = {problem.hint}")
    return "\n".join(lines)


def _marked(span: Span, line: str) -> list[str]:
    number = str(span.line)
    gutter = " " * len(number)
    start = span.column - 1
    end = max((span.end_column if span.end_line == span.line else len(line) + 1) - 1, span.column)
    if len(line) > _LONGEST_LINE:
        first = max(start - _LONGEST_LINE // 3, 0)
        last = min(first + _LONGEST_LINE, len(line))
        lead = "…" if first else ""
        line = lead + line[first:last] + ("…" if last < len(line) else "")
        start, end = start - first + len(lead), min(end, last) - first + len(lead)
    before, marked = line[:start], line[start:end]
    lead = "".join("\t" if each == "\t" else " " * display_width(each) for each in before)
    return [f"{gutter} |", f"{number} | {line}", f"{gutter} | {lead}{'^' * max(1, display_width(marked))}"]
