"""The reports made of figures: kpi, sla and audit, each a titled table that the report stage writes in any format."""

from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from engine.compiler.plan import Plan
from engine.figures.facts import cases_at, day_of, moment_of_day, names_of, tasks_as_of
from engine.figures.model import Figure, figures_of
from engine.figures.promises import PROMISES, promises, with_missed
from engine.figures.sample import audit_sample
from engine.figures.sheet import figures
from engine.model import Definitions, Title
from engine.report.grid import Cell, Column, Grid
from engine.store.base import CaseStore

A_WEEK = 7
"""Daily figures are listed day by day for no more days than this; over longer spans the monthly ones speak."""

_TITLES: Mapping[str, Title] = {
    "kpi": Title("指标 {first} 至 {last}", "Figures from {first} to {last}"),
    "sla": Title("时限 {first} 至 {last}", "Promises kept from {first} to {last}"),
    "audit": Title("档案抽查名单 {first} 至 {last}", "Files to audit from {first} to {last}"),
    "figure": Title("指标", "figure"),
    "period": Title("期间", "period"),
    "campus": Title("校区", "campus"),
    "of": Title("对象", "of"),
    "value": Title("数值", "value"),
    "unit": Title("单位", "unit"),
    "target": Title("目标", "target"),
    "met": Title("达标", "met"),
    "source": Title("条文", "clauses"),
    "role": Title("岗位", "role"),
    "holder": Title("负责人", "held by"),
    "step": Title("步骤", "step"),
    "due": Title("到期", "due"),
    "in_time": Title("按时", "in time"),
    "late": Title("逾期完成", "done late"),
    "breached": Title("逾期未办", "late and open"),
    "waived": Title("免办", "waived"),
    "late_entry": Title("补录", "typed in late"),
    "in_time_share": Title("按时率", "in time"),
    "hours_late": Title("平均逾期小时", "hours late, mean"),
    "month": Title("月份", "month"),
    "order": Title("序号", "no."),
    "case_id": Title("编号", "case"),
    "name": Title("姓名", "name"),
    "everyone": Title("全部", "all"),
    "draw": Title(
        "名单由月份、校区和学员编号算出，谁抽都一样；比例 {share}，向上取整，每校区至少一份。",
        "The list follows from month, campus and case alone: whoever draws gets the same. Share {share}, rounded up, "
        "at least one a campus.",
    ),
    "aim": Title("，目标 {target}", ", target {target}"),
    "formula": Title("{title} = {formula}{target}{clauses}{help}", "{title} = {formula}{target}{clauses}{help}"),
}


def kpi(plan: Plan, store: CaseStore, *, since: int | None, until: int, campus: str = "", language: str = "en") -> Grid:
    """Return the figures of the periods between two moments (`since` None: of the month of `until`)."""
    definitions = plan.definitions
    first, last = _days(definitions, since, until, campus)
    known = figures_of(definitions)
    cases = cases_at(store, until, campus)
    tasks = with_missed(tasks_as_of(plan, store, until, campus)) if any(each.tasks for each in known.values()) else None
    log = store.log(definitions, cases["case_no"], until)
    wanted = [name for name, each in known.items() if each.period != "day" or (last - first).days < A_WEEK]
    found = figures(definitions, cases, log, first, last, until, tasks=tasks, wanted=wanted)
    listed = found.filter(_says_something(known))
    names = names_of(definitions, store, listed["of"], until)
    rows = tuple(_figure_row(known[row["figure"]], row, names, language) for row in listed.iter_rows(named=True))
    keys = ("figure", "period", "campus", "of", "value", "unit", "target", "met", "source")
    shown = [known[name] for name in dict.fromkeys(listed["figure"])]
    return Grid(_title("kpi", language, first, last), _columns(keys, language), rows, tuple(_notes(shown, language)))


def _says_something(known: Mapping[str, Figure]) -> pl.Expr:
    """Return which rows are listed: values that are known and not nought; of single cases those counted alone."""
    counted = [str(name) for name, each in known.items() if each.cases is not None]
    of_many, of_a_case = pl.col("per").is_in(["all", "campus"]), pl.col("per") == "case"
    is_told = pl.col("value").ne(0) | (pl.col("met").is_not_null() & of_many) | ~pl.col("met")
    is_known = pl.col("value").is_not_null() & is_told.fill_null(value=False)
    return is_known & (~of_a_case | (pl.col("figure").is_in(counted) & pl.col("value").gt(0)))


def _figure_row(figure: Figure, row: Mapping[str, object], names: Mapping[str, str], language: str) -> tuple[Cell, ...]:
    of = str(row["of"])
    owner = names.get(of, of) or _text("everyone", language)
    clauses = " ".join(figure.source)
    title, met = figure.title.text(language) or str(figure.name), row["met"]
    place = (str(row["period"]), str(row["campus"] or ""), owner)
    return (
        title,
        *place,
        _rounded(row["value"]),
        str(row["unit"]),
        _target(row),
        bool(met) if met is not None else None,
        clauses,
    )


