"""Backgrounds that a record may have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from .arrays import Float32Array
from .background import standing_background
from .fading import Fading, measure_fading
from .lateral import lateral_shift, move_back, reach_px, straighten
from .pictures import BlockPictures

_FEW_PICTURES = 30
_LEAST_BLOCKS_TO_MOVE = 16
_LEAST_GAIN = 0.1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A background by name."""

    name: str
    """As the provenance of a result tells it."""

    background: Float32Array
    """Standing background of every block of lines (blocks, columns)."""

    gain: Float32Array
    """Its contrast in every block (blocks,), 1 on average."""


def candidates(pictures: BlockPictures, black: float, check: Callable[[], None]) -> Iterator[Candidate]:
    """Backgrounds of a record, the most usual first; each is built when asked for.

    Parameters
    ----------
    pictures
        Mean pictures of the blocks.
    black
        Value of a pixel without light, in their units.
    check
        Called between stretches of work; raises to stop.
    """
    fading = measure_fading(pictures, black)
    if fading is not None and fading.is_clear:
        yield _faded(pictures, black, fading)
    yield _steady("record and local", standing_background(pictures, share=1.0))
    yield _varying("slow gain", standing_background(pictures, share=1.0, slow_gain=True))
    yield _steady("shrunk", standing_background(pictures, share=None))
    if pictures.renewal.sum() < _FEW_PICTURES:
        yield _steady("none", standing_background(pictures, share=0.0))
    blocks, columns = pictures.mean.shape
    if blocks >= _LEAST_BLOCKS_TO_MOVE and reach_px(columns) > 0:
        shift = lateral_shift(pictures, check)
        check()
        straight = replace(pictures, mean=straighten(pictures.mean, shift, pictures.weight))
        yield _steady("moving", move_back(standing_background(straight, share=1.0), shift, columns))
    if fading is not None and not fading.is_clear:
        yield _faded(pictures, black, fading)


def _steady(name: str, background: Float32Array) -> Candidate:
    return Candidate(name, background, np.ones(len(background), np.float32))


def _varying(name: str, background: Float32Array) -> Candidate:
    """A background whose gain is that of its mean shape, never so small that dividing by it tells noise only."""
    shape = background - background.mean(1, keepdims=True)
    gain = shape @ shape.mean(0)
    mean = gain.mean()
    return Candidate(name, background, np.maximum(gain / mean, _LEAST_GAIN) if mean > 0 else np.ones_like(gain))


def _faded(pictures: BlockPictures, black: float, fading: Fading) -> Candidate:
    """The background of the record as it would be without fading, and faded."""
    gain = fading.gain[:, None]
    even = replace(pictures, mean=(pictures.mean - np.float32(black)) / gain)
    background = gain * standing_background(even, share=1.0) + np.float32(black)
    return Candidate("fading", background, fading.gain)
