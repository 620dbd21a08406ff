"""Which tiles are on their way to which page, so that none is sent twice."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Hashable
from dataclasses import dataclass, field

_MOST_CLIENTS = 64


@dataclass(slots=True)
class _Client:
    """One page."""

    sent: int = 0
    """Count of tiles that were sent to it."""
    under_way: deque[tuple[int, Hashable]] = field(default_factory=deque)
    """Number and name of those that it has not told of."""


class TileTraffic:
    """Counts the tiles sent to each page; safe from any thread.

    With each wish a page tells the number of the last tile that has arrived. Messages keep their order, so those sent
    after it are still under way.
    """

    def __init__(self) -> None:
        """Begin without pages."""
        self._clients: OrderedDict[str, _Client] = OrderedDict()
        self._lock = threading.Lock()

    def arrived(self, client: str, number: int | None) -> frozenset[Hashable]:
        """Take note of the last tile that a page has received, and return the names of those under way to it.

        Parameters
        ----------
        client
            Name of the page.
        number
            Number of the tile; None when what is under way must be taken for lost.
        """
        with self._lock:
            known = self._known(client)
            while known.under_way and (number is None or known.under_way[0][0] <= number):
                known.under_way.popleft()
            return frozenset(name for _, name in known.under_way)

    def leaves(self, client: str, name: Hashable) -> int:
        """Take note of a tile that is sent now, and return its number, from 1."""
        with self._lock:
            known = self._known(client)
            known.sent += 1
            known.under_way.append((known.sent, name))
            return known.sent

    def _known(self, client: str) -> _Client:
        found = self._clients.setdefault(client, _Client())
        self._clients.move_to_end(client)
        while len(self._clients) > _MOST_CLIENTS:
            self._clients.popitem(last=False)
        return found
