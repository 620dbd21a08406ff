"""Names for the array types of this package."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

BoolArray: TypeAlias = NDArray[np.bool_]
"""Flags."""

IndexArray: TypeAlias = NDArray[np.intp]
"""Positions in another array."""

Float32Array: TypeAlias = NDArray[np.float32]
"""Pixels and everything as large as pixels."""

Float64Array: TypeAlias = NDArray[np.float64]
"""Numbers per line, block or window."""

ComplexArray: TypeAlias = NDArray[np.complex64]
"""Spectra of lines."""

AnyArray: TypeAlias = NDArray[np.generic]
"""An image as it comes from a file, of any real type."""
