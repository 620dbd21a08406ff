"""Passes connections on as a slow line would: so many bits a second in all, and each byte later by a delay."""  # noqa: INP001  (scripts)

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field

_CHUNK_BYTES = 4096


@dataclass(slots=True)
class _Line:
    """One direction of the line, shared by all connections."""

    bytes_per_s: float
    free_at_s: float = 0.0

    def leaves_at_s(self, count: int, now_s: float) -> float:
        """When the last of so many bytes has left."""
        self.free_at_s = max(self.free_at_s, now_s) + count / self.bytes_per_s
        return self.free_at_s


@dataclass(slots=True)
class SlowProxy:
    """A server on loopback in front of another one on loopback, on a thread of its own."""

    target_port: int
    delay_s: float
    bits_per_s: float
    port: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)

    def start(self) -> None:
        """Listen; ``port`` says where."""
        started = threading.Event()

        async def serve() -> None:
            lines = _Line(self.bits_per_s / 8), _Line(self.bits_per_s / 8)
            server = await asyncio.start_server(lambda r, w: self._pass_on(r, w, *lines), "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            started.set()

        def run() -> None:
            asyncio.set_event_loop(self._loop)
            self._loop.create_task(serve())
            self._loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        started.wait()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, up: _Line, down: _Line
    ) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        await asyncio.gather(
            self._pump(reader, there_writer, up), self._pump(there_reader, writer, down), return_exceptions=True
        )

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, line: _Line) -> None:
        """Read at once, and write each piece when it would arrive."""
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                arrives_at_s, piece = await waiting.get()
                await asyncio.sleep(max(arrives_at_s - self._loop.time(), 0))
                if not piece:
                    sink.close()
                    return
                sink.write(piece)
                await sink.drain()

        delivery = self._loop.create_task(deliver())
        while piece := await source.read(_CHUNK_BYTES):
            waiting.put_nowait((line.leaves_at_s(len(piece), self._loop.time()) + self.delay_s, piece))
            await asyncio.sleep(
                max(line.free_at_s - self._loop.time() - self.delay_s, 0)
            )  # the sender has to wait, too
        waiting.put_nowait((self._loop.time() + self.delay_s, b""))
        await delivery
