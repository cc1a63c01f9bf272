"""Problems for people: each with its line and a mark under the very word."""

from engine.problems import show
from engine.report.checked import Checked
from engine.words import say


def render(checked: Checked, language: str) -> str:
    """Return every problem, then one line that counts them."""
    return "\n\n".join([*blocks(checked), _total(checked, language)]) + "\n"


def blocks(checked: Checked) -> list[str]:
    """Return each problem with its line."""
    return [show(problem, checked.sources.get(problem.span.path)) for problem in checked.problems]


def _total(checked: Checked, language: str) -> str:
    files = len(checked.sources)
    if not checked.problems:
        return say(language, "check.clean", files=files)
    warnings = len(checked.problems) - checked.errors
    return say(language, "check.counts", files=files, errors=checked.errors, warnings=warnings)
