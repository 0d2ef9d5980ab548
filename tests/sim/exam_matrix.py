#!/usr/bin/python3
"""The exam examined, on a release build: every mutant against the whole catalogue. A mutant must be failed by a requirement that is about its
fault (mutants.hpp) and by at most five others; every requirement must fail a mutant that is named for it, or nothing shows that it can fail
at all. The matrix and the mutation score are printed, mutants first, then requirements.

    tools/build.sh release exam_mutants && tests/sim/exam_matrix.py build/release/bin/exam_mutants [MUTANT...]

With mutants named, only these are examined, and requirements are not asked for theirs.
"""
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

UNRELATED_MAX = 5
SECONDS_MAX = 600
HERE = Path(__file__).resolve().parent


class Examined(NamedTuple):
    profile: str
    failed: set[str]


def mutants() -> dict[str, set[str]]:
    text = (HERE / "conformance" / "mutants.hpp").read_text(encoding="utf-8")
    rows = re.findall(r'\{"(mutant-[a-z0-9-]+)",\s*\{([^}]*)\}\}', text)
    return {name: set(re.findall(r'"([^"]+)"', named)) for name, named in rows}


def exams(exam_mutants: str, profiles: list[str]) -> tuple[list[str], list[Examined]]:
    """The catalogue, and what each device failed, in the order in which they were asked for."""
    ran = subprocess.run([exam_mutants, *(f"virtual:{profile}" for profile in profiles)], stdout=subprocess.PIPE, text=True, timeout=SECONDS_MAX,
                         check=True)
    lines = {name.removeprefix("virtual:"): ids for name, *ids in map(str.split, ran.stdout.splitlines())}
    return lines["catalogue"], [Examined(profile, set(lines[profile])) for profile in profiles]


def judge_mutants(results: list[Examined], named: dict[str, set[str]]) -> list[str]:
    wrong = []
    for profile, failed in results:
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
    exam_mutants, *chosen = sys.argv[1:]
    named = {name: about for name, about in mutants().items() if not chosen or name in chosen}
    begin = time.monotonic()
    catalogue, [reference, *results] = exams(exam_mutants, ["reference", *named])
    wrong = [f"reference fails {', '.join(sorted(reference.failed))}"] if reference.failed else []
    wrong += judge_mutants(results, named)
    if not chosen:
        wrong += judge_requirements(results, named, catalogue)
    killed = sum(bool(one.failed & named[one.profile]) for one in results)
    covered = {requirement for one in results for requirement in one.failed & named[one.profile]}
    print(f"mutation score of the exam: {killed} of {len(results)} mutants fail for their fault; {len(covered)} of {len(catalogue)} requirements "
          f"fail a mutant of theirs; {time.monotonic() - begin:.0f} s")
    for line in wrong:
        print(f"exam_matrix: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
