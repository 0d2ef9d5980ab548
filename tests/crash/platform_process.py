"""`fleetsim platform --state DIR` as a process that is killed and started again, on ports that stay."""

import json
import os
import resource
import signal
import socket
import subprocess
from pathlib import Path

FLEETSIM = os.environ.get("FLEETSIM_BINARY", str(Path(__file__).resolve().parents[2] / "build" / "dev" / "bin" / "fleetsim"))
DEADLINE_S = 30


def free_port(address: str) -> int:
    with socket.socket() as probe:
        probe.bind((address, 0))
        return probe.getsockname()[1]


class PlatformProcess:
    def __init__(self, folder: Path, config: str, binary: str = FLEETSIM):
        self.binary = binary
        self.folder, self.state = folder, folder / "state"
        self.config = folder / "platform.yaml"
        self.config.write_text(config, encoding="utf-8")
        self.log = open(folder / "platform.log", "a+", encoding="utf-8")
        self.process = None
        self.ready = None

    def command(self, *more: str) -> list[str]:
        return [self.binary, "platform", "--config", str(self.config), "--state", str(self.state), *more]

    def start(self, *more: str, file_bytes_max: int = 0) -> None:
        """`file_bytes_max`: a disk that is full when a file is so long (SIGXFSZ is ignored in the child as it is in Python)."""
        def limit():
            if file_bytes_max:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes_max, file_bytes_max))
        self.process = subprocess.Popen(self.command(*more), stdout=subprocess.PIPE, stderr=self.log, text=True, preexec_fn=limit, restore_signals=False)
        line = self.process.stdout.readline()
        if not line:
            self.process.stdout.close()
            raise RuntimeError(f"the platform did not start, exit code {self.process.wait(DEADLINE_S)}: {self.said()}")
        self.ready = json.loads(line)

    def kill(self) -> None:
        """At once; from any thread, and as often as one likes."""
        self.process.send_signal(signal.SIGKILL)

    def killed_within(self, seconds: float) -> None:
        """Waits for somebody's kill(), and does it then; buries it."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
        self.buried()

    def buried(self) -> None:
        self.process.wait(DEADLINE_S)
        self.process.stdout.close()

    def check(self, *more: str) -> subprocess.CompletedProcess:
        return subprocess.run([self.binary, "platform", "--check", "--state", str(self.state), *more], capture_output=True, text=True, timeout=DEADLINE_S, check=False)

    def said(self) -> str:
        self.log.flush()
        self.log.seek(0)
        return self.log.read()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(DEADLINE_S)
        self.process.stdout.close()
        return code

    def clear_away(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.buried()
        self.log.close()
