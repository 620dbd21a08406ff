"""A file that is changed while it is shown or measured gives a sentence; nothing wrong is shown, and Python lives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.changed_images import CHANGES, KINDS

ROOT = Path(__file__).resolve().parents[2]
WORDS = {
    "cut short": "has been cut short since it was opened here",
    "copied over": "has been cut short since it was opened here",
    "emptied": "has been cut short since it was opened here",
    "removed": "is not there any more",
    "a folder": "is not there any more",
}
"""Of the others the file has been replaced or changed."""


@pytest.fixture(scope="module")
def trials(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401  (see changed_images)
    """What became of each trial, told by a process that a memory map would have ended."""
    command = [sys.executable, "-m", "tests.faults.changed_images", str(tmp_path_factory.mktemp("changed"))]
    ended = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)  # noqa: S603
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def check_sentence(said: list[str], change: str) -> None:
    """Check the type and the words of an error."""
    kind, sentence = said
    assert kind == "ImageReadError"
    assert sentence.startswith("cell")  # the name of the file, not where it lies
    assert WORDS.get(change, "has been replaced or changed since it was opened here") in sentence
    assert sentence.endswith("then open the recording again.")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_shown_stays_right_and_nothing_is_measured(trials: Any, kind: str) -> None:  # noqa: ANN401
    for change in CHANGES if kind == "plain" else ("cut short", "replaced"):
        found = trials[f"shown/{kind}, {change}"]
        assert found["first"] == "right"
        assert (found["then"], bool(found["message"])) in {("none", True), ("right", False)}
        if found["then"] == "none":
            check_sentence(["ImageReadError", found["message"]], change)
            check_sentence(found["reading"], change)
        check_sentence(found["measuring"], change)
        assert found["measuring"][1] in found["notices"]
        assert found["records"] == 0


@pytest.mark.parametrize("method", ["radon", "line_correlation"])
def test_a_run_under_which_a_file_is_changed_stores_nothing(trials: Any, method: str) -> None:  # noqa: ANN401
    for change in CHANGES:
        found = trials[f"measured/{method}, {change}"]
        check_sentence(found["measuring"], change)
        assert (found["is_changed"], found["records"]) == (True, 0)
