"""The programs that the benchmarks compare with answer as dueline does, on a small campus."""

import importlib
from pathlib import Path

import polars as pl
import pytest

from benchmarks import agree, ours
from benchmarks.data import Campus, build
from engine.calendars.zones import moment_of
from engine.store.typed import to_json

ZONE = "Asia/Shanghai"
AS_OF = moment_of("2025-09-25 09:00", ZONE)


def at(text: str) -> int:
    return moment_of(text, ZONE)


#: Two students, one on each campus: everything owed, and everything done but what recurs; one has a pause.
HISTORY: list[tuple[int, str, str, dict[str, object]]] = [
    (0, "contract_signed", "2025-07-03 10:00", {}),
    (0, "payment_confirmed", "2025-07-03 11:00", {"in_full": False, "amount_cny": "100.00"}),
    (0, "file_accepted", "2025-07-04 17:00", {}),
    (0, "payment_confirmed", "2025-07-05 11:00", {"in_full": True, "amount_cny": "900.00"}),
    (0, "lesson_scheduled", "2025-07-06 11:00", {"lesson": "L1", "starts_at": at("2025-07-10 19:00")}),
    (0, "lesson_scheduled", "2025-07-06 11:00", {"lesson": "L2", "starts_at": at("2025-07-17 19:00")}),
    (0, "lesson_scheduled", "2025-07-06 11:00", {"lesson": "L5", "starts_at": 1, "ends_at": at("2025-07-18 20:00")}),
    (0, "first_class_received", "2025-07-10 19:00", {}),
    (0, "lesson_attended", "2025-07-10 21:00", {"lesson": "L1"}),
    (0, "absence", "2025-07-24 19:30", {"lesson": "L3", "excused": False}),
    (0, "suspended", "2025-07-25 09:00", {}),
    (0, "absence", "2025-07-31 19:30", {"lesson": "L4", "excused": False}),
    (0, "resumed", "2025-08-04 09:00", {}),
    (0, "school_exam_announced", "2025-09-20 10:00", {"exam": "E1", "exam_at": at("2025-10-01 09:00")}),
    (0, "student_asked", "2025-09-24 17:30", {"question": "Q1"}),
    (1, "contract_signed", "2025-07-03 10:00", {}),
    (1, "takeover_requested", "2025-07-03 12:00", {}),
    (1, "payment_confirmed", "2025-07-03 13:00", {"in_full": True, "amount_cny": "900.00"}),
    (1, "file_accepted", "2025-07-04 17:00", {}),
    (1, "first_call_logged", "2025-07-05 10:00", {"introduced": ["name_and_post", "duties", "help"]}),
    (1, "first_class_received", "2025-07-10 19:00", {}),
    (1, "lesson_attended", "2025-07-10 21:00", {"lesson": "L1"}),
    (1, "lesson_note_written", "2025-07-10 22:00", {"lesson": "L1"}),
    (1, "visit_logged", "2025-09-12 16:00", {"with": "parent", "minutes": 20.0}),
    (1, "visit_logged", "2025-09-20 16:00", {"with": "teacher", "minutes": 20.0}),
    (1, "student_sorted", "2025-09-05 16:00", {"stability": "unstable"}),
    (1, "question_session_held", "2025-09-20 16:00", {}),
]  # fmt: skip
CASES = pl.DataFrame(
    {
        "case_no": [1, 2],
        "case_id": ["S1", "S2"],
        "subject": ["student"] * 2,
        "campus": ["xuhui", "pudong"],
        "created_at": [at("2025-07-03 09:00")] * 2,
        "fields": ['{"programme":"one_on_one"}'] * 2,
    }
)
RAW = {
    "case_no": pl.Int64,
    "place": pl.Int64,
    "type": pl.String,
    "at": pl.Int64,
    "recorded_at": pl.Int64,
    "data": pl.String,
}


@pytest.fixture
def store(tmp_path: Path) -> Path:
    rows = [(place, place, event, at(text), at(text), to_json(form)) for place, event, text, form in HISTORY]
    events = pl.DataFrame(rows, schema=RAW, orient="row").drop("case_no")
    nothing = events.clear().rename({"place": "case_no"})
    path = tmp_path / "small.db"
    build(path, 5, Campus(AS_OF, CASES, (events,) * 9, CASES.clear(), nothing))
    return path


@pytest.mark.parametrize("peer", ["polars_by_hand", "sql_by_hand", "plain_python"])
def test_a_program_by_hand_owes_the_same(store: Path, peer: str) -> None:
    mine = ours.answer(store, AS_OF)
    assert mine["step"].n_unique() > 9
    agree.check(peer, mine, importlib.import_module(f"benchmarks.peers.{peer}").answer(store, AS_OF))


def test_a_difference_is_told(store: Path) -> None:
    mine = ours.answer(store, AS_OF)
    with pytest.raises(agree.Disagreement, match="dueline"):
        agree.check("a peer", mine, mine.with_columns(pl.col("due_at") + 60))
