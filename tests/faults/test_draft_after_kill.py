"""A process that is killed loses the edits of its last two seconds at most."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import kymograph
from tests.soak import IS_SOAK

TRIALS = 200 if IS_SOAK else 10
ROOT = Path(__file__).resolve().parents[2]
LONGEST_LOSS_S = 2.0
LONGEST_RUN_S = 3.5
START_S = 60
AT_ONCE = 5


def edit_and_kill(folder: Path, after_s: float) -> tuple[dict[int, float], float]:
    """Let a process edit for a while, kill it, and return when it made each edit, and when it was killed."""
    command = [sys.executable, "-m", "tests.faults.editor", str(folder)]
    began = threading.Event()
    made: dict[int, float] = {}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  (ours)

        def listen() -> None:
            for line in process.stdout or ():
                if line.endswith("\n"):
                    number, at_s = line.split()
                    made[int(number)] = float(at_s)
                    began.set()

        listener = threading.Thread(target=listen)
        listener.start()
        assert began.wait(START_S)
        time.sleep(after_s)  # the moment of the kill is what is tried
        killed_s = time.monotonic()
        process.send_signal(signal.SIGKILL)
        process.wait()
        listener.join()
    return made, killed_s


@dataclass(frozen=True)
class Trial:
    """What one kill did."""

    lost_s: float
    """Time between the first edit that is lost and the kill."""
    left_draft: bool


def one_trial(folder: Path, after_s: float) -> Trial:
    """Kill a process that edits, and restore what it left."""
    kymograph(200, 40).write(folder / "cell.tif")
    made, killed_s = edit_and_kill(folder, after_s)
    session = cs.Session(folder)
    acq = session.select("cell.tif")
    left_draft = bool(acq.drafts)
    if left_draft:
        session.drafts.restore(acq, acq.drafts[0])
    kept = int(acq.experiment.note or 0)
    assert kept <= max(made) + 1  # the last edit may have been made but not told
    session.close()
    return Trial(max((killed_s - at_s for number, at_s in made.items() if number > kept), default=0.0), left_draft)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="not run: this system cannot kill a process at once")
def test_at_most_two_seconds_of_edits_are_lost(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311  (no secret)
    folders = [tmp_path / str(number) for number in range(TRIALS)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        trials = list(pool.map(one_trial, folders, [chance.uniform(0.0, LONGEST_RUN_S) for _ in folders]))
    found, longest = sum(trial.left_draft for trial in trials), max(trial.lost_s for trial in trials)
    report = f"{found} of {TRIALS} kills left a draft; the longest loss was {longest:.2f} s"
    sys.stdout.write(f"{report}\n")
    assert longest <= LONGEST_LOSS_S, report
    assert found >= TRIALS // 2, f"the test shows nothing: {report}"
    assert longest > 0, f"the test shows nothing: no kill fell between an edit and its draft; {report}"
