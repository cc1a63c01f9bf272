"""Logs: typed, as of a moment, without what was voided; the same from a store, its copy, and memory."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model import Definitions
from engine.store.base import NewEvent
from engine.store.log import MemoryLog, TypedLog, voided_events
from engine.store.source import StoreSource
from engine.store.sqlite import SqliteStore, open_store

EVENTS = [
    NewEvent(2, "visit", 300, 310, "L", {"who": "parent", "minutes": 30.0}),
    NewEvent(1, "visit", 200, 900, "L", {"who": "student"}),
    NewEvent(
        1,
        "payment",
        250,
        250,
        None,
        {"amount": "12.30", "day": "2026-03-01", "tags": ["a", "b"], "ok": True, "due": 77},
    ),
    NewEvent(1, "set", 260, 260, None, {"grade": 6.0, "manager": 'the "grade":1 man'}),
    NewEvent(1, "set", 270, 270, None, {"grade": None}),
    NewEvent(1, "waive", 280, 280, "P", {"step": "p.call", "key": "", "by": "P", "why": "moved"}),
    NewEvent(2, "void", 300, 500, "P", {"event_id": 1, "why": "wrong student"}),
    NewEvent(3, "left", 400, 400),
]
CASES: list[dict[str, object]] = [
    {
        "case_no": number,
        "case_id": f"S-{number}",
        "subject": "student",
        "campus": "x",
        "created_at": 100,
        "fields": {"grade": 5.0},
    }
    for number in (1, 2, 3)
]


@pytest.fixture(params=["memory", "store", "copy", "copy and tail", "few"])
def log(request: pytest.FixtureRequest, store: SqliteStore, definitions: Definitions) -> Callable[..., TypedLog]:
    """Give a function that makes the same log in each of the ways there are."""
    if request.param == "memory":
        return lambda **limits: MemoryLog(definitions, CASES, EVENTS, **limits)
    half = 4 if request.param == "copy and tail" else len(EVENTS)
    store.append(EVENTS[:half])
    if request.param.startswith("copy"):
        store.refresh_columns(definitions)
    store.append(EVENTS[half:])
    chosen = [1, 2, 3] if request.param == "few" else None
    return lambda **limits: store.log(definitions, chosen, **limits)


def test_values_have_the_types_of_their_fields(log: Callable[..., TypedLog]) -> None:
    row = log().events("payment").row(0, named=True)
    assert row["amount"] == Decimal("12.30")
    assert row["day"] == date(2026, 3, 1)
    assert (row["tags"], row["ok"], row["due"], row["event_id"]) == (["a", "b"], True, 77, 3)


def test_a_voided_event_is_not_there(log: Callable[..., TypedLog]) -> None:
    assert log().events("visit")["event_id"].to_list() == [2]


def test_what_was_typed_in_later_is_not_known_yet(log: Callable[..., TypedLog]) -> None:
    assert log(known_at=499).events("visit")["event_id"].to_list() == [1]
    assert log(known_at=900).events("visit")["event_id"].to_list() == [2]


def test_what_happens_later_is_not_there_yet(log: Callable[..., TypedLog]) -> None:
    assert log(as_of=299).events("visit")["event_id"].to_list() == [2]
    assert log(as_of=399).events("left").height == 0
    assert log(as_of=400).events("left").height == 1


def test_the_history_of_a_fact(log: Callable[..., TypedLog]) -> None:
    grades = log().fields("grade", "student").rows()
    assert grades == [(1, 100, 5.0), (1, 260, 6.0), (1, 270, None), (2, 100, 5.0), (3, 100, 5.0)]
    assert log(as_of=265).fields("grade", "student").rows()[1] == (1, 260, 6.0)
    assert log().fields("manager").rows() == [(1, 260, 'the "grade":1 man')]
    assert log().fields("born").height == 0


def test_a_fact_that_two_subjects_type_differently_is_text(log: Callable[..., TypedLog]) -> None:
    assert log().fields("grade").rows()[0] == (1, 100, "5")


def test_waivers(log: Callable[..., TypedLog]) -> None:
    assert log().waives().select("case_no", "at", "step", "by").rows() == [(1, 280, "p.call", "P")]


def test_types_present_and_absent(log: Callable[..., TypedLog]) -> None:
    found = log()
    assert {"visit", "payment", "set", "void", "waive", "left"} == found.types_present
    assert found.events("nobody_knows").height == 0
    assert found.events("left").columns == ["case_no", "at", "recorded_at", "event_id"]


def test_present_facts(log: Callable[..., TypedLog]) -> None:
    assert log().facts_now(["grade", "born"])[1] == {"grade": None, "born": None}


@pytest.mark.parametrize(
    ("voids", "gone"),
    [
        ([], set()),
        ([(2, 1)], {1}),
        ([(2, 1), (3, 2)], {2}),
        ([(2, 1), (3, 2), (4, 3)], {1, 3}),
        ([(2, 1), (3, 1), (4, 2)], {1, 2}),
    ],
)
def test_a_void_that_is_voided_voids_nothing(voids: list[tuple[int, int]], gone: set[int]) -> None:
    assert voided_events(voids) == gone


def test_a_log_is_of_the_instant_it_was_asked_for(store: SqliteStore, definitions: Definitions) -> None:
    store.append(EVENTS[:2])
    before = store.log(definitions)
    store.append([NewEvent(1, "visit", 210, 210)])
    assert before.events("visit").height == 2
    assert store.log(definitions, last_event_id=1).events("visit").height == 1
    store.refresh_columns(definitions)
    assert store.log(definitions, last_event_id=1).events("visit").height == 1


@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.builds(
            NewEvent,
            case_no=st.integers(1, 5),
            type=st.sampled_from(["visit", "left", "payment"]),
            at=st.integers(100, 110),
            recorded_at=st.integers(100, 110),
            data=st.fixed_dictionaries(
                {}, optional={"who": st.sampled_from(["parent", "", '父"母', "a\nb"]), "amount": st.just("1.00")}
            ),
        ),
        max_size=12,
    ),
    st.integers(0, 12),
    st.one_of(st.none(), st.lists(st.integers(1, 5), min_size=1, unique=True)),
)
def test_every_way_of_reading_agrees(
    tmp_path_factory: pytest.TempPathFactory,
    definitions: Definitions,
    events: list[NewEvent],
    copied: int,
    chosen: list[int] | None,
) -> None:
    cases = [dict(each) for each in CASES] + [CASES[0] | {"case_no": n, "case_id": f"S-{n}"} for n in (4, 5)]
    memory = MemoryLog(definitions, cases, events)
    path = tmp_path_factory.mktemp("agree") / "a.db"
    with open_store(path, create=True) as store:
        store.add_cases(pl.DataFrame(cases).with_columns(fields=pl.lit("{}")))
        store.append(events[:copied])
        store.refresh_columns(definitions)
        store.append(events[copied:])
        view = store._copy.up_to(definitions, store.last_event_id())
        through_copy = TypedLog(definitions, StoreSource(view, chosen, store.cases), None, None)
        direct = store.log(definitions, chosen)
        for each in ("visit", "left", "payment"):
            wanted = memory.events(each)
            if chosen is not None:
                wanted = wanted.filter(pl.col("case_no").is_in(chosen))
            assert direct.events(each).equals(wanted)
            assert through_copy.events(each).equals(wanted)
