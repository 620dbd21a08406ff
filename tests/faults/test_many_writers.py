"""Several processes edit one recording at once: every edit is on disk in the end, or in a backup and reported."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.io.paths import sidecar_path, work_folder
from cloudscope_widgets.synthetic import kymograph
from tests.soak import IS_SOAK

ROOT = Path(__file__).resolve().parents[2]
EDITS = 3500 if IS_SOAK else 60
"""Of all processes together."""
KEPT = 6
"""Regions that each process leaves of its own, so that the files do not grow with the number of edits."""
FOREIGN_ROUNDS = 200 if IS_SOAK else 20
FIELDS = ("species", "sex", "genotype", "age", "region", "cell_type", "condition", "treatment")
TOLD = ("It has left out", "Changes of another program are in it")
LONGEST_S = 7200 if IS_SOAK else 300


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = kymograph(200, 40).write(tmp_path / "cell.tif")
    acq = cs.open(path)
    acq.add_rect(name="vessel")
    acq.analyze("radon_velocity", roi_id=1, window_width=32)
    acq.save()
    return path


def run(commands: list[list[str]]) -> list[list[dict[str, Any]]]:
    """Start all processes, let them begin together, and return what each told."""
    processes = [
        subprocess.Popen(  # noqa: S603  (ours)
            [sys.executable, "-m", *command], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for command in commands
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    with ThreadPoolExecutor(len(processes)) as readers:  # all at once, or a full pipe holds a process up
        outputs = list(readers.map(lambda process: process.communicate(timeout=LONGEST_S)[0], processes))
    assert [process.returncode for process in processes] == [0] * len(processes)
    return [[json.loads(line) for line in output.splitlines()] for output in outputs]


def in_backups(image: Path) -> str:
    """Text of all versions of the sidecar that are kept."""
    folder = work_folder(image)
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in files)


@pytest.mark.parametrize("count", [2, pytest.param(4, marks=pytest.mark.slow), 8])
def test_processes_that_edit_one_recording_lose_no_edit_of_each_other(image: Path, count: int) -> None:
    rounds = -(-EDITS // count)
    commands = [["tests.faults.writer", str(image), f"w{k}", FIELDS[k], str(rounds), str(KEPT)] for k in range(count)]
    told = run(commands)
    acq = cs.open(image)
    everything = [edit for process in told for edit in process]
    assert not [edit for edit in everything if "damaged" in edit or "gave_up" in edit]
    assert [edit["missed"] for edit in everything if edit.get("missed")] == []
    left = [edit["region"] for process in told for edit in process[-KEPT:]]
    assert sorted(roi.name for roi in acq.rois) == sorted(["vessel", *left])  # nothing twice, nothing back again either
    for number, process in enumerate(told):
        assert getattr(acq.experiment, FIELDS[number]) == process[-1]["value"]
    assert acq.experiment.note in {edit["note"] for edit in everything}
    assert acq.record("radon_velocity", roi_id=1) is not None
    merged = sum("Changes of another program are in it" in edit["message"] for edit in everything)
    torn = sum(bool(edit["conflicts"]) for edit in everything)
    report = f"{count} processes: {len(everything)} edits, {merged} merged, {torn} with a conflict"
    sys.stdout.write(f"{report}\n")
    assert merged >= len(everything) // 4, f"the test shows nothing: {report}"
    assert torn > 0, f"the test shows nothing: {report}"


@pytest.mark.plants_files("layout")
def test_a_program_without_our_lock_or_care_is_never_called_damaged_and_loses_nothing_silently(image: Path) -> None:
    told = run(
        [
            *(["tests.faults.writer", str(image), f"w{k}", FIELDS[k], str(FOREIGN_ROUNDS)] for k in range(2)),
            ["tests.faults.foreign_writer", str(image), "foreign", str(FOREIGN_ROUNDS)],
        ]
    )
    *ours, foreign = told
    everything = [edit for process in ours for edit in process]
    assert not [edit for edit in everything if "damaged" in edit or "gave_up" in edit]
    silent = [edit for edit in everything if edit["gone"] and not any(words in edit["message"] for words in TOLD)]
    assert silent == [], "what another program took away, or put another region in the place of, was not told"
    acq = cs.open(image)
    assert [notice for notice in acq.notices if "Another program was writing" not in notice] == []
    text = sidecar_path(image).read_text(encoding="utf-8")
    kept = in_backups(image)
    gone = [edit["region"] for edit in (*everything, *foreign) if f'"{edit["region"]}"' not in text]
    lost = [name for name in gone if name not in kept]
    sys.stdout.write(
        f"{len(everything)} of ours, {len(foreign)} of the other: {len(gone)} not on disk, {len(lost)} lost\n"
    )
    assert lost == []
    overwritten = [edit["region"] for edit in everything if edit["region"] in gone]
    assert overwritten, "the test shows nothing: what was saved here was never written over"
    # after the last of its writing, none of ours may have saved again, which would have told of it
    before = sidecar_path(image).read_bytes()
    acq.add_rect(name="the last one")
    acq.save()
    sidecar_path(image).write_bytes(before)
    acq.update_experiment(note="after all of them")
    assert "It has left out 1 ROI" in acq.save().message
    assert '"the last one"' in in_backups(image)
