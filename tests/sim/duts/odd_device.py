"""A device in fifty lines that comes online, and does one thing beside that no device should: for process_dut_test.py.

usage: odd_device.py HABIT MARK [WORD]; MARK stands on the command line so that the test can find what is left of it.
"""
import hashlib
import hmac
import http.client
import os
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.parse

HABIT, MARK = sys.argv[1], sys.argv[2]
WORD = sys.argv[3] if len(sys.argv) > 3 else ""
KEY, NAME, SECRET = (os.environ["FLEETSIM_" + name] for name in ("PRODUCT_KEY", "DEVICE_NAME", "DEVICE_SECRET"))


def text(value):
    return struct.pack("!H", len(value)) + value.encode()


def connect_packet():
    content = f"clientId{KEY}.{NAME}deviceName{NAME}productKey{KEY}timestamp1"
    password = hmac.new(SECRET.encode(), content.encode(), hashlib.sha256).hexdigest()
    client = f"{KEY}.{NAME}|securemode=3,signmethod=hmacsha256,timestamp=1,_ss=1|"
    body = text("MQTT") + bytes([4, 0xC2]) + struct.pack("!H", 300) + text(client) + text(f"{NAME}&{KEY}") + text(password)
    length = bytes([len(body)]) if len(body) < 128 else bytes([len(body) % 128 | 128, len(body) // 128])
    return b"\x10" + length + body


def bootstrap():
    link = http.client.HTTPConnection(os.environ["FLEETSIM_BOOTSTRAP_HOST"], int(os.environ["FLEETSIM_BOOTSTRAP_PORT"]), timeout=5)
    form = urllib.parse.urlencode({"productKey": KEY, "deviceName": NAME, "clientId": f"{KEY}.{NAME}", "resources": "mqtt"})
    link.request("POST", "/auth/bootstrap", form, {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"})
    link.getresponse().read()


def session():
    link = socket.create_connection((os.environ["FLEETSIM_HOME_HOST"], int(os.environ["FLEETSIM_HOME_PORT"])), timeout=5)
    link.sendall(connect_packet())
    if link.recv(4)[:1] != b"\x20":
        raise SystemExit("no CONNACK came")
    return link


if HABIT == "exits":
    print("no such sensor", flush=True)
    sys.exit(7)
if HABIT == "sleeps":
    os.kill(os.getpid(), signal.SIGSTOP)
if HABIT == "goes_to_background":
    if os.fork():
        os._exit(0)
    os.setsid()
    time.sleep(0.5)
if HABIT == "holds_a_port":
    busy = socket.socket()
    try:
        busy.bind(("127.0.0.1", int(WORD)))
    except OSError as problem:
        raise SystemExit(f"the web page of the device: {problem}")
    busy.listen()
if HABIT == "leaves_a_child":
    subprocess.Popen([sys.executable, "-c", "import socket, time; s = socket.socket(); "
                      f"s.bind(('127.0.0.1', {WORD})); s.listen(); time.sleep(600)", MARK], start_new_session=True)
if HABIT == "shows_its_secret":
    with open(WORD, "w", encoding="utf-8") as file:
        file.write(SECRET)
    sys.stdout.write("signing with " + SECRET[:10])
    sys.stdout.flush()
    time.sleep(0.05)  # in two pieces
    print(SECRET[10:], flush=True)
if HABIT == "floods_its_log":
    while True:
        print("x" * 4000)
if HABIT == "floods_the_network":
    while True:
        socket.create_connection((os.environ["FLEETSIM_HOME_HOST"], int(os.environ["FLEETSIM_HOME_PORT"]))).close()

bootstrap()
online = session()
if HABIT == "connects_twice":
    online.sendall(connect_packet())
if HABIT == "has_two_sessions":
    second = session()
if HABIT == "dies_online":
    print("out of memory", flush=True)
    os.abort()
while True:
    online.settimeout(600)
    if not online.recv(4096):
        if HABIT == "has_two_sessions":
            online = session()
            continue
        time.sleep(600)
