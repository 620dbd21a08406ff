"""One bad input: how it is made, and the error that it must give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["image", "saved", "list"]


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the manifest of bad inputs."""

    name: str
    kind: Kind
    """What is asked: to show an image, to read saved files beside a good image, or to list recordings."""
    error: str
    """Pattern of the sentence that the user must see."""
    make: Callable[[Path], Path | str]
    """Makes the input in an empty folder, and returns what the user asks for."""
