"""The command line: ``cloudscope-widgets DIR`` serves the Explorer of a folder to the browser of this machine.

``cloudscope-widgets check DIR`` tells which saved velocities are reciprocals of the truth.
Where the command is not on the path, ``python -m cloudscope_widgets`` does the same.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cloudscope_widgets.core.errors import CloudScopeError
from cloudscope_widgets.dashboard import make_demo, serve
from cloudscope_widgets.study.commands import check


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cloudscope-widgets",
        usage="%(prog)s [-h] [--port PORT] [--theme {light,dark}] (DIR | --demo)\n       %(prog)s check DIR",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="folder of recordings")
    parser.add_argument("--demo", action="store_true", help="make sample recordings with known velocity and show them")
    parser.add_argument("--port", type=int, help="port of the address; a free one when not given")
    parser.add_argument("--theme", choices=("light", "dark"), default="light")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns its exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] == ["check"]:
        return check(words[1:])
    parser = _parser()
    given = parser.parse_args(words)
    if given.demo == (given.folder is not None):
        parser.error("give a folder of recordings, or --demo")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended from outside, the server ends too
    try:
        if not given.demo:
            return serve(given.folder, port=given.port, theme=given.theme)
        with tempfile.TemporaryDirectory(prefix="cloudscope-demo-") as folder:
            sys.stdout.write("Making sample recordings …\n")
            return serve(make_demo(Path(folder)), port=given.port, theme=given.theme)
    except CloudScopeError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
