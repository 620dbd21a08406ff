"""A widget of the real base class, whose page writes what it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.kit.base import SessionWidget, state


class RefusedValue(SessionWidget):
    """A number."""

    _esm = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
    number = state(int, 7)
    """Python's own."""

    def __init__(self, session: Session) -> None:
        """Have been asked for nothing yet."""
        self.answered: list[str] = []
        super().__init__(session)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Note the names that a page has written, after the answer is on its way."""
        super().set_state(sync_data)
        self.answered.extend(sync_data)
