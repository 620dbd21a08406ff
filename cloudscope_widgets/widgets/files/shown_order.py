"""The order in which the page shows the recordings, for the keys that go from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


class ShownOrder:
    """Order of the page, and where the open recording stands in it, or stood before a filter hid it."""

    def __init__(self) -> None:
        """Begin with the order of folders and names."""
        self._sent: tuple[str, ...] | None = None
        self._before: tuple[str, ...] = ()

    def take(self, sent: Sequence[str] | None, *, listed: Sequence[str], current: str) -> None:
        """Remember what the page shows now; None for all recordings in the order of the list."""
        before = self.shown(listed)
        if current in before:
            self._before = tuple(before)
        self._sent = None if sent is None else tuple(sent)

    def shown(self, listed: Sequence[str]) -> Sequence[str]:
        """Recordings that are shown, in their order."""
        if self._sent is None:
            return listed
        known = set(listed)
        return [token for token in self._sent if token in known]

    def beside(self, current: str, by: int, *, listed: Sequence[str]) -> str | None:
        """Recording below (1) or above (-1) the open one; the first one when none is open, None when there is none."""
        shown = self.shown(listed)
        above, below = self._around(current, shown)
        place = below if by > 0 else above
        return shown[place] if 0 <= place < len(shown) else None

    def after(self, current: str, *, listed: Sequence[str]) -> Iterator[str]:
        """Recordings below the open one, then those above it from the top."""
        shown = self.shown(listed)
        _above, below = self._around(current, shown)
        yield from shown[below:]
        yield from (token for token in shown[:below] if token != current)

    def _around(self, current: str, shown: Sequence[str]) -> tuple[int, int]:
        """Places above and below the open recording, or of the gap that it left."""
        if current in shown:
            place = shown.index(current)
            return place - 1, place + 1
        if current not in self._before:
            return -1, 0
        left = set(self._before[: self._before.index(current)])
        gap = sum(token in left for token in shown)
        return gap - 1, gap
