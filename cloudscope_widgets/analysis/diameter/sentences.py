"""How a diameter was measured, in words for a paper."""

from __future__ import annotations

import numpy as np

from cloudscope_widgets.core.header import Calibration

from .measure import DiameterRows
from .model_fit import ModelFit
from .settings import Settings

_LUMENS = {"flat": "of even brightness", "chord": "as bright as a round vessel is thick"}


def sentences(settings: Settings, found: DiameterRows, fit: ModelFit | None, calibration: Calibration) -> list[str]:
    """Sentences on profiles, edges, filter and units."""
    without = int(np.isnan(found.diameter).sum())
    return [
        _profiles(settings, "mean" if fit else settings.binning_method),
        *(_whole_pixels(settings) if fit is None else _fitted(settings, fit)),
        f"Diameters were smoothed by a running median of {settings.post_filter_kernel_size} rows.",
        f"{without} of {len(found.diameter)} rows have no diameter.",
        *_units(calibration),
    ]


def _profiles(settings: Settings, binning: str) -> str:
    vessel = "bright on dark" if settings.polarity == "bright_on_dark" else "dark on bright"
    every = "every line" if settings.stride == 1 else f"every {settings.stride} lines"
    return (
        f"The diameter of the vessel ({vessel}) was measured at {every}, from the {binning} of "
        f"{settings.window_rows_odd} lines."
    )


def _whole_pixels(settings: Settings) -> list[str]:
    edges = _gradient(settings) if settings.diameter_method == "gradient_edges" else _threshold(settings)
    short = "less than the width of the vessel by about one pixel, and by much more in a round one"
    return [*edges, f"Edges are whole pixels; the diameter is the distance of their centres, {short}."]


def _threshold(settings: Settings) -> list[str]:
    level = (
        f"{settings.threshold_value:g} counts"
        if settings.threshold_mode == "absolute"
        else "half the way from the 10th to the 90th percentile"
    )
    return [f"Its edges are the first and the last pixel of the profile that reaches {level}."]


def _gradient(settings: Settings) -> list[str]:
    smoothed = f"smoothed by a Gaussian of {settings.gradient_sigma:g} px" if settings.gradient_sigma else "as it is"
    gates = (
        f"more than {settings.max_edge_shift_um:g} (an edge), {settings.max_diameter_change_um:g} (the diameter) or "
        f"{settings.max_center_shift_um:g} µm (the middle)"
    )
    return [
        f"Its edges are the steepest rise and the steepest fall of the profile, {smoothed}.",
        *([f"Edges that jump from row to row by {gates} were left out."] if settings.enable_motion_gating else []),
    ]


def _fitted(settings: Settings, fit: ModelFit) -> list[str]:
    blur = "given" if settings.psf_sigma_px else "found in the recording"
    sigma = f"a Gaussian of {fit.sigma_px:.3g} px ({blur})" if np.isfinite(fit.sigma_px) else "a Gaussian"
    found = [
        (
            f"A lumen {_LUMENS[fit.lumen_profile]}, blurred by {sigma}, was fitted to each profile by weighted least "
            "squares. The diameter is that of the lumen before the blur, and its standard error that of the row."
        )
    ]
    if fit.floor is not None:
        found.append(f"Noise that is cut off at {fit.floor.value:g} counts was taken into account.")
    if fit.shadow_share > 0.05:
        share = f"{fit.shadow_share:.0%} of the rows depart from the lumen, as cells make them"
        found.append(
            f"{share}: in all rows dark pixels inside count less, and the brightness is near that of neighbours."
        )
    if fit.better_lumen:
        found.append(
            f"A {fit.better_lumen} lumen fits this recording better (z = {fit.lumen_doubt:.0f}); with the wrong one "
            "the diameter is wrong by 8 to 17 %."
        )
    return found


def _units(calibration: Calibration) -> list[str]:
    if calibration.is_space_known:
        return []
    return ["The size of a pixel is not known: all lengths are in pixels, also where the saved files name them um."]
