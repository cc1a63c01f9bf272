"""docs/coverage.md names every clause and what cites it; what scenarios reach, `docs/generate.py --check` finds."""

import re
from pathlib import Path

from engine.coverage import cited
from engine.load.workspace import load

ROOT = Path(__file__).parents[2]


def test_every_clause_stands_with_what_carries_it_out() -> None:
    known = load([ROOT / "processes"]).definitions
    text = (ROOT / "docs" / "coverage.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| (\w+-\d+) .*?\| \w+ \| (.*?) \| \d+ \|$", text, re.MULTILINE))
    by_clause = cited(known)
    assert rows == {name: ", ".join(f"`{each}`" for each in by_clause.get(name, ())) for name in known.clauses}


def test_every_rule_that_a_machine_can_carry_out_is_cited() -> None:
    known = load([ROOT / "processes"]).definitions
    by_clause = cited(known)
    assert [name for name, each in known.clauses.items() if each.machine != "no" and not by_clause.get(name)] == []
