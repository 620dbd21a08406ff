"""What goes on in a page besides what a test looks at: errors, and requests that leave this machine."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Error, Page, Request, WebSocket

_LOCAL = {"127.0.0.1", None}  # no host: blob, data and about
_REFUSED = "Failed to load resource: net::ERR_NAME_NOT_RESOLVED"

_KNOWN_ERRORS = (
    # bqplot places its axes before it knows its size
    re.compile(r'<g> attribute transform: Expected number, "translate\((undefined|NaN)'),
    # JupyterLab's debugger still asks a kernel that has ended
    re.compile(r"^Could not restore the debugger state: Canceled future"),
)
_KNOWN_REQUESTS = (
    # Voilà's page asks for its icons, whatever the notebook holds; ours are in the bundles
    re.compile(r"^https://cdn\.jsdelivr\.net/npm/@fortawesome/"),
)


class Watch:
    """Keeps the errors of pages and the addresses they were refused; the browser resolves no name."""

    def __init__(self) -> None:
        """Watch no page yet."""
        self.errors: list[str] = []
        self.refused: list[str] = []
        self._expected = [*_KNOWN_ERRORS]

    def follow(self, page: Page) -> None:
        """Watch one more page."""
        page.on("console", self._hear)
        page.on("pageerror", self._fail)
        page.on("request", self._see)
        page.on("websocket", self._see)

    def leave(self, page: Page) -> None:
        """Watch a page no longer."""
        page.remove_listener("console", self._hear)
        page.remove_listener("pageerror", self._fail)
        page.remove_listener("request", self._see)
        page.remove_listener("websocket", self._see)

    def expect_error(self, pattern: str) -> None:
        """Take an error for wanted if the pattern is found in it."""
        self._expected.append(re.compile(pattern))

    def unexpected(self) -> list[str]:
        """Errors and refused requests that nobody has expected."""
        errors = [error for error in self.errors if not any(pattern.search(error) for pattern in self._expected)]
        refused = [url for url in self.refused if not any(pattern.search(url) for pattern in _KNOWN_REQUESTS)]
        return [*errors, *(f"asked for {url}" for url in refused)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and message.text != _REFUSED:  # the request itself is seen
            self.errors.append(message.text)

    def _fail(self, error: Error) -> None:
        self.errors.append(f"{error.name}: {error.message}")

    def _see(self, request: Request | WebSocket) -> None:
        if urlsplit(request.url).hostname not in _LOCAL:
            self.refused.append(request.url)
