"""A headless Chromium, driven over its DevTools pipe: no WebSocket, no port, no module from elsewhere.

    with Chromium() as browser:
        page = browser.open("file:///tmp/report.html", width=360)
        page.evaluate("document.title")
        page.told        # what DevTools told of: console messages, exceptions, requests
"""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PATIENCE = 60.0  # seconds; a browser under load is slow to begin

# Contrast as WCAG 2 computes it, of the page's own colours.
CONTRAST = """(() => {
  const light = c => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(v => v / 255).map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                       return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (!(c.startsWith('rgba') && c.endsWith(', 0)'))) return c; } return 'rgb(255,255,255)'; };
  return Math.min(...[...document.querySelectorAll('dd,dt,td,th,h1,h2,p,.verdict,.legend li,.time span')].map(e => {
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05); }));
})()"""


class BrowserError(Exception):
    """It said no, or nothing."""


class Page:
    def __init__(self, browser, session):
        self._browser, self._session = browser, session
        self.told = []

    def call(self, method, **params):
        return self._browser.call(method, self._session, **params)

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise BrowserError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def of(self, *methods):
        return [event["params"] for event in self.told if event["method"] in methods]

    def screenshot(self, path):
        metrics = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": metrics["width"], "height": metrics["height"], "scale": 1}
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(picture))


class Chromium:
    def __enter__(self):
        program = shutil.which("chromium") or shutil.which("chromium-browser")
        if program is None:
            raise BrowserError("no chromium: tools/install-deps.sh test installs it")
        self._folder = tempfile.mkdtemp(prefix="fleetsim-chromium-")
        self._number, self._pages, self._rest = 0, {}, b""
        to_read, self._to = os.pipe()
        self._from, to_write = os.pipe()

        def to_three_and_four():
            # DevTools reads its orders from descriptor 3 and answers on 4.
            reading, writing = os.dup(to_read), os.dup(to_write)
            os.dup2(reading, 3)
            os.dup2(writing, 4)

        arguments = [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                     "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", f"--user-data-dir={self._folder}",
                     "--remote-debugging-pipe"]
        self._process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         close_fds=False, preexec_fn=to_three_and_four)
        os.close(to_read)
        os.close(to_write)
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
        except BrowserError:
            self._process.kill()
        self._process.wait(timeout=PATIENCE)
        os.close(self._to)
        os.close(self._from)
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, address, width, dark=False):
        """A tab of its own, as wide as said; returns when everything has loaded. Listens before it goes there."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = self._pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.call(f"{domain}.enable")
        page.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600)
        page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}])
        page.call("Page.navigate", url=address)
        self._until(lambda: page.of("Page.loadEventFired"), f"{address} to load")
        page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return page

    def call(self, method, session=None, **params):
        self._number += 1
        order = {"id": self._number, "method": method, "params": params}
        if session:
            order["sessionId"] = session
        os.write(self._to, json.dumps(order).encode() + b"\0")
        answers = {}
        self._until(lambda: self._number in answers, method, answers)
        answer = answers[self._number]
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        return answer["result"]

    def _until(self, is_done, what, answers=None):
        deadline = time.monotonic() + PATIENCE
        while not is_done():
            if not select.select([self._from], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise BrowserError(f"waited {PATIENCE:.0f} s for {what}")
            some = os.read(self._from, 1 << 16)
            if not some:
                raise BrowserError(f"chromium ended while it was asked for {what}")
            *messages, self._rest = (self._rest + some).split(b"\0")
            for message in map(json.loads, messages):
                if "id" in message:
                    if answers is not None:
                        answers[message["id"]] = message
                elif message.get("sessionId") in self._pages:
                    self._pages[message["sessionId"]].told.append(message)
