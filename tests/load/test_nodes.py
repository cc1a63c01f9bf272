"""What YAML text means here, and what is refused before it can do harm."""

import pytest

from engine.load.nodes import DEEPEST, MapNode, Scalar, parse, plain


def value(text: str) -> object:
    node, problems = parse(f"a: {text}", "x.yaml")
    assert problems == []
    assert isinstance(node, MapNode)
    return plain(node)["a"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("22:30", "22:30"),
        ("off", "off"),
        ("on", "on"),
        ("yes", "yes"),
        ("No", "No"),
        ("True", "True"),
        ("010", "010"),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("+1", "+1"),
        (".5", ".5"),
        ("5.", "5."),
        (".inf", ".inf"),
        ("NaN", "NaN"),
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01 09:00:00", "2026-03-01 09:00:00"),
        ("=", "="),
        ("<<", "<<"),
        ("'3'", "3"),
        ('"true"', "true"),
        ("3", 3),
        ("-3", -3),
        ("0", 0),
        ("0.50", 0.5),
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("''", ""),
    ],
)
def test_only_null_true_false_and_plain_decimals_are_more_than_text(written: str, meant: object) -> None:
    found = value(written)
    assert found == meant
    assert isinstance(found, str) == isinstance(meant, str)
    assert isinstance(found, bool) == isinstance(meant, bool)


def test_a_merge_key_is_a_key_like_any_other() -> None:
    node, _ = parse("<<: {a: 1}\na: 2", "x.yaml")
    assert plain(node) == {"<<": {"a": 1}, "a": 2}  # type: ignore[arg-type]


def test_keys_of_numbers_and_days_are_texts() -> None:
    assert value("{2027: x, 2026-01-01: y, true: z}") == {"2027": "x", "2026-01-01": "y", "true": "z"}


@pytest.mark.parametrize("opened", ["[", "{a: ", "- ", "? "])
@pytest.mark.parametrize("levels", [DEEPEST + 1, 100_000])
def test_deep_nesting_is_refused_before_anything_recursive_sees_it(opened: str, levels: int) -> None:
    _, (problem,) = parse(opened * levels, "x.yaml")
    assert problem.code == "yaml-too-deep"
    assert problem.span.line == 1


def test_deep_nesting_by_lines_is_refused() -> None:
    _, (problem,) = parse("".join(f"{' ' * level}a:\n" for level in range(200)), "x.yaml")
    assert (problem.code, problem.span.line) == ("yaml-too-deep", DEEPEST + 1)


def test_deep_nesting_behind_quoted_brackets_is_seen() -> None:
    _, (problem,) = parse('["]]", ' * 50_000, "x.yaml")
    assert problem.code == "yaml-too-deep"


def test_an_alias_bomb_is_refused_without_being_built() -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 40)]
    node, problems = parse("\n".join(lines), "x.yaml")
    assert node is None
    assert {each.code for each in problems} == {"yaml-alias"}


def test_stars_and_ampersands_in_expressions_are_no_aliases() -> None:
    assert value("lessons * price") == "lessons * price"
    assert value("0 17 * * FRI") == "0 17 * * FRI"
    assert value("R & D") == "R & D"


def test_a_word_knows_its_place_in_the_quotes() -> None:
    node, _ = parse("首: '回访'  # 注\n", "x.yaml")
    assert isinstance(node, MapNode)
    word = node.get("首")
    assert isinstance(word, Scalar)
    assert (str(word.span), word.span.end_column, str(word.part(1, 2))) == ("x.yaml:1:5", 7, "x.yaml:1:6")


@pytest.mark.parametrize("text", ["\x01", "a: \ud800"])
def test_no_text_at_all_makes_the_parser_fall_over(text: str) -> None:
    node, problems = parse(text, "x.yaml")
    assert node is None
    assert problems
