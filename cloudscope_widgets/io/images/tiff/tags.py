"""What the programs that wrote an image say of it in its tags: calibration and channels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import tifffile

from cloudscope_widgets.io.images.fluoview import FluoViewHeader, fluoview_calibration, fluoview_header
from cloudscope_widgets.io.images.imagej import imagej_calibration, imagej_count, imagej_words
from cloudscope_widgets.io.images.ome.calibration import OmeImage, ome_calibration, ome_image
from cloudscope_widgets.io.images.scales import TagCalibration


@dataclass(frozen=True, slots=True)
class TiffWords:
    """Words of the program that wrote a file; those of all others are empty."""

    calibration: TagCalibration
    imagej: Mapping[str, str]
    ome: OmeImage | None = None
    fluoview: FluoViewHeader | None = None

    @property
    def channels(self) -> int:
        """Count of channels, 1 when nothing is said."""
        if self.ome is not None:
            return self.ome.count("SizeC")
        if self.fluoview is not None:
            return self.fluoview.channels
        return imagej_count(self.imagej, "channels")


def tiff_words(tiff: tifffile.TiffFile, images: int, document: str = "") -> TiffWords:
    """Read what OME, FluoView or ImageJ says of a file with this count of images.

    ``document`` is the one of OME where it is not in the file itself.
    """
    if tiff.is_ome:
        image = ome_image(document or tiff.pages.first.description, tiff.filehandle.name)
        return TiffWords(TagCalibration() if image is None else ome_calibration(image), {}, ome=image)
    header = fluoview_header(tiff, images)
    if header is not None:
        return TiffWords(fluoview_calibration(header), {}, fluoview=header)
    words = imagej_words(tiff)
    return TiffWords(imagej_calibration(tiff, words) if words else TagCalibration(), words)
