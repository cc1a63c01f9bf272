"""Pages say what the definitions say, in both languages, and nothing in the words of a program."""

import re
from pathlib import Path

import pytest

from engine import handbook
from engine.checks import run_checks
from engine.expr.functions import FUNCTIONS, PHRASE_FUNCTIONS
from engine.expr.phrases import UNITS
from engine.expr.surroundings import Surroundings
from engine.handbook.expression import condition, value
from engine.handbook.mentioned import mentioned
from engine.handbook.page import steps_of
from engine.handbook.terms import Terms
from engine.handbook.wording import ASKED, CALLS, PHRASES
from engine.handbook.wording import UNITS as UNIT_WORDS
from engine.load.workspace import load
from engine.model import Definitions

HERE = Path(__file__).parent
LANGUAGES = ("zh", "en")

#: What the words of a program look like; ids stand in `code`, and "x = y" in no sentence at all.
PROGRAM = re.compile(r"==|!=|<=|>=|or_else|is_known|\bnot happened\b|[A-Za-z]+_[A-Za-z]+|\bNone\b|Word\(|Title\(")


def sentences(page: str) -> str:
    """Return a page without the ids that stand in `code`, and without what people wrote as advice or as a clause."""
    lines = [line for line in page.splitlines() if not re.match(r"- (提示|Advice)|  - \w+-\d+", line)]
    return re.sub(r"`[^`]*`", "", "\n".join(lines))


def test_the_small_school_is_right() -> None:
    loaded = load([HERE / "small"])
    assert [each for each in [*loaded.problems, *run_checks(loaded.definitions)] if each.severity == "error"] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["care", "east", "interval", "refund"])
def test_every_word_of_the_language_reads_as_agreed(small: Definitions, name: str, language: str) -> None:
    assert handbook.page(small, name, language) == (HERE / "pages" / f"{name}.{language}.md").read_text("utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_speaks_as_a_program(shipped: Definitions, language: str) -> None:
    # Titles, reasons and helps are people's own words; a reason may well name a unit of the language.
    for name in (*shipped.processes, *shipped.overlays, *shipped.calculations):
        text = sentences(handbook.page(shipped, name, language))
        text = "\n".join(line for line in text.splitlines() if not line.startswith("|"))
        advice = {each.help.text(language) for each in shipped.events.values()}
        for each in filter(None, advice):
            text = text.replace(each, "")
        assert PROGRAM.findall(text) == [], name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_stands_on_its_page_with_its_clauses(shipped: Definitions, language: str) -> None:
    for name, process in shipped.processes.items():
        page = handbook.page(shipped, name, language)
        for step in steps_of(shipped, process):
            part = page.partition(f" `{step.name}`\n")[2].partition("\n#")[0]
            assert step.title.text(language) in page
            assert shipped.roles[str(step.role)].text(language) in part
            for clause in step.source:
                assert f"  - {clause} {shipped.clauses[str(clause)].title.text(language)}" in part


def test_what_a_process_uses_is_explained_on_its_page(shipped: Definitions) -> None:
    for name, process in shipped.processes.items():
        said, page = mentioned(shipped, process, steps_of(shipped, process)), handbook.page(shipped, name, "zh")
        for each in (*said.events, *said.formulas, *said.parameters, *said.tables, *said.calculations):
            assert f"`{each}`" in page, (name, each)


def test_the_wording_knows_every_function_phrase_and_unit() -> None:
    apart = {"or_else", "opening", "decide"}  # these read as what they give
    assert set(FUNCTIONS) <= {*CALLS, *ASKED, *apart}
    assert set(PHRASE_FUNCTIONS) == set(PHRASES)
    assert set(UNITS) == set(UNIT_WORDS)


SPOKEN = [
    ("or_else(paid, no)", "「已付款」为是", "“paid” is yes"),
    ("not or_else(paid, no)", "「已付款」为否（没填也算）", "“paid” is no (or is not filled in)"),
    ("not or_else(paid, yes)", "「已付款」为否", "“paid” is no"),
    ('programme != "solo"', "「班型」不是「一对一」", "“programme” is not “one-on-one”"),
    (
        "not (is_known(paid) and happened(left))",
        "「已付款」没填，或者还没有「离校」",
        "“paid” is not filled in, or there has been no “left”",
    ),
    (
        "months < 3 or months >= 12",
        "「第几个月」小于 3，或者「第几个月」至少为 12",
        "“month of service” is less than 3, or “month of service” is at least 12",
    ),
    ("3 <= months", "「第几个月」至少为 3", "“month of service” is at least 3"),
    (
        "happened(left) and (calls_back or months > 3)",
        "已有「离校」，并且（「要回电」设为是（现为是）或「第几个月」大于 3）",
        "there has been “left”, and (“call back” is set to yes (now yes) or “month of service” is more than 3)",
    ),
    (
        "last(joined) > now - 2 weeks",
        "最近一次「入学」晚于此刻之前 2 周",
        "the last “joined” is after 2 weeks before now",
    ),
    (
        "or_else(latest(talk, minutes), 99) <= 3",
        "最近一次「谈话」的「分钟」不超过 3",
        "the “minutes” of the last “talk” is at most 3",
    ),
    (
        "or_else(latest(talk, minutes), 0) <= 3",
        "最近一次「谈话」的「分钟」不超过 3（没填也算）",
        "the “minutes” of the last “talk” is at most 3 (or is not filled in)",
    ),
    (
        "hours_between(last(talk, since=created_at), now) > 3",
        "从最近一次「谈话」（建档以后）到此刻的小时数大于 3",
        "the hours from the last “talk” since the case was entered to now is more than 3",
    ),
    ("date_of(now) > date_of(last(talk))", "当天晚于最近一次「谈话」那天", "today is after the day of the last “talk”"),
]


@pytest.mark.parametrize(("text", "zh", "en"), SPOKEN)
def test_a_condition_reads_as_a_person_would_say_it(small: Definitions, text: str, zh: str, en: str) -> None:
    names = Surroundings(small, "student")
    assert condition(Terms(small, "zh"), names, text) == zh
    assert condition(Terms(small, "en"), names, text) == en


def test_brackets_stay_where_the_sum_needs_them(small: Definitions) -> None:
    terms, names = Terms(small, "en"), Surroundings(small, "student")
    assert value(terms, names, "months - (months - 1) * 2") == ("“month of service” - (“month of service” - 1) × 2")
    assert value(terms, names, "months - 1 - 2") == "“month of service” - 1 - 2"
    assert value(terms, names, "months / (2 * 3)") == "“month of service” ÷ (2 × 3)"
