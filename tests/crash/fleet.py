"""Devices on real sockets, by asyncio alone: they bootstrap, sign, connect, answer a notify by going where bootstrap sends them, and post a
number that grows. What they were told is written down: it is what no crash may take back."""

import asyncio
import hashlib
import hmac
import json

KEEP_ALIVE_S = 300
PATIENCE_S = 20
POSTS_A_STAY = 3  # or fewer
AGAIN_AFTER_S = 0.03  # a device's own pause before it tries again; the platform is away for longer


def text(value: str) -> bytes:
    raw = value.encode()
    return len(raw).to_bytes(2, "big") + raw


def packet(first: int, body: bytes) -> bytes:
    length, left = b"", len(body)
    while True:
        left, digit = left >> 7, left & 0x7F
        length += bytes([digit | (0x80 if left else 0)])
        if not left:
            return bytes([first]) + length + body


def identifier(what: str, host: str) -> str:
    """A property's name that tells where it was made."""
    return what + host.replace(".", "_")


async def read_packet(reader) -> tuple[int, bytes]:
    first = (await reader.readexactly(1))[0]
    length = shift = 0
    while True:
        digit = (await reader.readexactly(1))[0]
        length |= (digit & 0x7F) << shift
        shift += 7
        if not digit & 0x80:
            return first, await reader.readexactly(length)


def connect_packet(product: str, name: str, secret: str) -> bytes:
    client, stamp = f"{product}.{name}", "2524608000000"
    content = f"clientId{client}deviceName{name}productKey{product}timestamp{stamp}"
    password = hmac.new(secret.encode(), content.encode(), hashlib.sha256).hexdigest().upper()
    client_id = f"{client}|timestamp={stamp},_ss=1,_v=crash,securemode=3,signmethod=hmacsha256,ext=1|"
    body = text("MQTT") + b"\x04\xc2" + KEEP_ALIVE_S.to_bytes(2, "big") + text(client_id) + text(f"{name}&{product}") + text(password)
    return packet(0x10, body)


async def probe(host: str, port: int, connect: bytes) -> int:
    """The CONNACK's code to a CONNECT with valid credentials; leaves as politely as a device does."""
    reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), PATIENCE_S)
    try:
        writer.write(connect)
        first, body = await asyncio.wait_for(read_packet(reader), PATIENCE_S)
        assert first == 0x20, first
        if body[1] == 0:
            writer.write(b"\xe0\x00")
            await writer.drain()
            writer.write_eof()
            await asyncio.wait_for(reader.read(), PATIENCE_S)
        return body[1]
    finally:
        writer.close()


class Device:
    def __init__(self, fleet, product: str, name: str, secret: str):
        self.fleet, self.product, self.name = fleet, product, name
        self.connect = connect_packet(product, name, secret)
        self.at = None  # the host where it is online, as a full session
        self.counter = 0
        self.posted: dict[str, int] = {}  # host -> the last number that was sent
        self.acknowledged: dict[str, int] = {}  # host -> the last number that the platform has confirmed
        self.first: dict[str, int] = {}  # host -> the first number that was confirmed there; it is never sent again
        self.task = None

    def topic(self, rest: str) -> str:
        return f"/sys/{self.product}/{self.name}/{rest}"

    async def bootstrap(self) -> tuple[str, int]:
        reader, writer = await asyncio.open_connection(*self.fleet.bootstrap)
        try:
            body = f"productKey={self.product}&deviceName={self.name}&resources=mqtt"
            writer.write(f"POST /auth/bootstrap HTTP/1.1\r\nHost: mock\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
            answer = await reader.read()
            mqtt = json.loads(answer.split(b"\r\n\r\n", 1)[1])["data"]["resources"]["mqtt"]
            return mqtt["host"], int(mqtt["port"])
        finally:
            writer.close()

    async def run(self) -> None:
        while True:
            try:
                await self.live_once(*await self.bootstrap())
            except (OSError, EOFError, ValueError, LookupError):  # the platform is away, or was in the middle of a word
                await asyncio.sleep(AGAIN_AFTER_S)

    async def live_once(self, host: str, port: int) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(self.connect)
            first, body = await read_packet(reader)
            if first != 0x20 or body[1] != 0:
                await asyncio.sleep(AGAIN_AFTER_S)
                return
            self.at = host
            self.fleet.heard("connected")
            self.post(writer, host)
            while await self.take(writer, host, *await read_packet(reader)):
                pass
        finally:
            self.at = None
            writer.close()

    def post(self, writer, host: str) -> None:
        self.counter += 1
        self.posted[host] = self.counter
        params = {identifier("made_at_", host): self.counter}
        if host not in self.first:
            params[identifier("first_at_", host)] = self.counter
        payload = json.dumps({"id": str(self.counter), "version": "1.0", "params": params, "method": "thing.event.property.post"})
        writer.write(packet(0x32, text(self.topic("thing/event/property/post")) + (self.counter % 65535 + 1).to_bytes(2, "big") + payload.encode()))

    async def take(self, writer, host: str, first: int, body: bytes) -> bool:
        """False: this connection has done its work."""
        kind = first >> 4
        if kind == 4:  # PUBACK of the only message under way
            self.acknowledged[host] = self.counter
            self.first.setdefault(host, self.counter)
            self.fleet.heard("acknowledged")
            if self.counter % POSTS_A_STAY:
                self.post(writer, host)
        if kind != 3:
            return True
        length = int.from_bytes(body[:2], "big")
        topic, rest = body[2:2 + length].decode(), body[2 + length:]
        if (first >> 1) & 3:
            writer.write(packet(0x40, rest[:2]))
            rest = rest[2:]
        if not topic.endswith("/thing/bootstrap/notify"):
            return True
        reply = json.dumps({"id": json.loads(rest)["id"], "code": 200, "data": {}})
        writer.write(packet(0x30, text(self.topic("thing/bootstrap/notify_reply")) + reply.encode()) + b"\xe0\x00")
        await writer.drain()
        self.fleet.heard("notified")
        return False


class Fleet:
    """All devices of a test. `heard` counts what platform and devices have said: moments to kill it at."""

    def __init__(self, bootstrap: tuple[str, int], product: str, secrets: dict[str, str]):
        self.bootstrap = bootstrap
        self.devices = {name: Device(self, product, name, secret) for name, secret in secrets.items()}
        self.words = 0
        self.on_word = None  # called with the number of words so far
        self.changed = asyncio.Event()

    def heard(self, _what: str) -> None:
        self.words += 1
        self.changed.set()
        if self.on_word:
            self.on_word(self.words)

    def start(self, names=None) -> None:
        for device in (self.devices[name] for name in names or self.devices):
            device.task = asyncio.create_task(device.run())

    async def stop(self, names=None) -> None:
        tasks = [self.devices[name].task for name in names or self.devices if self.devices[name].task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def until(self, condition, what: str) -> None:
        """Waits for words until the condition holds."""
        try:
            async with asyncio.timeout(PATIENCE_S):
                while not condition():
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError(f"after {PATIENCE_S} s not yet: {what}") from None
