"""What the documentation shows runs as it stands."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest

from cloudscope_widgets.synthetic import kymograph

ROOT = Path(__file__).resolve().parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md"])
def test_the_blocks_of_a_page_run_from_top_to_bottom(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))
    assert blocks
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, page, "exec"), names)  # noqa: S102  (our own documentation)


def test_the_first_example_finds_the_true_velocity(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / "first_recording.py"), run_name="__main__")
    true, measured = (float(found) for found in re.findall(r"([\d.]+) mm/s", capsys.readouterr().out))
    assert measured == pytest.approx(true, rel=0.01)


def test_a_folder_is_measured_and_a_bad_file_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kymograph(1000, 40).write(tmp_path / "cell.tif")
    (tmp_path / "bad.tif").write_bytes(b"no image")
    monkeypatch.setattr(sys, "argv", ["measure_a_folder.py", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "examples" / "measure_a_folder.py"), run_name="__main__")
    said = capsys.readouterr().out
    assert ended.value.code == 1
    assert "skipped: " in said
    assert "is not a TIFF image" in said
    assert "Saved 1 recording." in said
    assert (tmp_path / "cell.tif.json").exists()
