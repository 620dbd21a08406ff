"""Saved files are read as they were at one moment, or it is told that they were not."""

from __future__ import annotations

from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.io.commit.saved_files import read_saved_files
from cloudscope_widgets.io.paths import bundle_paths, saved_bytes
from cloudscope_widgets.synthetic import kymograph


@pytest.mark.plants_files
def test_files_that_never_rest_are_read_and_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = kymograph(100, 20).write(tmp_path / "cell.tif")
    acq = cs.open(image)
    acq.add_rect()
    acq.save()
    assert read_saved_files(image, bundle_paths(image)).notices == ()
    sidecar = tmp_path / "cell.tif.json"

    def read(path: Path) -> bytes | None:
        sidecar.write_bytes(sidecar.read_bytes() + b" ")
        return saved_bytes(path)

    monkeypatch.setattr("cloudscope_widgets.io.commit.saved_files.saved_bytes", read)
    found = read_saved_files(image, bundle_paths(image))
    (notice,) = found.notices
    assert "cell.tif changed all the time while they were read" in notice
    assert found.raw[sidecar]
