"""Velocity of the selected region: run it, see it over the time of the image, judge it."""

from __future__ import annotations

from typing import Any

import ipywidgets

from cloudscope_widgets.core.kinds import VELOCITY
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.param_form import ParamForm
from cloudscope_widgets.widgets.analysis.quality_line import QualityLine
from cloudscope_widgets.widgets.analysis.trace_plot import TracePlot
from cloudscope_widgets.widgets.analysis.velocity.words import VelocityWords
from cloudscope_widgets.widgets.image.time_scale import time_scale
from cloudscope_widgets.widgets.kit.closing import ClosesWhole


class VelocityPanel(ClosesWhole, ipywidgets.VBox):
    """Plot, quality and form of the velocity; each part can also be placed on its own."""

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show the velocity of the selected region of a session; ``layout`` is that of the whole panel."""
        self.session = session
        self.trace = TracePlot(session)
        self.quality = QualityLine(session, self.trace)
        self.form = ParamForm(session, VELOCITY.name, VelocityWords())
        self.quality.speak_through(self.form)
        super().__init__([self.trace, self.quality, self.form], layout=layout)
        self.add_class("cs-velocity-panel")
        self.remember_made(keep=[time_scale(session)])
