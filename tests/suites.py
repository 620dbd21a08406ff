"""Run every check and test, then say in one table what passed, failed and could not run.

Usage: `.venv/bin/python tests/suites.py [NAME ...]`, where names choose the suites that begin with one of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

ROOT = Path(__file__).resolve().parents[1]
JS = ROOT / "js"
BROWSER = ROOT / "tests" / "browser"
PAGES_THAT_GO = BROWSER / "test_dashboard_pages.py"
"""A suite of its own: it waits most of the time, for the end of what pages have left."""
FAULTS = ROOT / "tests" / "faults"
VSCODE_PAGE = BROWSER / "vscode_page"
ALSO_ON_313 = ("tests/core", "tests/store")
NOT_ON_313 = (
    *("test_compare_velocity.py", "test_diameter.py", "test_first_look.py", "test_heart_rate.py", "test_intensity.py"),
    *("test_main_job.py", "test_measured.py", "test_replaced_image.py", "test_twins.py"),
)
"""What measures, and runs the same compiled code of numpy and scipy there; what a new Python may change is how values
are compared, copied and merged, and how threads and files go together."""
ALSO_ON_LOWEST = ("tests/core", "tests/io", "tests/store/disk/test_drafts.py", "tests/store/test_heart_rate.py")
AT_ONCE = (os.cpu_count() or 1) + 1
"""Suites that run at the same time: one more than there are processors, because most wait for a disk now and then."""
LACK = "not run: "
"""Begins the reason of what this machine cannot run; with any other reason it could have run here."""


@dataclass(frozen=True, slots=True)
class Suite:
    """One check, or one run of many tests."""

    name: str
    command: tuple[str | Path, ...]
    folder: Path = ROOT
    report_option: str = ""
    """Option that makes the command write JUnit XML; without one its exit code is the one result."""
    scratch_option: str = ""
    """Option that takes a folder for what the command makes and nobody keeps."""
    missing: str = ""
    """Why it cannot run; empty when it can."""
    minutes: int = 0
    """About how long it takes alone. The longest begin first, so that nothing waits for them at the end."""


@dataclass(frozen=True, slots=True)
class NotRun:
    """One test, or one whole suite, that was not run."""

    reason: str
    test: str = ""
    """Its name; empty when it is the whole suite."""

    @property
    def could_run(self) -> bool:
        """Tell whether this machine has all that it needs, so that leaving it out hides something."""
        return not self.reason.startswith(LACK)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one suite ended."""

    suite: str
    passed: int = 0
    failed: int = 0
    not_run: tuple[NotRun, ...] = ()


def suites() -> list[Suite]:
    """List all suites, the quick ones first."""
    tools, modules = Path(sys.executable).parent, JS / "node_modules" / ".bin"
    pytest = (sys.executable, "-m", "pytest")
    vitest = (modules / "vitest", "run", "--reporter=default", "--reporter=junit")
    pytest_313 = (ROOT / ".venv313" / "bin" / "python", "-m", "pytest")
    lowest = (ROOT / ".venv-lowest" / "bin" / "python", "-m", "pytest")
    chosen_313 = (*ALSO_ON_313, *(f"--ignore=tests/store/{name}" for name in NOT_ON_313))
    browser = (*pytest, BROWSER, f"--ignore={PAGES_THAT_GO}")
    pages_that_go = (*pytest, PAGES_THAT_GO)
    no_node, no_page, no_313 = _why_no_node(), why_no_vscode_page(), _why_no_313()
    return [
        Suite("ruff check", (tools / "ruff", "check")),
        Suite("ruff format", (tools / "ruff", "format", "--check")),
        Suite("import-linter", (tools / "lint-imports",)),
        Suite("mypy", (tools / "mypy",)),
        Suite("contract", (sys.executable, "-m", "cloudscope_widgets.widgets.kit.contract", "--check")),
        Suite("tsc", (modules / "tsc", "--noEmit"), folder=JS, missing=no_node),
        Suite("tsc of VS Code's page", (modules / "tsc", "--noEmit"), folder=VSCODE_PAGE, missing=no_page),
        Suite("vitest", vitest, folder=JS, report_option="--outputFile.junit", missing=no_node),
        Suite("faults", (*pytest, FAULTS), report_option="--junitxml", minutes=3),
        Suite("pytest", (*pytest, f"--ignore={FAULTS}"), report_option="--junitxml", minutes=5),
        Suite("docs", (tools / "mkdocs", "build", "--strict", "--quiet"), scratch_option="--site-dir"),
        Suite("pytest on 3.13", (*pytest_313, *chosen_313), report_option="--junitxml", missing=no_313),
        Suite("lowest versions", (*lowest, *ALSO_ON_LOWEST), report_option="--junitxml", missing=_why_no_lowest()),
        Suite("browser", browser, report_option="--junitxml", missing=why_no_browser(), minutes=8),
        Suite("browser: pages that go", pages_that_go, report_option="--junitxml", missing=why_no_browser(), minutes=2),
    ]