def _target(row: Mapping[str, object]) -> str:
    """Return a target as a number, whatever formula it comes from."""
    sign, value = str(row["target"]).partition(" ")[0], _rounded(row["target_value"])
    return f"{sign} {value:g}{' %' if row['unit'] == '%' else ''}" if value is not None else ""


def _rounded(value: object) -> float | None:
    return round(value, 2) if isinstance(value, float) else None


def _notes(shown: list[Figure], language: str) -> Iterator[str]:
    for figure in shown:
        note = figure.help.text(language)
        yield _text("formula", language).format(
            title=figure.title.text(language) or figure.name,
            formula=formula_of(figure),
            target=_text("aim", language).format(target=figure.target) if figure.target else "",
            clauses=f" [{', '.join(figure.source)}]" if figure.source else "",
            help=f" ({note})" if note else "",
        )


def formula_of(figure: Figure) -> str:
    """Return how a figure is worked out, in the words of its file."""
    condition = f" if {figure.condition}" if figure.condition else ""
    if figure.cases:
        counted = f"{figure.how} of {figure.value} over" if figure.value else "number of"
        return f"{counted} {figure.cases}{condition}"
    if figure.tasks:
        return f"tasks of {', '.join(figure.tasks)}{condition}"
    return f"rank by {figure.rank}" if figure.rank else str(figure.value)


def sla(plan: Plan, store: CaseStore, *, since: int | None, until: int, campus: str = "", language: str = "en") -> Grid:
    """Return how promises due between two moments were kept, by campus, role, who held them and step."""
    definitions = plan.definitions
    first, last = _days(definitions, since, until, campus)
    tasks = tasks_as_of(plan, store, until, campus)
    begin = since if since is not None else moment_of_day(definitions, first, campus)
    by = ("campus", "role", "holder", "process", "step")
    found = promises(tasks, begin, until, until, by)
    names = names_of(definitions, store, found["holder"].drop_nulls(), until)
    rows = tuple(_promise_row(definitions, row, names, language) for row in found.iter_rows(named=True))
    columns = _columns(("campus", "role", "holder", "step", *PROMISES.names()), language)
    return Grid(_title("sla", language, first, last), columns, rows)


def _promise_row(
    definitions: Definitions, row: Mapping[str, object], names: Mapping[str, str], language: str
) -> tuple[Cell, ...]:
    process = definitions.processes.get(str(row["process"]))
    step = process.steps.get(str(row["step"])) if process else None
    title = (step.title.text(language) if step else "") or str(row["step"])
    role, holder = str(row["role"] or ""), str(row["holder"] or "")
    who = names.get(holder) or ("" if holder == role else _role(definitions, holder, language))
    counts = (_count(name, row[name]) for name in PROMISES.names())
    return (str(row["campus"] or ""), _role(definitions, role, language), who, title, *counts)


def _count(name: str, value: object) -> Cell:
    if isinstance(value, float):
        return round(value * 100 if name == "in_time_share" else value, 1)
    return value if isinstance(value, int) else None


def _role(definitions: Definitions, name: str, language: str) -> str:
    title = definitions.roles.get(name)
    return title.text(language) if title else name


def audit(
    plan: Plan, store: CaseStore, *, since: int | None, until: int, campus: str = "", language: str = "en"
) -> Grid:
    """Return the files drawn for audit in each month between two moments."""
    definitions = plan.definitions
    first, last = _days(definitions, since, until, campus)
    cases, share = cases_at(store, until, campus), _audit_share(definitions)
    months = pl.date_range(first.replace(day=1), last, "1mo", eager=True).dt.strftime("%Y-%m").to_list()
    drawn = [audit_sample(cases, month, share).with_columns(month=pl.lit(month)) for month in months]
    found = pl.concat(drawn)
    names = names_of(definitions, store, found["case_id"], until)
    listed = found.select("month", "campus", "order", "case_id").iter_rows()
    rows = tuple((*row, names.get(str(row[3]), "")) for row in listed)
    columns = _columns(("month", "campus", "order", "case_id", "name"), language)
    note = _text("draw", language).format(share=f"{share:.0%}")
    return Grid(_title("audit", language, first, last), columns, rows, (note,))


def _audit_share(definitions: Definitions) -> float:
    parameter = definitions.parameters.get("audit_share")
    return float(parameter.values[-1].value) if parameter else 0.1


# --- shared


def _days(definitions: Definitions, since: int | None, until: int, campus: str) -> tuple[date, date]:
    last = day_of(definitions, until, campus)
    return (last.replace(day=1) if since is None else day_of(definitions, since, campus)), last


def _columns(keys: tuple[str, ...], language: str) -> tuple[Column, ...]:
    return tuple(Column(key, _text(key, language), "%" if key == "in_time_share" else "") for key in keys)


def _title(key: str, language: str, first: date, last: date) -> str:
    return _text(key, language).format(first=first, last=last)


def _text(key: str, language: str) -> str:
    return _TITLES[key].text(language)
