"""A small school with Chinese titles, and files to hand over."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.importing.batch import import_files
from engine.importing.faults import ImportReport
from engine.importing.moments import one_moment
from engine.model import Definitions, Event, Field, FieldType, Subject, Title
from engine.store.sqlite import SqliteStore, open_store
from engine.text import Word

SHANGHAI = "Asia/Shanghai"
NOW = one_moment("2026-03-10 12:00", SHANGHAI) or 0

Import = Callable[..., ImportReport]


def field(
    name: str,
    kind: FieldType,
    zh: str,
    *,
    required: bool = False,
    required_if: str = "",
    at_least: float | None = None,
    at_most: float | None = None,
    to: str = "",
    **choices: str,
) -> Field:
    return Field(
        Word(name),
        kind,
        Title(zh, name.replace("_", " ")),
        choices=tuple(Word(each) for each in choices),
        choice_titles={each: Title(text, each) for each, text in choices.items()},
        to=Word(to) if to else None,
        required=required,
        required_if=Word(required_if) if required_if else None,
        at_least=at_least,
        at_most=at_most,
    )


def _named(*fields: Field) -> dict[str, Field]:
    return {str(each.name): each for each in fields}


def _event(name: str, zh: str, *fields: Field, subject: str = "student") -> tuple[str, Event]:
    return name, Event(Word(name), subject, Title(zh, name.replace("_", " ")), fields=_named(*fields))


@pytest.fixture(scope="session")
def definitions() -> Definitions:
    return Definitions(
        subjects={
            "student": Subject(
                Word("student"),
                Title("学员", "student"),
                _named(
                    field("name", "text", "姓名", required=True),
                    field("grade", "number", "年级", at_least=1, at_most=13),
                    field("manager", "reference", "学管师", to="staff"),
                    field("born", "date", "生日"),
                ),
            ),
            "staff": Subject(Word("staff"), Title("员工", "staff member"), _named(field("name", "text", "姓名"))),
        },
        events=dict(
            [
                _event(
                    "visit_logged",
                    "回访",
                    field("with", "choice", "对象", required=True, parent="家长", student="学员"),
                    field("minutes", "number", "时长(分钟)", at_least=0),
                    field(
                        "outcome", "choice", "结果", required_if='with == "parent"', satisfied="满意", withdraw="退费"
                    ),
                    field("topics", "choices", "话题", marks="成绩", homework="作业"),
                ),
                _event(
                    "payment_confirmed",
                    "到账确认",
                    field("amount_cny", "money", "金额", required=True),
                    field("in_full", "yes_no", "是否全款"),
                    field("starts_at", "moment", "开课时间"),
                ),
                _event("staff_left", "离职", subject="staff"),
                _event("called", "电话"),
                _event("rang", "电话"),
            ]
        ),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    with open_store(tmp_path / "dueline.db", create=True) as found:
        yield found


@pytest.fixture
def hand_over(store: SqliteStore, definitions: Definitions, tmp_path: Path) -> Import:
    """Give a function that writes files (name=content) and imports them."""

    def do(files: dict[str, str | bytes], **options: object) -> ImportReport:
        paths = []
        for name, content in files.items():
            path = tmp_path / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(path)
        return import_files(store, definitions, paths, NOW, lambda campus: "UTC" if campus == "abroad" else SHANGHAI)

    return do


@pytest.fixture
def school(hand_over: Import) -> Import:
    """Give the same function over a store that has three cases."""
    report = hand_over(
        {
            "学员.csv": "学号,姓名,校区,建档时间\nS-1,王,pudong,2026-01-05 09:00\nS-2,李,abroad,2026-01-05 09:00\n",
            "员工.csv": "工号,姓名,校区,建档时间\nL-1,张,pudong,2026-01-01\n",
        }
    )
    assert not report.problems
    assert report.cases_added == 3
    return hand_over
