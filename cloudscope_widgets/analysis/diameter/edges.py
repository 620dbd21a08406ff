"""Edges of the vessel, as every method finds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from .arrays import Flags, FloatArray

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Edges of every profile (profiles,); a place is a column, whole numbers are the centres of pixels."""

    left: FloatArray
    """NaN where missing."""
    right: FloatArray
    strength_left: FloatArray
    """Steepness of the edge, counts per pixel; NaN for a method that takes none."""
    strength_right: FloatArray
    is_reversed: Flags
    """Whether the left edge was found right of the right one; both are NaN then."""
    is_weak: Flags
    """Whether an edge is too flat to be trusted."""

    @property
    def missing(self) -> FloatArray:
        """Count of missing edges, apart from reversed ones."""
        absent = np.isnan(self.left).astype(float) + np.isnan(self.right)
        return np.where(self.is_reversed, 0.0, absent)

    @property
    def is_doubtful(self) -> Flags:
        """Whether an edge is missing, reversed or weak."""
        flags: Flags = (self.missing > 0) | self.is_reversed | self.is_weak
        return flags


def plain_edges(left: FloatArray, right: FloatArray) -> Edges:
    """Edges of a method that measures no strength."""
    unknown, no = np.full(len(left), np.nan), np.zeros(len(left), np.bool_)
    return Edges(left, right, unknown, unknown, no, no)


Arrays = TypeVar("Arrays", bound="DataclassInstance")


def joined(parts: Sequence[Arrays]) -> Arrays:
    """Arrays of a record from those of its pieces, one after another."""
    kind = type(parts[0])
    return kind(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(kind)))