def _why_no_node() -> str:
    if not (shutil.which("node") and shutil.which("npm")):
        return f"{LACK}no Node on this machine"
    return "" if (JS / "node_modules").is_dir() else "js is not set up: make setup"


def why_no_vscode_page() -> str:
    """Why the page with VS Code's widget manager cannot be shown; empty when it can."""
    is_built = (VSCODE_PAGE / "node_modules").is_dir() and (VSCODE_PAGE / "dist" / "page.js").exists()
    return _why_no_node() or ("" if is_built else "the page with VS Code's widget manager is not built: make browser")


def why_no_browser() -> str:
    """Why no widget can be shown in a browser; empty when it can."""
    if not shutil.which(os.environ.get("CHROMIUM") or "chromium"):
        return f"{LACK}no Chromium; install the package chromium, or let the variable CHROMIUM name the program"
    absent = [name for name in ("playwright", "jupyterlab", "voila") if find_spec(name) is None]
    if absent:
        return f"{' and '.join(absent)} not installed: make setup"
    has_bundles = any((ROOT / "cloudscope_widgets" / "static").glob("*.js"))
    return "" if has_bundles else _why_no_node() or "the widgets are not bundled: make setup"


def _why_no_313() -> str:
    return "" if (ROOT / ".venv313" / "ready").exists() else f"{LACK}no Python 3.13 on this machine"


def _why_no_lowest() -> str:
    is_there = (ROOT / ".venv-lowest" / "ready").exists()
    return "" if is_there else f"{LACK}no Python 3.11 on this machine, or the lowest versions cannot be installed"


def run_all(chosen: Sequence[Suite], folder: Path, at_once: int = AT_ONCE) -> list[Outcome]:
    """Run suites, several at once; each has its output in one piece when it has ended, a single one at once."""
    if len(chosen) == 1:
        return [run(chosen[0], folder / "0.xml")]
    places = {suite.name: number for number, suite in enumerate(chosen)}
    outcomes = []
    with ThreadPoolExecutor(max_workers=min(at_once, len(chosen))) as threads:
        started = [
            threads.submit(run_quietly, suite, folder / f"{places[suite.name]}.xml")
            for suite in sorted(chosen, key=lambda suite: -suite.minutes)
        ]
        for ended in as_completed(started):
            output, outcome = ended.result()
            write(output)
            outcomes.append(outcome)
    return sorted(outcomes, key=lambda outcome: places[outcome.suite])


def run_quietly(suite: Suite, report: Path) -> tuple[str, Outcome]:
    """Run one suite; returns besides what there is to show: its name, how long it took, and its output."""
    with tempfile.TemporaryFile() as output:
        start = time.monotonic()
        outcome = run(suite, report, output)
        how = suite.missing or f"{time.monotonic() - start:.0f} s"
        output.seek(0)
        return f"\n== {suite.name} ({how})\n{output.read().decode(errors='replace')}", outcome


