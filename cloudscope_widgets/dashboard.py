"""The Explorer as a dashboard of its own, served to this machine only."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from cloudscope_widgets.core.errors import CloudScopeError
from cloudscope_widgets.io.platform.user_secret import user_secret
from cloudscope_widgets.store.disk.drafts import VISITOR_VARIABLE
from cloudscope_widgets.synthetic import Flow, Heartbeat, Stall, Step, calcium, kymograph, vessel

LOOPBACK = "127.0.0.1"
IDLE_S, LOOK_FOR_IDLE_S = 600, 60
_ENDING_OF_PAGES = (
    "--Voila.identity_provider_class=cloudscope_widgets.dashboard_identity.XsrfIdentityProvider",
    f"--MappingKernelManager.cull_idle_timeout={IDLE_S}",
    f"--MappingKernelManager.cull_interval={LOOK_FOR_IDLE_S}",
)
"""A page that is closed ends its Python; without a word of it, ten minutes later."""
_CELL = """\
import os
import cloudscope_widgets as cs

cs.Explorer(cs.Session(os.environ["CLOUDSCOPE_FOLDER"]), fills_page=True)
"""
_DEMO: Mapping[str, dict[str, float | Flow]] = {
    "mouse 1/capillary_0001": {"flow": 1.37, "snr_db": 12.0},
    "mouse 1/capillary_0002": {"flow": Heartbeat(1.9, rate_hz=7.3), "snr_db": 10.0},
    "mouse 1/capillary_0003": {"flow": Stall(-1.13, [(5200, 7900)]), "snr_db": 14.0},
    "mouse 2/capillary_0001": {"flow": Step(0.83, -0.57, at=8000), "snr_db": 8.0, "stripes": 0.8},
    "mouse 2/venule_0001": {"flow": 0.31, "snr_db": 3.0, "bleaching": 0.4},
    "mouse 2/venule_0002": {"flow": Heartbeat(-3.4, rate_hz=8.1), "snr_db": 6.0, "missing_fraction": 0.02},
}
"""Recordings of the demo: steady flow, heartbeat, a stall, a reversal on stripes, slow flow, missing lines."""


def make_demo(folder: Path, *, lines: int = 16_000, columns: int = 64) -> Path:
    """Write sample recordings whose velocity, diameter or calcium is known.

    Returns
    -------
    The folder.
    """
    for seed, (name, properties) in enumerate(_DEMO.items()):
        path = folder / f"{name}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        made = kymograph(lines, columns, scan_duty=0.6, seconds_per_line=0.0012, seed=seed, **properties)  # type: ignore[arg-type]  # keyword by keyword right
        made.write(path)
    (folder / "mouse 3").mkdir(exist_ok=True)
    turns = np.arange(lines) / lines * 5
    dilating = 36.0 + 4.0 * np.sin(2 * np.pi * turns)
    vessel(lines, 96, diameter_px=dilating, lumen_profile="chord", snr_db=8, seed=7).write(
        folder / "mouse 3" / "arteriole_0001.tif"
    )
    calcium(lines, 32, rate_hz=0.4, bleaching=0.2, snr_db=6, seed=8).write(folder / "mouse 3" / "calcium_0001.tif")
    return folder


def serve(folder: Path, *, port: int | None = None, theme: str = "light") -> int:
    """Serve the Explorer of a folder until the user stops it, and print its address.

    Parameters
    ----------
    folder
        Recordings to show.
    port
        Of the address; a free one when not given.
    theme
        ``light`` or ``dark``.

    Returns
    -------
    Exit code of the server.

    Raises
    ------
    CloudScopeError
        When Voilà is not installed, or the folder does not exist.
    """
    if importlib.util.find_spec("voila") is None:
        raise CloudScopeError("The dashboard needs Voilà. Install it with pip install 'cloudscope-widgets[app]'.")
    if not folder.exists():
        raise CloudScopeError(f"{folder} does not exist. Give a folder of recordings, or --demo for samples.")
    port, token = port or _free_port(), secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(prefix="cloudscope-dashboard-") as home:
        notebook = _write_notebook(Path(home) / "explorer.ipynb")
        command = [
            *(sys.executable, "-m", "voila", str(notebook), "--no-browser", f"--port={port}", f"--theme={theme}"),
            *(f"--Voila.ip={LOOPBACK}", f"--token={token}", *_ENDING_OF_PAGES),
        ]
        with subprocess.Popen(command, env=_environment(folder)) as server:  # noqa: S603  (our own command)
            sys.stdout.write(
                f"\nExplorer of {folder}\n  http://{LOOPBACK}:{port}/?token={token}\nStop it with Ctrl-C.\n\n"
            )
            sys.stdout.flush()
            try:
                return server.wait()
            except KeyboardInterrupt:
                server.terminate()
                return server.wait()


def _environment(folder: Path) -> dict[str, str]:
    """Environment of the server: what it shows, and whose unsaved work it keeps, the same at every start."""
    environment = {**os.environ, "CLOUDSCOPE_FOLDER": str(folder.absolute())}
    if not environment.get(VISITOR_VARIABLE):
        with contextlib.suppress(OSError):  # each browser is a visitor of its own then
            environment[VISITOR_VARIABLE] = user_secret()
    return environment


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _write_notebook(path: Path) -> Path:
    cell: dict[str, object] = {"cell_type": "code", "id": "explorer", "source": _CELL, "metadata": {}}
    cell |= {"outputs": [], "execution_count": None}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    document = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(document), encoding="utf-8")
    return path
