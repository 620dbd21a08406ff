"""Which process runs, on systems that tell and on others."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from cloudscope_widgets.io.platform.process import ProcessMark, is_running, process_mark, process_started


def test_this_process_runs_and_one_with_another_start_does_not() -> None:
    here = process_mark()
    assert is_running(here)
    assert not is_running(replace(here, started="1"))
    assert not is_running(replace(here, boot="before the restart"))
    assert is_running(replace(here, space="another container")) is None
    assert is_running(ProcessMark("elsewhere", "", "", 1, "1")) is None


def test_without_a_way_to_ask_a_process_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    here = process_mark()
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    monkeypatch.setitem(__import__("sys").modules, "psutil", None)
    assert process_started(here.pid) == ""
    assert is_running(here) is None


def test_other_systems_ask_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    psutil = pytest.importorskip("psutil", reason="not run: psutil is not installed")
    monkeypatch.setattr("platform.system", lambda: "Windows")
    assert process_started(os.getpid()) == f"{psutil.Process().create_time():.2f}"
    assert process_started(2**22 + 1) is None


def test_a_running_process_is_told_from_one_that_has_ended() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        assert process_started(process.pid) is not None
    assert process_started(process.pid) is None


@pytest.mark.skipif(sys.platform != "linux", reason="not run: only Linux tells when a process was started")
def test_a_process_that_was_killed_and_not_yet_cleared_away_has_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process_started(process.pid)
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert process_started(process.pid) is None
    process.communicate()
