#!/usr/bin/python3
"""House rules as tests: lint.py CHECK [ROOT] prints file:line: what is wrong, and exits 1 when anything is.

A check is a function `check_<name>(tree)` that yields Violation. Adding one: write it, name it in tests/gates/CMakeLists.txt, and give
lint_test.py a planted file that it must find.
"""

import re
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

import seed_decides

CODE = {".cpp", ".hpp", ".h", ".c"}
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 70
ASIO_FILES_MAX = 15


class Violation(NamedTuple):
    file: str
    line: int
    message: str


class Tree:
    """The source files of the project: path from the root -> lines."""

    parts = ("devicecore", "platform-mock", "sim", "tests", "pybindings")

    def __init__(self, root: Path):
        self.root = root
        self.files = {}
        for part in self.parts:
            for path in sorted((root / part).rglob("*")):
                # Yardsticks are as bare as a program can be, on purpose: they are measured against, not built upon.
                if "yardstick" in path.parts:
                    continue
                if path.suffix in CODE and path.is_file():
                    self.files[str(path.relative_to(root))] = path.read_text(encoding="utf-8").splitlines()

    def code(self, *prefixes: str) -> Iterator[tuple[str, list[str]]]:
        for name, lines in self.files.items():
            if not prefixes or name.startswith(prefixes):
                yield name, lines


def includes(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines, 1):
        match = re.match(r'\s*#\s*include\s*[<"]([^">]+)[">]', line)
        if match:
            yield number, match.group(1)


# Who may include whom among our own parts: the longest matching prefix of the including file decides. Arrows point down only.
LAYERS = {
    "devicecore/base/": ("devicecore/base/",),
    "devicecore/ports/": ("devicecore/",),
    "devicecore/": ("devicecore/",),
    "platform-mock/core/": ("devicecore/base/", "platform-mock/core/"),
    "platform-mock/server/": ("devicecore/base/", "platform-mock/"),
    "platform-mock/store/": ("devicecore/base/", "platform-mock/core/", "platform-mock/store/"),
    "sim/": ("devicecore/", "platform-mock/core/", "sim/"),
    "sim/world/": ("devicecore/", "platform-mock/core/", "sim/"),
    "sim/virtual/": ("devicecore/", "platform-mock/core/", "sim/"),
    "sim/live/": ("devicecore/", "platform-mock/", "sim/"),
    "sim/steps/": ("devicecore/", "platform-mock/", "sim/"),
    "sim/conformance/duts/": ("devicecore/", "platform-mock/core/", "sim/"),
    "sim/app/": ("devicecore/", "platform-mock/", "sim/"),
    "pybindings/": ("devicecore/", "platform-mock/", "sim/", "pybindings/"),
    "tests/": ("devicecore/", "platform-mock/", "sim/", "tests/"),
}
# Parts that a file of a lower or equal layer must not reach although the prefix above would let it.
FORBIDDEN = {
    "devicecore/": ("devicecore/ports/",),
    "platform-mock/server/": ("platform-mock/store/",),
    "devicecore/ports/": (),
    "sim/": ("sim/world/", "sim/virtual/", "sim/live/", "sim/steps/", "sim/app/", "devicecore/ports/"),
    "sim/world/": ("sim/virtual/", "sim/live/", "sim/app/"),
    "sim/virtual/": ("sim/live/", "sim/app/"),
    "sim/live/": ("sim/app/",),
    "sim/steps/": ("sim/app/",),
    "sim/conformance/duts/": ("sim/app/",),
    "sim/app/": (),
}


def rule_for(name: str, table: dict) -> tuple:
    best = max((prefix for prefix in table if name.startswith(prefix)), key=len, default=None)
    return table[best] if best is not None else ()


def check_include_directions(tree: Tree) -> Iterator[Violation]:
    ours = tuple(part + "/" for part in tree.parts)
    for name, lines in tree.code():
        allowed, forbidden = rule_for(name, LAYERS), rule_for(name, FORBIDDEN)
        for number, target in includes(lines):
            if not target.startswith(ours):
                continue
            facade = name == "sim/fleet.hpp"
            if not target.startswith(allowed) or (forbidden and not facade and target.startswith(forbidden)):
                yield Violation(name, number, f"{name} may not include {target}: arrows point down (see LAYERS in tests/gates/lint.py)")


