#!/usr/bin/python3
"""The HTML report of an exam as a person meets it, in headless Chromium: what failed is there to see with its timeline, nothing is fetched,
nothing is complained of, it fits a phone, and it can be printed."""

import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from chromium import CONTRAST, Chromium

FLEETSIM = os.environ["FLEETSIM_BINARY"]
PHONE, DESK = 360, 1200


class ConformHtml(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.file = Path(folder) / "exam.html"
        done = subprocess.run([FLEETSIM, "conform", "--dut", "virtual:mutant/no-reply", "--filter", "NOTIFY-*", "--filter", "QOS-1?", "--seed", "7",
                               "--html", cls.file], capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 1, done.stdout + done.stderr
        motley = Path(folder) / "motley.html"
        subprocess.run([FLEETSIM, "conform", "--dut", "virtual:linksdk-4", "--group", "NOTIFY", "--group", "QOS", "--html", motley],
                       capture_output=True, timeout=120, check=False)
        browser = cls.enterClassContext(Chromium())
        cls.motley = {dark: browser.open(motley.as_uri(), DESK, dark) for dark in (False, True)}
        cls.pages = {name: browser.open(cls.file.as_uri(), width, dark)
                     for name, width, dark in (("phone", PHONE, False), ("desk", DESK, False), ("night", DESK, True))}

    def evaluate(self, expression, page="desk"):
        return self.pages[page].evaluate(expression)

    def test_the_browser_has_nothing_to_complain_of_and_fetches_nothing_but_the_page(self):
        for name, page in self.pages.items():
            self.assertEqual(page.of("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"), [], name)
            self.assertEqual([request["request"]["url"] for request in page.of("Network.requestWillBeSent")], [self.file.as_uri()], name)
        self.assertEqual(self.evaluate("document.querySelectorAll('script,img,iframe').length"), 0)

    def test_a_failed_requirement_shows_clause_expected_actual_timeline_and_command_without_a_tap(self):
        for page in ("desk", "phone"):
            text = self.evaluate("document.getElementById('NOTIFY-01').innerText", page)
            for words in ("fail", "Distribute devices", "expected", "a PUBLISH on /sys/", "actual", "none within 10 s", "CONNECT", "PUBLISH",
                          "thing/bootstrap/notify", "fleetsim conform --dut virtual:mutant-no-reply --requirement NOTIFY-01 --seed 7"):
                self.assertIn(words, text, page)
            rows = self.evaluate("""[...document.querySelectorAll('#NOTIFY-01 .story li')].filter(e => e.checkVisibility() &&
                                    e.getBoundingClientRect().height > 8).length""", page)
            self.assertGreater(rows, 10, page)

    def test_what_passes_is_closed_and_opens_with_a_tap(self):
        self.assertFalse(self.evaluate("document.getElementById('NOTIFY-05').open"))
        self.assertNotIn("--requirement NOTIFY-05", self.evaluate("document.getElementById('NOTIFY-05').innerText"))
        self.evaluate("document.querySelector('#NOTIFY-05 summary').click()")
        self.assertIn("--requirement NOTIFY-05", self.evaluate("document.getElementById('NOTIFY-05').innerText"))
        self.evaluate("document.querySelector('#NOTIFY-05 summary').click()")

    def test_each_group_has_a_verdict_and_leads_to_its_requirements(self):
        groups = self.evaluate("""Object.fromEntries([...document.querySelectorAll('tbody tr')].map(row =>
                                  [row.cells[0].innerText, row.cells[1].innerText + ' ' + row.querySelector('a').hash]))""")
        self.assertEqual(groups["NOTIFY"], "✗ fail #group-NOTIFY")
        self.assertEqual(groups["QOS"], "✓ pass #group-QOS")
        self.assertEqual(self.evaluate("document.querySelectorAll('#group-NOTIFY, #group-QOS').length"), 2)

    def test_it_tells_the_seed_the_exit_code_and_what_the_device_does_by_nature(self):
        text = self.evaluate("document.body.innerText")
        for words in ("exit 1", "seed 7", "hmacsha256", "keep-alive in seconds"):
            self.assertIn(words, text)
        self.assertEqual(self.evaluate("document.querySelector('.verdict').innerText"), "fail")

    def test_it_fits_a_phone_without_scrolling_sideways(self):
        self.assertLessEqual(self.evaluate("document.documentElement.scrollWidth", "phone"), PHONE)
        wide = self.evaluate("""[...document.querySelectorAll('main > *, details, .story li, .story span')]
                                .filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 0.5).map(e => e.outerHTML.slice(0, 80))""", "phone")
        self.assertEqual(wide, [])
        self.assertGreaterEqual(self.evaluate("Math.min(...[...document.querySelectorAll('main *')].map(e => parseFloat(getComputedStyle(e).fontSize)))",
                                              "phone"), 11)

    def test_every_verdict_can_be_read_by_day_and_by_night(self):
        badges = "[...new Set([...document.querySelectorAll('summary .verdict')].map(e => e.innerText))].sort().join()"
        self.assertEqual(self.motley[False].evaluate(badges), "fail,not applicable,pass,warning")
        for dark, page in self.motley.items():
            self.assertGreaterEqual(page.evaluate(CONTRAST.replace("dd,dt,td", "summary,a,span,.actual,dd,dt,td")), 4.5, f"dark: {dark}")

    def test_on_paper_everything_is_open(self):
        page = self.pages["desk"]
        seen = "document.querySelector('#NOTIFY-05 dd').checkVisibility()"
        self.assertFalse(page.evaluate(seen))
        page.call("Emulation.setEmulatedMedia", media="print")
        on_paper = page.evaluate(seen)
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        page.call("Emulation.setEmulatedMedia", media="screen")
        self.assertTrue(on_paper)
        self.assertEqual(paper, "rgb(255, 255, 255)")


if __name__ == "__main__":
    unittest.main()
