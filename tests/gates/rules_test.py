#!/usr/bin/python3
"""RULES.md and the tests agree: rules_test.py ROOT [PAGE] exits 1 and says so when

- a test named on the page does not exist,
- a row names no test, or the numbers of the rows are not 1, 2, 3, …,
- a test of the suites that exist for the page (Rules…, DeviceListCsv) is not named on it.
"""

import re
import sys
from pathlib import Path

ROWS_MIN = 45
TEST = re.compile(r"^TEST(?:_F|_P)?\((\w+), (\w+)\)", re.M)
NAME = re.compile(r"`([A-Z]\w+\.[A-Z]\w+)`")
ROW = re.compile(r"^\| (\d+) \| .* \|$", re.M)
PAGES_OWN = re.compile(r"^(Rules[A-Z]\w*|DeviceListCsv)\.")
# Tests of these suites that show how, not what: the page has no sentence for them.
DETAILS = {"RulesMethod.ThePlantedBugShowsAcrossAccountsToo", "DeviceListCsv.AllMistakesAreToldAtOnceUpToABound", "DeviceListCsv.ALineAfterAQuotedLineBreakHasItsOwnNumber"}


def problems(root: Path, page: str):
    tests = set()
    for source in sorted((root / "tests").rglob("*_test.cpp")):
        tests.update(f"{suite}.{name}" for suite, name in TEST.findall(source.read_text(encoding="utf-8")))
    named = set(NAME.findall(page))
    for name in sorted(named - tests):
        yield f"{name} is named, and is no test"
    for name in sorted(test for test in tests - named - DETAILS if PAGES_OWN.match(test)):
        yield f"{name} shows no rule: name it on the page"
    rows = ROW.finditer(page)
    numbers = []
    for row in rows:
        numbers.append(int(row.group(1)))
        if not NAME.search(row.group(0)):
            yield f"rule {row.group(1)} names no test"
    if numbers != list(range(1, len(numbers) + 1)):
        yield "the rules are not numbered 1, 2, 3, …"
    if len(numbers) < ROWS_MIN:
        yield f"{len(numbers)} rules; the vendor's page has at least {ROWS_MIN}"


def main():
    root = Path(sys.argv[1])
    page = Path(sys.argv[2]) if len(sys.argv) > 2 else root / "platform-mock/RULES.md"
    found = list(problems(root, page.read_text(encoding="utf-8")))
    for problem in found:
        print(f"{page}: {problem}")
    print(f"{len(found)} problems")
    sys.exit(1 if found else 0)


main()
