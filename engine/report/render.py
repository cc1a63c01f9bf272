"""From a name of a format to the output that writes it; each is imported only when it is asked for."""

from collections.abc import Sequence

from engine.report.checked import Checked
from engine.report.entry import TaskList
from engine.report.grid import Grid
from engine.report.outcome import Outcome
from engine.session import Screen


def problems(checked: Checked, form: str, language: str, version: str) -> str:
    """Return the problems as text, json, github, sarif or junit."""
    from engine.report import github, junit, problems_json, problems_text, sarif

    match form:
        case "json":
            return problems_json.render(checked)
        case "github":
            return github.render(checked)
        case "sarif":
            return sarif.render(checked, version)
        case "junit":
            return junit.of_problems(checked)
    return problems_text.render(checked, language)


def outcomes(found: Sequence[Outcome], form: str, language: str) -> str:
    """Return the outcome of scenarios as text, json or junit."""
    from engine.report import junit, outcomes_json, outcomes_text

    match form:
        case "json":
            return outcomes_json.render(found)
        case "junit":
            return junit.of_outcomes(found)
    return outcomes_text.render(found, language)


def tasks(found: TaskList, form: str, language: str, screen: Screen, days: int | None) -> str | bytes:
    """Return the list as table, json, csv, xlsx, ics or md; `days` is for the table: None lists everything."""
    match form:
        case "json":
            from engine.report import tasks_json

            return tasks_json.render(found)
        case "csv":
            from engine.report import tasks_csv

            return tasks_csv.render(found, language)
        case "md":
            from engine.report import tasks_md

            return tasks_md.render(found, language)
        case "ics":
            from engine.report import tasks_ics

            return tasks_ics.render(found, language)
        case "xlsx":
            from engine.report import tasks_xlsx

            return tasks_xlsx.render(found, language)
    from engine.report import table

    return table.render(found, table.Look(language, screen.width, screen.colour, days))


def grid(found: Grid, form: str, language: str, screen: Screen) -> str | bytes:
    """Return the figures as table, json, csv, xlsx or md."""
    from engine.report import grid as forms

    match form:
        case "json":
            return forms.as_json(found)
        case "csv":
            return forms.as_csv(found, language)
        case "xlsx":
            return forms.as_xlsx(found)
        case "md":
            return forms.as_md(found, language)
    return forms.as_text(found, language, screen.width)
