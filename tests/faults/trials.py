"""Runs of many trials in a process of their own, and when such a run proves something."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LEAST_INSIDE = 0.3
LEAST_ACKNOWLEDGED = 0.25
LEAST_DAMAGE = 0.1


def run_module(module: str, *arguments: str) -> dict[str, Any]:
    """Run a module of this folder in a process of its own and give the counts that it prints."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", f"tests.faults.{module}", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, f"{module} broke off:\n{done.stderr}"
    counts = json.loads(done.stdout.splitlines()[-1])
    assert isinstance(counts, dict)
    sys.stdout.write(f"{json.dumps(counts)}\n")
    return counts


def check_valid(counts: dict[str, Any], plain: dict[str, Any]) -> None:
    """Fail as invalid when a run could not have shown a fault; ``plain`` is the careless writer on the same seed."""
    trials = counts["trials"]
    assert counts["inside"] >= LEAST_INSIDE * trials, f"invalid: only {counts['inside']} of {trials} fell inside a save"
    acknowledged = counts["acknowledged"]
    assert acknowledged >= LEAST_ACKNOWLEDGED * trials, f"invalid: only {acknowledged} saves in {trials} trials"
    damaged = sum(plain["damage"].values())
    assert damaged >= LEAST_DAMAGE * plain["trials"], (
        f"invalid: the plain writer was damaged in only {damaged} of {plain['trials']} trials"
    )
