"""Files as schools write them, and what is said of those that can't be read."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from engine.importing import batch
from engine.importing.events import Events, read_events
from engine.importing.faults import ImportReport
from engine.model import Definitions
from engine.store.sqlite import SqliteStore
from tests.importing.conftest import NOW, SHANGHAI, Import

VISITS = "学号,时间,对象,结果\n"


def lines(report: ImportReport, language: str = "en") -> list[str]:
    """Return the problems, each without the folder of its file."""
    return [
        each.text(language).rpartition("/")[2] if "/" in each.path else each.text(language) for each in report.problems
    ]


def events(store: SqliteStore) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = store._link.execute("SELECT case_no, type, at, data FROM events").fetchall()
    return rows


def test_a_visit(school: Import, store: SqliteStore) -> None:
    report = school(
        {"回访_2026-03.csv": "学号,时间,对象,时长（分钟）,结果,话题\nS-1,2026/3/1 10:00,家长,30,满意,成绩、作业\n"}
    )
    assert (report.problems, report.events_added, report.duplicates) == ((), 1, 0)
    data = {"minutes": 30.0, "outcome": "satisfied", "topics": ["homework", "marks"], "with": "parent"}
    assert events(store) == [(1, "visit_logged", 1772330400, json.dumps(data, separators=(",", ":")))]


def test_who_typed_it_in_and_when(school: Import, store: SqliteStore) -> None:
    head = "学号,时间,录入时间,录入人,对象\n"
    report = school(
        {"visit_logged.csv": head + "S-1,2026-03-01 10:00,2026-03-02 18:00,L-1,学员\nS-1,2026-03-03 10:00,,,student\n"}
    )
    rows = store._link.execute('SELECT recorded_at - at, "by" FROM events ORDER BY at').fetchall()
    assert rows == [(32 * 3600, "L-1"), (0, None)]
    assert "1 rows without a recording time count as typed in when they happened" in [
        each.text() for each in report.notes
    ]


def test_a_moment_without_a_zone_is_of_the_campus(school: Import, store: SqliteStore) -> None:
    text = VISITS + "S-1,2026-03-01 10:00,学员,\nS-2,2026-03-01 10:00,学员,\nS-2,2026-03-01T10:00:00+08:00,学员,\n"
    report = school({"回访.csv": text})
    assert [row[2] for row in events(store)] == [1772330400, 1772330400 + 8 * 3600, 1772330400]
    assert "moments without a zone are taken in the campus's zone (Asia/Shanghai, UTC)" in [
        each.text() for each in report.notes
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_usual_encoding(school: Import, encoding: str) -> None:
    report = school({"回访.csv": (VISITS + "S-1,2026-03-01 10:00,学员,\n").encode(encoding)})
    assert report.events_added == 1
    assert any("GBK" in each.text() for each in report.notes) == encoding.startswith("gb")


def test_an_encoding_that_nobody_reads(school: Import) -> None:
    assert lines(school({"回访.csv": b"\xff\x00\x81\xff\n"})) == [
        "回访.csv: is text in neither UTF-8 nor GBK; save it as UTF-8"
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_every_usual_separator(school: Import, separator: str) -> None:
    text = (VISITS + "S-1,2026-03-01 10:00,学员,\n").replace(",", separator)
    assert school({"回访.csv": text}).events_added == 1


def test_json_lines(school: Import, store: SqliteStore) -> None:
    rows = [
        {
            "case_id": "S-1",
            "event": "payment_confirmed",
            "at": "2026-01-06T09:00:00+08:00",
            "amount_cny": 1200.5,
            "in_full": True,
        },
        {"case_id": "S-1", "event": "visit_logged", "at": 1772330400, "with": "student", "topics": ["marks"]},
    ]
    report = school({"a.jsonl": "\n\n".join(json.dumps(each) for each in rows)})
    assert report.events_added == 2
    assert [row[3] for row in events(store)] == [
        '{"amount_cny":"1200.50","in_full":true}',
        '{"topics":["marks"],"with":"student"}',
    ]


def test_json_lines_that_are_none(school: Import) -> None:
    report = school({"a.jsonl": '{"a\n[1]\n{"case_id": {"x": 1}, "event": "called"}\n' + "[" * 9999})
    assert [each.partition(": ")[0] for each in lines(report)] == [
        "a.jsonl:case_id", "a.jsonl:at", "a.jsonl:1", "a.jsonl:2", "a.jsonl:3:case_id", "a.jsonl:4",
    ]  # fmt: skip


def book(path: Path, merge: str = "") -> bytes:
    with xlsxwriter.Workbook(path) as workbook:
        visits = workbook.add_worksheet("回访")
        if merge:
            visits.merge_range(merge, "回访记录")
        day = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        top = 1
        for column, heading in enumerate(["学号", "时间", "对象", "时长(分钟)", "备注"]):
            visits.write(top, column, heading)
        visits.write_row(top + 2, 0, ["S-1", 46082.4375, "学员", 30, "好"])
        visits.write_row(top + 3, 0, ["S-1", "2026-03-01 12:00", "学员"])
        visits.write_number(top + 4, 1, 46082.5, day)
        visits.write(top + 4, 0, "S-1")
        visits.write(top + 4, 2, "student")
        workbook.add_worksheet("空")
        workbook.add_worksheet("说明").write(0, 0, "这是说明")
    return path.read_bytes()


def test_a_workbook(school: Import, store: SqliteStore, tmp_path: Path) -> None:
    report = school({"三月.xlsx": book(tmp_path / "a.xlsx")})
    assert lines(report) == []
    assert [row[2] for row in events(store)] == [1772332200, 1772337600]  # 46082.5 and "12:00" are one event
    assert (report.events_added, report.duplicates) == (2, 1)


def test_merged_headings_are_refused_by_their_cell(school: Import, tmp_path: Path) -> None:
    report = school({"a.xlsx": book(tmp_path / "b.xlsx", "A1:E1")})
    assert lines(report) == ["a.xlsx[回访]:1:A1:E1: its heading is a merged cell; unmerge it, one title a column"]


def test_a_workbook_that_is_none(school: Import) -> None:
    assert lines(school({"回访.xlsx": b"no zip at all"}))[0].startswith("回访.xlsx: is no xlsx file that can be read")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("回访.csv", VISITS + "S-1,2026-03-01,学员,,5,6\n", "回访.csv:2: has 2 cells more than the heading"),
        ("回访.csv", VISITS + 'S-1,"2026-03-01,学员,\n', "回访.csv:2: has a quote that is never closed"),
        ("其他.csv", VISITS + "S-1,2026-03-01,学员,\n", "其他.csv: what it holds is unclear"),
        ("电话.csv", "学号,时间\nS-1,2026-03-01\n", "电话.csv: is the title of called, rang; write the id"),
        ("回访.doc", "x", "回访.doc: only .csv, .xlsx and .jsonl are read"),
        ("回访.csv", "学号,对象\nS-1,学员\n", "回访.csv:at: this column is missing"),
        ("回访.csv", "学号,学号,时间\nS-1,S-1,2026-03-01\n", "回访.csv:1:学号: this column comes twice"),
        ("回访.csv", "学号,编号,时间,对象\nS-1,S-1,2026-03-01,学员\n", "回访.csv:1:编号: this column comes twice"),
        (
            "回访.csv",
            "学号,时间,对像\nS-1,2026-03-01,学员\n",
            '回访.csv:2:对像: nobody knows this column; did you mean "对象"?',
        ),
        (
            "a.csv",
            "学号,时间,事件\nS-1,2026-03-01,回放\n",
            'a.csv:2:事件: "回放" is not an event; did you mean "回访"?',
        ),
        ("a.csv", "学号,姓名,类别\nS-7,王,老虎\n", 'a.csv:2:类别: "老虎" is not a kind of case'),
    ],
)
def test_what_can_not_be_read_is_named(school: Import, store: SqliteStore, name: str, content: str, said: str) -> None:
    report = school({name: content})
    assert lines(report)[0].startswith(said)
    assert events(store) == []


def test_a_file_that_is_not_there(school: Import, store: SqliteStore, definitions: Definitions, tmp_path: Path) -> None:
    report = batch.import_files(store, definitions, [tmp_path / "x.csv"], NOW, lambda _: SHANGHAI)
    assert lines(report, "zh") == ["x.csv: 没有这个文件"]


def test_empty_files_and_notes_are_left_out(school: Import) -> None:
    report = school(
        {
            "回访.csv": "",
            "学员.csv": "学号,姓名\n",
            "到账确认.csv": "学号,时间,金额,备注,,#我的\nS-1,2026-03-01,3,x,,y\n",
        }
    )
    assert (report.problems, report.events_added) == ((), 1)
    assert any("备注, #我的" in each.text() for each in report.notes)


def test_a_row_for_each_event(school: Import, store: SqliteStore) -> None:
    text = "S-1,回访,2026-03-01,学员,\nS-1,到账确认,2026-03-02,,12\nL-1,staff_left,2026-03-03,,\n"
    assert school({"all.csv": "学号,事件,时间,对象,金额\n" + text}).events_added == 3
    assert [row[1] for row in events(store)] == ["visit_logged", "payment_confirmed", "staff_left"]


def test_all_or_nothing_over_all_files(school: Import, store: SqliteStore) -> None:
    good, bad = VISITS + "S-1,2026-03-01,学员,\n", "学号,时间,金额\nS-1,2026-03-01,x\n"
    assert school({"回访.csv": good, "到账确认.csv": bad, "学员.csv": "学号,姓名\nS-8,新\n"}).problems
    assert events(store) == []
    assert store.last_case_no() == 3


def test_only_the_first_hundred_are_shown(school: Import) -> None:
    report = school({"回访.csv": VISITS + "S-1,2026-03-01,学员,\n" + "S-99,x,狗,\n" * 500})
    assert (len(report.problems), report.more_problems) == (100, 1400)


def test_another_writer_meanwhile_is_seen(school: Import, store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    original, called = read_events, list[int]()

    def meanwhile(*arguments: Any) -> Events:
        if not called:
            other = sqlite3.connect(store.path)
            other.execute(
                "INSERT INTO events (case_no, type, at, recorded_at, data) "
                "VALUES (1, 'visit_logged', 1772294400, 5, ?)",
                ('{"with":"student"}',),
            )
            other.commit()
            other.close()
        called.append(1)
        return original(*arguments)

    monkeypatch.setattr(batch, "read_events", meanwhile)
    report = school({"回访.csv": VISITS + "S-1,2026-03-01,学员,\n"})
    assert (len(called), report.events_added, report.duplicates) == (2, 0, 1)


def test_progress_is_told(school: Import, store: SqliteStore, definitions: Definitions, tmp_path: Path) -> None:
    (tmp_path / "回访.csv").write_text(VISITS + "S-1,2026-03-01,学员,\n", "utf-8")
    told: list[tuple[str, int, int]] = []
    batch.import_files(
        store, definitions, [tmp_path / "回访.csv"], NOW, lambda _: SHANGHAI, lambda *each: told.append(each)
    )
    assert told == [("read", 0, 1), ("read", 1, 1), ("check", 0, 1), ("check", 1, 1), ("write", 1, 1)]


def test_a_million_digits(school: Import) -> None:
    report = school({"回访.csv": "学号,时间,对象,时长(分钟)\nS-1,2026-03-01,学员," + "9" * 1_000_000 + "\n"})
    assert len(lines(report)[0]) < 200
    assert "expected a number" in lines(report)[0]


def test_frames_of_the_log(school: Import, store: SqliteStore, definitions: Definitions) -> None:
    school({"回访.csv": VISITS + "S-1,2026-03-01,学员,\n"})
    assert store.log(definitions).events("visit_logged")["with"].equals(pl.Series("with", ["student"]))
