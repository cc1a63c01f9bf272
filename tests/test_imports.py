"""What may import what, where import-linter cannot see: the lone module `cli.py`, and what `--help` may load."""

import ast
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAVY = ("polars", "numpy", "yaml", "jsonschema", "sqlite_utils", "simpleeval", "rich", "xlsxwriter", "icalendar")


def _imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_the_command_line_knows_only_the_door_to_the_engine() -> None:
    inside = {name for name in _imported(ROOT / "cli.py") if name.split(".")[0] == "engine"}
    names = {"engine", "engine.api", "engine.words"}
    assert {name for name in inside if name not in names and not name.startswith("engine.words.")} == set()
    assert "engine.api" in inside


def _loaded_after(code: str) -> set[str]:
    """Return which heavy packages a fresh interpreter has loaded after running the code."""
    show = f"print('|'.join(each for each in {HEAVY!r} if each in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\n{show}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split("|")) - {""}


def _run(*arguments: str) -> str:
    return f"import cli\ntry:\n    cli.app({list(arguments)!r})\nexcept SystemExit:\n    pass"


def test_help_loads_nothing_heavy() -> None:
    assert _loaded_after(_run("--help")) == set()
    assert _loaded_after(_run("daily", "--help")) == set()


def test_the_door_to_the_engine_opens_without_loading_its_stages() -> None:
    assert _loaded_after("import engine.api") == set()


def test_checking_a_file_loads_no_frames_and_no_store() -> None:
    bad = ROOT / "tests" / "cli" / "broken.yaml"
    assert (
        _loaded_after(_run("check", str(bad))) & {"polars", "sqlite_utils", "rich", "xlsxwriter", "icalendar"} == set()
    )


def test_a_guard_that_looks_for_heavy_packages_sees_one() -> None:
    assert "numpy" in _loaded_after("import numpy")
