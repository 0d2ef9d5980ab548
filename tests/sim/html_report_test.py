#!/usr/bin/python3
"""The HTML report as a person meets it, in headless Chromium: charts are there, it fetches nothing, complains of nothing, fits a phone, and
what devices call themselves stays text. A sample that is made to be nasty, and the report of a run."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from chromium import CONTRAST, Chromium

SAMPLE = os.environ["PRINT_SAMPLE_REPORT"]
FLEETSIM = os.environ["FLEETSIM_BINARY"]
ROOT = Path(__file__).resolve().parents[2]
PHONE, DESK = 360, 1200
CHARTS = ["Online", "Connects a second", "Bootstraps a second"]
BYTES_MAX = 60_000  # of a run with one region: what a mail takes


class Opened:
    """A report that is open three times, and what must be so of each; write() makes it."""

    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.file = Path(cls.folder) / "report.html"
        cls.write()
        browser = cls.enterClassContext(Chromium())
        cls.pages = {}
        for name, width, dark in (("phone", PHONE, False), ("desk", DESK, False), ("night", DESK, True)):
            cls.pages[name] = browser.open(cls.file.as_uri(), width, dark)

    def evaluate(self, expression, page="desk"):
        return self.pages[page].evaluate(expression)

    def charts(self):
        return self.evaluate("""[...document.querySelectorAll('figure')].map(f => ({
            title: f.querySelector('strong').textContent, width: f.querySelector('svg').getBoundingClientRect().width,
            height: f.querySelector('svg').getBoundingClientRect().height,
            points: [...f.querySelectorAll('path.line')].map(p => (p.getAttribute('d').match(/[ML]/g) || []).length),
            box: [...f.querySelectorAll('path.line')].map(p => p.getBBox().height)}))""")

    def assert_charts(self, places):
        charts = self.charts()
        self.assertEqual([chart["title"] for chart in charts], CHARTS * places)
        for chart in charts:
            self.assertGreater(chart["width"], 200, chart)
            self.assertGreater(chart["height"], 100, chart)
            self.assertGreater(max(chart["points"]), 10, chart)
            self.assertGreater(max(chart["box"]), 150, "a line that uses the height that there is")

    def test_the_browser_has_nothing_to_complain_of(self):
        for name, page in self.pages.items():
            self.assertEqual(page.of("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"), [], name)

    def test_nothing_is_fetched_but_the_page(self):
        for name, page in self.pages.items():
            asked = [request["request"]["url"] for request in page.of("Network.requestWillBeSent")]
            self.assertEqual(asked, [self.file.as_uri()], name)

    def test_it_fits_a_phone_without_scrolling_sideways(self):
        self.assertLessEqual(self.evaluate("document.documentElement.scrollWidth", "phone"), PHONE)
        wide = self.evaluate("""[...document.querySelectorAll('main > *, figure, dl, .card')].filter(e => e.getBoundingClientRect().right > innerWidth + 0.5)
                                .map(e => e.outerHTML.slice(0, 80))""", "phone")
        self.assertEqual(wide, [])
        self.assertGreaterEqual(self.evaluate("Math.min(...[...document.querySelectorAll('figure *')].map(e => parseFloat(getComputedStyle(e).fontSize)))",
                                              "phone"), 11)

    def test_it_can_be_read_by_day_and_by_night(self):
        self.assertNotEqual(self.evaluate("getComputedStyle(document.body).backgroundColor"), self.evaluate("getComputedStyle(document.body).backgroundColor", "night"))
        for page in ("desk", "night"):
            self.assertGreaterEqual(self.evaluate(CONTRAST, page), 4.5, page)


class NastySample(Opened, unittest.TestCase):
    @classmethod
    def write(cls):
        cls.file.write_bytes(subprocess.run([SAMPLE, "--html"], capture_output=True, check=True).stdout)

    def test_the_browser_would_have_told_of_a_complaint_and_of_a_request(self):
        browser = self.pages["desk"]._browser
        bad = Path(self.folder) / "bad.html"
        bad.write_text("<script>console.warn('x'); fetch('http://127.0.0.1:9/').catch(() => 0); throw 1</script>", encoding="utf-8")
        page = browser.open(bad.as_uri(), DESK)
        self.assertTrue(page.of("Runtime.consoleAPICalled"))
        self.assertTrue(page.of("Runtime.exceptionThrown"))
        self.assertIn("http://127.0.0.1:9/", [request["request"]["url"] for request in page.of("Network.requestWillBeSent")])

    def test_each_region_and_the_whole_fleet_have_charts_with_a_shape(self):
        self.assert_charts(3)

    def test_it_says_the_verdict_and_why(self):
        text = self.evaluate("document.body.innerText")
        for words in ("the generator was the bottleneck, not the platform (exit 5)", "a1TestPK001/meters-000001 was accepted by two instances",
                      "steps[2] wait_until moved: 998 of 1000 after 60 s", "never asked the bootstrap endpoint", "late arrivals 12%: lower the rate",
                      "move_seconds: p(95)<2", "exponential, jitter, capped", "until 99 in 100 are back"):
            self.assertIn(words, text)
        self.assertEqual(self.evaluate("document.querySelector('.verdict').innerText"), "fail")

    def test_hostile_names_stay_text(self):
        self.assertEqual(self.evaluate("document.title"), "sample · fleetsim")
        self.assertEqual(self.evaluate("document.querySelectorAll('script,img,iframe').length"), 0)
        self.assertEqual(self.evaluate("document.querySelectorAll('style').length"), 1)
        self.assertNotEqual(self.evaluate("getComputedStyle(document.body).display"), "none")
        self.assertIn("\"'><img src=http://127.0.0.1:9/x onerror=alert(1)><script>", self.evaluate("document.body.innerText"))


class RealRun(Opened, unittest.TestCase):
    """A region is down for five minutes, and three kinds of firmware come back, in simulated time."""

    @classmethod
    def write(cls):
        words = ["run", "scenarios/thundering-herd.yaml", "--set", "devices=200", "--seed", "7", "--quiet", "--html", str(cls.file)]
        subprocess.run([FLEETSIM, *words], cwd=ROOT, capture_output=True, check=True)

    def test_the_whole_fleet_and_its_region_have_charts_with_a_shape(self):
        self.assert_charts(2)
        self.assertIn("cn-shanghai", self.evaluate("[...document.querySelectorAll('h3')].map(h => h.textContent)"))

    def test_it_is_as_small_as_a_mail_takes(self):
        self.assertLess(self.file.stat().st_size, BYTES_MAX)

    def test_it_tells_of_each_kind_of_firmware_how_it_waits_before_it_counts_single_devices(self):
        rows = self.evaluate("""[...document.querySelectorAll('table')].find(t => t.innerText.includes('Back-off')).innerText.split('\\n')""")
        for group, waits in (("reference", "exponential, jitter, capped"), ("linksdk-4", "linear"), ("living", "exponential, capped")):
            first = next(row for row in rows if row.startswith(group))
            self.assertEqual(first.split("\t"), [group, "connect", waits, "200 together"])

    def test_it_says_the_verdict_and_its_seed(self):
        text = self.evaluate("document.body.innerText")
        for words in ("thundering-herd", "seed 7", "shanghai", "until 99 in 100 are back"):
            self.assertIn(words, text)
        self.assertEqual(self.evaluate("document.querySelector('.verdict').innerText"), "pass")


if __name__ == "__main__":
    unittest.main()
