"""Intensity of a region over time, relative to its baseline, and the events in it: onsets, peaks and widths."""

from cloudscope_widgets.analysis.sum_intensity.measure import SumIntensity as SumIntensity
from cloudscope_widgets.analysis.sum_intensity.measure import sum_intensity as sum_intensity
from cloudscope_widgets.analysis.sum_intensity.settings import PRESETS as PRESETS
from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings as SumIntensitySettings
from cloudscope_widgets.analysis.sum_intensity.summary import summary as summary
from cloudscope_widgets.analysis.sum_intensity.summary import table as table
