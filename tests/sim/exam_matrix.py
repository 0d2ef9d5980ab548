#!/usr/bin/python3
"""The exam examined, on a release build: every mutant against the whole catalogue. A mutant must be failed by a requirement that is about its
fault (mutants.hpp) and by at most five others; every requirement must fail a mutant that is named for it, or nothing shows that it can fail
at all. The matrix and the mutation score are printed, mutants first, then requirements.

    tests/sim/exam_matrix.py build/release/bin/fleetsim [MUTANT...]

With mutants named, only these are examined, and requirements are not asked for theirs.
"""
import json
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

UNRELATED_MAX = 5
HERE = Path(__file__).resolve().parent


class Examined(NamedTuple):
    profile: str
    failed: set[str]
    catalogue: list[str]


def mutants() -> dict[str, set[str]]:
    text = (HERE / "conformance" / "mutants.hpp").read_text(encoding="utf-8")
    rows = re.findall(r'\{"(mutant-[a-z0-9-]+)",\s*\{([^}]*)\}\}', text)
    return {name: set(re.findall(r'"([^"]+)"', named)) for name, named in rows}


def exam(fleetsim: str, profile: str) -> Examined:
    ran = subprocess.run([fleetsim, "conform", "--dut", f"virtual:{profile}", "--json", "-", "--quiet", "--threads", "1"],
                         capture_output=True, text=True, timeout=300, check=False)
    if not ran.stdout:
        raise SystemExit(f"exam_matrix: {profile}: exit code {ran.returncode}: {ran.stderr.strip()}")
    requirements = json.loads(ran.stdout)["requirements"]
    return Examined(profile, {one["id"] for one in requirements if one["verdict"] == "fail" or one["findings"]},
                    [one["id"] for one in requirements])


def judge_mutants(results: list[Examined], named: dict[str, set[str]]) -> list[str]:
    wrong = []
    for profile, failed, _ in results:
        about = failed & named[profile]
        others = failed - named[profile]
        print(f"  {profile:<36} {' '.join(sorted(about)) or '-':<40} {len(others)} others {' '.join(sorted(others))}")
        if not about:
            wrong.append(f"{profile} passes {', '.join(sorted(named[profile]))}")
        if len(others) > UNRELATED_MAX:
            wrong.append(f"{profile} is failed by {len(others)} unrelated requirements: {' '.join(sorted(others))}")
    return wrong


def judge_requirements(results: list[Examined], named: dict[str, set[str]], catalogue: list[str]) -> list[str]:
    wrong = []
    for requirement in catalogue:
        about = [one.profile for one in results if requirement in one.failed and requirement in named[one.profile]]
        others = sum(requirement in one.failed for one in results) - len(about)
        print(f"  {requirement:<18} {' '.join(name.removeprefix('mutant-') for name in about) or '-'}, {others} others")
        if not about:
            wrong.append(f"{requirement} fails no mutant that is named for it")
    return wrong


def main() -> int:
    fleetsim, *chosen = sys.argv[1:]
    named = {name: about for name, about in mutants().items() if not chosen or name in chosen}
    begin = time.monotonic()
    reference = exam(fleetsim, "reference")
    wrong = [f"reference fails {', '.join(sorted(reference.failed))}"] if reference.failed else []
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda profile: exam(fleetsim, profile), named))
    wrong += judge_mutants(results, named)
    if not chosen:
        wrong += judge_requirements(results, named, reference.catalogue)
    killed = sum(bool(one.failed & named[one.profile]) for one in results)
    covered = {requirement for one in results for requirement in one.failed & named[one.profile]}
    print(f"mutation score of the exam: {killed} of {len(results)} mutants fail for their fault; {len(covered)} of "
          f"{len(reference.catalogue)} requirements fail a mutant of theirs; {time.monotonic() - begin:.0f} s")
    for line in wrong:
        print(f"exam_matrix: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
