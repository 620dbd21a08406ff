"""The message line as a widget of its own, through which several others speak."""

from __future__ import annotations

from cloudscope_widgets.widgets.kit.base import SessionWidget
from cloudscope_widgets.widgets.kit.bundle import bundle


class MessageBar(SessionWidget):
    """Shows what happened last, and whether Python answers."""

    _esm = bundle("message_bar")
