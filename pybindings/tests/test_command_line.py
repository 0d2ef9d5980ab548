"""The command line, in this process and as programs of its own."""

from __future__ import annotations

import os
import pathlib
import signal
import subprocess
import sys
import time
from typing import List

import pytest

import fleetsim as fs


def test_main_does_what_the_program_does_and_returns_its_exit_code(scenarios: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert fs.main(["validate", str(scenarios / "quickstart.yaml")]) == 0
    assert "OK quickstart" in capfd.readouterr().out
    assert fs.main(["version"]) == 0
    assert fs.__version__ in capfd.readouterr().out
    assert fs.main(["run", str(scenarios / "no-such.yaml")]) == 2
    assert "no-such.yaml" in capfd.readouterr().err
    assert fs.main(["no-such-verb"]) == 2


def test_main_puts_signal_handlers_back(scenarios: pathlib.Path, capfd: pytest.CaptureFixture[str]) -> None:
    def mine(number: int, frame: object) -> None:
        raise AssertionError("never called")

    before = {number: signal.signal(number, mine) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        assert fs.main(["run", str(scenarios / "quickstart.yaml"), "--world", "virtual", "--set", "devices=5", "--quiet"]) == 0
        assert all(signal.getsignal(number) is mine for number in before)
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, [])
        assert not mask & {signal.SIGINT, signal.SIGTERM}
        # Python still answers: the C handler is its own again.
        with pytest.raises(AssertionError, match="never called"):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@pytest.mark.parametrize("argv", ["version", ["version", 1], [None], b"version"])
def test_main_names_wrong_arguments(argv: object) -> None:
    with pytest.raises(TypeError, match="argv"):
        fs.main(argv)  # type: ignore[arg-type]


def python_m(arguments: List[str]) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-m", "fleetsim", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_python_m_fleetsim_is_the_program(scenarios: pathlib.Path) -> None:
    with python_m(["list", "faults"]) as program:
        out, _ = program.communicate(timeout=60)
    assert program.returncode == 0
    assert "power_cut" in out


def test_ctrl_c_ends_python_m_fleetsim_cleanly_with_130(scenarios: pathlib.Path) -> None:
    arguments = ["run", str(scenarios / "load" / "idle-hour.yaml"), "--world", "virtual", "--set", "devices=50000"]
    with python_m(arguments) as program:
        try:
            assert program.stderr is not None
            program.stderr.readline()  # it says how it goes on
            program.send_signal(signal.SIGINT)
            out, _ = program.communicate(timeout=60)
        finally:
            program.kill()
    assert program.returncode == 130
    assert "DEVICES" in out  # the summary of what was
