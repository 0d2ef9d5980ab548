"""The command line: `fleetsim`, `python -m fleetsim`, and `fleetsim.main(argv)`."""

from __future__ import annotations

import sys
from typing import Optional, Sequence

from fleetsim import _core


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Do what ``fleetsim ARGV...`` does in a shell, in this process, and return its exit code.

    ``argv`` are the words after the program's name; None takes those of ``sys.argv``. The exit codes are those of the
    program: 0 pass, 1 a check failed, 2 usage, 3 environment, 4 internal error, 5 invalid, 99 threshold, 130 interrupted.
    Ctrl-C ends the work cleanly with 130; a second one ends the process. Handlers of SIGINT and SIGTERM are put back
    afterwards. Output goes to the process's own standard output and error, past ``sys.stdout``.
    Raises TypeError when ``argv`` is no sequence of str.
    """
    words = sys.argv[1:] if argv is None else argv
    if isinstance(words, (str, bytes)) or not all(isinstance(word, str) for word in words):
        raise TypeError(f"argv: expected a sequence of str, got {argv!r}")
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return _core.main(list(words))
