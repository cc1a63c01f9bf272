"""Rows that are wrong, each named by its cell; rows that come twice; facts that change."""

import pytest

from engine.importing.faults import ImportReport
from engine.model import Definitions
from engine.store.sqlite import SqliteStore
from tests.importing.conftest import Import

HEAD = "学号,时间,对象,时长(分钟),结果,话题\n"


def told(report: ImportReport, language: str = "en") -> list[str]:
    return [each.text(language).rpartition("/")[2] for each in report.problems]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("S-9,2026-03-01,学员,,,", '2:学号: "S-9" is not a case'),
        (",2026-03-01,学员,,,", "2:学号: is required and missing"),
        ("L-1,2026-03-01,学员,,,", '2:学号: "L-1" is of kind staff; visit_logged is recorded on student'),
        ("S-1,,学员,,,", "2:时间: is required and missing"),
        ("S-1,昨天,学员,,,", '2:时间: "昨天" expected a moment, such as 2026-03-01 09:30'),
        ("S-1,2026-03-10 12:01,学员,,,", '2:时间: "2026-03-10 12:01" is in the future (now is 2026-03-10 12:00)'),
        ("S-1,2026-01-05 08:59,学员,,,", '2:时间: "2026-01-05 08:59" is before the case existed (2026-01-05 09:00)'),
        ("S-1,2026-03-01,,,,", "2:对象: is required and missing"),
        ("S-1,2026-03-01,狗,,,", '2:对象: "狗" expected one of parent (家长), student (学员)'),
        ("S-1,2026-03-01,家长,,,", '2:结果: is required where with == "parent", and missing'),
        ("S-1,2026-03-01,学员,-1,,", '2:时长(分钟): "-1" may not be less than 0'),
        ("S-1,2026-03-01,学员,半小时,,", '2:时长(分钟): "半小时" expected a number'),
        (
            "S-1,2026-03-01,学员,,,成绩；天气",
            '2:话题: "成绩；天气" expected some of marks (成绩), homework (作业), with commas',
        ),
    ],
)
def test_a_wrong_cell_is_named(school: Import, store: SqliteStore, row: str, said: str) -> None:
    report = school({"回访.csv": HEAD + row + "\n"})
    assert len(report.problems) == 1
    assert told(report)[0].startswith(f"回访.csv:{said}")
    assert store.last_event_id() == 0


def test_what_is_wrong_is_said_in_chinese(school: Import) -> None:
    assert told(school({"回访.csv": HEAD + "S-1,2026-03-01,学员,-1,,\n"}), "zh") == [
        '回访.csv:2:时长(分钟): "-1" 不能小于 0'
    ]


def test_a_missing_column_of_a_required_field(school: Import) -> None:
    assert told(school({"到账确认.csv": "学号,时间\nS-1,2026-03-01\n"})) == [
        "到账确认.csv:2:金额: is required and missing"
    ]


def test_the_same_row_twice_and_the_same_file_twice(school: Import, store: SqliteStore) -> None:
    text = HEAD + "S-1,2026-03-01 10:00,学员,30,,\n" * 2 + "S-1,2026/03/01 10:00:00,student,30.0,,\n"
    first, second = school({"回访.csv": text}), school({"回访.csv": text})
    assert (first.events_added, first.duplicates) == (1, 2)
    assert (second.events_added, second.duplicates) == (0, 3)
    assert store.last_event_id() == 1


def test_an_event_without_fields_comes_once(school: Import, store: SqliteStore) -> None:
    text = "学号,时间\nS-1,2026-03-01\n"
    assert school({"called.csv": text}).events_added == 1
    assert school({"called.csv": text}).duplicates == 1


def test_a_voided_event_does_not_come_back(school: Import, store: SqliteStore) -> None:
    from engine.store.base import NewEvent

    text = HEAD + "S-1,2026-03-01 10:00,学员,30,,\n"
    school({"回访.csv": text})
    store.append([NewEvent(1, "void", 1, 1, None, {"event_id": 1, "why": "wrong"})])
    assert school({"回访.csv": text}).duplicates == 1


def test_cases_and_their_events_come_together(school: Import, store: SqliteStore) -> None:
    report = school(
        {
            "回访.csv": HEAD + "S-7,2026-02-01 10:00,学员,30,,\nS-7,2026-01-20 10:00,学员,30,,\n",
            "学员.csv": "学号,姓名,校区\nS-7,赵,pudong\nS-8,钱,pudong\n",
        }
    )
    assert (report.problems, report.cases_added, report.events_added) == ((), 2, 2)
    assert any("2 cases without a creation moment" in each.text() for each in report.notes)
    created = dict(store._link.execute("SELECT case_id, created_at FROM cases").fetchall())
    assert created["S-7"] == 1768874400  # its first event
    assert created["S-8"] == 1773115200  # now


def test_changed_facts_become_events(school: Import, store: SqliteStore, definitions: Definitions) -> None:
    first = school({"学员.csv": "学号,年级,时间\nS-1,5,2026-03-01 10:00\nS-2,,\n"})
    assert (first.cases_changed, first.duplicates) == (1, 1)
    second = school({"学员.csv": "学号,年级,姓名\nS-1,6,王\nS-2,,李\n"})
    assert (second.cases_changed, second.duplicates) == (1, 1)
    assert store.log(definitions).fields("grade").rows() == [(1, 1772330400, 5.0), (1, 1773115200, 6.0)]
    assert school({"学员.csv": "学号,年级\nS-1,6\n"}).cases_changed == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("学号,姓名\nS-7,\n", "2:姓名: is required and missing"),
        ("学号,姓名,年级\nS-7,赵,14\n", '2:年级: "14" may not be more than 13'),
        ("学号,姓名,生日\nS-7,赵,2026-02-30\n", '2:生日: "2026-02-30" expected a date, such as 2026-03-01'),
        ("学号,姓名\nS-7,赵\nS-7,钱\n", '3:学号: "S-7" comes twice, with different facts'),
        ("学号,校区\nS-1,xuhui\n", '2:校区: "xuhui" is pudong already and can\'t be changed'),
        (
            "学号,姓名,建档时间\nS-7,赵,2027-01-01\n",
            '2:建档时间: "2027-01-01" is in the future (now is 2026-03-10 12:00)',
        ),
        ("姓名\n赵\n", "case_id: this column is missing"),
    ],
)
def test_a_wrong_case_is_named(school: Import, store: SqliteStore, text: str, said: str) -> None:
    assert told(school({"学员.csv": text})) == [f"学员.csv:{said}"]
    assert (store.last_case_no(), store.last_event_id()) == (3, 0)


def test_a_case_of_another_kind(school: Import) -> None:
    assert told(school({"员工.csv": "工号,姓名\nS-1,赵\n"})) == [
        '员工.csv:2:subject: "staff" is student already and can\'t be changed'
    ]


def test_a_reference_to_nobody_is_a_note(school: Import) -> None:
    report = school({"学员.csv": "学号,学管师\nS-1,L-1\nS-2,L-9\n"})
    assert (report.problems, report.cases_changed) == ((), 2)
    assert any("1 times 学管师 names a staff that is not there, such as L-9" in each.text() for each in report.notes)
