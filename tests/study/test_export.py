"""Exported tables hold no formulas, and their numbers stay numbers."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.__main__ import main
from cloudscope_widgets.study.export import write_export
from cloudscope_widgets.synthetic import kymograph


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", '=HYPERLINK("http://x")', "-"]
)
def test_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(tmp_path: Path, text: str) -> None:
    plain = "'" + text.replace("\r", "\n")
    write_export(pd.DataFrame({"note": [text, "plain"], text: ["a = 1", ""]}), tmp_path / "out.csv")
    assert rows(tmp_path / "out.csv") == [["note", plain], [plain, "a = 1"], ["plain", ""]]


def test_a_line_end_inside_of_a_cell_begins_no_line(tmp_path: Path) -> None:
    write_export(pd.DataFrame({"note": ["a\r=1", "b\r\n=1"]}), tmp_path / "out.csv")
    assert rows(tmp_path / "out.csv") == [["note"], ["a\n=1"], ["b\n=1"]]


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    table = pd.DataFrame({"mean": [-1.5, None], "count": [-3, 4], "is_good": [True, False], "mixed": [-2.5, "=x"]})
    write_export(table, tmp_path / "out.csv")
    assert rows(tmp_path / "out.csv")[1:] == [["-1.5", "-3", "True", "-2.5"], ["", "4", "False", "'=x"]]


def test_an_empty_table_keeps_its_columns(tmp_path: Path) -> None:
    write_export(pd.DataFrame(columns=["file", "mean"]), tmp_path / "out.csv")
    assert rows(tmp_path / "out.csv") == [["file", "mean"]]


@pytest.mark.parametrize("name", ["=cmd.tif", "-1.tif", "@cell.tif", "+cell.tif"])
def test_check_exports_names_that_do_nothing(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    acq = cs.open(kymograph(200, 40).write(folder / name))
    acq.add_rect(name="=1+1")
    acq.analyze("radon_velocity", roi_id=1)
    acq.save()
    assert main(["check", str(folder), "--csv", str(tmp_path / "out.csv")]) == 0
    assert rows(tmp_path / "out.csv")[1][:4] == [f"'{name}", "0", "1", "right"]
    assert '"name": "=1+1"' in (folder / f"{name}.json").read_text()
