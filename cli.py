"""The program `dueline`: reads arguments, calls `engine.api`, prints, exits. What a duty is, is decided elsewhere."""

import os
import sys
import types


def _last_resort(kind: type[BaseException], error: BaseException, trace: types.TracebackType | None) -> None:
    """Say nothing of Ctrl-C while the program is still loading; nobody else catches it then."""
    if not issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)


def _unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    """Stop at once when Ctrl-C comes where Python would print it and go on, as in the callback of an import's lock."""
    if unraisable.exc_type is KeyboardInterrupt:
        os._exit(130)  # as after a kill: the store is as before or as after
    sys.__unraisablehook__(unraisable)


sys.excepthook = _last_resort
if sys.unraisablehook is sys.__unraisablehook__:  # a test runner has its own
    sys.unraisablehook = _unraisable

import functools
import inspect
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from engine import api
from engine.words import language_of, say

_ANY_WIDTH = 10_000

Language = Literal["zh", "en"]
Session = api.Session

app = typer.Typer(
    name="dueline",
    help="Who owes what to whom by when, derived from facts. · 由事实推出：谁、对谁、何时之前、该做什么。",
    rich_markup_mode=None,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Db = Annotated[
    Path | None, typer.Option("--db", metavar="FILE", help="The store; default dueline.db in the workspace · 数据库")
]
Workspace = Annotated[
    Path | None, typer.Option("--workspace", metavar="DIR", help="The folder with processes/ · 工作目录")
]
Lang = Annotated[Language | None, typer.Option("--lang", help="Language of the output; default from LANG · 语言")]
AsOf = Annotated[
    str,
    typer.Option(
        "--as-of",
        metavar="T",
        help='The moment believed to be now, "2026-03-10 09:00"; a day alone is its start · 假定现在是',
    ),
]
Campus = Annotated[str, typer.Option("--campus", metavar="C", help="Of one campus · 校区")]
Role = Annotated[str, typer.Option("--role", metavar="R", help="Of one role · 岗位")]
Who = Annotated[str, typer.Option("--who", metavar="W", help="Of one staff member, id or name · 负责人")]
By = Annotated[str, typer.Option("--by", metavar="W", help="Who says so · 由谁")]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason · 原因")]
At = Annotated[str, typer.Option("--at", metavar="T", help="When it happened; default now · 发生时间")]
Output = Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Write to a file · 写入文件")]
Pairs = Annotated[list[str] | None, typer.Argument(metavar="FIELD=VALUE..", help="Fields of the form · 表单字段")]
Days = Annotated[
    int,
    typer.Option(
        "--days", min=0, max=3660, help="List what falls due within so many days; later is counted · 列出几天内到期的"
    ),
]
All = Annotated[bool, typer.Option("--all", help="List also what is far away or not yet visible · 全部列出")]
TaskFormat = Annotated[
    Literal["table", "json", "csv", "xlsx", "ics", "md"], typer.Option("--format", help="Format · 格式")
]
GridFormat = Annotated[Literal["table", "json", "csv", "xlsx", "md"], typer.Option("--format", help="Format · 格式")]
Day = Annotated[str, typer.Option("--on", metavar="DATE", help="As of the day or moment; default now · 日期")]
Paths = Annotated[
    list[Path] | None, typer.Argument(metavar="PATH..", help="Files or folders; default the workspace · 文件或目录")
]
Task = Annotated[
    str,
    typer.Argument(metavar="TASK", help="A task's code or id, or a part that only it has · 任务代码、编号或其一部分"),
]
Case = Annotated[str, typer.Argument(metavar="CASE", help="A case's id · 对象编号")]


@app.callback()
def everywhere(context: typer.Context, db: Db = None, workspace: Workspace = None, lang: Lang = None) -> None:
    context.obj = {"db": db, "workspace": workspace, "lang": lang}


def command(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function a command: it gets a session, the options that all have, and exit codes for what goes wrong."""

    def add(act: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(act)
        def run(context: typer.Context, **given: Any) -> None:  # noqa: ANN401
            session = _session(
                {key: given.pop(key) or (context.obj or {}).get(key) for key in ("db", "workspace", "lang")}
            )
            with _exit_codes(session):
                act(session, **given)

        context, *common = inspect.signature(everywhere).parameters.values()
        own = list(inspect.signature(act).parameters.values())[1:]
        run.__signature__ = inspect.Signature([context, *own, *common])  # type: ignore[attr-defined]
        app.command(name)(run)
        return act

    return add


def _session(given: dict[str, Any]) -> Session:
    workspace = given["workspace"] or Path()
    language = given["lang"] or language_of(os.environ)
    return Session(workspace, given["db"] or workspace / "dueline.db", language, int(time.time()))


@contextmanager
def _exit_codes(session: Session) -> Iterator[None]:
    """Turn what goes wrong into an exit code and one message: 1 refused, 3 our fault, with the details in a file."""
    try:
        yield
        sys.stdout.flush()
    except (typer.Exit, typer.BadParameter, typer.Abort):
        raise
    except BrokenPipeError:
        # The reader of the pipe has seen enough; what there was to do is done.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        typer.echo(say(session.language, "stopped"), err=True)
        raise typer.Exit(130) from None
    except Exception as error:
        if sentence := api.refusal(error, session.language):
            typer.echo(sentence, err=True)
            raise typer.Exit(2 if api.is_misuse(error) else 1) from None
        typer.echo(say(session.language, "fault", what=type(error).__name__, file=_keep_details()), err=True)
        raise typer.Exit(3) from None


def _keep_details() -> str:
    with tempfile.NamedTemporaryFile("w", prefix="dueline-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(f"{' '.join(sys.argv)}\n{traceback.format_exc()}")
    return file.name


def _pairs(session: Session, texts: list[str] | None) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts or []:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise typer.BadParameter(say(session.language, "refuse.pair", text=text))
        if name in pairs:
            raise typer.BadParameter(say(session.language, "refuse.pair_twice", name=name))
        pairs[name] = value
    return pairs


def _put(session: Session, content: str | bytes, output: Path | None, what: str = "") -> None:
    """Print the content or write it to the file; what is no text goes to a file or into a pipe only."""
    if output:
        api.write_file(content, output)
    elif isinstance(content, str):
        typer.echo(content, nl=False)
    elif what == "ics":
        typer.echo(content.decode(), nl=False)
    elif sys.stdout.isatty():
        raise typer.BadParameter(say(session.language, "refuse.output", format=what))
    else:
        sys.stdout.buffer.write(content)


def _screen(output: Path | None = None) -> api.Screen:
    return api.Screen(api.terminal_width(), output is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR"))


def _sheet(output: Path | None = None) -> api.Screen:
    """Return the screen of a table of figures: in a pipe or a file its cells are not cut."""
    screen = _screen(output)
    is_narrow = output is None and (sys.stdout.isatty() or "COLUMNS" in os.environ)
    return screen if is_narrow else api.Screen(_ANY_WIDTH, screen.colour)


@contextmanager
def _progress() -> Iterator[api.Progress | None]:
    """Give what long work reports to: a bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress, TaskID

    with Progress(console=Console(stderr=True), transient=True) as bars:
        known: dict[str, TaskID] = {}

        def report(what: str, done: int, of: int) -> None:
            if what not in known:
                known[what] = bars.add_task(what, total=of)
            bars.update(known[what], completed=done, total=of)

        yield report


@command("demo")
def demo(
    session: Session,
    students: Annotated[int, typer.Option("--students", min=0, help="One-on-one students · 一对一学员数")] = 300,
    classes: Annotated[int, typer.Option("--classes", min=0, help="Small classes · 小班数")] = 25,
    seed: Annotated[int, typer.Option("--seed", help="Another seed, another year · 随机种子")] = 1,
    folder: Annotated[Path, typer.Option("--dir", help="Where to put it · 目录")] = Path("demo"),
    as_of: AsOf = "",
) -> None:
    """A sample campus, its list for today, what to try next · 示例校区"""
    with _progress() as progress:
        made = api.make_demo(
            session, folder, students=students, classes=classes, seed=seed, as_of=as_of, progress=progress
        )
    typer.echo(made.report, nl=False)
    typer.echo(api.render_tasks(made.tasks, "table", session.language, _screen(), days=1))
    typer.echo(api.render_demo_hints(made, session.language), nl=False)


@command("check")
def check(
    session: Session,
    paths: Paths = None,
    form: Annotated[
        Literal["text", "json", "github", "sarif", "junit"], typer.Option("--format", help="Format · 格式")
    ] = "text",
) -> None:
    """Check the definitions · 检查流程定义"""
    checked = api.check(session, paths or [])
    typer.echo(api.report(checked, form, session.language), nl=False)
    raise typer.Exit(1 if checked.errors else 0)


@command("test")
def test(
    session: Session,
    paths: Paths = None,
    form: Annotated[Literal["text", "json", "junit"], typer.Option("--format", help="Format · 格式")] = "text",
    coverage: Annotated[bool, typer.Option("--coverage", help="Also what the scenarios reach · 覆盖情况")] = False,
) -> None:
    """Run the scenarios · 运行场景测试"""
    tested = api.run_scenarios(session, paths or [], coverage=coverage)
    typer.echo(api.render_outcomes(tested, form, session.language), nl=False)
    if tested.coverage and form == "text":
        typer.echo()
        _put(session, api.render_grid(tested.coverage, "table", session.language, _sheet()), None)
    raise typer.Exit(0 if tested.passed else 1)


@command("import")
def import_files(
    session: Session, files: Annotated[list[Path], typer.Argument(metavar="FILE..", help="csv, xlsx or jsonl")]
) -> None:
    """Load cases and events, all or nothing · 导入"""
    with _progress() as progress:
        report = api.import_files(session, files, progress)
    typer.echo(report, nl=False)


@command("record")
def record(
    session: Session,
    event: Annotated[str, typer.Argument(metavar="EVENT", help="What happened · 事件")],
    case: Case,
    pairs: Pairs = None,
    at: At = "",
    by: By = "",
) -> None:
    """Record one fact · 记录一件事"""
    typer.echo(
        api.render_recorded(api.record(session, event, case, _pairs(session, pairs), at, by), session, _screen()),
        nl=False,
    )


@command("done")
def done(session: Session, task: Task, pairs: Pairs = None, at: At = "", by: By = "") -> None:
    """Close a task with its form · 办结"""
    typer.echo(
        api.render_recorded(api.done(session, task, _pairs(session, pairs), at, by), session, _screen()), nl=False
    )


@command("waive")
def waive(session: Session, task: Task, by: By, why: Why, at: At = "") -> None:
    """Say that a task need not be done, and why · 免办"""
    typer.echo(api.render_recorded(api.waive(session, task, by, why, at), session, _screen()), nl=False)


@command("void")
def void(
    session: Session,
    event_id: Annotated[int, typer.Argument(metavar="EVENT_ID", help="The number of an event · 事件编号")],
    why: Why,
    by: By,
) -> None:
    """Say that an event never was, and why · 作废"""
    typer.echo(api.render_recorded(api.void(session, event_id, by, why), session, _screen()), nl=False)


@command("daily")
def daily(
    session: Session,
    as_of: AsOf = "",
    campus: Campus = "",
    role: Role = "",
    who: Who = "",
    form: TaskFormat = "table",
    output: Output = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing · 试算，不写入")] = False,
    as_known: Annotated[
        bool, typer.Option("--as-known", help="Leave out what was typed in later than --as-of · 只用当时已录入的")
    ] = False,
    everything: All = False,
    days: Days = 7,
) -> None:
    """The main job: who owes what by when · 今日清单"""
    wanted = api.Filters(campus=campus, role=role, who=who, everything=everything)
    with _progress() as progress:
        tasks = api.run_day(session, as_of, wanted, dry_run=dry_run, as_known=as_known, progress=progress)
    look = None if everything else days
    _put(session, api.render_tasks(tasks, form, session.language, _screen(output), days=look), output, form)


@command("tasks")
def tasks(
    session: Session,
    campus: Campus = "",
    role: Role = "",
    who: Who = "",
    case: Annotated[str, typer.Option("--case", metavar="CASE", help="Of one case · 对象")] = "",
    state: Annotated[
        list[str] | None, typer.Option("--state", metavar="S", help="Of these states, done ones too · 状态")
    ] = None,
    form: TaskFormat = "table",
    output: Output = None,
    everything: All = False,
    days: Days = 7,
) -> None:
    """What the last run showed · 上次的清单"""
    wanted = api.Filters(campus, role, who, case, tuple(state or ()), everything)
    look = None if everything or state or case else days
    content = api.render_tasks(api.stored_tasks(session, wanted), form, session.language, _screen(output), days=look)
    _put(session, content, output, form)


@command("explain")
def explain(
    session: Session,
    task: Annotated[str, typer.Argument(metavar="TASK|CASE", help="A task, or a case and a step · 任务，或对象和步骤")],
    step: Annotated[str, typer.Argument(metavar="STEP", help="A step · 步骤")] = "",
    as_of: AsOf = "",
) -> None:
    """Why a task is due, or why not · 为什么"""
    typer.echo(
        api.explain_step(session, task, step, as_of) if step else api.explain_task(session, task, as_of), nl=False
    )


@command("decide")
def decide(
    session: Session,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A decision table or a calculation · 决策表或计算")],
    case: Annotated[
        str, typer.Argument(metavar="CASE", help="A case; left out where every input is given · 对象")
    ] = "",
    pairs: Pairs = None,
    on: Day = "",
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="Format · 格式")] = "text",
) -> None:
    """A decision with its trace, a calculation line by line · 决策与计算"""
    texts = [case, *(pairs or [])] if "=" in case else pairs
    typer.echo(api.decide(session, table, "" if "=" in case else case, _pairs(session, texts), on, form), nl=False)


