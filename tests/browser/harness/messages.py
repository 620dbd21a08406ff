"""What the widgets of a page tell Python."""

from __future__ import annotations

from playwright.sync_api import Page

_WATCH = """() => {
  window.sent_ = [];
  if (window.isWatched_) return;
  window.isWatched_ = true;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (data) {
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    if (text.includes("comm_msg")) window.sent_.push(text);
    return send.call(this, data);
  };
}"""


def watch_sent(page: Page) -> None:
    """Take note of all messages of widgets that the page sends from now on."""
    page.evaluate(_WATCH)


def sent(page: Page) -> list[str]:
    """Messages that were sent since they are watched."""
    found: list[str] = page.evaluate("() => window.sent_")
    return found
