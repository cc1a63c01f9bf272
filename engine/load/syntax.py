"""What PyYAML says about a broken file, in the words of the person who wrote it."""

from typing import Protocol

from engine.problems import Problem
from engine.text import Span

_PLAIN = {
    "mapping values are not allowed in this context": 'a ":" can\'t stand here',
    "block sequence entries are not allowed in this context": 'a "- " can\'t stand here',
    "could not find expected ':'": 'this line is no "key: value"',
    "did not find expected key": "this doesn't go on the mapping that it stands in",
    "did not find expected '-' indicator": 'this doesn\'t go on the list that it stands in; expected "- "',
    "did not find expected ',' or ']'": 'a "[" is not closed; expected "," or "]" before this',
    "did not find expected ',' or '}'": 'a "{" is not closed; expected "," or "}" before this',
    "did not find expected node content": "a value is missing here",
    "found unknown escape character": "this is no escape of a text in double quotes",
    "found undefined alias": "a text that begins with * is a YAML alias; aliases are not used here",
    "found undefined tag handle": "a text that begins with ! is a YAML tag; tags are not used here",
    "found duplicate anchor": "a text that begins with & is a YAML anchor; anchors are not used here",
    "did not find expected <document start>": "the file ends before this; nothing may follow",
    "did not find expected comment or line break": "a text block begins in the next line; nothing may follow here",
    "found unknown directive name": "a line that begins with % is a YAML directive; directives are not used here",
}
_HINTS = {
    "mapping values are not allowed in this context": 'quote a text that holds ": ", or set the line in otherwise',
    "block sequence entries are not allowed in this context": "begin the list in a line of its own",
    "could not find expected ':'": 'write a ":" and a blank after the key',
    "did not find expected key": "check how far the line is set in, and quote a text that goes on after a quote",
    "did not find expected ',' or ']'": "close it, or quote a text that holds a comma, a quote or a bracket",
    "did not find expected ',' or '}'": "close it, or quote a text that holds a comma, a quote or a brace",
    "did not find expected '-' indicator": "check how far the line is set in",
    "did not find expected node content": "quote a text that begins with a bracket or a comma",
    "found unknown escape character": "use single quotes, or write \\\\ for a backslash",
    "found undefined alias": "quote it",
    "found undefined tag handle": "quote it",
    "found duplicate anchor": "quote it",
}
_FULL_WIDTH = {"：": ":", "，": ",", "“": '"', "”": '"', "｛": "{", "［": "[", "－": "-", "　": "a blank"}


class _Mark(Protocol):
    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


class Fault(Protocol):
    """The parts of PyYAML's marked errors that are read here."""

    @property
    def context(self) -> str | None: ...
    @property
    def context_mark(self) -> _Mark | None: ...
    @property
    def problem(self) -> str | None: ...
    @property
    def problem_mark(self) -> _Mark | None: ...


def syntax_problem(text: str, path: str, fault: Fault) -> Problem:
    """Return what PyYAML found as a problem at its place."""
    said, context = fault.problem or "", fault.context or ""
    mark = fault.problem_mark or fault.context_mark
    if "quoted scalar" in context and "unexpected" in said and fault.context_mark:
        quote = _character(text, fault.context_mark)
        return _at(
            text,
            path,
            fault.context_mark,
            f"the quote {quote} that opens here is never closed",
            f"close it with {quote}",
        )
    if "single document" in context:
        return _at(text, path, mark, "a second document begins here; a file holds one", "put it in a file of its own")
    if "duplicate anchor" in context:
        said = "found duplicate anchor"
    if said == "found character that cannot start any token":
        return _bad_start(text, path, mark)
    message, hint = _PLAIN.get(said, f"this is no YAML: {said or context}"), _HINTS.get(said, "")
    return _at(text, path, mark, message, _full_width(text, mark) or hint)


def _bad_start(text: str, path: str, mark: _Mark | None) -> Problem:
    character = _character(text, mark)
    if character == "\t":
        return _at(text, path, mark, "a tab sets this line in; YAML wants blanks", "replace each tab by two blanks")
    return _at(text, path, mark, f'a text can\'t begin with "{character}"', "quote it")


def _at(text: str, path: str, mark: _Mark | None, message: str, hint: str) -> Problem:
    """Return the problem at `mark`; at the end of the text it is put after the last line that says something."""
    if mark is None:
        return Problem(Span(path, 1, 1, 1, 2), "yaml-syntax", message, hint=hint)
    line, column = mark.line + 1, mark.column + 1
    lines = text.splitlines()
    if line > len(lines) or (column == 1 and not "".join(lines[line - 1 :]).strip()):
        line = max((number for number, each in enumerate(lines[:line], 1) if each.strip()), default=1)
        column = len(lines[line - 1].rstrip()) + 1 if lines else 1
    return Problem(Span(path, line, column, line, column + 1), "yaml-syntax", message, hint=hint)


def _line(text: str, number: int) -> str:
    lines = text.splitlines()
    return lines[number] if 0 <= number < len(lines) else ""


def _character(text: str, mark: _Mark | None) -> str:
    return _line(text, mark.line)[mark.column : mark.column + 1] if mark else ""


def _full_width(text: str, mark: _Mark | None) -> str:
    """Return a hint where the line, or the one before it, holds punctuation of a Chinese keyboard."""
    if mark is None:
        return ""
    for number in (mark.line, mark.line - 1):
        for wide, narrow in _FULL_WIDTH.items():
            if wide in _line(text, number):
                wanted = narrow if narrow == "a blank" else f'"{narrow}"'
                return f'line {number + 1} holds a full-width "{wide}"; YAML wants {wanted}'
    return ""