@command("refund")
def refund(
    session: Session,
    case: Case,
    pairs: Pairs = None,
    on: Day = "",
    what_if: Annotated[
        list[str] | None, typer.Option("--what-if", metavar="DATE", help="Compare with other days · 对比日期")
    ] = None,
    form: Annotated[Literal["text", "json"], typer.Option("--format", help="Format · 格式")] = "text",
) -> None:
    """A refund statement, line by line · 退费清单"""
    typer.echo(api.calculate(session, "refund", case, _pairs(session, pairs), [on, *(what_if or [])], form), nl=False)


@command("plan")
def plan(
    session: Session,
    baseline: Annotated[str, typer.Option("--baseline", metavar="A", help="A folder or a git revision · 原来的")],
    candidate: Annotated[str, typer.Option("--candidate", metavar="B", help="A folder or a git revision · 改后的")],
    as_of: AsOf = "",
    form: GridFormat = "table",
    output: Output = None,
) -> None:
    """What a change of the rules does to real cases · 变更影响"""
    grid = api.compare(session, baseline, candidate, as_of)
    _put(session, api.render_grid(grid, form, session.language, _sheet(output)), output, form)


@command("forecast")
def forecast(
    session: Session,
    days: Annotated[int, typer.Option("--days", min=1, max=366, help="How far ahead · 天数")] = 14,
    as_of: AsOf = "",
    form: GridFormat = "table",
    output: Output = None,
) -> None:
    """Work to come by role and day · 工作量预测"""
    grid = api.forecast(session, days, as_of)
    _put(session, api.render_grid(grid, form, session.language, _sheet(output)), output, form)


@command("report")
def report(
    session: Session,
    which: Annotated[Literal["sla", "kpi", "audit", "coverage"], typer.Argument(help="Which report · 哪份报表")],
    first: Annotated[str, typer.Option("--from", metavar="DATE", help="First day · 起")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DATE", help="Last day · 止")] = "",
    campus: Campus = "",
    form: GridFormat = "table",
    output: Output = None,
) -> None:
    """Promises kept, figures, audit samples, coverage · 报表"""
    grid = api.report_on(session, which, first, last, campus)
    _put(session, api.render_grid(grid, form, session.language, _sheet(output)), output, form)


@command("show")
def show(
    session: Session,
    process: Annotated[str, typer.Argument(metavar="PROCESS", help="A process, campus or table · 流程、校区或决策表")],
    form: Annotated[
        Literal["page", "mermaid", "svg"], typer.Option("--format", help="Page or picture · 文字或图")
    ] = "page",
    output: Output = None,
) -> None:
    """A process as a page or a picture; a campus or a table as a page · 流程手册页"""
    _put(session, api.show(session, process, form), output)


def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app(prog_name="dueline")


if __name__ == "__main__":
    main()
