#!/usr/bin/python3
"""Profiles of real SDKs get exactly the verdicts that their page tells (sim/conformance/SDK-VERDICTS.md), on a release build.

    tests/sim/sdk_verdicts.py build/release/bin/fleetsim            # demands them
    tests/sim/sdk_verdicts.py build/release/bin/fleetsim --update   # writes the tables anew; the reasons of rows that stay are kept

What passes is not listed. A row has the ids of all that is so for one reason. What could not be judged, or does not apply, says its reason
itself; why something fails or warns must be written by somebody who knows: until then its row begins with a question mark, and is wrong.
"""
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "sim" / "conformance" / "SDK-VERDICTS.md"
PROFILES = ("legacy", "linksdk-4", "living", "esp-gateway", "node-sdk")
ROW = re.compile(r"^\| ((?:[A-Z][A-Z-]+-[0-9]{2}(?:, )?)+) \| ([a-z ]+) \| (.*) \|$", re.MULTILINE)
BEGIN, END = "<!-- verdicts:begin {} -->\n", "<!-- verdicts:end -->\n"


def examined(fleetsim: str, profile: str) -> dict[str, tuple[str, str]]:
    """Of what does not pass: id -> verdict and what was wrong first."""
    ran = subprocess.run([fleetsim, "conform", "--dut", f"virtual:{profile}", "--json", "-", "--quiet", "--threads", "1"],
                         capture_output=True, text=True, timeout=300, check=False)
    if not ran.stdout:
        sys.exit(f"sdk_verdicts: fleetsim says nothing of {profile}: {ran.stderr[-400:]}")
    verdicts = {}
    for one in json.loads(ran.stdout)["requirements"]:
        if one["verdict"] == "pass":
            continue
        finding = one["findings"][0] if one["findings"] else None
        what = f"expected {finding['expected']}; actual {finding['actual']}" if finding else one["reason"]
        verdicts[one["id"]] = (one["verdict"].replace("_", " "), what)
    return verdicts


def section_of(text: str, profile: str) -> str:
    begin = text.index(BEGIN.format(profile)) + len(BEGIN.format(profile))
    return text[begin:text.index(END, begin)]


def rows_of(text: str, profile: str) -> list[tuple[list[str], str, str]]:
    return [(match[1].split(", "), match[2], match[3]) for match in ROW.finditer(section_of(text, profile))]


def told(text: str, profile: str) -> dict[str, tuple[str, str]]:
    return {name: (verdict, why) for names, verdict, why in rows_of(text, profile) for name in names}


def explained(verdict: str, what: str) -> str:
    what = what.replace("|", "/")
    return f"? {what}" if verdict in ("fail", "pass with warnings") else what


def update(text: str, profile: str, found: dict[str, tuple[str, str]]) -> str:
    """Ids stay in the rows that say what is still so, and other ones come in rows of their own."""
    rows: list[tuple[list[str], str, str]] = []
    for names, verdict, why in rows_of(text, profile):
        stay = [name for name in names if name in found and found[name][0] == verdict]
        if stay and not why.startswith("?"):
            rows.append((stay, verdict, why))
    there = {name for names, _, _ in rows for name in names}
    for name, (verdict, what) in found.items():
        if name in there:
            continue
        why = explained(verdict, what)
        same = next((row for row in rows if row[1] == verdict and row[2] == why), None)
        if same is None:
            rows.append(([name], verdict, why))
        else:
            same[0].append(name)
    rows.sort(key=lambda row: (("fail", "pass with warnings", "inconclusive", "not applicable", "not exercised").index(row[1]), list(found).index(row[0][0])))
    table = "| requirements | verdict | why |\n|---|---|---|\n" + "".join(f"| {', '.join(names)} | {verdict} | {why} |\n" for names, verdict, why in rows)
    return text.replace(BEGIN.format(profile) + section_of(text, profile), BEGIN.format(profile) + table)


def compare(text: str, profile: str, found: dict[str, tuple[str, str]]) -> list[str]:
    known = told(text, profile)
    wrong = []
    for name in sorted(found.keys() | known.keys()):
        now = found[name][0] if name in found else "pass"
        page = known[name][0] if name in known else "pass"
        if now != page:
            wrong.append(f"{profile} {name}: {now}, the page says {page}{': ' + found[name][1] if name in found else ''}")
        elif known[name][1].startswith("?"):
            wrong.append(f"{profile} {name}: the page does not say why it is {page}: {found[name][1]}")
    return wrong


def main() -> int:
    fleetsim = sys.argv[1]
    text = PAGE.read_text(encoding="utf-8")
    with ThreadPoolExecutor(2) as pool:
        results = dict(zip(PROFILES, pool.map(lambda profile: examined(fleetsim, profile), PROFILES)))
    if "--update" in sys.argv:
        for profile, found in results.items():
            text = update(text, profile, found)
        PAGE.write_text(text, encoding="utf-8")
    wrong = [line for profile, found in results.items() for line in compare(text, profile, found)]
    for line in wrong:
        print(f"sdk_verdicts: {line}", file=sys.stderr)
    print(f"verdicts of {len(PROFILES)} SDK profiles: {sum(map(len, results.values()))} that are no pass, "
          f"{len(wrong)} of them otherwise than their page tells")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
