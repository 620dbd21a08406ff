"""Which analysis is worked with: one tab for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypedDict

from cloudscope_widgets.core.kinds import kind_of
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.kit.base import SessionWidget, command, state
from cloudscope_widgets.widgets.kit.bundle import bundle
from cloudscope_widgets.widgets.kit.fields import Text

_LONGEST_NAME = 60


class TabItem(TypedDict):
    """One tab."""

    name: str
    label: str


class AnalysisTabs(SessionWidget):
    """A row of tabs; ``chosen`` is the name of the analysis whose panel is shown."""

    _esm = bundle("analysis_tabs")
    tabs = state(list[TabItem], [])
    chosen = state(str, "")

    def __init__(self, session: Session, names: Sequence[str], **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Offer analyses by name, the first one chosen."""
        super().__init__(session, **layout)
        self.has_message_line = False
        kinds = [(name, kind_of(name)) for name in names]
        self.tabs = [{"name": name, "label": kind.label} for name, kind in kinds if kind is not None]
        self.chosen = names[0]

    def choose(self, name: str) -> None:
        """Show the panel of an analysis.

        Raises
        ------
        ValueError
            When it has no tab.
        """
        if name not in {tab["name"] for tab in self.tabs}:
            raise ValueError(f"there is no tab {name!r}; the tabs are {', '.join(tab['name'] for tab in self.tabs)}")
        self.chosen = name

    @command("tab.choose", name=Text(_LONGEST_NAME))
    def _choose_from_page(self, *, name: str) -> None:
        self.choose(name)
