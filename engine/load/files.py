"""Bytes of a definition file to text: UTF-8, UTF-16 with its mark, and GB18030, which older editors still write."""

import re
from pathlib import Path

from engine.problems import Problem
from engine.text import Span

LARGEST = 5_000_000
"""Bytes that one file may have; handbooks of a whole school stay under a tenth of it."""

_NOT_PRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")
_SAVE = "save the file as UTF-8"


def read(path: Path, shown: str) -> tuple[str | None, list[Problem]]:
    """Return the text of the file at `path`, or None and why it can't be read; `shown` names it in problems."""
    start = Span(shown, 1, 1, 1, 1)
    try:
        size = path.stat().st_size
        if size > LARGEST:
            message = f"the file has {size / 1e6:.1f} MB; a definition file may have {LARGEST // 1_000_000} MB"
            return None, [Problem(start, "file-too-big", message, hint="split it, or keep data out of processes/")]
        data = path.read_bytes()
    except OSError as fault:
        return None, [Problem(start, "file-unreadable", f"the file can't be read: {fault.strerror or fault}")]
    return decode(data, shown)


def decode(data: bytes, shown: str) -> tuple[str | None, list[Problem]]:
    """Return the text of `data` and a warning where it is not UTF-8, or None and the place that is no text.

    >>> decode("回访".encode("gbk"), "a.yaml")[0]
    '回访'
    """
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text, bad = _decoded(data, encoding)
    if text is None and encoding == "utf-8-sig":
        encoding = "gb18030"
        text, _ = _decoded(data, encoding)
    if text is None:
        line = data.count(b"\n", 0, bad) + 1
        message = "the file is no text: its bytes are neither UTF-8 nor GB18030"
        return None, [Problem(Span(shown, line, 1, line, 2), "file-encoding", message, hint=_SAVE)]
    if fault := _NOT_PRINTABLE.search(text):
        return None, [_not_printable(text, fault.start(), shown)]
    if encoding == "utf-8-sig":
        return text, []
    name = {"utf-16": "UTF-16", "gb18030": "GBK (GB18030)"}[encoding]
    warning = f"the file is not UTF-8; it was read as {name}"
    return text, [Problem(Span(shown, 1, 1, 1, 2), "file-encoding", warning, hint=_SAVE, severity="warning")]


def _decoded(data: bytes, encoding: str) -> tuple[str | None, int]:
    try:
        return data.decode(encoding), 0
    except UnicodeDecodeError as fault:
        return None, fault.start


def _not_printable(text: str, at: int, shown: str) -> Problem:
    before = re.split("\r\n|[\r\n\x85\u2028\u2029]", text[:at])
    span = Span(shown, len(before), len(before[-1]) + 1, len(before), len(before[-1]) + 2)
    message = f"character U+{ord(text[at]):04X} can't stand in a YAML file"
    hint = "this looks like a binary file, not like YAML" if text[at] == "\0" else "delete it"
    return Problem(span, "file-encoding", message, hint=hint)
