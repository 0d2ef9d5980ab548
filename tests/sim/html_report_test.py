#!/usr/bin/python3
"""The HTML report as a person meets it, in headless Chromium: charts are there, it fetches nothing, complains of nothing, fits a phone, and
what devices call themselves stays text."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from chromium import CONTRAST, Chromium

SAMPLE = os.environ["PRINT_SAMPLE_REPORT"]
PHONE, DESK = 360, 1200


class HtmlReport(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.file = Path(cls.folder) / "report.html"
        cls.file.write_bytes(subprocess.run([SAMPLE, "--html"], capture_output=True, check=True).stdout)
        browser = cls.enterClassContext(Chromium())
        cls.pages = {}
        for name, width, dark in (("phone", PHONE, False), ("desk", DESK, False), ("night", DESK, True)):
            cls.pages[name] = browser.open(cls.file.as_uri(), width, dark)

    def evaluate(self, expression, page="desk"):
        return self.pages[page].evaluate(expression)

    def test_the_browser_has_nothing_to_complain_of(self):
        for name, page in self.pages.items():
            self.assertEqual(page.of("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"), [], name)

    def test_nothing_is_fetched_but_the_page(self):
        for name, page in self.pages.items():
            asked = [request["request"]["url"] for request in page.of("Network.requestWillBeSent")]
            self.assertEqual(asked, [self.file.as_uri()], name)

    def test_the_browser_would_have_told_of_a_complaint_and_of_a_request(self):
        browser = self.pages["desk"]._browser
        bad = Path(self.folder) / "bad.html"
        bad.write_text("<script>console.warn('x'); fetch('http://127.0.0.1:9/').catch(() => 0); throw 1</script>", encoding="utf-8")
        page = browser.open(bad.as_uri(), DESK)
        self.assertTrue(page.of("Runtime.consoleAPICalled"))
        self.assertTrue(page.of("Runtime.exceptionThrown"))
        self.assertIn("http://127.0.0.1:9/", [request["request"]["url"] for request in page.of("Network.requestWillBeSent")])

    def test_each_region_and_the_whole_fleet_have_charts_with_a_shape(self):
        charts = self.evaluate("""[...document.querySelectorAll('figure')].map(f => ({
            title: f.querySelector('strong').textContent, width: f.querySelector('svg').getBoundingClientRect().width,
            height: f.querySelector('svg').getBoundingClientRect().height,
            points: [...f.querySelectorAll('path.line')].map(p => (p.getAttribute('d').match(/[ML]/g) || []).length),
            box: [...f.querySelectorAll('path.line')].map(p => p.getBBox().height)}))""")
        titles = [chart["title"] for chart in charts]
        self.assertEqual(titles, ["Online", "Connects a second", "Bootstraps a second"] * 3)
        for chart in charts:
            self.assertGreater(chart["width"], 200, chart)
            self.assertGreater(chart["height"], 100, chart)
            self.assertGreater(max(chart["points"]), 10, chart)
            self.assertGreater(max(chart["box"]), 150, "a line that uses the height that there is")

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


if __name__ == "__main__":
    unittest.main()
