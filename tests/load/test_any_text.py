"""Whatever people save, they get problems at places, never a fault of the program."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.checks import run_checks
from engine.load import load_texts
from engine.problems import has_errors, show

FILES = {path.name: path.read_text("utf-8") for path in sorted((Path(__file__).parents[1] / "check").glob("*/*.yaml"))}
PIECES = st.sampled_from(
    (
        *("", " ", "\n", "\t", ": ", "- ", "'", '"', "[", "]", "{", "}", "#", "&a ", "*a", "!x ", "|", ">", "%", "@"),
        *("null", "3", "0.5", "true", "x", "回", "：", "，", "\n\n", "\n  ", "\r\n", "?", "---\n", ","),
        *("\x85", "\u2028", "\ufeff", "\x00"),
    )
)


def changed(data: st.DataObject, text: str) -> str:
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(PIECES) + text[at + data.draw(st.integers(0, 12)) :]
    return text


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_a_file_changed_anywhere_gives_problems_at_places_it_has(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    text = changed(data, FILES[name])
    loaded = load_texts(
        {**{each: FILES[each] for each in ("school.yaml", "service.yaml", "standard.yaml")}, name: text}
    )
    problems = list(loaded.problems)
    if not has_errors(problems):
        problems += run_checks(loaded.definitions)
    for problem in problems:
        if problem.span.path == name:
            lines = text.splitlines() or [""]
            assert 1 <= problem.span.line <= len(lines)
            assert 1 <= problem.span.column <= len(lines[problem.span.line - 1]) + 1
            assert show(problem, text)
