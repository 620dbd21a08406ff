"""Tiles that are read before a page asks for them, while it still starts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable

from cloudscope_widgets.widgets.image.tile_reading import ReadTile


class FirstTiles:
    """Tiles of the image that is shown now, each kept until a page takes it; safe from any thread."""

    def __init__(self) -> None:
        """Begin without an image."""
        self._image: Hashable = None
        self._tiles: dict[Hashable, ReadTile] = {}
        self._lock = threading.Lock()

    def begin(self, image: Hashable) -> bool:
        """Forget the tiles of another image; False where this one was begun before."""
        with self._lock:
            if image == self._image:
                return False
            self._image = image
            self._tiles.clear()
            return True

    def keep(self, image: Hashable, name: Hashable, read: Callable[[], ReadTile]) -> None:
        """Read a tile of an image and keep it, unless another image is shown by then."""
        if image != self._image:
            return
        tile = read()
        with self._lock:
            if image == self._image:
                self._tiles[name] = tile

    def take(self, name: Hashable) -> ReadTile | None:
        """Give away a tile; None when it was not read ahead, or given away before."""
        with self._lock:
            return self._tiles.pop(name, None)
