"""Runs from Python beside the same runs of the program: CPU seconds of whole processes, which a busy machine changes less than wall time."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = Path(os.environ.get("FLEETSIM_PYTHON_PACKAGE", ROOT / "build" / "python" / "python"))
PYTHON = Path(os.environ.get("FLEETSIM_PYTHON", ROOT / "build" / "python-venv" / "bin" / "python"))

SCENARIO = ROOT / "scenarios" / "million-devices.yaml"
RUN = "import fleetsim as fs; s = fs.Scenario.load({file!r}, devices={devices}); checks = [{checks}]; print(s.run(threads=1, checks=checks).trace_hash)"
# What a check costs besides its own time is the event and the call: so this one does nothing.
CHECK = "fs.check(on='moved')(lambda event: None)"


def cpu_seconds(command: "list[str]") -> "tuple[float, str]":
    """Of the whole process, with the last line that it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(PACKAGE)})
    out = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode != 0:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, out.strip().splitlines()[-1] if out.strip() else ""


def by_program(binary: Path, devices: int) -> float:
    command = [binary, "run", SCENARIO, "--world", "virtual", "--threads", "1", "--quiet", "--set", f"devices={devices}"]
    return cpu_seconds([str(word) for word in command])[0]


def by_python(devices: int, check: bool = False) -> float:
    return cpu_seconds([str(PYTHON), "-c", RUN.format(file=str(SCENARIO), devices=devices, checks=CHECK if check else "")])[0]


def import_seconds() -> float:
    """Wall time of the import alone."""
    code = "import time; begin = time.perf_counter(); import fleetsim; print(time.perf_counter() - begin)"
    return float(cpu_seconds([str(PYTHON), "-c", code])[1])
