"""Fixtures of the tests of the image viewer: one viewer for all tests of a file, brought back to its beginning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pytest
import tifffile
from playwright.sync_api import BrowserContext

from cloudscope_widgets.synthetic import kymograph
from tests.browser.harness.jupyterlab import JupyterLab
from tests.browser.harness.servers import Server
from tests.browser.harness.viewer import COLUMNS, LINES, ViewerPage


@pytest.fixture(scope="module", params=[JupyterLab.name])
def host(servers: Mapping[str, Server], contexts: Mapping[str, BrowserContext]) -> Iterator[JupyterLab]:
    """JupyterLab, with one notebook for all tests of a file."""
    servers[JupyterLab.name].wait_until_ready()
    host = JupyterLab(servers[JupyterLab.name], contexts[JupyterLab.name])
    yield host
    unexpected = host.unexpected()
    host.close(is_sound=not unexpected)
    assert unexpected == []


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An image with two channels, of which the second is the first turned around."""
    first = kymograph(LINES, COLUMNS, flow=1.37, snr_db=10).image.astype(np.uint16)
    path = tmp_path_factory.mktemp("recording") / "two.tif"
    tifffile.imwrite(path, np.stack([first, first[:, ::-1]]), imagej=True, metadata={"axes": "CYX"})
    return path


@pytest.fixture(scope="module")
def shared_viewer(host: JupyterLab, recording: Path) -> ViewerPage:
    """The viewer that all tests of a file use."""
    return ViewerPage(host, recording)


@pytest.fixture
def viewer(shared_viewer: ViewerPage, request: pytest.FixtureRequest, artifacts: Path) -> Iterator[ViewerPage]:
    """The viewer as it is at the beginning; a test that fails leaves a picture of its page."""
    failed = request.session.testsfailed
    yield shared_viewer
    if request.session.testsfailed > failed:
        shared_viewer.page.screenshot(path=artifacts / f"{request.node.name.partition('[')[0]}-failed.png")
    shared_viewer.clear()
