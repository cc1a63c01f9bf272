"""The table of functions and docs/language.md say the same."""

import re
from pathlib import Path

import pytest

from engine.expr import FUNCTIONS, PHRASES, Tree, infer, parse
from engine.expr.functions import PHRASE_FUNCTIONS
from engine.expr.parse import TAKES_DOTS
from engine.text import Word
from tests.expr.school import School

LANGUAGE = (Path(__file__).parents[2] / "docs" / "language.md").read_text("utf-8")
EXPRESSIONS = LANGUAGE[LANGUAGE.index("## Expressions") : LANGUAGE.index("## kind: decision_table")]


def test_every_function_of_the_language_is_in_the_table_and_none_more() -> None:
    cells = [re.split(r"(?<!\\)\|", line)[1] for line in EXPRESSIONS.splitlines() if line.startswith("| `")]
    said = [each for cell in cells for each in re.findall(r"`([a-z_\\|]+)[(`]", cell)]
    names = {name for each in said for name in each.split("\\|")}
    assert names == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_line_in_both_languages(name: str) -> None:
    function = FUNCTIONS[name]
    assert function.zh
    assert function.en
    assert function.usage.startswith(f"{name}(")


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_phrase_is_a_moment_counted_from_the_start(school: School, phrase: str) -> None:
    tree = parse(Word(phrase))
    assert isinstance(tree, Tree)
    found, problems = infer(tree, school)
    assert (found.kind, problems) == ("moment", [])
    assert phrase in PHRASE_FUNCTIONS


def test_names_with_dots_stand_only_for_events_and_steps() -> None:
    first = {name for name, each in FUNCTIONS.items() if each.arguments[0] in ("event", "step")}
    assert first == TAKES_DOTS
