"""The reference pages: commands from their --help, checks from their docstrings, functions, keys of the YAML files."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any

import typer
from typer.testing import CliRunner

from engine.checks import CHECKS, DATED
from engine.expr.functions import FUNCTIONS

SCHEMAS = Path("schemas")
MADE = "<!-- made by docs/generate.py; do not edit -->\n"
KINDS = (
    "vocabulary",
    "process",
    "decision_table",
    "calculation",
    "calendar",
    "overlay",
    "handbook",
    "figures",
    "scenarios",
)
GROUPS = {
    "history": ("发生过的事", "What has happened"),
    "opening": ("开启任务的事件", "The event that opened the task"),
    "known": ("已知与未知", "Known and unknown"),
    "plain": ("数与文字", "Numbers and texts"),
    "calendar": ("时间", "Time"),
    "table": ("决策表", "Decision tables"),
    "step": ("步骤", "Steps"),
}


def cli() -> str:
    """Return the page of the commands: the help of each, as it is printed."""
    from cli import app

    names = [each.name for each in app.registered_commands if each.name]
    lines = ["# Commands · 命令", "", MADE]
    lines += ["`dueline --help` and `dueline COMMAND --help` print the same.", ""]
    lines += ["Exit codes: 0 done; 1 problems found, or refused; 2 wrong usage; 3 our fault.", ""]
    lines += ["```text", _help(app), "```", ""]
    for name in names:
        lines += [f"## {name}", "", "```text", _help(app, name), "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def _help(app: typer.Typer, *names: str) -> str:
    ran = CliRunner().invoke(app, [*names, "--help"], prog_name="dueline", terminal_width=100, max_content_width=100)
    assert ran.exit_code == 0, ran.output
    return ran.output.strip()


def checks() -> str:
    """Return the page of the checks: the docstring of each, its examples as YAML."""
    lines = ["# Checks · 检查", "", MADE]
    lines += [
        "What `dueline check` finds in files whose shape is right. Each has a code, which stands in its message.",
        "",
    ]
    lines += [f"- [{each.CODE}](#{each.CODE}): {_first_line(each.__doc__)}" for each in (*CHECKS, *DATED)]
    lines.append("")
    for each in (*CHECKS, *DATED):
        lines += [f"## {each.CODE}", "", *_check(each.__doc__ or ""), ""]
    return "\n".join(lines).rstrip() + "\n"


def _first_line(doc: str | None) -> str:
    return (doc or "").strip().partition("\n")[0]


def _check(doc: str) -> Iterator[str]:
    """Yield a docstring as Markdown: what stands indented under "Wrong:" and "Right:" is YAML."""
    block: list[str] = []
    for line in [*doc.strip().splitlines(), ""]:
        if line.startswith(" ") or (block and not line):
            block.append(line)
            continue
        yield from _yaml(block)
        block = []
        yield f"{line}\n" if line in ("Wrong:", "Right:") else line
    yield from _yaml(block)


def _yaml(block: list[str]) -> Iterator[str]:
    if block:
        yield from ("```yaml", dedent("\n".join(block)).strip(), "```", "")


def functions() -> str:
    """Return the page of the functions, in both languages."""
    lines = ["# Functions · 函数", "", MADE, "Expressions are told in [language.md](language.md#expressions).", ""]
    for group, (zh, en) in GROUPS.items():
        lines += [
            f"## {en} · {zh}",
            "",
            "| 写法 / written | 结果 / result | 中文 | English |",
            "| --- | --- | --- | --- |",
        ]
        for each in (each for each in FUNCTIONS.values() if each.group == group):
            result = each.result + (" 或未知 / or unknown" if each.maybe else "")
            lines.append(f"| `{each.usage}` | {result} | {each.zh} | {each.en} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def keys() -> str:
    """Return the page of the keys of every kind of file, in both languages."""
    lines = ["# Keys · 键", "", MADE]
    lines += ["What may stand in a file of each `kind`, from schemas/, which editors use for completion as well.", ""]
    for kind in KINDS:
        lines += _schema(kind)
    return "\n".join([*lines, *_schema("common")]).rstrip() + "\n"


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    return found


def _schema(kind: str) -> Iterator[str]:
    schema = _read(kind)
    zh, en = _two(schema.get("title", kind))
    yield from (f"## {en} · {zh}" + (f" `kind: {kind}`" if kind != "common" else ""), "")
    if "properties" in schema:
        yield from _table(_rows(schema, kind, ""))
    for name, each in schema.get("$defs", {}).items():
        rows = list(_rows(each, kind, ""))
        if rows:
            zh, en = _two(each.get("description", name))
            yield from (f"### `{name}` {en} · {zh}", "", *_table(rows))


def _table(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield from ("| 键 / key | 中文 | English | 值 / value |", "| --- | --- | --- | --- |")
    yield from ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)
    yield ""


def _rows(schema: dict[str, Any], kind: str, path: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield the keys of an object and of the objects within it: path, both descriptions, what may stand there."""
    required = schema.get("required", ())
    for key, each in schema.get("properties", {}).items():
        target = _resolved(each, kind)
        zh, en = _two(each.get("description") or target.get("description") or "")
        must = " 必填 / required" if key in required else ""
        yield f"`{path}{key}`{must}", zh, en, _value(each, target)
        if "$ref" not in each:
            yield from _rows(each, kind, f"{path}{key}.")
            inner = each.get("items") or each.get("additionalProperties") or {}
            if isinstance(inner, dict) and "$ref" not in inner:
                yield from _rows(inner, kind, f"{path}{key}.NAME." if "items" not in each else f"{path}{key}[].")


def _resolved(each: dict[str, Any], kind: str) -> dict[str, Any]:
    reference = each.get("$ref")
    if not reference:
        return each
    file, _, place = reference.partition("#/$defs/")
    found: dict[str, Any] = _read(file.removesuffix(".json") or kind)["$defs"][place]
    return found


def _value(each: dict[str, Any], target: dict[str, Any]) -> str:
    if "const" in target:
        return f"`{target['const']}`"
    if "enum" in target:
        return ", ".join(f"`{value}`" for value in target["enum"])
    if "$ref" in each:
        return f"`{each['$ref'].rpartition('/')[2]}`"
    kinds = target.get("type", "")
    return " / ".join(kinds) if isinstance(kinds, list) else kinds


def _two(text: str) -> tuple[str, str]:
    zh, slash, en = text.partition(" / ")
    return (zh, en) if slash else (text, text)
