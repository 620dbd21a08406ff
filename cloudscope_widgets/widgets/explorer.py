"""All widgets of the main job, laid out and wired: find a recording, look, mark, measure, save."""

from __future__ import annotations

import ipywidgets

from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.analysis_panel import VelocityPanel
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
        parts = self._placed()
        message = parts.pop("message")
        side = _box("cs-area-side", parts.pop("contrast"), parts.pop("form"))
        grid = ipywidgets.Box([*parts.values(), side, message])
        grid.add_class("cs-explorer-grid")
        if fills_page:
            grid.add_class("cs-fills-page")
        super().__init__([grid])
        self.add_class("cs-explorer")
        self.remember_made(self.velocity_panel, keep=[time_scale(session)])
        self.file_browser.show_first()

    def _placed(self) -> dict[str, ipywidgets.DOMWidget]:
        """Parts by their place; all but the message bar speak through it."""
        panel = self.velocity_panel
        parts: dict[str, ipywidgets.DOMWidget] = {
            "bar": self.save_bar,
            "files": self.file_browser,
            "contrast": self.contrast_bar,
            "image": self.image_viewer,
            "trace": panel.trace,
            "quality": panel.quality,
            "form": panel.form,
            "message": self.message_bar,
        }
        for place, part in parts.items():
            part.add_class(f"cs-area-{place}")
        for place, part in parts.items():
            if place not in {"trace", "message"}:
                part.speak_through(self.message_bar)
        return parts


def _box(place: str, *parts: ipywidgets.DOMWidget) -> ipywidgets.Box:
    """Parts that stand one above the other in some of the layouts."""
    box = ipywidgets.Box(parts)
    box.add_class(place)
    return box
