"""Write the docs that are made from the program and the definitions; with --check say whether they are true.

    python docs/generate.py                  write everything
    python docs/generate.py --check          write nothing; fail where a file would change
    python docs/generate.py --quick          leave out what runs all scenarios and the sample campus

What is made: docs/processes/, docs/cli.md, docs/checks.md, docs/functions.md, docs/keys.md, docs/coverage.md, and the
blocks between `<!-- made: NAME -->` and `<!-- end -->` in README.md and README.zh-CN.md.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT), str(DOCS)]
os.chdir(ROOT)

import reached  # noqa: E402 - the paths come first
import reference  # noqa: E402

from engine import handbook  # noqa: E402
from engine.load.workspace import load  # noqa: E402
from engine.model import Definitions  # noqa: E402

LANGUAGES = ("zh", "en")
READMES = {"README.md": "en", "README.zh-CN.md": "zh"}
HEADINGS = {"zh": "流程手册", "en": "Processes"}


def definitions() -> Definitions:
    """Return the shipped definitions."""
    loaded = load([Path("processes")])
    if loaded.problems:
        sys.exit(f"the definitions have problems, see dueline check:\n{loaded.problems[0]}")
    return loaded.definitions


def quick_files(known: Definitions) -> Iterator[tuple[Path, str]]:
    """Yield each file that is made from the definitions and the program as they stand."""
    yield DOCS / "cli.md", reference.cli()
    yield DOCS / "checks.md", reference.checks()
    yield DOCS / "functions.md", reference.functions()
    yield DOCS / "keys.md", reference.keys()
    folder = DOCS / "processes"
    for language in LANGUAGES:
        for name in known.processes:
            text = handbook.page(known, name, language)
            head, _, rest = text.partition("\n")
            picture = f"![{head.removeprefix('# ').partition(' `')[0]}]({name}.{language}.svg)"
            yield folder / f"{name}.{language}.md", f"{head}\n\n{picture}\n{rest}"
            yield folder / f"{name}.{language}.svg", handbook.svg(known, name, language)
        for name in known.overlays:
            yield folder / f"campus_{name}.{language}.md", handbook.page(known, name, language)
        yield folder / f"index.{language}.md", _index(known, language)


def _index(known: Definitions, language: str) -> str:
    lines = [f"# {HEADINGS[language]}", ""]
    lines += [f"- [{each.title.text(language)}]({name}.{language}.md)" for name, each in known.processes.items()]
    lines += ["", f"## {'校区' if language == 'zh' else 'Campuses'}", ""]
    lines += [f"- [{each.title.text(language)}](campus_{name}.{language}.md)" for name, each in known.overlays.items()]
    return "\n".join(lines) + "\n"


def slow_files() -> Iterator[tuple[Path, str]]:
    """Yield the files for which all scenarios or the sample campus are run."""
    with ThreadPoolExecutor(2) as pool:
        blocks, page = pool.submit(reached.of_the_demo), pool.submit(reached.coverage)
        yield DOCS / "coverage.md", page.result()
        for name, language in READMES.items():
            text = (ROOT / name).read_text("utf-8")
            for block in ("daily", "explain"):
                text = with_block(text, block, blocks.result()[block, language])
            yield ROOT / name, text


def with_block(text: str, name: str, block: str) -> str:
    r"""Return a text with the block of a name written anew.

    >>> with_block("<!-- made: a -->old<!-- end -->", "a", "new")
    '<!-- made: a -->\nnew\n<!-- end -->'
    """
    pattern = re.compile(rf"(<!-- made: {name} -->).*?(<!-- end -->)", re.DOTALL)
    return pattern.sub(lambda found: f"{found[1]}\n{block.strip()}\n{found[2]}", text)


def stray(made: set[Path]) -> list[Path]:
    """Return the pages of processes that are no more."""
    return sorted(path for path in (DOCS / "processes").glob("*") if path not in made)


def main() -> int:
    """Write or check; return the exit code."""
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--check", action="store_true", help="write nothing; fail where a file would change")
    options.add_argument("--quick", action="store_true", help="leave out what takes long")
    given = options.parse_args()
    known = definitions()
    files = dict(quick_files(known))
    made = set(files)
    if not given.quick:
        files |= dict(slow_files())
    wrong = [path for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
    extra = stray(made)
    for path in (*wrong, *extra):
        print(f"{path.relative_to(ROOT)} {'is not as it would be made' if given.check else 'made anew'}")
    if given.check:
        if wrong or extra:
            print("run python docs/generate.py")
        return 1 if wrong or extra else 0
    for path in wrong:
        path.parent.mkdir(exist_ok=True)
        path.write_text(files[path], "utf-8")
    for path in extra:
        path.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
