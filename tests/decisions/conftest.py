"""Fixtures of the tests of tables: a scope over rows, the definitions of a text, the answers of a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest

from engine.decisions.columns import answer
from engine.decisions.inner import RowScope
from engine.expr import SpanValue
from engine.load.workspace import load_texts
from engine.model import Definitions, FieldType
from tests.decisions.desk import Answers, Desk, MakeDesk, Read


@pytest.fixture(scope="session")
def desk() -> MakeDesk:
    """Return a scope over rows, each a mapping of names to values."""

    def make(
        rows: Sequence[Mapping[str, object]], types: Mapping[str, FieldType], definitions: Definitions | None = None
    ) -> RowScope:
        return Desk(definitions or Definitions(), rows, types)

    return make


@pytest.fixture(scope="session")
def read() -> Read:
    """Return what a YAML text, or several parted by `---`, defines."""

    def definitions(text: str) -> Definitions:
        files = {f"{number}.yaml": each for number, each in enumerate(text.split("\n---\n"))}
        loaded = load_texts(files)
        assert not loaded.problems, loaded.problems
        return loaded.definitions

    return definitions


@pytest.fixture(scope="session")
def answers(desk: MakeDesk) -> Answers:
    """Return what a table answers to rows whose columns are its inputs; a span as its days."""

    def asked(
        definitions: Definitions,
        table: str,
        rows: Sequence[Mapping[str, object]],
        output: str | None = None,
        **more: Any,
    ) -> list[object]:
        found = definitions.tables[table]
        types = {name: each.field.type for name, each in found.inputs.items()}
        types |= {name: "moment" for row in rows for name in row if name in ("now", "start")}
        scope = desk(rows, types, definitions)
        given = {name: pl.col(name) for name in found.inputs if name in types}
        value = answer(found, output, scope, given | more)
        plain = value.days if isinstance(value, SpanValue) else value
        return scope.column(plain if isinstance(plain, pl.Expr) else pl.lit(plain)).to_list()

    return asked
