"""The command line: `python -m podpass`, and the console script `podpass`."""

import signal
import sys

from podpass import _core


def main() -> int:
    """Runs the command line with the arguments of the process; returns its exit code."""
    # Ctrl-C ends the command as it ends the binary, without a Python traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _core.main(["podpass", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
