"""The view of each analysis; one without a view of its own gets one from its kind."""

from __future__ import annotations

from collections.abc import Mapping

from cloudscope_widgets.core.kinds import kind_of
from cloudscope_widgets.widgets.analysis.diameter.view import DiameterView
from cloudscope_widgets.widgets.analysis.form_words import FormWords
from cloudscope_widgets.widgets.analysis.intensity.view import IntensityView
from cloudscope_widgets.widgets.analysis.kind_view import KindView
from cloudscope_widgets.widgets.analysis.velocity.view import VelocityView
from cloudscope_widgets.widgets.analysis.velocity.words import VelocityWords
from cloudscope_widgets.widgets.analysis.view import AnalysisView

_VIEWS: Mapping[str, type[AnalysisView]] = {
    view.kind.name: view for view in (VelocityView, DiameterView, IntensityView)
}
_WORDS: Mapping[str, type[FormWords]] = {VelocityView.kind.name: VelocityWords}


def view_of(analysis_name: str) -> AnalysisView:
    """View of an analysis; ValueError when there is no such analysis."""
    view = _VIEWS.get(analysis_name)
    if view is not None:
        return view()
    kind = kind_of(analysis_name)
    if kind is None:
        raise ValueError(f"there is no analysis {analysis_name!r}")
    return KindView(kind)


def words_of_form(analysis_name: str) -> FormWords | None:
    """Sentences of the form of an analysis; None where it has none of its own."""
    words = _WORDS.get(analysis_name)
    return None if words is None else words()
