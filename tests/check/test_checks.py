"""Each bad file gets exactly its report, each check has one, and its page of the docs tells the truth.

A bad file stands beside a small school, so that it holds what is wrong and little else.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

from engine.checks import CHECKS, DATED, run_checks
from engine.load import load_texts
from engine.problems import Problem, has_errors, in_order, show

HERE = Path(__file__).parent
TODAY = date(2026, 11, 22)


def base() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted((HERE / "base").glob("*.yaml"))}


def problems(texts: Mapping[str, str]) -> list[Problem]:
    """Return what a person sees who checks these files: their shape first, then what they promise."""
    loaded = load_texts(texts)
    if has_errors(loaded.problems):
        return loaded.problems
    return in_order([*loaded.problems, *run_checks(loaded.definitions, TODAY)])


BAD = sorted((HERE / "bad").glob("*.yaml"))
GOOD = sorted((HERE / "good").glob("*.yaml"))
EVERY = pytest.mark.parametrize("check", [*CHECKS, *DATED], ids=lambda check: check.CODE)


def report(path: Path) -> str:
    """Return the report of one file beside the small school; by itself, where it is wrong that no handbook is there."""
    text = path.read_text("utf-8")
    school = {} if path.stem == "no_handbook" else base()
    found = [each for each in problems({**school, path.name: text}) if each.span.path == path.name]
    return "".join(show(each, text) + "\n" for each in found)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_is_reported_exactly(path: Path) -> None:
    assert report(path) == path.with_suffix(".out").read_text("utf-8")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_file_is_silent(path: Path) -> None:
    assert report(path) == ""


def test_the_small_school_itself_is_right() -> None:
    assert problems(base()) == []


@EVERY
def test_every_check_is_seen_to_object(check: ModuleType) -> None:
    path = HERE / "bad" / f"{check.CODE.replace('-', '_')}.yaml"
    assert f"[{check.CODE}]" in report(path)


@EVERY
def test_a_check_is_called_by_the_name_of_its_file(check: ModuleType) -> None:
    assert check.__name__.rpartition(".")[2] == check.CODE.replace("-", "_")


def example(doc: str, heading: str) -> dict[str, str]:
    """Return the files under a heading of a check's page; a line of dashes parts them."""
    lines = doc.partition(f"\n{heading}:\n")[2].splitlines()
    block = lines[: next((number for number, line in enumerate(lines) if line and line[0] != " "), len(lines))]
    texts = dedent("\n".join(block)).split("\n---\n")
    return {f"{number}.yaml": text for number, text in enumerate(texts)}


@EVERY
def test_the_wrong_example_is_wrong(check: ModuleType) -> None:
    assert check.CODE in {each.code for each in problems(example(str(check.__doc__), "Wrong"))}


@EVERY
def test_the_right_example_is_right(check: ModuleType) -> None:
    found = problems(example(str(check.__doc__), "Right"))
    assert check.CODE not in {each.code for each in found}
    assert [each.message for each in found if each.severity == "error"] == []
