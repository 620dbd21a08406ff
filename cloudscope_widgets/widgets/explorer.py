"""All widgets of the main job, laid out and wired: find a recording, look, mark, measure, save."""

from __future__ import annotations

import ipywidgets

from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.file_browser import FileBrowser
from cloudscope_widgets.widgets.image_viewer import ImageViewer
from cloudscope_widgets.widgets.message_bar import MessageBar
from cloudscope_widgets.widgets.save_bar import SaveBar
from cloudscope_widgets.widgets.velocity_panel import VelocityPanel


class Explorer(ipywidgets.Box):
    """The whole program in one widget.

    Its parts are the same widgets that can be used alone; ``explorer.session`` is what they share.
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
        self.velocity_panel = VelocityPanel(session)
        self.message_bar = MessageBar(session)
        grid = ipywidgets.Box(list(self._placed().values()))
        grid.add_class("cs-explorer-grid")
        if fills_page:
            grid.add_class("cs-fills-page")
        super().__init__([grid])
        self.add_class("cs-explorer")

    def _placed(self) -> dict[str, ipywidgets.DOMWidget]:
        """Parts by their place; all but the message bar speak through it."""
        panel = self.velocity_panel
        parts: dict[str, ipywidgets.DOMWidget] = {
            "bar": self.save_bar,
            "files": self.file_browser,
            "image": self.image_viewer,
            "trace": panel.trace,
            "quality": panel.quality,
            "form": panel.form,
            "message": self.message_bar,
        }
        for place, part in parts.items():
            part.add_class(f"cs-area-{place}")
        for part in (self.save_bar, self.file_browser, self.image_viewer, panel.quality, panel.form):
            part.speak_through(self.message_bar)
        return parts

    def close(self) -> None:
        """Let go of the session and of the page; nothing is saved."""
        for part in (self.save_bar, self.file_browser, self.image_viewer, self.velocity_panel, self.message_bar):
            part.close()
        super().close()
