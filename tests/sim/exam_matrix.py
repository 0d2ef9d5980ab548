#!/usr/bin/python3
"""The exam examined, on a release build: every mutant against the whole catalogue. A mutant must be failed by a requirement that is about its
fault (mutants.hpp) and by at most five others; the matrix and the mutation score are printed.

    tests/sim/exam_matrix.py build/release/bin/fleetsim
"""
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

UNRELATED_MAX = 5
HERE = Path(__file__).resolve().parent


def mutants() -> dict[str, set[str]]:
    text = (HERE / "conformance" / "mutants.hpp").read_text(encoding="utf-8")
    rows = re.findall(r'\{"(mutant-[a-z0-9-]+)",\s*\{([^}]*)\}\}', text)
    return {name: set(re.findall(r'"([^"]+)"', named)) for name, named in rows}


def exam(fleetsim: str, profile: str) -> tuple[str, set[str]]:
    ran = subprocess.run([fleetsim, "conform", "--dut", f"virtual:{profile}", "--json", "-", "--quiet", "--threads", "1"],
                         capture_output=True, text=True, timeout=300, check=False)
    report = json.loads(ran.stdout)
    return profile, {one["id"] for one in report["requirements"] if one["verdict"] == "fail" or one["findings"]}


def main() -> int:
    fleetsim = sys.argv[1]
    named = mutants()
    reference = exam(fleetsim, "reference")[1]
    wrong = [f"reference fails {', '.join(sorted(reference))}"] if reference else []
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda profile: exam(fleetsim, profile), named))
    killed = 0
    for profile, failed in results:
        others = failed - named[profile]
        found = bool(failed & named[profile])
        killed += found
        print(f"  {profile:<32} {' '.join(sorted(failed & named[profile])) or '-':<40} {len(others)} others {' '.join(sorted(others))}")
        if not found:
            wrong.append(f"{profile} passes {', '.join(sorted(named[profile]))}")
        if len(others) > UNRELATED_MAX:
            wrong.append(f"{profile} is failed by {len(others)} unrelated requirements: {' '.join(sorted(others))}")
    covered = {requirement for _, failed in results for requirement in failed}
    print(f"mutation score of the exam: {killed} of {len(results)} mutants; {len(covered)} requirements have one")
    for line in wrong:
        print(f"exam_matrix: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
