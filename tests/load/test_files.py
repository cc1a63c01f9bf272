"""What bytes people save, and what becomes of them."""

from pathlib import Path

import pytest

from engine.load import load
from engine.load.files import LARGEST

HANDBOOK = "kind: handbook\nid: X\nclauses:\n  X-001: 半天内电话回访\n"


def written(folder: Path, data: bytes) -> Path:
    path = folder / "x.yaml"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gbk", "gb18030"])
def test_a_chinese_file_is_read_whatever_editor_saved_it(tmp_path: Path, encoding: str) -> None:
    loaded = load([written(tmp_path, HANDBOOK.encode(encoding))])
    assert loaded.definitions.clauses["X-001"].title.zh == "半天内电话回访"
    warned = [(each.code, each.severity) for each in loaded.problems]
    assert warned == ([] if encoding.startswith("utf-8") else [("file-encoding", "warning")])


def test_line_ends_of_windows_keep_lines_and_columns(tmp_path: Path) -> None:
    loaded = load([written(tmp_path, HANDBOOK.replace("\n", "\r\n").encode())])
    assert str(loaded.definitions.places["clause:X-001"]).endswith("x.yaml:4:3")


@pytest.mark.parametrize(
    ("data", "line", "code"),
    [
        (b"kind: handbook\n\xff\xff\xff\n", 2, "file-encoding"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", 2, "file-encoding"),
        (b"kind: handbook\nid: a\0b\n", 2, "file-encoding"),
        (b"kind: handbook\nid: a\x0bb\n", 2, "file-encoding"),
        (b"\xff\xfeabc", 1, "file-encoding"),
        (b"", 1, "file-empty"),
    ],
)
def test_what_is_no_text_is_refused_at_its_line(tmp_path: Path, data: bytes, line: int, code: str) -> None:
    (problem,) = load([written(tmp_path, data)]).problems
    assert (problem.code, problem.span.line, problem.severity) == (code, line, "error")


def test_a_file_of_50_megabytes_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    (problem,) = load([path]).problems
    assert problem.code == "file-too-big"
    assert "50.0 MB" in problem.message


def test_the_largest_file_allowed_is_read(tmp_path: Path) -> None:
    text = HANDBOOK + "# " + "x" * (LARGEST - len(HANDBOOK.encode()) - 2)
    assert load([written(tmp_path, text.encode())]).problems == []


def test_a_folder_is_read_with_its_folders_but_not_the_tools_own(tmp_path: Path) -> None:
    for place in ("a.yaml", "b/c.yml", ".github/workflow.yaml", "b/notes.txt"):
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"kind: handbook\nid: X\nclauses: {{'{place}': x}}\n", "utf-8")
    assert set(load([tmp_path]).definitions.clauses) == {"a.yaml", "b/c.yml"}


def test_a_folder_without_yaml_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    assert [each.code for each in load([tmp_path]).problems] == ["no-definitions"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (problem,) = load([tmp_path / "gone.yaml"]).problems
    assert (problem.code, problem.span.path) == ("file-unreadable", (tmp_path / "gone.yaml").as_posix())


def test_paths_are_shown_as_seen_from_where_people_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path, b"")
    monkeypatch.chdir(tmp_path)
    assert [each.span.path for given in (Path(), tmp_path, Path("x.yaml")) for each in load([given]).problems] == [
        "x.yaml"
    ] * 3


def test_the_same_name_in_two_files_names_the_other_place(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(HANDBOOK, "utf-8")
    (problem,) = load([tmp_path]).problems
    assert problem.span.path.endswith("b.yaml")
    assert problem.message.endswith("a.yaml, line 4")


def test_a_file_with_a_fault_leaves_the_others_usable(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(HANDBOOK, "utf-8")
    (tmp_path / "b.yaml").write_text("kind: [", "utf-8")
    loaded = load([tmp_path])
    assert list(loaded.definitions.clauses) == ["X-001"]
    assert len(loaded.problems) == 1
