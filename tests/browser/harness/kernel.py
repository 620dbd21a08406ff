"""The kernel of an open notebook, reached beside the browser."""

from __future__ import annotations

import ast
import json
import queue
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient

from tests.browser.harness.waiting import wait_until

_TIMEOUT_S = 30
_RESET_S = 10
_RESET = """
import gc, ipywidgets
ipywidgets.Widget.close_all()
get_ipython().run_line_magic("reset", "-f")
__import__("gc").collect()
"""


class Kernel:
    """Runs code in a kernel that serves a page at the same time."""

    def __init__(self, connection: Path) -> None:
        """Connect to the kernel that has written the file ``connection``."""
        self._client = BlockingKernelClient(connection_file=str(connection))
        self._client.load_connection_file()
        self._client.start_channels(stdin=False, hb=False)

    def close(self) -> None:
        """Let go of the kernel; it runs on."""
        self._client.stop_channels()

    def reset(self) -> bool:
        """Forget all that was run, so that another notebook can use the kernel; False when it does not manage to."""
        try:
            self._request(_RESET, timeout_s=_RESET_S)
        except (queue.Empty, RuntimeError):
            return False
        return True

    def run(self, code: str) -> None:
        """Run statements in the notebook's namespace.

        Raises
        ------
        RuntimeError
            With the kernel's traceback, when the code raises.
        """
        self._request(code)

    def eval(self, expression: str) -> Any:  # noqa: ANN401  (whatever JSON can hold)
        """Value of an expression that JSON can hold, in the notebook's namespace."""
        reply = self._request("", expressions={"value": f"__import__('json').dumps({expression})"})
        value = reply["user_expressions"]["value"]
        if value["status"] != "ok":
            raise RuntimeError("\n".join(value["traceback"]))
        return json.loads(ast.literal_eval(value["data"]["text/plain"]))

    def wait(self, expression: str, *, timeout_s: float = 20) -> Any:  # noqa: ANN401  (whatever JSON can hold)
        """Wait until an expression is true, and return its value."""
        return wait_until(lambda: self.eval(expression), expression, timeout_s=timeout_s)

    def _request(
        self, code: str, *, expressions: dict[str, str] | None = None, timeout_s: float = _TIMEOUT_S
    ) -> dict[str, Any]:
        asked = self._client.execute(code, silent=True, store_history=False, user_expressions=expressions or {})
        while True:
            reply = self._client.get_shell_msg(timeout=timeout_s)
            if reply["parent_header"].get("msg_id") == asked:
                break
        content: dict[str, Any] = reply["content"]
        if content["status"] != "ok":
            raise RuntimeError("\n".join(content.get("traceback", [content["status"]])))
        return content
