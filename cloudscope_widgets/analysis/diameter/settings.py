"""Parameters of the diameter: names, defaults and limits; all but the last two are those of the shared files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.params import Param, ParamValue

METHODS = ("threshold_width", "gradient_edges", "model_fit")
LUMEN_PROFILES = ("flat", "chord")

_THRESHOLD = FrozenDict({"diameter_method": ("threshold_width",)})
_ABSOLUTE = FrozenDict({**_THRESHOLD, "threshold_mode": ("absolute",)})
_GRADIENT = FrozenDict({"diameter_method": ("gradient_edges",)})
_GATED = FrozenDict({**_GRADIENT, "enable_motion_gating": (True,)})
_FIT = FrozenDict({"diameter_method": ("model_fit",)})

PARAMS = (
    Param(
        "diameter_method",
        "threshold_width",
        "Method",
        "Model fit measures fractions of a pixel, with a standard error. The other two give the whole pixels that "
        "CloudScope gives, which are biased.",
        choices=METHODS,
    ),
    Param("window_rows_odd", 5, "Lines", "Lines taken together for a profile, an odd number.", unit="lines", minimum=1),
    Param("stride", 1, "Stride", "Lines from one profile to the next.", unit="lines", minimum=1),
    Param(
        "binning_method",
        "mean",
        "Taken together",
        "How the lines of a profile are taken together. A model is always fitted to the mean.",
        choices=("mean", "median"),
    ),
    Param(
        "polarity",
        "bright_on_dark",
        "Vessel",
        "Whether the vessel is brighter or darker than its surroundings.",
        choices=("bright_on_dark", "dark_on_bright"),
    ),
    Param("post_filter_kernel_size", 3, "Median", "Rows of the running median, an odd number.", unit="rows", minimum=3),
    Param(
        "threshold_mode",
        "half_max",
        "Threshold",
        "Threshold width: halfway between the 10th and 90th percentile of a profile, or a value of your own.",
        choices=("half_max", "absolute"),
        applies_with=_THRESHOLD,
    ),
    Param(
        "threshold_value",
        0.0,
        "Value",
        "Threshold width: the absolute threshold.",
        unit="counts",
        applies_with=_ABSOLUTE,
    ),
    Param(
        "gradient_sigma",
        1.5,
        "Smoothing",
        "Gradient edges: of the profile.",
        unit="px",
        minimum=0,
        applies_with=_GRADIENT,
    ),
    Param(
        "gradient_kernel",
        "central_diff",
        "Derivative",
        "Gradient edges.",
        choices=("central_diff",),
        applies_with=_GRADIENT,
    ),
    Param(
        "gradient_min_edge_strength",
        0.02,
        "Least strength",
        "Gradient edges: flatter edges are marked as weak.",
        unit="counts/px",
        minimum=0,
        applies_with=_GRADIENT,
    ),
    Param(
        "enable_motion_gating",
        default=True,
        label="Remove jumps",
        help="Gradient edges: that jump between rows.",
        applies_with=_GRADIENT,
    ),
    Param(
        "max_edge_shift_um", 2.0, "Edge jump", "Largest shift of an edge.", unit="µm", minimum=0, applies_with=_GATED
    ),
    Param("max_diameter_change_um", 2.0, "Diameter jump", "Largest change.", unit="µm", minimum=0, applies_with=_GATED),
    Param(
        "max_center_shift_um",
        2.0,
        "Centre jump",
        "Largest shift of the middle.",
        unit="µm",
        minimum=0,
        applies_with=_GATED,
    ),
    Param(
        "lumen_profile",
        "flat",
        "Lumen",
        "Model fit: how brightness is spread across the vessel. Flat: even. Chord: as a round vessel is thick. "
        "The wrong one is wrong by 12 to 16 %.",
        choices=LUMEN_PROFILES,
        applies_with=_FIT,
    ),
    Param(
        "psf_sigma_px",
        0.0,
        "Blur",
        "Model fit: standard deviation of the blur of the microscope; 0 to find it in the recording.",
        unit="px",
        minimum=0,
        maximum=20,
        applies_with=_FIT,
    ),
)
_ODD = {"window_rows_odd": "lines taken together", "post_filter_kernel_size": "rows of the running median"}


@dataclass(frozen=True, slots=True)
class Settings:
    """A value for every parameter."""

    diameter_method: str = "threshold_width"
    window_rows_odd: int = 5
    stride: int = 1
    binning_method: str = "mean"
    polarity: str = "bright_on_dark"
    post_filter_kernel_size: int = 3
    threshold_mode: str = "half_max"
    threshold_value: float = 0.0
    gradient_sigma: float = 1.5
    gradient_kernel: str = "central_diff"
    gradient_min_edge_strength: float = 0.02
    enable_motion_gating: bool = True
    max_edge_shift_um: float = 2.0
    max_diameter_change_um: float = 2.0
    max_center_shift_um: float = 2.0
    lumen_profile: str = "flat"
    psf_sigma_px: float = 0.0

    def __post_init__(self) -> None:
        """Refuse values that no measurement can be made with; ValueError says which."""
        for param in PARAMS:
            object.__setattr__(self, param.name, param.checked(getattr(self, param.name)))
        for name, words in _ODD.items():
            value = getattr(self, name)
            if value % 2 == 0:
                raise ValueError(
                    f"{name} (the {words}) must be an odd number, got {value}: take {value - 1} or {value + 1}"
                )


def settings_of(params: Mapping[str, ParamValue]) -> Settings:
    """Settings from checked parameters."""
    values: dict[str, Any] = dict(params)
    return Settings(**values)
