"""Look at line-scan recordings of blood vessels, measure them and trust the result.

Public names are imported when they are first used, so that a script without a notebook loads no widget library.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudscope_widgets import synthetic as synthetic
    from cloudscope_widgets.analysis.registry import register_analysis as register_analysis
    from cloudscope_widgets.core.errors import AnalysisError as AnalysisError
    from cloudscope_widgets.core.errors import Cancelled as Cancelled
    from cloudscope_widgets.core.errors import CloudScopeError as CloudScopeError
    from cloudscope_widgets.core.errors import ImageReadError as ImageReadError
    from cloudscope_widgets.core.errors import SaveConflict as SaveConflict
    from cloudscope_widgets.core.errors import SaveError as SaveError
    from cloudscope_widgets.core.errors import SidecarReadError as SidecarReadError
    from cloudscope_widgets.core.events import Event as Event
    from cloudscope_widgets.core.record import Record as Record
    from cloudscope_widgets.core.roi import LineRoi as LineRoi
    from cloudscope_widgets.core.roi import RectRoi as RectRoi
    from cloudscope_widgets.store.acquisition import Acquisition as Acquisition
    from cloudscope_widgets.store.acquisition import open_acquisition
    from cloudscope_widgets.store.disk.saver import SaveReport as SaveReport
    from cloudscope_widgets.store.session import Session as Session
    from cloudscope_widgets.widgets.analysis.analysis_panel import AnalysisPanel as AnalysisPanel
    from cloudscope_widgets.widgets.analysis.analysis_panel import DiameterPanel as DiameterPanel
    from cloudscope_widgets.widgets.analysis.analysis_panel import IntensityPanel as IntensityPanel
    from cloudscope_widgets.widgets.analysis.analysis_panel import VelocityPanel as VelocityPanel
    from cloudscope_widgets.widgets.contrast.contrast_bar import ContrastBar as ContrastBar
    from cloudscope_widgets.widgets.explorer import Explorer as Explorer
    from cloudscope_widgets.widgets.files.file_browser import FileBrowser as FileBrowser
    from cloudscope_widgets.widgets.image.image_viewer import ImageViewer as ImageViewer
    from cloudscope_widgets.widgets.save.save_bar import SaveBar as SaveBar

    open = open_acquisition  # noqa: A001  (the public name)

_MODULES = {
    "analysis.registry": ("register_analysis",),
    "core.errors": (
        *("AnalysisError", "Cancelled", "CloudScopeError", "ImageReadError", "SaveConflict", "SaveError"),
        "SidecarReadError",
    ),
    "core.events": ("Event",),
    "core.record": ("Record",),
    "core.roi": ("LineRoi", "RectRoi"),
    "store.acquisition": ("Acquisition",),
    "store.disk.saver": ("SaveReport",),
    "store.session": ("Session",),
    "widgets.contrast.contrast_bar": ("ContrastBar",),
    "widgets.explorer": ("Explorer",),
    "widgets.files.file_browser": ("FileBrowser",),
    "widgets.image.image_viewer": ("ImageViewer",),
    "widgets.save.save_bar": ("SaveBar",),
    "widgets.analysis.analysis_panel": ("AnalysisPanel", "DiameterPanel", "IntensityPanel", "VelocityPanel"),
}
_PLACES = {name: (module, name) for module, names in _MODULES.items() for name in names}
_PLACES["open"] = ("store.acquisition", "open_acquisition")

__all__ = [*sorted(_PLACES), "synthetic"]  # noqa: PLE0604  (text, all of it)


def __getattr__(name: str) -> Any:  # noqa: ANN401  (any public name)
    if name == "synthetic":
        return importlib.import_module("cloudscope_widgets.synthetic")
    if name not in _PLACES:
        raise AttributeError(f"module 'cloudscope_widgets' has no attribute {name!r}")
    module, attribute = _PLACES[name]
    found = getattr(importlib.import_module(f"cloudscope_widgets.{module}"), attribute)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
