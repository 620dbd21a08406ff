"""The panel of any analysis: run it, see its trace over the time of the image, judge it."""

from __future__ import annotations

from typing import Any

import ipywidgets

from cloudscope_widgets.analysis.registry import find_analysis
from cloudscope_widgets.core.kinds import DIAMETER, SUM_INTENSITY, VELOCITY
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.fact_line import FactLine
from cloudscope_widgets.widgets.analysis.param_form import ParamForm
from cloudscope_widgets.widgets.analysis.quality_line import QualityLine
from cloudscope_widgets.widgets.analysis.trace_plot import TracePlot
from cloudscope_widgets.widgets.analysis.views import view_of, words_of_form
from cloudscope_widgets.widgets.image.time_scale import time_scale
from cloudscope_widgets.widgets.kit.closing import ClosesWhole


class AnalysisPanel(ClosesWhole, ipywidgets.VBox):
    """Trace, facts and form of one analysis; each part can also be placed on its own."""

    def __init__(self, session: Session, name: str, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show one analysis in the selected region.

        Parameters
        ----------
        session
            Whose open recording and selected region are shown and measured.
        name
            Of the analysis, for instance ``diameter``, also of one that was registered by a plug-in.
        **layout
            Keyword arguments of ``ipywidgets.Layout`` for the whole panel.

        Raises
        ------
        ValueError
            When there is no analysis of this name.
        """
        find_analysis(name)
        self.session = session
        self.analysis_name = name
        self.trace = TracePlot(session, view_of(name))
        self.quality: QualityLine | FactLine = self._made_facts()
        self.form = ParamForm(session, name, words_of_form(name))
        self.quality.speak_through(self.form)
        super().__init__([self.trace, self.quality, self.form], layout=layout)
        for style in ("cs-home", "cs-analysis-panel"):
            self.add_class(style)
        self.remember_made(keep=[time_scale(session)])

    def _made_facts(self) -> QualityLine | FactLine:
        """Line of facts; that of the velocity has switches of its own."""
        return FactLine(self.session, self.trace)


class VelocityPanel(AnalysisPanel):
    """Plot, quality and form of the velocity of the selected region."""

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show the velocity of the selected region of a session; ``layout`` is that of the whole panel."""
        super().__init__(session, VELOCITY.name, **layout)
        self.add_class("cs-velocity-panel")

    def _made_facts(self) -> QualityLine:
        return QualityLine(self.session, self.trace)


class DiameterPanel(AnalysisPanel):
    """Plot, facts and form of the diameter of the selected region."""

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show the diameter of the selected region of a session; ``layout`` is that of the whole panel."""
        super().__init__(session, DIAMETER.name, **layout)
        self.add_class("cs-diameter-panel")


class IntensityPanel(AnalysisPanel):
    """Plot, facts and form of the sum intensity of the selected region."""

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show the sum intensity of the selected region of a session; ``layout`` is that of the whole panel."""
        super().__init__(session, SUM_INTENSITY.name, **layout)
        self.add_class("cs-intensity-panel")
