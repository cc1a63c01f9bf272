"""Definition files as people break them: one message at the place, exit code 1, and nothing runs."""

from pathlib import Path

import pytest

from tests.acceptance.conftest import Run

DIGITS = "9" * 1_000_000
BOMB = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 10)}]\n" for level in range(1, 12)
)

FILES: dict[str, tuple[bytes, str]] = {
    "no yaml": (b"kind: process\n  - a: [\n", 'x.yaml:2:6: a ":" can\'t stand here [yaml-syntax]'),
    "a tab": (b"kind: process\n\tid: a\n", "x.yaml:2:1: this is no YAML: found a tab character"),
    "a key twice": (
        b"kind: process\nid: a\nid: b\n",
        'x.yaml:3:1: key "id" stands twice in this mapping; the other is in line 2 [yaml-duplicate-key]',
    ),
    "an alias bomb": (BOMB.encode(), 'x.yaml:1:5: "&a0" is a YAML anchor; anchors and aliases are not used here'),
    "a python tag": (b"kind: !!python/object/apply:os.system ['echo hi']\n", 'x.yaml:1:7: "!!python/object/apply'),
    "brackets without end": (b"a: " + b"[" * 100_000, "x.yaml:1:43: this is nested more than 40 levels deep"),
    "nothing": (b"", "x.yaml:1:1: the file defines nothing [file-empty]"),
    "a list": (b"- 1\n- 2\n", "x.yaml:1:3: the file is a list; expected a mapping [wrong-type]"),
    "not text": (b"kind: process\x00\n", "x.yaml:1:14: character U+0000 can't stand in a YAML file"),
    "half a character": (b"kind: \xff\xfe\xfa\x80\x80", "x.yaml:1:"),
    "50 MB": (b"# " + b"x" * 52_000_000, "x.yaml:1:1: the file has 52.0 MB; a definition file may have 5 MB"),
    "a million digits": (
        f"kind: vocabulary\nid: m\nparameters:\n  a: {{type: number, values: {{2020-01-01: {DIGITS}}}}}\n".encode(),
        'x.yaml:4:42: "a" is a number, and "9999999999999999999999999999999999999999…" is not; expected',
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_is_named_at_the_place(run: Run, tmp_path: Path, name: str) -> None:
    content, message = FILES[name]
    (tmp_path / "x.yaml").write_bytes(content)
    said = run("check", "x.yaml")
    assert (said.code, said.err) == (1, "")
    first = next(line for line in said.out.splitlines() if line.startswith("x.yaml") and "warning" not in line)
    assert first.startswith(message)
    assert max(map(len, said.out.splitlines())) < 400


@pytest.mark.parametrize("name", FILES)
def test_nothing_runs_on_a_broken_file(school: Run, tmp_path: Path, name: str) -> None:
    before = school("daily", "--format", "json").out
    broken = tmp_path / "processes" / "x.yaml"
    broken.write_bytes(FILES[name][0])
    for command in (["daily"], ["record", "file_accepted", "S-1"], ["test"], ["show", "visits"]):
        said = school(*command)
        assert said.code == 1
        assert "x.yaml:" in said.out + said.err
    broken.unlink()
    assert school("tasks", "--format", "json").out == before


def test_a_definition_file_in_gbk_is_read_and_said_to_be(run: Run, tmp_path: Path) -> None:
    text = "kind: vocabulary\nid: campus\nsubjects:\n  campus:\n    title: {zh: 校区, en: campus}\n"
    (tmp_path / "x.yaml").write_bytes(text.encode("gbk"))
    said = run("check", "x.yaml")
    assert said.code == 0
    assert "x.yaml:1:1: warning: the file is not UTF-8; it was read as GBK (GB18030) [file-encoding]" in said.out


EXPRESSIONS = {
    "__import__('os').system('touch hacked') == 0": "expression-",
    "paid.__class__ == yes": "expression-",
    "[x for x in paid] == yes": "expression-",
    "(lambda: paid)() == yes": "expression-",
    "open('hacked') == yes": "expression-",
    "exec('1') == yes": "expression-",
    "f'{paid.__class__}' == name": "expression-",
    "(x := 1) == 1": "expression-",
    "paid[0] == yes": "expression-",
    "name % 'x' == name": "expression-",
    "9 ** 9 ** 9 > 1": "expression-",
    "'a' * 999999999 == name": "expression-",
    "(" * 5000 + "paid" + ")" * 5000: "expression-",
    "not " * 5000 + "or_else(paid, no)": "expression-",
    "-" * 50_000 + "1 > 0": "expression-",
    f"{DIGITS} > 1": "expression-",
    "now > now + 99999999 months": "expression-unit",
}


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=[each[:40] for each in EXPRESSIONS])
def test_an_expression_that_tries_to_get_out_is_refused(run: Run, tmp_path: Path, expression: str) -> None:
    path = tmp_path / "processes" / "visits.yaml"
    quoted = '"' + expression.replace('"', '\\"') + '"'
    text = path.read_text("utf-8").replace("needs: or_else(paid, no)", f"needs: {quoted}")
    path.write_text(text, "utf-8")
    said = run("check")
    assert (said.code, said.err) == (1, "")
    faults = [line for line in said.out.splitlines() if line.startswith("processes/") and "warning" not in line]
    assert len(faults) <= 2
    assert f"[{EXPRESSIONS[expression]}" in faults[0]
    assert faults[0].startswith("processes/visits.yaml:10:")
    assert max(map(len, said.out.splitlines())) < 400
    assert not (tmp_path / "hacked").exists()


@pytest.mark.parametrize("due", ["99999999 months", "99999999999 working_days", "300000 working_hours"])
def test_a_deadline_centuries_away_is_refused(run: Run, tmp_path: Path, due: str) -> None:
    path = tmp_path / "processes" / "visits.yaml"
    path.write_text(path.read_text("utf-8").replace("due: 2 hours", f"due: {due}"), "utf-8")
    said = run("check")
    assert said.code == 1
    assert "processes/visits.yaml:11:10: " in said.out


def test_a_file_that_is_not_there(run: Run) -> None:
    said = run("check", "nowhere.yaml")
    assert (said.code, said.err) == (1, "")
    assert said.out.startswith("nowhere.yaml:1:1: the file can't be read: No such file or directory")


def test_a_folder_without_definitions_is_not_clean(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert run("check", "empty").code == 1
