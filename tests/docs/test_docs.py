"""The docs are true: made pages are as they would be made, snippets run, links lead somewhere, nothing is left out."""

import json
import re
import runpy
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

import pytest

from cli import app
from engine import api
from engine.checks import CHECKS, DATED
from engine.expr.functions import FUNCTIONS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
WRITTEN = [
    *(ROOT / name for name in ("README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md")),
    *DOCS.glob("*.md"),
]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def headings(name: str) -> set[str]:
    return set(re.findall(r"^#+ (.+)$", (DOCS / name).read_text("utf-8"), re.MULTILINE))


def blocks(path: Path, language: str) -> list[str]:
    return blocks_of(path.read_text("utf-8"), language)


def blocks_of(text: str, language: str) -> list[str]:
    return [inner for kind, inner in BLOCK.findall(text) if kind == language]


def test_what_is_made_is_as_it_would_be_made() -> None:
    command = [sys.executable, str(DOCS / "generate.py"), "--check", "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_the_check_objects_to_a_page_that_was_edited(tmp_path: Path) -> None:
    for name in ("docs", "engine", "processes", "schemas", "tests/scenarios"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "cli.py", tmp_path)
    page = tmp_path / "docs" / "processes" / "one_on_one.zh.md"
    page.write_text(page.read_text("utf-8").replace("半个工作日", "一个工作日"), "utf-8")
    (tmp_path / "docs" / "processes" / "gone.zh.md").write_text("", "utf-8")
    command = [sys.executable, str(tmp_path / "docs" / "generate.py"), "--check", "--quick"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "docs/processes/one_on_one.zh.md is not as it would be made",
        "docs/processes/gone.zh.md is not as it would be made",
        "run python docs/generate.py",
    ]


def test_every_command_has_its_heading() -> None:
    assert {each.name for each in app.registered_commands} <= headings("cli.md")


def test_every_check_has_its_heading() -> None:
    assert {each.CODE for each in (*CHECKS, *DATED)} <= headings("checks.md")


def test_every_function_is_told_in_both_languages() -> None:
    text = (DOCS / "functions.md").read_text("utf-8")
    for each in FUNCTIONS.values():
        assert f"| `{each.usage}` |" in text
        assert f"| {each.zh} | {each.en} |" in text


def keys(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", ()) if isinstance(schema.get("properties"), dict) else ()
        for each in schema.values():
            yield from keys(each)
    if isinstance(schema, list):
        for each in schema:
            yield from keys(each)


@pytest.mark.parametrize("path", sorted((ROOT / "schemas").glob("*.json")), ids=lambda path: path.stem)
def test_every_key_of_the_yaml_has_its_line(path: Path) -> None:
    text = (DOCS / "keys.md").read_text("utf-8")
    told = {re.split(r"[.\]]", each)[-1] for each in re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)}
    assert set(keys(json.loads(path.read_text("utf-8")))) <= told


def test_every_kind_has_its_heading() -> None:
    kinds = {path.stem for path in (ROOT / "schemas").glob("*.json")} - {"common"}
    assert kinds == set(re.findall(r"^## .*`kind: (\w+)`$", (DOCS / "keys.md").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("path", [*WRITTEN, *(DOCS / "processes").glob("*.md")], ids=lambda path: path.name)
def test_no_link_is_dead(path: Path) -> None:
    for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", re.sub(r"`[^`\n]*`", "", path.read_text("utf-8"))):
        assert link.startswith("https://") or (path.parent / link).exists(), link


def test_the_readmes_show_the_same_yaml() -> None:
    one, other = (blocks(path, "yaml") for path in READMES)
    names = re.compile(r"- name: .*")
    assert [names.sub("", each) for each in one] == [names.sub("", each) for each in other]


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_snippets_of_the_readme_do_what_they_say(path: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "processes", tmp_path / "processes")
    for text in blocks(path, "yaml"):
        if found := re.match(r"# (\S+\.yaml)\n", text):
            place = tmp_path / found[1]
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
    session = api.Session(tmp_path, tmp_path / "none.db", "en", 1_780_000_000)
    checked = api.check(session, [tmp_path / "processes"])
    assert [each.message for each in checked.problems if "minhang" in each.span.path] == []
    tested = api.run_scenarios(session, [tmp_path / "tests"])
    assert [len(tested.outcomes), tested.passed] == [1, True]


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_step_of_the_readme_is_a_step(path: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "processes", tmp_path / "processes")
    step = next(text for text in blocks(path, "yaml") if not text.startswith("#"))
    text = "kind: process\nid: tried\nsubject: student\nsteps:\n" + indent(step, "  ")
    (tmp_path / "processes" / "tried.yaml").write_text(text, "utf-8")
    checked = api.check(api.Session(tmp_path, tmp_path / "none.db", "en", 1_780_000_000))
    assert [each.message for each in checked.problems if "tried" in each.span.path] == []


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_readme_says_how_its_list_and_its_task_are_made(path: Path) -> None:
    reached = runpy.run_path(str(DOCS / "reached.py"))
    text = path.read_text("utf-8")
    before, _, after = text.partition("<!-- made: daily -->")
    assert shlex.split(blocks_of(before, "sh")[-1]) == ["dueline", *reached["DEMO"]]
    asked = [shlex.split(each.splitlines()[0]) for each in blocks_of(after, "text")]
    assert [each[-2:] for each in asked] == [["--workspace", "demo"]] * 2
    assert asked[1][asked[1].index("--as-of") + 1] == reached["AS_OF"]


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.name)
def test_the_commands_of_the_readme_are_commands(path: Path) -> None:
    named = {
        line.split()[1] for text in blocks(path, "sh") for line in text.splitlines() if line.startswith("dueline ")
    }
    assert named <= {each.name for each in app.registered_commands}
    assert path.read_text("utf-8").index("make demo") < 200
    assert "made: daily -->\n```text\n$ dueline tasks" in path.read_text("utf-8")
