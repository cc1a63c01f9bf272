"""The schemas: whole, in two languages, and read alike by the quick way and by jsonschema."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.load.faults import KINDS
from engine.load.nodes import MapNode, parse, plain
from engine.load.schema import kind_of, schemas, validator, violations
from engine.load.shipped import find_shipped

GOOD = sorted((Path(__file__).parents[1] / "check").glob("[bg]*[de]/*.yaml"))
READABLE = [text for path in GOOD if parse(text := path.read_text("utf-8"), "x.yaml")[0] is not None]


def parts(schema: object, at: str) -> Iterator[tuple[str, dict[str, object]]]:
    """Return every key that a file may hold, with its schema."""
    if isinstance(schema, dict):
        for key, each in schema.get("properties", {}).items():
            yield f"{at}.{key}", each
        for key, each in schema.items():
            yield from parts(each, f"{at}.{key}")
    elif isinstance(schema, list):
        for each in schema:
            yield from parts(each, at)


def described(part: dict[str, object], file: str) -> str:
    """Return the description of a key: its own, or that of the definition it refers to."""
    if "description" in part or "$ref" not in part:
        return str(part.get("description", ""))
    name, _, pointer = str(part["$ref"]).partition("#")
    target = schemas()[name or file]
    for step in pointer.split("/")[1:]:
        target = target[step]
    return described(target, name or file)


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_sound_schema_for_each_kind(kind: str) -> None:
    validator(kind).check_schema(schemas()[f"{kind}.json"])


def test_every_key_says_what_it_is_in_chinese_and_english() -> None:
    missing = []
    for file, schema in schemas().items():
        for at, part in parts(schema, file):
            chinese, _, english = described(part, file).partition(" / ")
            if not (any("\u4e00" <= each <= "\u9fff" for each in chinese) and english.isascii() and english):
                missing.append(at)
    assert missing == []


def test_an_editor_finds_every_schema_beside_the_others() -> None:
    folder = find_shipped("schemas")
    for path in folder.glob("*.json"):
        assert json.loads(path.read_text("utf-8"))["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        references = [each for each in path.read_text("utf-8").split('"') if ".json#" in each or each.endswith(".json")]
        assert all((folder / each.partition("#")[0]).is_file() for each in references)


REPLACEMENTS = ["", "3", "0", "1.5", "true", "[]", "{}", "[a]", "{a: b}", "x y", "process", "2026-01-01"]


@settings(deadline=None)
@given(st.data())
def test_the_quick_answer_is_that_of_jsonschema(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(READABLE)).splitlines()
    for _ in range(data.draw(st.integers(0, 2))):
        number = data.draw(st.integers(0, len(lines) - 1))
        key, colon, _ = lines[number].partition(":")
        changed = data.draw(st.sampled_from([*REPLACEMENTS, None]))
        lines[number] = f"{key}x: 1" if changed is None else f"{key}{colon} {changed}"
    node, problems = parse("\n".join(lines), "x.yaml")
    if problems or not isinstance(node, MapNode) or not (kind := kind_of(node)[0]):
        return
    errors = list(validator(kind).iter_errors(plain(node)))
    found = violations(node, kind)
    assert bool(found) == bool(errors)
    assert all(each.span.line >= 1 and each.message and "None" not in each.message for each in found)
