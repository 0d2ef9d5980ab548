"""The mock platform as a foreign client meets it: a process, its one ready line, and credentials signed by an independent computation."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLEETSIM = os.environ["FLEETSIM_BINARY"]
DEADLINE_S = 30


class Device:
    """A certificate triple and what the platform wants of it, by Python's own hmac (no code of the project)."""

    def __init__(self, product_key: str, name: str, secret: str):
        self.product_key, self.name, self.secret = product_key, name, secret

    def topic(self, rest: str) -> str:
        return f"/sys/{self.product_key}/{self.name}/{rest}"

    def credentials(self, tls: bool, method: str = "sha256", client_id: str = "", upper: bool = True) -> dict:
        client = client_id or f"{self.product_key}.{self.name}"
        stamp = "2524608000000"
        content = f"clientId{client}deviceName{self.name}productKey{self.product_key}timestamp{stamp}"
        digest = hmac.new(self.secret.encode(), content.encode(), getattr(hashlib, method)).hexdigest()
        mode = 2 if tls else 3
        return {
            "client_id": f"{client}|timestamp={stamp},_ss=1,_v=judge,securemode={mode},signmethod=hmac{method},ext=3|",
            "username": f"{self.name}&{self.product_key}",
            "password": digest.upper() if upper else digest,
        }


class ServedPlatform:
    """`fleetsim platform --config F`, ready when it says so; SIGTERM must end it with exit code 0."""

    def __init__(self, config: Path, *more: str):
        self.folder = tempfile.TemporaryDirectory()
        self.ca = str(Path(self.folder.name) / "ca.pem")
        self.log = open(Path(self.folder.name) / "stderr.txt", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [FLEETSIM, "platform", "--config", str(config), "--ca-out", self.ca, *more],
            stdout=subprocess.PIPE, stderr=self.log, text=True,
        )
        line = self.process.stdout.readline()
        if not line:
            self.process.wait(DEADLINE_S)
            raise RuntimeError(f"the platform did not start: {self.read_log()}")
        self.ready = json.loads(line)

    def read_log(self) -> str:
        self.log.flush()
        self.log.seek(0)
        return self.log.read()

    def instance(self, region: str) -> dict:
        return next(i for i in self.ready["instances"] if i["region"] == region)

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(DEADLINE_S)
        finally:
            self.clear_away()

    def clear_away(self):
        """Leaves nothing behind, whatever went wrong before; may be called again."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()
        self.folder.cleanup()


def run(*command: str, deadline_s: int = DEADLINE_S, **options) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, timeout=deadline_s, check=False, **options)
