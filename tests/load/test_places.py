"""Every character of a scalar's value knows where it stands, however it is quoted, folded or escaped."""

import re

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.load.nodes import MapNode, Scalar, parse

LETTERS = st.text(st.sampled_from("ab'\"\\ \n\t回：#-:?[{é\u0007"), max_size=40)


def word_of(text: str) -> Scalar:
    node, problems = parse(text, "x.yaml")
    assert problems == []
    assert isinstance(node, MapNode)
    word = node.get("a")
    assert isinstance(word, Scalar)
    return word


def held(text: str) -> None:
    """Hold each character of the value against the source at its place."""
    word, lines = word_of(text), text.split("\n")
    spots = [word.part(each, each + 1) for each in range(len(word))]
    assert [(each.line, each.column) for each in spots] == sorted((each.line, each.column) for each in spots)
    for character, spot in zip(word, spots, strict=True):
        source = lines[spot.line - 1][spot.column - 1 : spot.column]
        if source == "\\":
            continue  # an escape begins there
        if character in "\n ":
            assert source in (character, "", " ", "\t")
        else:
            assert source == character


@settings(deadline=None)
@given(LETTERS, st.sampled_from(["'", '"', "|", ">", None]), st.sampled_from([12, 30, 1000]))
def test_whatever_a_writer_of_yaml_makes_of_a_text(value: str, style: str | None, width: int) -> None:
    text = yaml.dump({"a": value}, default_style=style, width=width, allow_unicode=True)
    if not text.startswith("!!") and "a: !!" not in text:
        text = re.sub(r"\A(?:\"a\":|'a':|\? [|>]-\n  a\n:)", "a:", text)
        if text.startswith("a:"):
            assert str(word_of(text)) == value
            held(text)


BLOCKS = st.lists(st.sampled_from(["x", "  y z", "", "回访 a", "   ", "\tq"]), min_size=1, max_size=8)


@settings(deadline=None)
@given(st.sampled_from("|>"), st.sampled_from(["", "-", "+"]), BLOCKS)
def test_text_blocks_with_blank_and_deeper_lines(style: str, chomping: str, lines: list[str]) -> None:
    held(
        f"a: {style}{chomping}\n  begin\n"
        + "".join(f"  {line}\n" if line.strip() else f"{line}\n" for line in lines)
        + "b: 1\n"
    )


FLOWS = st.lists(st.sampled_from(["x", "y z ", "", "回 ", "  ", "q\t"]), min_size=1, max_size=8)


@settings(deadline=None)
@given(st.sampled_from(["'", '"', ""]), FLOWS)
def test_texts_that_go_on_in_the_next_lines(quote: str, lines: list[str]) -> None:
    held(f"a: {quote}begin" + "".join(f"\n  {line}" for line in lines) + f"{quote}\nb: 1\n")


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["x", "\\\n ", "\\n", "\\x41", "\\u56de", " \\\n\n  ", "\n ", '\\"', "\\ "]), max_size=10)
)
def test_escapes_and_escaped_line_ends(pieces: list[str]) -> None:
    held(f'a: "begin{"".join(pieces)}end"\nb: 1\n')