# Where a third-party family may appear.
HOMES = {
    r"yaml-cpp/": ("sim/config/yaml_document.cpp",),
    r"boost/asio": ("sim/live/", "platform-mock/server/", "tests/"),
    r"openssl/": ("sim/live/", "devicecore/ports/", "platform-mock/server/", "tests/"),
    r"mbedtls/": ("sim/live/", "devicecore/ports/", "platform-mock/server/", "tests/"),
    r"mqtt/": ("sim/live/", "tests/"),
    r"SQLiteCpp/|sqlite3": ("platform-mock/store/", "tests/"),
    r"prometheus/": ("platform-mock/server/metrics/", "tests/"),
    r"maxminddb": ("platform-mock/server/", "tests/"),
    r"CLI/": ("sim/app/",),
    r"boost/beast": ("platform-mock/core/http/", "platform-mock/server/", "sim/live/", "tests/"),
    r"jsmn": ("devicecore/", "tests/"),
    r"pybind11/|Python\.h": ("pybindings/src/",),
}


def check_third_party_homes(tree: Tree) -> Iterator[Violation]:
    asio_files = []
    for name, lines in tree.code():
        for number, target in includes(lines):
            for family, homes in HOMES.items():
                if re.match(family, target) and not name.startswith(homes):
                    if target == "boost/asio/buffer.hpp" and name.startswith("platform-mock/core/http/"):
                        continue
                    yield Violation(name, number, f"<{target}> belongs in {', '.join(homes)}")
            if target.startswith("boost/asio") and target != "boost/asio/buffer.hpp" and not name.startswith("tests/"):
                asio_files.append(name)
    if len(set(asio_files)) > ASIO_FILES_MAX:
        yield Violation(asio_files[-1], 1, f"{len(set(asio_files))} files see Asio, at most {ASIO_FILES_MAX} may: {sorted(set(asio_files))}")


def check_file_length(tree: Tree) -> Iterator[Violation]:
    for name, lines in tree.code():
        if len(lines) > FILE_LINES_MAX:
            yield Violation(name, len(lines), f"{len(lines)} lines; one concept a file, at most {FILE_LINES_MAX}")


NOT_A_FUNCTION = re.compile(r"^\s*(if|for|while|switch|else|do|namespace|struct|class|enum|union|return|case|try|catch|extern|\}|//|#)")


def check_function_length(tree: Tree) -> Iterator[Violation]:
    """The code is formatted, so a function's last line is a brace at the indentation of its first."""
    for name, lines in tree.code():
        for start, line in enumerate(lines):
            if not line.rstrip().endswith("{") or NOT_A_FUNCTION.match(line) or ")" not in line or re.search(r"=\s*\{$", line):
                continue
            indent = len(line) - len(line.lstrip())
            # A signature over several lines is closed at its own first line's indentation.
            first = start
            while first > 0 and (re.match(r"\s*[:,]", lines[first]) or re.search(r"[,(]$", lines[first - 1])):
                first -= 1
            indent = len(lines[first]) - len(lines[first].lstrip())
            for end in range(start + 1, len(lines)):
                if re.match(rf"^ {{{indent}}}\}}", lines[end]):
                    length = end - first + 1
                    if length > FUNCTION_LINES_MAX:
                        yield Violation(name, first + 1, f"a function of {length} lines; at most {FUNCTION_LINES_MAX}")
                    break


def check_file_names(tree: Tree) -> Iterator[Violation]:
    for name, _ in tree.code():
        stem = Path(name).stem
        if not re.fullmatch(r"[a-z0-9_]+", stem):
            yield Violation(name, 1, "file names are snake_case")
        if re.search(r"(^|_)(utils?|helpers?|common|misc|stuff)($|_)", stem):
            yield Violation(name, 1, "name the concept: no utils, helpers, common, misc")


def check_headers(tree: Tree) -> Iterator[Violation]:
    for name, lines in tree.code():
        if name.endswith(".hpp"):
            if not lines or not lines[0].startswith("//"):
                yield Violation(name, 1, "a header opens with what it is and when to use it")
            if "#pragma once" not in lines:
                yield Violation(name, 1, "#pragma once is missing")


def check_unfinished_words(tree: Tree) -> Iterator[Violation]:
    words = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HACK", "GTEST_" + "SKIP", "DIS" + r"ABLED_\w+"]) + r")\b")
    for name, lines in tree.code():
        for number, line in enumerate(lines, 1):
            if words.search(line):
                yield Violation(name, number, "unfinished work is done, or it is an issue")


# Who may sleep, once each, and why nobody could wake it instead. Anything else in the project waits for its event.
SLEEPS = {
    "sim/live/host_clock.hpp": "the clock of a run on sockets: its controller looks at what other threads and the kernel do, who call nobody",
    "sim/live/paho_transport.cpp": "Paho does not say when its last callback has returned: a short grace before it is destroyed",
}


