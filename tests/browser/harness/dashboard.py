"""The dashboard as a user starts it, the processes of its pages, and a browser that can be killed."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil  # type: ignore[import-untyped]  # brings no types
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.browser.harness.browser import launch_profile
from tests.browser.harness.servers import ROOT
from tests.browser.harness.waiting import wait_until

_START_S = 60


class Dashboard:
    """``python -m cloudscope_widgets DIR``, with a home of its own."""

    def __init__(self, folder: Path, home: Path, *, visitor: str = "") -> None:
        """Start it; ``visitor`` is the value of CLOUDSCOPE_VISITOR, not set when empty."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "VOILA"))}
        folders = {name: str(home / name.lower()) for name in ("HOME", "XDG_STATE_HOME", "IPYTHONDIR")}
        environment = {**own, **folders, "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(home / "jupyter")}
        if visitor:
            environment["CLOUDSCOPE_VISITOR"] = visitor
        self._log = home / f"dashboard-{secrets.token_hex(4)}.log"
        home.mkdir(exist_ok=True)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603  (our own command)
                [sys.executable, "-m", "cloudscope_widgets", str(folder)], env=environment, stdout=log, stderr=log
            )

    @property
    def address(self) -> str:
        """What the user opens, once the server answers."""
        wait_until(lambda: "Voilà is running" in self._said() or "is running at" in self._said(), "start", timeout_s=60)
        return next(line.strip() for line in self._said().splitlines() if line.strip().startswith("http://127.0.0.1:"))

    @property
    def port(self) -> int:
        """Of its address."""
        return urlsplit(self.address).port or 0

    def pythons(self) -> set[int]:
        """Processes that run the notebook for a page."""
        try:
            children = psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return set()
        return {child.pid for child in children if _is_kernel(child)}

    def kill(self) -> None:
        """End it at once, with all that it has started."""
        processes = [*psutil.Process(self._process.pid).children(recursive=True), self._process]
        for process in processes:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        self._process.wait()

    def stop(self) -> None:
        """End it as a user does."""
        self._process.terminate()
        self._process.wait(_START_S)

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")


def _is_kernel(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE and any("ipykernel" in part for part in process.cmdline())
    except psutil.Error:
        return False


class Profile:
    """A browser of its own, with what it keeps from one start to the next."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        """Keep everything in ``folder``."""
        self._browser, self._folder = browser, folder
        self._context: BrowserContext | None = None

    def open(self, address: str) -> Page:
        """Open a page in one more tab; start the browser when it does not run."""
        if self._context is None:
            self._context = launch_profile(self._browser, self._folder)
        page = self._context.new_page()
        page.set_default_timeout(30_000)
        page.goto(address, timeout=60_000)
        return page

    def kill(self) -> None:
        """End the browser before it can say anything to a server."""
        for process in psutil.process_iter():
            try:
                is_own = f"--user-data-dir={self._folder}" in process.cmdline()
            except psutil.Error:
                continue
            if is_own:
                process.kill()
        if self._context is not None:
            with suppress(Error):  # playwright may have noticed the end of the browser first
                self._context.close()
        self._context = None

    def close(self) -> None:
        """Close all tabs, if it runs."""
        if self._context is not None:
            self._context.close()
        self._context = None
