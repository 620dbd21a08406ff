"""The standing background of a record: what does not move with the cells."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import uniform_filter1d

from .arrays import Float32Array
from .fading import trend
from .pictures import BlockPictures, mean_square, noise_variance, running_sum

_STRETCHES = (4096, 2048, 1024, 512)
_GAIN_LINES = 1024
_GAIN_STRETCHES = (4, 2, 1)
_GUARD = 1.5
_USUAL = np.float32(3)


def standing_background(pictures: BlockPictures, *, share: float | None, slow_gain: bool = False) -> Float32Array:
    """Background of every block, from the whole record down to short stretches.

    Parameters
    ----------
    pictures
        Mean pictures of the blocks, smoothed like the lines.
    share
        Part of the mean picture's variation along the line that is taken as standing, 0 ... 1; None: estimated.
    slow_gain
        Let the profile's brightness and contrast vary slowly in time (bleaching) before the short stretches.

    Returns
    -------
    Background (blocks, columns).

    Notes
    -----
    It starts with the mean picture, every block weighted with its renewal. At each shorter stretch the local weighted
    mean replaces the longer one only as far as the two differ by more than passing cells explain: James-Stein
    shrinkage 1 - 1.5 (variance of block means / independent pictures) / mean square difference, one factor per block.
    So it follows gain, bleaching and slow motion and leaves stalls alone, because nothing is renewed in them.
    """
    mean = pictures.mean
    background = np.broadcast_to(_record_profile(pictures, share), mean.shape).astype(np.float32)
    if slow_gain:
        background = _with_slow_gain(pictures, background)
    for stretch in _STRETCHES:
        blocks = round(stretch / pictures.block_lines) | 1
        if 3 <= blocks <= len(mean) / 1.5:
            background += _local_difference(pictures, background, blocks)
    return background


def _local_difference(pictures: BlockPictures, background: Float32Array, blocks: int) -> Float32Array:
    """What the mean over `blocks` blocks adds to the background of longer stretches."""
    mean, weight, renewal = pictures.mean, pictures.weight, pictures.renewal
    total = running_sum(weight, blocks) + np.float32(1e-9)
    local = running_sum(weight[:, None] * mean, blocks) / total[:, None]
    scatter = mean_square(mean - local)
    renewed = renewal.sum()
    # the record's variance, not the local one: that is zero in a stall, and the stall would become background
    variance = (renewal * scatter).sum() / renewed if renewed > 1 else scatter.mean()
    independent = np.maximum(total - pictures.least_renewal * blocks, 1e-4)
    local -= background
    keep = np.clip(1 - _GUARD * variance / independent / (mean_square(local) + 1e-12), 0, 1)
    local *= uniform_filter1d(keep, blocks, mode="nearest")[:, None]
    return local


def _record_profile(pictures: BlockPictures, share: float | None) -> Float32Array:
    """Weighted mean line of the record (columns,), its variation along the line reduced to `share`."""
    weight = pictures.weight
    profile: Float32Array = (weight[:, None] * pictures.mean).sum(0) / max(weight.sum(), np.float32(1e-12))
    level = profile.mean()
    if share is None:
        share = _standing_share(pictures, float(profile.var()))
    return level + np.float32(share) * (profile - level)


def _standing_share(pictures: BlockPictures, variance: float) -> float:
    """Part of the mean line's variance that the passing cells don't explain, 0 ... 1.

    The mean of a short or slow record holds the cells themselves: their variance / number of independent pictures.
    """
    mean, weight, blocks = pictures.mean, pictures.weight, len(pictures.mean)
    noise = float(np.median(noise_variance(mean)))
    renewed = 0.0
    for distance in (2, 4, 8, blocks // 2, 3 * blocks // 4):
        if 0 < distance < blocks:
            change = (mean[distance:] - mean[:-distance]).var(1)
            both = np.minimum(weight[distance:], weight[:-distance]) + 1e-9
            renewed = max(renewed, 0.5 * float(np.average(change, weights=both)) - noise)
    pictures_seen = max(float(pictures.renewal.sum()), 1.0)
    return float(np.clip(1 - _GUARD * renewed / pictures_seen / (variance + 1e-12), 0, 1))


def _with_slow_gain(pictures: BlockPictures, background: Float32Array) -> Float32Array:
    """Brightness and contrast of the profile over long stretches."""
    mean = pictures.mean
    shape = background - background.mean(1, keepdims=True)
    level = mean.mean(1)
    contrast = ((mean - level[:, None]) * shape).sum(1) / np.maximum((shape * shape).sum(1), 1e-12)
    brightness, strength = _slow(pictures, level), _slow(pictures, contrast)
    return (brightness[:, None] + strength[:, None] * shape).astype(np.float32)


def _slow(pictures: BlockPictures, values: Float32Array) -> Float32Array:
    """Weighted mean of one number per block (blocks,), from the record down to ever shorter stretches.

    It starts with a straight line. At each stretch the longer one's mean counts as much as three pictures: it leads
    through a long stall, where the shorter stretch holds one picture only, and gives way where the record bleaches.
    """
    lines = max(_GAIN_LINES, len(values) * pictures.block_lines / 8)
    slow = trend(pictures, values)
    for part in _GAIN_STRETCHES:
        blocks = pictures.odd_blocks(part * lines)
        total = running_sum(pictures.weight * (values - slow), blocks)
        slow = slow + total / (running_sum(pictures.weight, blocks) + _USUAL)
    return slow
