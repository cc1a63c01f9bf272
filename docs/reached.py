"""What takes long to make: what the scenarios reach, and the list of the sample campus that the READMEs show."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

FOLDERS = (Path("processes"), Path("tests/scenarios"))
AS_OF = "2026-11-20 09:00"
#: The sample campus of the READMEs: small, and the same on every machine.
DEMO = ("demo", "--students", "8", "--classes", "1", "--seed", "7", "--as-of", AS_OF, "--dir", "demo")
SHOWN = 9
HEADS = {
    "opening": "ways to open · 产生方式",
    "done": "steps done · 办结",
    "escalation": "rungs · 上报",
    "until": "ends of a step · 取消",
    "gate": "gates · 前提",
    "table row": "rows of tables · 决策表的行",
}


def _reach(part: int, parts: int) -> list[tuple[int, frozenset[str]]]:
    """Run each scenario whose number falls to this part; return what each reached."""
    from engine.compiler.plan import plan
    from engine.load.workspace import load
    from engine.scenarios import run_scenarios

    definitions = load(FOLDERS).definitions
    mine = range(part, len(definitions.scenarios), parts)
    outcomes = run_scenarios(plan(definitions), [definitions.scenarios[number] for number in mine])
    return [(number, outcome.reached) for number, outcome in zip(mine, outcomes, strict=True)]


def coverage() -> str:
    """Return the page of what the scenarios reach: counts, clauses to steps and scenarios, and back."""
    import polars as pl

    from engine.compiler.plan import plan
    from engine.coverage import coverage as coverage_of
    from engine.load.workspace import load
    from engine.scenarios import Outcome

    parts = max(os.cpu_count() or 1, 1)
    with ProcessPoolExecutor(parts, mp_context=get_context("spawn")) as pool:
        found = dict(pair for each in pool.map(_reach, range(parts), [parts] * parts) for pair in each)
    definitions = load(FOLDERS).definitions
    outcomes = [Outcome(each, (), pl.DataFrame(), found[number]) for number, each in enumerate(definitions.scenarios)]
    return "\n".join(_page(definitions, coverage_of(plan(definitions), outcomes))) + "\n"


def _page(definitions, reach) -> Iterator[str]:  # noqa: ANN001 - engine is imported late
    yield from ("# What is covered · 覆盖情况", "", "<!-- made by docs/generate.py; do not edit -->", "")
    yield "What the scenarios of tests/scenarios reach, and what each clause of the handbooks comes to."
    yield from ("", f"{len(definitions.scenarios)} scenarios, {len(definitions.clauses)} clauses.", "")
    yield from ("| | reached · 达到 | all · 共 |", "| --- | --- | --- |")
    for kind, (count, every) in reach.counts().items():
        yield f"| {HEADS.get(kind, kind)} | {count} | {every} |"
    yield from ("", "## Not reached · 没有达到", "")
    yield from (f"- `{each.name}`" for each in reach.missed)
    if not reach.missed:
        yield "Nothing is left out. · 没有遗漏。"
    yield from ("", "## From clauses · 由条款查", "", *_machine(reach.clauses))
    yield from ("", "| clause · 条款 | | definitions · 定义 | scenarios · 场景 |", "| --- | --- | --- | --- |")
    for row in reach.clauses:
        named = ", ".join(f"`{name}`" for name in row.definitions)
        clause = f"{row.clause} {definitions.clauses[row.clause].title.zh}"
        yield f"| {clause} | {row.machine} | {named} | {len(row.scenarios)} |"
    yield from ("", "## From definitions · 由定义查", "", "| definition · 定义 | clauses · 条款 |", "| --- | --- |")
    back: dict[str, list[str]] = {}
    for row in reach.clauses:
        for name in row.definitions:
            back.setdefault(name, []).append(row.clause)
    yield from (f"| `{name}` | {', '.join(clauses)} |" for name, clauses in sorted(back.items()))


def _machine(clauses) -> Iterator[str]:  # noqa: ANN001
    yield from (
        "| machine · 由程序 | clauses · 条款 | cited · 被引用 | with scenarios · 有场景 |",
        "| --- | --- | --- | --- |",
    )
    for kind in ("yes", "partly", "no"):
        mine = [each for each in clauses if each.machine == kind]
        cited, tested = sum(bool(each.definitions) for each in mine), sum(bool(each.scenarios) for each in mine)
        yield f"| {kind} | {len(mine)} | {cited} | {tested} |"


def of_the_demo() -> dict[tuple[str, str], str]:
    """Return pieces of the sample campus by block and language: a manager's list, and why one of its duties is due."""
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        _run(folder, "--lang", "en", *DEMO)
        tasks = json.loads(_run(folder, "tasks", "--workspace", "demo", "--format", "json"))["tasks"]
        who = _chosen(tasks)
        task = _told(folder, tasks)
        for language in ("zh", "en"):
            shown = {"daily": ["tasks", "--who", who], "explain": ["explain", task, "--as-of", AS_OF]}
            for block, arguments in shown.items():
                text = _run(folder, *arguments, "--workspace", "demo", "--lang", language)
                command = " ".join(f'"{each}"' if " " in each else each for each in arguments)
                found[block, language] = f"```text\n$ dueline {command} --workspace demo\n{text.rstrip()}\n```"
    return found


def _told(folder: str, tasks: list[dict[str, str]]) -> str:
    """Return a duty whose deadline is a sum of working time; the first late one where none of a few is."""
    mine = sorted(
        tasks, key=lambda each: (each["process"] != "one_on_one", each["state"] != "breached", each["task_id"])
    )
    tried = [each["task_id"] for each in mine if each["state"] in ("open", "breached")][:6]
    at = ("--as-of", AS_OF, "--workspace", "demo", "--lang", "en")
    return next((task for task in tried if " counts " in _run(folder, "explain", task, *at)), tried[0])


def _chosen(tasks: list[dict[str, str]]) -> str:
    """Return the learning manager whose list shows most kinds of duty in a few lines."""
    mine: dict[str, list[dict[str, str]]] = {}
    for each in tasks:
        if each["role"] == "learning_manager" and each["assignee"]:
            mine.setdefault(each["assignee"], []).append(each)
    short = {who: each for who, each in mine.items() if len(each) <= SHOWN} or mine
    return max(sorted(short), key=lambda who: len({task["step"] for task in short[who]}))


def _run(folder: str, *arguments: str) -> str:
    environment = {**os.environ, "COLUMNS": "100", "PYTHONUTF8": "1"}
    command = [sys.executable, str(Path("cli.py").resolve()), *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")
    return done.stdout.replace(f"{Path.cwd()}/", "")
