"""All widgets of the main job, laid out and wired: find a recording, look, mark, measure, save."""

from __future__ import annotations

import ipywidgets

from cloudscope_widgets.core.kinds import DIAMETER, SUM_INTENSITY, VELOCITY
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.analysis_panel import AnalysisPanel, VelocityPanel
from cloudscope_widgets.widgets.analysis.analysis_tabs import AnalysisTabs
from cloudscope_widgets.widgets.contrast.contrast_bar import ContrastBar
from cloudscope_widgets.widgets.files.file_browser import FileBrowser
from cloudscope_widgets.widgets.image.image_viewer import ImageViewer
from cloudscope_widgets.widgets.image.time_scale import time_scale
from cloudscope_widgets.widgets.kit.closing import ClosesWhole
from cloudscope_widgets.widgets.kit.message_bar import MessageBar
from cloudscope_widgets.widgets.save.save_bar import SaveBar


class Explorer(ClosesWhole, ipywidgets.Box):
    """The whole program in one widget.

    Its parts are the same widgets that can be used alone; ``explorer.session`` is what they share. When no recording is
    open, the first one that can be read is shown as soon as it is found.
    """

    def __init__(self, session: Session, *, fills_page: bool = False) -> None:
        """Show a session.

        Parameters
        ----------
        session
            What is shown; other widgets of the same session show the same.
        fills_page
            True in a dashboard, where the height is that of the page and not of the content.
        """
        self.session = session
        self.save_bar = SaveBar(session)
        self.file_browser = FileBrowser(session)
        self.image_viewer = ImageViewer(session)
        self.image_viewer.has_time_labels = False
        self.contrast_bar = ContrastBar(session)
        self.velocity_panel = VelocityPanel(session)
        self.message_bar = MessageBar(session)
        self.analysis_tabs = AnalysisTabs(session, [VELOCITY.name, DIAMETER.name, SUM_INTENSITY.name])
        self._panels: dict[str, AnalysisPanel] = {VELOCITY.name: self.velocity_panel}
        self._areas = {name: _box(f"cs-area-{name}") for name in ("trace", "quality", "form")}
        super().__init__([self._grid(fills_page=fills_page)])
        for name in ("cs-home", "cs-explorer"):
            self.add_class(name)
        self._show_panel()
        self._remember()
        self.analysis_tabs.observe(self._tab_chosen, "chosen")
        self.file_browser.show_first()

    def panel(self, analysis_name: str) -> AnalysisPanel:
        """Panel of an analysis that has a tab; it is made when it is first asked for."""
        if analysis_name not in self._panels:
            panel = AnalysisPanel(self.session, analysis_name)
            panel.quality.speak_through(self.message_bar)
            panel.form.speak_through(self.message_bar)
            self._panels[analysis_name] = panel
        return self._panels[analysis_name]

    def _grid(self, *, fills_page: bool) -> ipywidgets.Box:
        """All parts in their places; all but the message bar speak through it."""
        speaking = {
            "bar": self.save_bar,
            "files": self.file_browser,
            "contrast": self.contrast_bar,
            "image": self.image_viewer,
        }
        self.message_bar.add_class("cs-area-message")
        for place, part in speaking.items():
            part.add_class(f"cs-area-{place}")
        for part in (*speaking.values(), self.velocity_panel.quality, self.velocity_panel.form):
            part.speak_through(self.message_bar)
        tabbed = _box("cs-area-tabbed", self.analysis_tabs, self._areas["form"])
        side = _box("cs-area-side", speaking.pop("contrast"), tabbed)
        grid = ipywidgets.Box(
            [*speaking.values(), self._areas["trace"], self._areas["quality"], side, self.message_bar]
        )
        grid.add_class("cs-explorer-grid")
        if fills_page:
            grid.add_class("cs-fills-page")
        return grid

    def _tab_chosen(self, _change: object) -> None:
        self._show_panel()
        self._remember()

    def _show_panel(self) -> None:
        """Put the parts of the chosen panel into their places, and let the run key mean its run."""
        panel = self.panel(self.analysis_tabs.chosen)
        for name, part in (("trace", panel.trace), ("quality", panel.quality), ("form", panel.form)):
            self._areas[name].children = (part,)
        self.image_viewer.drawn_analyses = (panel.analysis_name,)
        panel.form.offer_run()

    def _remember(self) -> None:
        self.remember_made(*self._panels.values(), keep=[time_scale(self.session)])


def _box(place: str, *parts: ipywidgets.DOMWidget) -> ipywidgets.Box:
    """Parts that stand one above the other in some of the layouts."""
    box = ipywidgets.Box(parts)
    box.add_class(place)
    return box
