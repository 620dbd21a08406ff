"""What the documentation shows runs as it stands, and its pages need no network."""

from __future__ import annotations

import importlib.util
import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from cloudscope_widgets.synthetic import kymograph

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)
FETCHED = re.compile(r"""<(?:script|img|iframe)[^>]*\ssrc=["']?(?:https?:)?//|<link[^>]*\shref=["']?(?:https?:)?//""")


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md", "docs/compose.md", "docs/your_analysis.md"])
def test_the_blocks_of_a_page_run_from_top_to_bottom(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / page).read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for block in BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(1))
        exec(compile("\n" * line + block[1], page, "exec"), names)  # noqa: S102  (our own documentation)
    assert names


def test_the_pictures_of_the_readme_are_there_and_small() -> None:
    pictures = [ROOT / name for name in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (ROOT / "README.md").read_text("utf-8"))]
    assert pictures
    assert all(10_000 < picture.stat().st_size < 200_000 for picture in pictures)


def test_the_first_script_of_the_readme_prints_the_true_velocity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    first = BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert first is not None
    exec(first[1], {})  # noqa: S102  (our own documentation)
    velocity, unit = capsys.readouterr().out.split()[:2]
    assert float(velocity) == pytest.approx(1.37 * 0.25, rel=0.01)
    assert unit == "mm/s"


def test_the_first_example_finds_the_true_velocity(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / "first_recording.py"), run_name="__main__")
    said = capsys.readouterr().out
    true, measured = (float(found) for found in re.findall(r"([\d.]+) mm/s", said))
    assert measured == pytest.approx(true, rel=0.01)
    assert "nothing lost: True" in said


def test_an_analysis_of_ones_own_is_run_saved_and_found_again(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / "own_analysis.py"), run_name="__main__")
    said = capsys.readouterr().out
    assert "in 10 stretches" in said
    assert "Opened again: True" in said


def measure_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Exit code, or the message in its place, of the example."""
    monkeypatch.setattr(sys, "argv", ["measure_a_folder.py", str(folder)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "examples" / "measure_a_folder.py"), run_name="__main__")
    return ended.value.code


def test_a_folder_is_measured_and_failing_files_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kymograph(1000, 40).write(tmp_path / "cell.tif")
    kymograph(1000, 40).write(tmp_path / "unknown.tif", with_text=False)
    tifffile.imwrite(tmp_path / "still.tif", np.tile(np.arange(40, dtype=np.uint16), (300, 1)))
    (tmp_path / "bad.tif").write_bytes(b"no image")
    code = measure_a_folder(tmp_path, monkeypatch)
    rows = {line.split()[0]: line.split()[1:] for line in capsys.readouterr().out.splitlines()}
    assert code == 1
    assert float(rows["cell.tif"][0]) == pytest.approx(1.37 * 250, rel=0.02)
    assert rows["cell.tif"][1] == "µm/s"
    assert rows["unknown.tif"][1] == "px/line"
    assert rows["still.tif"][0] == "–"
    assert rows["bad.tif"][0] == "skipped:"
    assert rows["3"] == ["of", "4", "recordings", "measured", "and", "saved."]
    assert (tmp_path / "cell.tif.json").exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "nowhere does not exist" in str(measure_a_folder(tmp_path / "nowhere", monkeypatch))


def test_a_second_run_over_a_folder_adds_no_region(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kymograph(400, 40).write(tmp_path / "cell.tif")
    assert [measure_a_folder(tmp_path, monkeypatch) for _ in range(2)] == [0, 0]
    assert (tmp_path / "cell.tif.json").read_text(encoding="utf-8").count('"roi_type"') == 1


def test_the_pages_fetch_nothing_from_elsewhere(tmp_path: Path) -> None:
    if importlib.util.find_spec("mkdocs") is None:
        pytest.skip("mkdocs is not installed: make setup")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603  (our own command)
    pages = sorted(tmp_path.rglob("*.html"))
    assert len(pages) > 5
    assert [page.name for page in pages if FETCHED.search(page.read_text(encoding="utf-8"))] == []
