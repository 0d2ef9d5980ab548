"""Load on a broker that is somebody else's: mosquitto is started on loopback, and two hundred clients connect and publish.

    python pybindings/examples/external_load.py [PATH/TO/mosquitto]
"""

import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile

import fleetsim as fs

CLIENTS = 200
BROKER = sys.argv[1] if len(sys.argv) > 1 else shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


port = free_port()
with tempfile.TemporaryDirectory() as folder:
    config = pathlib.Path(folder, "mosquitto.conf")
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n", encoding="utf-8")
    with subprocess.Popen([BROKER, "-v", "-c", str(config)], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as broker:
        assert broker.stderr is not None
        for line in broker.stderr:
            if "running" in line:
                break
        drain = subprocess.Popen(["cat"], stdin=broker.stderr, stdout=subprocess.DEVNULL)
        try:
            report = fs.Scenario(
                name="external-load",
                world="external",
                external={"host": "127.0.0.1", "port": port},
                groups={"clients": fs.Group(devices=CLIENTS, auth="anonymous", tls="off")},
                steps=["bring_online", {"publish": {"count": 5, "qos": 1}}],
                thresholds={"connect_failures": "count==0", "publishes": f"count=={5 * CLIENTS}"},
            ).run()
        finally:
            broker.terminate()
            drain.wait()

for threshold in report.thresholds:
    print(f"{threshold.expression}: {threshold.value:g}{'' if threshold.ok else '  CROSSED'}")
connect = report.histogram("connect_seconds")
print(f"a connect took {connect.percentile(99) * 1000:.1f} ms at most, in 99 of 100 cases")
if report.verdict == "invalid":
    print("this machine was too busy for these figures to mean anything")
assert all(threshold.ok for threshold in report.thresholds), report.summary()
