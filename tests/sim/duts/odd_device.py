"""A device in fifty lines that comes online, and does one thing beside that no device should: for process_dut_test.py.

usage: odd_device.py HABIT MARK [WORD]; MARK stands on the command line so that the test can find what is left of it.
"""
import contextlib
import hashlib
import hmac
import http.client
import json
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
    endpoint = json.loads(link.getresponse().read())["data"]["resources"]["mqtt"]
    return endpoint["host"], endpoint["port"]


def session(host=os.environ["FLEETSIM_HOME_HOST"], port=int(os.environ["FLEETSIM_HOME_PORT"])):
    link = socket.create_connection((host, port), timeout=5)
    link.sendall(connect_packet())
    if link.recv(4)[:1] != b"\x20":
        raise SystemExit("no CONNACK came")
    return link


if HABIT == "exits":
    print(WORD or "no such sensor", flush=True)
    sys.exit(7)
if HABIT == "sleeps":
    os.kill(os.getpid(), signal.SIGSTOP)
if HABIT == "goes_to_background":
    has_left, leaves = os.pipe()
    if os.fork():
        os.read(has_left, 1)
        os._exit(0)
    os.setsid()
    os.write(leaves, b"!")
    if os.fork() == 0:
        time.sleep(600)
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

if HABIT == "knocks":  # at the bootstrap until it is let in, so many seconds apart
    while True:
        try:
            bootstrap()
            break
        except OSError as problem:
            print(problem.strerror, flush=True)
            time.sleep(float(WORD))
if HABIT == "stores_in_place":  # its endpoint over the one before, durable once the file is closed; and believes whatever it finds there
    record = os.path.join(os.environ["FLEETSIM_FLASH"], "endpoint")
    if not os.path.exists(record):
        host, port = bootstrap()
        with open(record, "w", encoding="utf-8") as file:
            file.write(f"{host}\n{port}\n")
            file.flush()
            time.sleep(0.05)
    with open(record, encoding="utf-8") as file:
        host, port = file.read().split()
    with contextlib.suppress(OSError, SystemExit):
        while heard := session(host, int(port)).recv(4096):
            if b"thing/bootstrap/notify" in heard:
                os.remove(record)
                break
    time.sleep(0.1)
    os.execv(sys.executable, [sys.executable, *sys.argv])

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
