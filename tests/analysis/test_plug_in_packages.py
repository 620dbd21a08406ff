"""Analyses of other packages, as a kernel of its own finds them: one that works, and several that are left out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
GOOD = """
import numpy as np, pandas as pd
from cloudscope_widgets.analysis.base import Result
from cloudscope_widgets.core.kinds import Column, Kind

class LineMean:
    kind = Kind("line_mean", "Line mean", columns=(Column("time_s", "s"), Column("mean")))
    version, params = 1, ()

    def measure(self, pixels, calibration, params):
        mean = pixels.mean(axis=1)
        time_s = np.arange(len(mean)) * calibration.seconds_per_line
        return Result({"mean": mean.mean()}, pd.DataFrame({"time_s": time_s, "mean": mean}))
"""
BROKEN = """
from a_good import LineMean

class Second(LineMean):
    pass

class NoKind:
    version, params = 1, ()

def raising():
    raise RuntimeError("never")
"""
ENTRIES = """[cloudscope_widgets.analyses]
gone = b_broken.nothing:Here
missing = b_broken:Missing
no_kind = b_broken:NoKind
raising = b_broken:raising
zweite = b_broken:Second
"""
RUN = """
import json, sys
import cloudscope_widgets as cs
acq = cs.open(sys.argv[1])
before = [record.analysis_name for record in acq.records]
said = {"before": before, "notices": list(acq.notices), "orphaned": [record.is_orphaned for record in acq.records]}
try:
    if not before:
        acq.add_rect(name="vessel")
        acq.analyze("radon_velocity", roi_id=1)
    record = acq.analyze("line_mean", roi_id=1)
    said |= {"versions": dict(record.provenance["versions"]), "rows": len(record.table)}
    acq.save()
except ValueError as error:
    said["error"] = str(error)
from cloudscope_widgets.analysis.registry import plug_in_problems
print(json.dumps({**said, "problems": plug_in_problems()}))
"""


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from cloudscope_widgets.synthetic import kymograph  # noqa: PLC0415  (beside its only use)

    return kymograph(500, 24, flow=0.8, seed=4).write(tmp_path_factory.mktemp("data") / "cell.tif")


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder with two installed packages."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "a_good.py").write_text(GOOD)
    (folder / "b_broken.py").write_text(BROKEN)
    good = "[cloudscope_widgets.analyses]\nline_mean = a_good:LineMean\n"
    for name, entries in (("a_good", good), ("b_broken", ENTRIES)):
        info = folder / f"{name}-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.5\n")
        (info / "entry_points.txt").write_text(entries)
    return folder


def run(image: Path, *paths: Path) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *paths)))}
    done = subprocess.run(  # noqa: S603  (our own script)
        [sys.executable, "-c", RUN, str(image)], env=environment, capture_output=True, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_an_installed_analysis_runs_is_saved_and_kept_where_it_is_missing(image: Path, packages: Path) -> None:
    here = run(image, packages)
    assert here["rows"] == 500
    assert here["versions"]["a-good"] == "1.5"
    table = image.with_name("cell.tif.line_mean.tsv").read_bytes()

    elsewhere = run(image)
    assert sorted(elsewhere["before"]) == ["line_mean", "radon_velocity"]
    assert elsewhere["orphaned"] == [name == "line_mean" for name in elsewhere["before"]]
    assert any("not installed here (package a-good 1.5)" in notice for notice in elsewhere["notices"])
    assert "there is no analysis 'line_mean'" in elsewhere["error"]
    assert image.with_name("cell.tif.line_mean.tsv").read_bytes() == table

    again = run(image, packages)
    assert again["orphaned"] == [False, False]
    assert "error" not in again


def test_what_cannot_be_loaded_is_said_with_its_package_and_left_out(image: Path, packages: Path) -> None:
    problems = run(image, packages)["problems"]
    assert len(problems) == 5
    assert all("of the package b-broken could not be loaded and is left out: " in said for said in problems)
    reasons = [said.split("left out: ")[1] for said in problems]
    assert [reason.split(":")[0].split(" ")[0] for reason in reasons][:2] == ["ModuleNotFoundError", "AttributeError"]
    assert "there is an analysis 'line_mean' already" in " ".join(reasons)
    assert "needs a class attribute kind" in " ".join(reasons)
