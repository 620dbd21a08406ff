"""The table at the end of the test command: what passed, failed and was not run."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.suites import NotRun, Outcome, Suite, is_failure, last_line, outcome_of_report, run_all, table

REPORT = """<testsuites><testsuite>
  <testcase classname="tests.a" name="test_good"/>
  <testcase classname="tests.a" name="test_bad"><failure message="1 != 2"/></testcase>
  <testcase classname="tests.a" name="test_broken"><error message="no fixture"/></testcase>
  <testcase classname="tests.a" name="test_known"><skipped type="pytest.xfail" message="later"/></testcase>
  <testcase classname="tests.a" name="test_slow"><skipped type="pytest.skip" message="not run: no data"/></testcase>
  <testcase classname="a.test.ts" name="draws"><skipped/></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "report.xml"
    path.write_text(REPORT, encoding="utf-8")
    return path


def test_failures_errors_and_skips_of_a_report_are_counted(report: Path) -> None:
    outcome = outcome_of_report("pytest", report, exit_code=1)
    assert (outcome.passed, outcome.failed, len(outcome.not_run)) == (2, 2, 2)


def test_a_skip_carries_its_name_and_reason(report: Path) -> None:
    with_reason, without = outcome_of_report("pytest", report, exit_code=1).not_run
    assert (with_reason.test, with_reason.reason, with_reason.could_run) == (
        "tests.a test_slow",
        "not run: no data",
        False,
    )
    assert without == NotRun("skipped in its file, without a reason", "a.test.ts draws")
    assert without.could_run


@pytest.mark.parametrize("text", [None, "<testsuites/>", "<testsuites><testcase name='good'/></testsuites>"])
def test_a_run_that_broke_off_is_a_failure(tmp_path: Path, text: str | None) -> None:
    report = tmp_path / "report.xml"
    if text:
        report.write_text(text, encoding="utf-8")
    assert outcome_of_report("pytest", report, exit_code=3).failed == 1


def test_the_table_names_each_suite_and_what_was_not_run() -> None:
    outcomes = [Outcome("mypy", passed=1), Outcome("pytest", 12, 1, (NotRun("not run: no data", "a test_b"),))]
    assert table([*outcomes, Outcome("tsc", not_run=(NotRun("js is not set up"),))]).splitlines() == [
        "suite   passed  failed  not run",
        "mypy         1       0        0",
        "pytest      12       1        1",
        "tsc          0       0        1",
        "",
        "not run:",
        "  pytest: a test_b: no data",
        "  tsc: js is not set up",
    ]


def test_the_last_line_sums_all_suites() -> None:
    outcomes = [Outcome("mypy", passed=1), Outcome("pytest", 12, 1, (NotRun("a"), NotRun("b")))]
    assert last_line(outcomes) == "13 passed, 1 failed, 2 skipped"


@pytest.mark.parametrize(
    ("reason", "in_ci", "fails"),
    [
        ("not run: no Node on this machine", True, False),
        ("js is not set up: make setup", True, True),
        ("js is not set up: make setup", False, False),
    ],
)
def test_what_could_have_run_and_did_not_fails_in_continuous_integration(
    reason: str, *, in_ci: bool, fails: bool
) -> None:
    assert is_failure([Outcome("tsc", not_run=(NotRun(reason),))], in_ci=in_ci) is fails


def test_a_failed_test_is_a_failure_everywhere() -> None:
    assert is_failure([Outcome("mypy", failed=1)], in_ci=False)


def test_suites_at_once_keep_their_output_together_and_their_place_in_the_table(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    says = (sys.executable, "-c", "import sys; print(sys.argv[1:]); sys.exit(sys.argv[1] == 'bad')")
    chosen = [
        Suite("bad", (*says, "bad")),
        Suite("lacking", (*says, "bad"), missing="not run: no Node on this machine"),
        Suite("good", (*says, "good")),
    ]
    outcomes = run_all(chosen, tmp_path)
    assert [(outcome.suite, outcome.failed) for outcome in outcomes] == [("bad", 1), ("lacking", 0), ("good", 0)]
    parts = re.sub(r"\(\d+ s\)", "(some s)", capfd.readouterr().out).split("\n== ")
    assert sorted(parts) == [
        "",
        "bad (some s)\n['bad']\n\n",
        "good (some s)\n['good']\n\n",
        "lacking (not run: no Node on this machine)\n\n",
    ]


def test_long_suites_begin_first_and_as_many_run_at_once_as_told(tmp_path: Path) -> None:
    log, code = tmp_path / "log", "import sys; open(sys.argv[1], 'a').write(sys.argv[2])"
    chosen = [
        Suite(name, (sys.executable, "-c", code, log, name), minutes=int(name == "z")) for name in ("x", "y", "z")
    ]
    run_all(chosen, tmp_path, at_once=1)
    assert log.read_text(encoding="utf-8") == "zxy"


def test_suites_at_once_do_not_wait_for_each_other(tmp_path: Path) -> None:
    code = "import os, sys; list(map(open, sys.argv[1:]))"
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writes = (sys.executable, "-c", "import sys; open(sys.argv[1], 'w').close()", pipe)
    outcomes = run_all(
        [Suite("reads", (sys.executable, "-c", code, pipe)), Suite("writes", writes)], tmp_path, at_once=2
    )
    assert [outcome.passed for outcome in outcomes] == [1, 1]
