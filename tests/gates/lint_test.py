#!/usr/bin/python3
"""The lint finds what it is for: every check is shown one planted file that breaks its rule, and one that does not."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))
import lint  # noqa: E402

LONG_FUNCTION = "int f(int x) {\n" + "  ++x;\n" * 80 + "  return x;\n}\n"

# check -> (path, text that breaks the rule), (path, text that is fine)
PLANTED = {
    "include_directions": (
        ("devicecore/a.cpp", '#include "platform-mock/core/ids.hpp"\n'),
        ("platform-mock/core/a.cpp", '#include "devicecore/base/time.hpp"\n'),
    ),
    "third_party_homes": (("sim/report/a.cpp", "#include <openssl/ssl.h>\n"), ("sim/live/a.cpp", "#include <openssl/ssl.h>\n")),
    "file_length": (("sim/a.cpp", "int a;\n" * 401), ("sim/a.cpp", "int a;\n" * 400)),
    "function_length": (("sim/a.cpp", LONG_FUNCTION), ("sim/a.cpp", "int f(int x) {\n  return x;\n}\n")),
    "file_names": (("sim/string_utils.cpp", "\n"), ("sim/arrival_rate.cpp", "\n")),
    "headers": (("sim/a.hpp", "#pragma once\n"), ("sim/a.hpp", "// What it is.\n#pragma once\n")),
    "unfinished_words": (("sim/a.cpp", "// TO" + "DO: later\n"), ("sim/a.cpp", "// done\n")),
    "no_sleeps": (("tests/a.cpp", "std::this_thread::sleep" + "_for(1s);\n"), ("tests/a.cpp", "await(event);\n")),
    "sans_io": (
        ("platform-mock/core/a.cpp", "auto now = std::chrono::steady_clock::now();\n"),
        ("devicecore/ports/a.cpp", "auto now = std::chrono::steady_clock::now();\n"),
    ),
    "no_default_over_enums": (
        ("sim/a.cpp", "  switch (kind) {\n    case Kind::a:\n      break;\n    default:\n      break;\n  }\n"),
        ("sim/a.cpp", "  switch (byte) {\n    case 0x10:\n      break;\n    default:\n      break;\n  }\n"),
    ),
    "seed_decides": (
        ("sim/virtual/a.cpp", "std::unordered_map<int, int> known_;\nvoid f() {\n  for (const auto& one : known_) use(one);\n}\n"),
        ("sim/virtual/a.cpp", "std::map<int, int> known_;\nvoid f() {\n  for (const auto& one : known_) use(one);\n}\n"),
    ),
    "no_bool_pairs": (("sim/a.hpp", "void open(bool tls, bool verify);\n"), ("sim/a.hpp", "void open(bool tls, int port);\n")),
    "no_secret_streams": (
        ("sim/a.cpp", 'spdlog::info("connect {}", identity.device_secret());\n'),
        ("sim/a.cpp", 'spdlog::info("no secret for {}", name);\n'),
    ),
}


class Lint(unittest.TestCase):
    def violations(self, check, planted):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / planted[0]
            path.parent.mkdir(parents=True)
            path.write_text(planted[1], encoding="utf-8")
            return list(lint.CHECKS[check](lint.Tree(Path(folder))))

    def test_every_check_has_a_planted_file(self):
        self.assertEqual(set(PLANTED), set(lint.CHECKS))

    def test_every_check_finds_its_planted_violation(self):
        for check, (bad, _) in PLANTED.items():
            with self.subTest(check=check):
                self.assertNotEqual(self.violations(check, bad), [])

    def test_no_check_accuses_what_is_fine(self):
        for check, (_, good) in PLANTED.items():
            with self.subTest(check=check):
                self.assertEqual(self.violations(check, good), [])

    def test_sim_sleeps_only_where_the_list_says_why_and_only_once_there(self):
        sleep = "  std::this_thread::sleep" + "_for(look);\n"
        allowed = next(iter(lint.SLEEPS))
        for text, elsewhere, there in ((sleep, 1, 0), (sleep + sleep, 2, 1), ("  await(event);\n", 0, 1)):
            with self.subTest(text=text):
                self.assertEqual(len(self.violations("no_sleeps", ("sim/live/shard.cpp", text))), elsewhere)
                self.assertEqual(len(self.violations("no_sleeps", ("sim/steps/sleep.cpp", text))), elsewhere)
                self.assertEqual(len(self.violations("no_sleeps", (allowed, text))), there)

    def test_only_the_python_module_knows_python_and_nothing_knows_it(self):
        for check, path, text, found in (
            ("third_party_homes", "sim/report/a.cpp", "#include <pybind11/pybind11.h>\n", 1),
            ("third_party_homes", "pybindings/src/a.cpp", "#include <pybind11/pybind11.h>\n", 0),
            ("include_directions", "sim/report/a.cpp", '#include "pybindings/src/bindings.hpp"\n', 1),
            ("include_directions", "pybindings/src/a.cpp", '#include "sim/fleet.hpp"\n', 0),
        ):
            with self.subTest(path=path, text=text):
                self.assertEqual(len(self.violations(check, (path, text))), found)

    def test_two_draws_are_two_statements(self):
        for text, found in (("use(draw.next(), draw.next());", 1), ("return a.word() << 8 | a.below(3);", 1), ("use(up.next(), down.next());", 0),
                            ("return whole ? random.below(2) : random.below(3);", 0), ("const int a = draw.next();", 0)):
            with self.subTest(text=text):
                self.assertEqual(len(self.violations("seed_decides", ("sim/world/a.cpp", text + "\n"))), found)

    def test_every_file_that_may_sleep_is_there_and_says_why(self):
        for name, why in lint.SLEEPS.items():
            self.assertTrue((ROOT / name).is_file(), name)
            self.assertGreater(len(why), 40, name)


if __name__ == "__main__":
    unittest.main()