def run(suite: Suite, report: Path, output: IO[bytes] | None = None) -> Outcome:
    """Run one suite with its output on the terminal, or in a file."""
    if suite.missing:
        return Outcome(suite.name, not_run=(NotRun(suite.missing),))
    places = {suite.report_option: report, suite.scratch_option: report.with_suffix("")}
    command = [*suite.command, *(f"{option}={place}" for option, place in places.items() if option)]
    errors = None if output is None else subprocess.STDOUT
    exit_code = subprocess.run(  # noqa: S603  # all from suites()
        command, cwd=suite.folder, env=environment(), check=False, stdout=output, stderr=errors
    ).returncode
    if suite.report_option:
        return outcome_of_report(suite.name, report, exit_code)
    return Outcome(suite.name, passed=int(exit_code == 0), failed=int(exit_code != 0))


def environment() -> dict[str, str]:
    """Environment of all suites: many processes at once, each of which would load the same modules.

    So what was compiled is kept, wherever the machine says otherwise, and matrices are multiplied on one thread, since
    the threads of several processes would wait for each other at full load.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "OPENBLAS_NUM_THREADS": "1"}


def outcome_of_report(suite: str, report: Path, exit_code: int) -> Outcome:
    """Count the tests of a JUnit report; a run that broke off without a failed test is itself a failure."""
    cases = list(ET.parse(report).iter("testcase")) if report.exists() else []  # noqa: S314  # written by our own run
    failed = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    skipped = [(case, mark) for case in cases if case not in failed and (mark := _skip_mark(case)) is not None]
    broke_off = exit_code != 0 and not failed
    return Outcome(
        suite,
        passed=len(cases) - len(failed) - len(skipped),
        failed=len(failed) + int(broke_off),
        not_run=tuple(NotRun(_reason(mark), _name(case)) for case, mark in skipped),
    )


def _skip_mark(case: ET.Element) -> ET.Element | None:
    mark = case.find("skipped")
    is_expected_failure = mark is not None and mark.get("type") == "pytest.xfail"
    return None if is_expected_failure else mark


def _name(case: ET.Element) -> str:
    return f"{case.get('classname', '')} {case.get('name', '')}".strip()


def _reason(mark: ET.Element) -> str:
    return mark.get("message", "skipped in its file, without a reason").strip()


def table(outcomes: Sequence[Outcome]) -> str:
    """Write the counts of each suite, and below them each test that was not run with its reason."""
    width = max(len("suite"), *(len(outcome.suite) for outcome in outcomes))
    lines = [f"{'suite':<{width}}  passed  failed  not run"]
    lines += [f"{o.suite:<{width}}  {o.passed:>6}  {o.failed:>6}  {len(o.not_run):>7}" for o in outcomes]
    missed = [(o.suite, left.test, left.reason.removeprefix(LACK)) for o in outcomes for left in o.not_run]
    if missed:
        lines += ["", "not run:"]
    lines += [f"  {': '.join(filter(None, parts))}" for parts in missed]
    return "\n".join(lines)


def last_line(outcomes: Sequence[Outcome]) -> str:
    """Sum up all suites in the words that test runners use."""
    passed, failed = sum(o.passed for o in outcomes), sum(o.failed for o in outcomes)
    return f"{passed} passed, {failed} failed, {sum(len(o.not_run) for o in outcomes)} skipped"


def is_failure(outcomes: Sequence[Outcome], *, in_ci: bool) -> bool:
    """Tell whether the command fails; in continuous integration what was left out though it could run is a failure."""
    return any(o.failed for o in outcomes) or (in_ci and _count_left_out(outcomes) > 0)


def _count_left_out(outcomes: Sequence[Outcome]) -> int:
    return sum(left.could_run for outcome in outcomes for left in outcome.not_run)


def write(line: str) -> None:
    """Write a line before the next command writes its own."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(names: Sequence[str]) -> int:
    """Run the suites that are asked for, or all."""
    chosen = [suite for suite in suites() if not names or suite.name.startswith(tuple(names))]
    if not chosen:
        write(f"no suite begins with {' or '.join(names)}; there are: {', '.join(suite.name for suite in suites())}")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        outcomes = run_all(chosen, Path(folder))
    in_ci = bool(os.environ.get("CI"))
    write(f"\n{table(outcomes)}\n")
    if in_ci and (count := _count_left_out(outcomes)):
        write(f"CI is set, and {count} of what was not run could have run on this machine: that is a failure.\n")
    write(last_line(outcomes))
    return int(is_failure(outcomes, in_ci=in_ci))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
