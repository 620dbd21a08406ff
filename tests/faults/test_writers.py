"""Several processes that save one recording: each save counts or is refused, and none is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from cloudscope_widgets.io.commit import displaced_files as displaced
from cloudscope_widgets.io.commit.backups import backups_folder
from cloudscope_widgets.io.commit.content import bytes_of
from tests.faults.generations import new_image, saved_paths
from tests.faults.trials import ROOT
from tests.faults.writer_process import edits_of, is_one_state

pytestmark = pytest.mark.plants_files()  # contents that tell which save they belong to, and nothing true
Edits = set[tuple[str, int]]


def run_writers(image: Path, *writers: tuple[str, str, int]) -> dict[str, dict[str, Any]]:
    """Run processes side by side, each given by name, manner and count of saves; what each told, by name."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "tests.faults.writer_process", str(image)]
    started = {
        name: subprocess.Popen(  # noqa: S603
            [*command, "--name", name, "--manner", manner, "--saves", str(saves)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, manner, saves in writers
    }
    for process in started.values():
        assert process.stdout is not None
        process.stdout.readline()
    told = {}
    for process in started.values():  # all are ready, so that they meet
        assert process.stdin is not None
        process.stdin.write("begin\n")
        process.stdin.flush()
    for name, process in started.items():
        out, complaint = process.communicate(timeout=1800)
        assert process.returncode == 0, complaint
        told[name] = json.loads(out)
    return told


def acknowledged(told: dict[str, dict[str, Any]]) -> Edits:
    return {(str(name), int(number)) for one in told.values() for name, number in one["acknowledged"]}


def on_disk(image: Path) -> Edits:
    return set(edits_of(bytes_of(saved_paths(image)[-1])) or ())


def in_backups(image: Path) -> Edits:
    kept = [path.read_bytes() for path in backups_folder(image).iterdir() if path.name.startswith("cell.tif.json.")]
    return {edit for raw in kept for edit in edits_of(raw) or ()}


@pytest.mark.parametrize("manner", ["ours", "ours without locks"])
@pytest.mark.parametrize("processes", [2, pytest.param(4, marks=pytest.mark.slow), 8])
def test_no_save_of_several_processes_is_lost(tmp_path: Path, processes: int, manner: str, *, is_soak: bool) -> None:
    image = new_image(tmp_path)
    saves = (600 if is_soak else 60) // processes
    told = run_writers(image, *((f"writer {number}", manner, saves) for number in range(processes)))
    assert on_disk(image) == acknowledged(told)
    assert len(acknowledged(told)) == processes * saves
    assert is_one_state(image, {path: bytes_of(path) for path in saved_paths(image)})
    assert {one["mixed"] for one in told.values()} == {0}, "a state was read that did not belong together"
    assert sum(one["refused"] for one in told.values()) > processes, "invalid: they hardly met"


def test_what_a_careless_program_writes_over_is_in_a_backup(tmp_path: Path, *, is_soak: bool) -> None:
    image = new_image(tmp_path)
    rounds = 200 if is_soak else 20
    told = run_writers(image, ("ours", "ours", rounds), ("careless", "careless", rounds))
    ours = {edit for edit in acknowledged(told) if edit[0] == "ours"}
    assert len(ours) == rounds
    assert ours <= on_disk(image) | in_backups(image)
    with mock.patch.object(displaced, "QUIET_S", 0.0):  # all have ended
        displaced.keep_late_writing(image)  # as the next one to open the recording: the other may have written last
    assert acknowledged(told) <= on_disk(image) | in_backups(image)
    assert told["ours"]["refused"] + told["ours"]["mixed"] > rounds // 5, "invalid: they hardly met"
    assert ours - on_disk(image), "invalid: the careless program wrote over nothing"
