"""A page without a browser: sends what a page can send, and remembers what it would get."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import ipywidgets


@dataclass
class FakePage:
    """The page's end of one widget's messages."""

    widget: ipywidgets.Widget
    received: list[dict[str, Any]] = field(default_factory=list)
    buffers: list[list[bytes]] = field(default_factory=list)
    _number: int = 0

    def __post_init__(self) -> None:
        """Listen."""
        self.widget.comm.send = self._receive

    def _receive(self, data: dict[str, Any], buffers: list[bytes] | None = None) -> None:
        self.received.append(data)
        self.buffers.append(buffers or [])

    def command(self, kind: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401  (anything a page could send)
        """Send one command and return its answer."""
        self._number += 1
        return self.raw({"kind": kind, "request": self._number, **fields})

    def raw(self, content: Any) -> dict[str, Any]:  # noqa: ANN401  (anything a page could send)
        """Send any content and return the last answer."""
        self._send({"method": "custom", "content": content})
        return next(said for said in reversed(self.customs) if said["kind"] in {"done", "refused"})

    def write(self, **state: Any) -> None:  # noqa: ANN401  (anything a page could send)
        """Try to write traits."""
        self._send({"method": "update", "state": state, "buffer_paths": []})

    def _send(self, data: dict[str, Any]) -> None:
        self.widget._handle_msg({"content": {"data": data}, "buffers": []})  # noqa: SLF001  (where messages arrive)

    @property
    def customs(self) -> list[dict[str, Any]]:
        """Contents of the custom messages received so far."""
        return [data["content"] for data in self.received if data["method"] == "custom"]

    @property
    def echoes(self) -> list[dict[str, Any]]:
        """States answered to refused writes."""
        return [data["state"] for data in self.received if data["method"] == "echo_update"]
