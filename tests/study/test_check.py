"""Reciprocal velocities of a folder are listed with the old and the new mean, and nothing in it is written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.__main__ import main
from cloudscope_widgets.synthetic import kymograph


def contents(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_velocities_of_cloudscope_are_reciprocal_and_ours_are_right(
    golden: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = cs.open(kymograph(1500, 50, um_per_pixel=0.5).write(golden / "ours.tif"))
    ours.add_rect()
    ours.analyze("radon_velocity", roi_id=1, channel=0)
    ours.save()
    before = contents(golden)
    assert main(["check", str(golden), "--csv", str(tmp_path / "found.csv")]) == 1
    assert contents(golden) == before
    table = pd.read_csv(tmp_path / "found.csv").set_index("file")
    theirs = table.loc["Capillary1_0001.tif"]
    assert theirs["verdict"] == "reciprocal"
    assert theirs["true_mean"] == cs.open(golden / "Capillary1_0001.tif").records[0].summary["velocity_mean"]
    assert theirs["saved_mean"] != theirs["true_mean"]
    assert table.loc["ours.tif", "verdict"] == "right"
    assert table.loc["ours.tif", "saved_mean"] == pytest.approx(685, rel=0.01)
    assert "1 of 2 saved velocities are reciprocals of the truth." in capsys.readouterr().out


@pytest.mark.plants_files
def test_a_file_that_cannot_be_read_is_named_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    image = kymograph(200, 40).write(tmp_path / "cell.tif")
    image.with_name("cell.tif.json").write_text('{"version": 2,')
    assert main(["check", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "cell.tif.json cannot be read" in said
    assert "1 could not be checked." in said


def test_a_table_inside_of_the_folder_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["check", str(tmp_path), "--csv", str(tmp_path / "found.csv")])
    assert "where nothing is written" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_velocities_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "No saved velocity was found.\n"
    assert main(["check", str(tmp_path / "absent")]) == 1
    assert "is no folder" in capsys.readouterr().err
