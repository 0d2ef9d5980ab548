#!/usr/bin/python3
"""tools/make-config-reference.py --check sees what it is there for: config_reference_test.py ROOT."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
SCHEMA = "scenarios/platform.schema.json"
PAGE = "platform-mock/CONFIG.md"
FILES = ("tools/make-config-reference.py", SCHEMA, "scenarios/scenario.schema.json", "scenarios/REFERENCE.md", PAGE,
         "platform-mock/core/platform_config.hpp", "platform-mock/core/things/thing_limits.hpp")


class Check(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        for name in FILES:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)

    def run_script(self, *options: str):
        return subprocess.run([sys.executable, self.root / "tools/make-config-reference.py", *options], capture_output=True, text=True, check=False)

    def change_schema(self, change):
        schema = json.loads((self.root / SCHEMA).read_text(encoding="utf-8"))
        change(schema)
        (self.root / SCHEMA).write_text(json.dumps(schema), encoding="utf-8")

    def assert_seen(self, words: str):
        done = self.run_script("--check")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(words, done.stderr)

    def test_pages_that_are_made_pass(self):
        self.assertEqual(self.run_script().returncode, 0)
        self.assertEqual(self.run_script("--check").returncode, 0)

    def test_a_stale_page_is_seen(self):
        page = self.root / PAGE
        page.write_text(page.read_text(encoding="utf-8").replace("`30s`", "`31s`"), encoding="utf-8")
        self.assert_seen(f"{PAGE} is not what {SCHEMA} says")

    def test_a_key_without_description_is_seen(self):
        self.change_schema(lambda schema: schema["properties"]["source_grace"].pop("$ref") and schema["properties"]["source_grace"].pop("description"))
        self.assert_seen("source_grace: no description")

    def test_a_default_that_is_not_the_codes_is_seen(self):
        self.change_schema(lambda schema: schema["$defs"]["api"]["properties"]["nonces"].update(default=7))
        self.assert_seen("api.nonces: the default is 1000000 in platform_config.hpp, 7 in")

    def test_a_default_of_what_is_kept_of_a_device_that_is_not_the_codes_is_seen(self):
        self.change_schema(lambda schema: schema["$defs"]["limits"]["anyOf"][1]["properties"]["tags_per_device"].update(default=7))
        self.assert_seen("limits.tags_per_device: the default is 100 in platform_config.hpp, 7 in")

    def test_a_setting_that_the_schema_does_not_know_is_seen(self):
        self.change_schema(lambda schema: schema["$defs"]["limits"]["anyOf"][1]["properties"].pop("topic_slashes"))
        self.assert_seen("limits.topic_slashes: platform_config.hpp has it")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
