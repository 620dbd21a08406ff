"""Jupyter servers of the tests' own: on a free loopback port, with a token and private folders."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from tests.browser.harness.waiting import wait_until

ROOT = Path(__file__).resolve().parents[3]
VSCODE_PAGE = ROOT / "tests" / "browser" / "vscode_page" / "dist"
_START_S = 60
_STOP_S = 15
# for pages that come back, which ours do not: a server would keep the sockets of each closed page
_NO_BUFFER = "--MappingKernelManager.buffer_offline_messages=False"
_SETTINGS = {
    "lab_settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings": {"fetchNews": "false"},
    "lab_settings/@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {"autosave": False},
    "jupyter/config/labconfig/page_config.json": {"buildCheck": False},  # takes the server two seconds a page
    "ipython/profile_default/ipython_config.json": {"HistoryManager": {"enabled": False}},
}


class Server:
    """A server in a process of its own; it starts while others start."""

    def __init__(self, home: Path, arguments: Sequence[str], probe: str) -> None:
        """Start ``python -m``, with ``{port}``, ``{token}`` and ``{home}`` put into the arguments."""
        self.token, self.port = secrets.token_hex(16), _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.notebooks, self.runtime, self.log = home / "notebooks", home / "runtime", home / "server.log"
        self.idle_kernels: list[str] = []
        """Kernels that a test has left clean, for the next one."""
        self._probe = probe
        self._ending: list[Thread] = []
        for folder in (self.notebooks, self.runtime):
            folder.mkdir(parents=True)
        filled = [part.format(port=self.port, token=self.token, home=home) for part in arguments]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  (all from this module)
                [sys.executable, "-m", *filled],
                cwd=self.notebooks,
                env=_environment(home),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        """Wait until the server answers."""
        wait_until(self._is_ready, f"the answer of {self.url}", timeout_s=_START_S)

    def _is_ready(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError(f"the server has ended:\n{self.log.read_text(encoding='utf-8')}")
        try:
            return self.ask("GET", self._probe) < http.client.BAD_REQUEST
        except OSError:
            return False

    def ask(self, method: str, path: str) -> int:
        """Send a request and return the status of the answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_STOP_S)
        try:
            connection.request(method, path, headers={"Authorization": f"token {self.token}"})
            return connection.getresponse().status
        finally:
            connection.close()

    def connection_file(self, kernel_id: str) -> Path:
        """File that tells how to reach a kernel."""
        found = wait_until(
            lambda: list(self.runtime.rglob(f"kernel-{kernel_id}.json")), f"the file of kernel {kernel_id}"
        )
        return found[0]

    def end_kernel(self, kernel_id: str) -> None:
        """Begin to shut a kernel down, which takes it up to three seconds."""
        ending = Thread(target=self.ask, args=("DELETE", f"/api/kernels/{kernel_id}"))
        ending.start()
        self._ending.append(ending)

    def ask_to_stop(self) -> None:
        """Begin to stop, when all kernels have ended."""
        for ending in self._ending:
            ending.join()
        self._process.terminate()

    def wait_until_stopped(self) -> None:
        """Wait for the end of the server, by force if need be."""
        try:
            self._process.wait(timeout=_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start_jupyter(home: Path) -> Server:
    """Start JupyterLab, which also serves the page with VS Code's widget manager under ``/static``."""
    static = (VSCODE_PAGE, Path(sys.prefix) / "share" / "jupyter")
    arguments = [
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        "--ServerApp.ip=127.0.0.1",
        "--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        "--ServerApp.root_dir={home}/notebooks",
        "--ServerApp.terminals_enabled=False",
        "--IdentityProvider.token={token}",
        "--LabApp.extension_manager=readonly",
        _NO_BUFFER,
        *(f"--ServerApp.extra_static_paths={folder}" for folder in static),
    ]
    return Server(home, arguments, "/api")


def start_voila(home: Path) -> Server:
    """Start Voilà on a folder of notebooks."""
    arguments = [
        "voila",
        "{home}/notebooks",
        "--no-browser",
        "--show_tracebacks=True",
        "--port={port}",
        "--Voila.ip=127.0.0.1",
        "--Voila.port_retries=0",
        "--Voila.token={token}",
        "--Voila.connection_dir_root={home}/runtime",
        _NO_BUFFER,
    ]
    return Server(home, arguments, "/voila/static/voila.js")


def _free_port() -> int:
    """A port outside the range from which the system hands out ports to others."""
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def _environment(home: Path) -> dict[str, str]:
    """Environment whose folders are private and empty; kernels find this package's probes in it."""
    for name, values in _SETTINGS.items():
        file = home / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    folders = {
        "HOME": "home",
        "XDG_CACHE_HOME": "home/cache",
        "XDG_CONFIG_HOME": "home/config",
        "XDG_DATA_HOME": "home/data",
        "XDG_STATE_HOME": "home/state",
        "IPYTHONDIR": "ipython",
        "JUPYTER_CONFIG_DIR": "jupyter/config",
        "JUPYTER_DATA_DIR": "jupyter/data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "lab_settings",
        "JUPYTERLAB_WORKSPACES_DIR": "lab_workspaces",
    }
    own = {name: value for name, value in os.environ.items() if not name.startswith(("IPYTHON", "JUPYTER", "VOILA"))}
    return {
        **own,
        **{name: str(home / folder) for name, folder in folders.items()},
        "PYTHONPATH": str(ROOT),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
