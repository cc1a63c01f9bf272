"""What an expression depends on, so that a run knows when its answer may change."""

import pytest

from engine.expr import Tree, Uses, parse, uses
from engine.text import Word
from tests.expr.school import School


def tree_of(expression: str) -> Tree:
    tree = parse(Word(expression))
    assert isinstance(tree, Tree)
    return tree


def used(expression: str, school: School | None = None) -> Uses:
    fields = (lambda event: school.events.get(event, {})) if school else None
    return uses(tree_of(expression), fields)


def test_names_in_a_condition_over_events_are_the_events_fields_first(school: School) -> None:
    found = used("count(visit_logged, if=with == 'parent' and minutes > grade, since=start) > limit", school)
    assert found.events == {"visit_logged": {"with", "minutes"}}
    assert found.names == {"grade", "start", "limit"}


def test_without_the_fields_such_names_count_as_both() -> None:
    found = used("count(visit_logged, if=minutes > 3)")
    assert found.events == {"visit_logged": {"minutes"}}
    assert found.names == {"minutes"}


def test_fields_tables_steps_and_functions_are_told() -> None:
    found = used("latest(absence, lesson) == opening(lesson) and decide(interval, every) and is_done(a.b)")
    assert found.events == {"absence": {"lesson"}}
    assert (found.opening, found.tables, found.steps) == ({"lesson"}, {"interval"}, {"a.b"})
    assert found.functions == {"latest", "opening", "decide", "is_done"}
    assert not found.is_timed


@pytest.mark.parametrize(
    ("expression", "compared", "elsewhere"),
    [
        ("now >= starts_at - 2 days", ["starts_at - 2 days"], []),
        ("start < now", ["start"], []),
        ("ok and not (now > due)", ["due"], []),
        ("days_between(start, now) > 3 and ok", [], ["days_between(start, now) > 3"]),
        ("start < now - 2 days", [], ["start < now - 2 days"]),
        ("start < now < due", [], ["start < now < due"]),
        ("now > min_of(due, now)", ["min_of(due, now)"], ["now > min_of(due, now)"]),
        ("months_between(start, now) + 1", [], ["months_between(start, now) + 1"]),
        ("age(born) >= 18", [], ["age(born) >= 18"]),
        ("count(visit, since=now - 3 days) > 1", [], ["count(visit, since=now - 3 days) > 1"]),
        ("ok", [], []),
    ],
)
def test_where_time_alone_changes_the_answer_is_told(
    expression: str, compared: list[str], elsewhere: list[str]
) -> None:
    tree = tree_of(expression)
    found = uses(tree)
    assert [tree.text_of(each) for each in found.now_comparisons] == compared
    assert [tree.text_of(each) for each in found.now_elsewhere] == elsewhere
    assert found.is_timed == bool(compared or elsewhere) == ("now" in found.names)


def test_windows_are_told() -> None:
    tree = tree_of("count(visit, within=3 days) > 1 or happened(call, within=limit)")
    found = uses(tree)
    assert [tree.text_of(each) for each in found.spans_within] == ["3 days", "limit"]
    assert found.is_timed