def check_no_sleeps(tree: Tree) -> Iterator[Violation]:
    sleeping = re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|::sleep\(|\bp?poll\(nullptr|\bselect\(0,")
    for name, lines in tree.code():
        found = [number for number, line in enumerate(lines, 1) if sleeping.search(line.split("//")[0])]
        if name in SLEEPS and not found:
            yield Violation(name, 1, "it sleeps no more: take it off SLEEPS in tests/gates/lint.py")
        for number in found[1 if name in SLEEPS else 0:]:
            yield Violation(name, number, "no real sleeps: await the event with a deadline (the few that cannot: SLEEPS in tests/gates/lint.py)")


def check_sans_io(tree: Tree) -> Iterator[Violation]:
    """Both cores are told the time and given randomness: they read no clock, no file, no socket, no thread."""
    reads = re.compile(
        r"(steady|system|high_resolution)_clock|random_device|\bs?rand\(|\btime\((nullptr|NULL|0)\)|gettimeofday|clock_gettime|"
        r"<(iostream|fstream|thread|mutex|random|sys/socket\.h|unistd\.h|cstdio|stdio\.h)>|std::.*_distribution"
    )
    for name, lines in tree.code("devicecore/", "platform-mock/core/"):
        if name.startswith("devicecore/ports/"):
            continue
        for number, line in enumerate(lines, 1):
            code = line.split("//")[0]
            if reads.search(code):
                yield Violation(name, number, "a core reads no clock, randomness, file, socket or thread: they come in as arguments")


def check_no_default_over_enums(tree: Tree) -> Iterator[Violation]:
    for name, lines in tree.code("devicecore/", "platform-mock/", "sim/", "pybindings/"):
        for number, line in enumerate(lines, 1):
            match = re.match(r"^(\s*)default:", line)
            if not match:
                continue
            indent = match.group(1)
            for back in range(number - 2, -1, -1):
                above = lines[back]
                if re.match(rf"^{indent}case [\w:]+::\w+:", above):
                    yield Violation(name, number, "no default over our enums: the compiler then names what is missing")
                    break
                if "switch" in above and len(above) - len(above.lstrip()) < len(indent):
                    break


def check_no_bool_pairs(tree: Tree) -> Iterator[Violation]:
    for name, lines in tree.code("devicecore/", "platform-mock/", "sim/", "pybindings/"):
        for number, line in enumerate(lines, 1):
            if re.search(r"\(.*\bbool \w+( = \w+)?, (const )?bool \w+.*\)", line.split("//")[0]):
                yield Violation(name, number, "two bools side by side: make an options struct or an enum")


def check_no_secret_streams(tree: Tree) -> Iterator[Violation]:
    """Secrets are signed with, never printed: nobody formats one, and identities have no operator<<."""
    printing = re.compile(r"(spdlog::\w+|fmt::print|fmt::format|std::c(out|err)|printf).*(\b\w*secret\(\)|\bsecret\b|\bpassword\b)")
    for name, lines in tree.code("devicecore/", "platform-mock/", "sim/", "pybindings/"):
        for number, line in enumerate(lines, 1):
            code = re.sub(r'"(\\.|[^"\\])*"', '""', line.split("//")[0])
            if printing.search(code) or re.search(r"operator<<\(.*\bIdentity\b", code):
                yield Violation(name, number, "a secret would be printed")


def check_seed_decides(tree: Tree) -> Iterator[Violation]:
    """No clock, no chance of the host's, no libm, no order that comes from hashes or addresses, in anything that runs in simulated time."""
    for finding in seed_decides.find(tree):
        yield Violation(finding.file, finding.line, finding.message)


CHECKS = {name[6:]: function for name, function in list(globals().items()) if name.startswith("check_")}


def main() -> int:
    if len(sys.argv) < 2 or sys.argv[1] not in CHECKS:
        print(f"usage: lint.py CHECK [ROOT]; checks: {' '.join(CHECKS)}", file=sys.stderr)
        return 2
    root = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).resolve().parents[2]
    tree = Tree(root)
    if not tree.files:
        print(f"no source files under {root}", file=sys.stderr)
        return 2
    violations = list(CHECKS[sys.argv[1]](tree))
    for violation in violations:
        print(f"{violation.file}:{violation.line}: {violation.message}")
    print(f"{sys.argv[1]}: {len(tree.files)} files, {len(violations)} violations")
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
