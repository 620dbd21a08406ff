"""What a page may write: nothing, unless a widget says what it takes.

Whoever sees a dashboard can send any message to any widget of it, also to the boxes, layouts, scales and marks of which
ours are made. What is refused is answered with the true state; what is in no known form is dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import ipywidgets
from ipywidgets.widgets.widget import _remove_buffers

from cloudscope_widgets.core.package_log import package_logger

MOST_VIEWS = 1000
_logger = package_logger(__name__)

Taken = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Takes the traits that a page writes, and returns those that count, each with a value that is checked."""
SetState = Callable[[dict[str, Any]], None]


def nothing(_sent: Mapping[str, Any]) -> dict[str, Any]:
    """Take nothing."""
    return {}


def write_allowed(widget: ipywidgets.Widget, sent: Mapping[str, Any], takes: Taken, write: SetState) -> None:
    """Write what a widget takes of a message, and answer the rest with the true state.

    Only an ``echo_update`` that answers the very message clears the page's own wrong value and leaves other pages
    untouched.
    """
    taken = takes(sent)
    count = sent.get("_view_count")
    is_count = count is None or (isinstance(count, int) and not isinstance(count, bool) and 0 <= count <= MOST_VIEWS)
    if "_view_count" in sent and is_count:
        taken["_view_count"] = count
    if taken:
        write(taken)
    refused = (sent.keys() - taken.keys()) & set(widget.keys)
    if refused:
        state, paths, buffers = _remove_buffers(widget.get_state(refused))
        widget._send({"method": "echo_update", "state": state, "buffer_paths": paths}, buffers)  # noqa: SLF001  (ipywidgets has no other way to answer)


def answer(widget: ipywidgets.Widget, message: Any, take_custom: Callable[[Any, Any], None] | None) -> None:  # noqa: ANN401  (from the page)
    """Do what a message asks for; one in another form, or that fails, never shows the page where this program lies."""
    try:
        data = message["content"]["data"]
        method = data.get("method") if isinstance(data, dict) else None
        if method == "update" and isinstance(data.get("state"), dict):
            widget.set_state(data["state"])
        elif method == "request_state":
            widget.send_state()
        elif method == "custom" and take_custom is not None and "content" in data:
            take_custom(data["content"], message.get("buffers") or [])
    except Exception:
        _logger.exception("A message of the page could not be answered")


def guard(widget: ipywidgets.Widget, takes: Taken = nothing) -> None:
    """Let a widget of another library take only this from a page, and no commands; a second guard changes nothing."""
    own = vars(widget)
    if "set_state" in own:
        return
    write = widget.set_state
    own["set_state"] = partial(write_allowed, widget, takes=takes, write=write)
    own["_handle_msg"] = partial(answer, widget, take_custom=None)
    if widget.comm is not None:
        widget.comm.on_msg(widget._handle_msg)  # noqa: SLF001  (where messages arrive)
