"""What is wrong in an expression is told at its very word, in the words of the language."""

import csv
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine.expr import Tree, Type, infer, parse, problems_of, type_of
from engine.expr.types import MOMENT, SPAN, YES_NO
from engine.problems import Problem
from engine.text import Span, Word
from tests.expr.school import School

HERE = Path(__file__).parent


def lines(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((HERE / name).read_text("utf-8").splitlines(), delimiter="|", quoting=csv.QUOTE_NONE))


def word(expression: str) -> Word:
    return Word(expression, Span("a.yaml", 1, 1, 1, 1 + len(expression)))


def marked(problem: Problem, expression: str) -> str:
    return expression[problem.span.column - 1 : problem.span.end_column - 1]


@pytest.mark.parametrize("line", lines("problems.csv"), ids=lambda line: line["expression"])
def test_a_wrong_expression_has_one_problem_at_the_word(school: School, line: dict[str, str]) -> None:
    (problem,) = problems_of(word(line["expression"]), school)
    told = (problem.code, marked(problem, line["expression"]), problem.message, problem.hint)
    assert told == (line["code"], line["marked"], line["message"], line["hint"])


@pytest.mark.parametrize("line", lines("forbidden.csv"), ids=lambda line: line["expression"])
def test_what_is_not_of_the_language_is_refused_by_name(line: dict[str, str]) -> None:
    problem = parse(word(line["expression"]))
    assert isinstance(problem, Problem)
    told = (problem.code, marked(problem, line["expression"]), problem.message, problem.hint)
    assert told == (line["code"], line["marked"], line["message"], line["hint"])


@pytest.mark.parametrize(
    "expression",
    [
        "is_known(grade) and grade > 3 and grade < 9",
        "ok and is_known(grade) and (grade > 3 or grade < 1)",
        "not is_known(grade) or grade > 3",
        "not (is_known(grade) and grade > 3)",
        "is_known(grade) and is_known(born) and grade > 3 and date_of(now) > born",
        "(is_known(grade) and ok or is_known(grade)) and grade > 3",
        "grade > 3 if is_known(grade) else no",
        "yes if not is_known(grade) else grade > 3",
        "or_else(grade, 0) > 3",
        "happened(visit_logged) and last(visit_logged) < now - 3 days",
        "happened(visit_logged, if=with == 'parent') and first(visit_logged, if=with == \"parent\") < now",
        "is_done(first_call) and done_at(first_call) < now",
        "is_known(latest(visit_logged, minutes)) and latest(visit_logged, minutes) > 3",
        "is_known(grade) and count(visit_logged, if=with == 'parent' and grade > 3) > 1",
        "count(visit_logged, if=with == 'parent' and outcome == 'withdraw') > 1",
        "count(visit_logged, since=last(visit_logged), within=3 working_days) >= 2",
        "count(one_on_one.first_call) > 0 and is_done(one_on_one.first_call)",
        "excused and ok",
    ],
)
def test_what_has_been_answered_may_be_compared(school: School, expression: str) -> None:
    assert problems_of(word(expression), school) == []


def test_every_problem_of_an_expression_is_told_at_once(school: School) -> None:
    expression = (
        "grade > 3 and grade < 9 and nme == 'x' and programme == 'a' and now + 3 > start and cout(x) > paid * fee"
    )
    found = [(problem.code, marked(problem, expression)) for problem in problems_of(word(expression), school)]
    assert found == [
        ("expression-may-be-unknown", "grade"),
        ("expression-unknown-name", "nme"),
        ("expression-type", "'a'"),
        ("expression-unit", "3"),
        ("expression-unknown-function", "cout"),
        ("expression-type", "fee"),
    ]


@pytest.mark.parametrize(
    ("expression", "wanted", "code", "message"),
    [
        ("3", (SPAN, MOMENT), "expression-unit", "3 is a number where a span of time is needed"),
        ("ok", (SPAN, MOMENT), "expression-type", '"ok" is yes or no where a span of time or a moment is needed'),
        ("paid", (YES_NO,), "expression-type", '"paid" is money where yes or no is needed'),
        ("starts_at", (SPAN, MOMENT), "expression-may-be-unknown", '"starts_at" may be unknown here'),
        ("2 days before starts_at", (MOMENT,), "expression-may-be-unknown", '"starts_at" may be unknown here'),
        ('"finace"', (type_of("choice", ["finance"]),), "expression-type", '"finace" is not one of the choices here'),
        ("finace", (type_of("choice", ["finance"]),), "expression-unknown-name", 'there is no "finace" here'),
        ("[finance]", (type_of("choice", ["finance"]),), "expression-type", 'a list can stand after "in" only'),
        ("[finace]", (type_of("choices", ["finance"]),), "expression-unknown-name", 'there is no "finace" here'),
        ("[3]", (type_of("choices", ["finance"]),), "expression-type", "3 is a number where a choice is needed"),
        (
            "3.5 if ok else name",
            (type_of("money"),),
            "expression-type",
            '3.5 is a number and "name" is a text; both answers of an "if" are of one type',
        ),
    ],
)
def test_an_expression_must_be_of_the_type_that_its_place_needs(
    school: School, expression: str, wanted: Sequence[Type], code: str, message: str
) -> None:
    (problem,) = problems_of(word(expression), school, wanted)
    assert (problem.code, problem.message) == (code, message)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("Friday 12:00 if is_weekend(start) else 2 days", (SPAN, MOMENT)),
        ("0.5 working_days", (SPAN, MOMENT)),
        ("starts_at", (MOMENT.or_unknown(),)),
        ("excused", (YES_NO,)),
        ("3 if ok else paid", (type_of("money"),)),
        ("lessons * 100", (type_of("money"),)),
        ("finance if ok else 'principal'", (type_of("choice", ["finance", "principal"]),)),
        ("teacher", (type_of("reference"),)),
        ("with", (type_of("text"),)),
    ],
)
def test_what_fits_its_place_is_no_problem(school: School, expression: str, wanted: Sequence[Type]) -> None:
    assert problems_of(word(expression), school, wanted) == []


@pytest.mark.parametrize(
    "expression",
    [
        *(
            "9" * 1_000_000,
            "9" * 1_999,
            "(" * 900 + "1" + ")" * 900,
            "[" * 900 + "]" * 900,
            "f(" * 300 + "1" + ")" * 300,
        ),
        *("not " * 400 + "ok", "-" * 1_900 + "1", "1+" * 900 + "1", "1 if ok else " * 140 + "1", "~" * 1_999),
    ],
    ids=lambda expression: f"{expression[:6]}*{len(expression)}",
)
def test_what_is_too_long_or_too_deep_is_refused_quickly(expression: str) -> None:
    begun = time.perf_counter()
    problem = parse(Word(expression))
    assert isinstance(problem, Problem)
    assert problem.code == "expression-forbidden"
    assert len(problem.message) < 200
    assert time.perf_counter() - begun < 3


def test_a_long_list_of_conditions_is_not_deep(school: School) -> None:
    expression = " and ".join(["ok"] * 250)
    tree = parse(Word(expression))
    assert isinstance(tree, Tree)
    assert infer(tree, school)[1] == []


def test_choices_may_be_listed_where_a_list_is_wanted(school: School) -> None:
    assert problems_of(word('[finance, "principal"]'), school, (type_of("choices", ["finance", "principal"]),)) == []
