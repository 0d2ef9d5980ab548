#!/usr/bin/env python3
"""clang-tidy over changed sources: tools/tidy.py [FILE...] (default: what changed since FLEETSIM_TIDY_BASE, see test.sh).

Reading headers is most of the time, so sources are looked at in the units that they are compiled in. clang-tidy takes only what stands in
the unit itself for code, so each unit is written out flat; what is said of it is told with the file and line where it really stands.
A header is looked at through a source that includes it. Exit 0 when nothing was found.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TREE = ROOT / "build/tidy"
PARTS = ("devicecore/", "platform-mock/", "sim/", "pybindings/")
INCLUDED_SOURCE = re.compile(r'^#include "(.*\.cpp)"$')
LOCATION = re.compile(r"^(/[^:\s]+):(\d+):(\d+): ")


def run(*command):
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def changed_files():
    base, hours = os.environ.get("FLEETSIM_TIDY_BASE", ""), os.environ.get("FLEETSIM_TIDY_HOURS", "")
    if not base and hours:
        since = int(run("git", "log", "-1", "--format=%ct")) - int(hours) * 3600
        base = run("git", "rev-list", "-1", f"--before=@{since}", "HEAD").strip()
    elif not base:
        base = run("git", "rev-list", "-1", "--skip=1", "--first-parent", "HEAD").strip()
    if base in ("", "all"):
        base = run("git", "hash-object", "-t", "tree", "/dev/null").strip()
    names = run("git", "diff", "--name-only", "--diff-filter=d", base, "--", "*.cpp", "*.hpp").split()
    return names + run("git", "ls-files", "-o", "--exclude-standard", "--", "*.cpp", "*.hpp").split()


def flatten(unit):
    """Writes the sources that a unit includes into it; where each of its lines comes from."""
    lines, origins = [], []
    for number, line in enumerate(unit.read_text().splitlines(), 1):
        included = INCLUDED_SOURCE.match(line)
        part = pathlib.Path(included[1]).read_text().splitlines() if included else [line]
        lines += part
        origins += [(included[1] if included else str(unit), i if included else number) for i in range(1, len(part) + 1)]
    flat = unit.with_name(unit.stem + "_flat" + unit.suffix)
    flat.write_text("\n".join(lines) + "\n")
    return flat, origins


def units_of(files):
    """The units that hold these files; a file that is compiled alone is its own."""
    unit_of = {}
    for unit in TREE.glob("*/**/Unity/unity_*_cxx.cxx"):
        for line in unit.read_text().splitlines():
            if included := INCLUDED_SOURCE.match(line):
                unit_of[included[1]] = unit
    units = set()
    for name in sorted(set(files)):
        if not name.startswith(PARTS):
            continue
        if name.endswith(".hpp"):
            seen = subprocess.run(["git", "grep", "-lF", f'"{name}"', "--", *(f"{part}*.cpp" for part in PARTS)], cwd=ROOT,
                                  capture_output=True, text=True).stdout.split()
            if not seen:
                continue
            name = seen[0]
        path = str(ROOT / name)
        units.add(unit_of.get(path, pathlib.Path(path)))
    return sorted(units)


def look_at(unit):
    is_unit = unit.suffix == ".cxx"
    flat, origins = flatten(unit) if is_unit else (unit, [])
    done = subprocess.run(["clang-tidy", "-p", str(TREE), "--quiet", str(flat)], cwd=ROOT, capture_output=True, text=True)
    told = []
    for line in done.stdout.splitlines() + [text for text in done.stderr.splitlines() if "error" in text]:
        at = LOCATION.match(line)
        if at and at[1] == str(flat) and is_unit:
            file, number = origins[int(at[2]) - 1]
            line = f"{os.path.relpath(file, ROOT)}:{number}:{at[3]}: " + line[at.end():]
        told.append(line)
    return done.returncode, told


def add_flat_units():
    """clang-tidy finds the command of a flat unit by its name."""
    commands = TREE / "compile_commands.json"
    text = commands.read_text()
    rows = json.loads(text)
    flat = [dict(row, file=row["file"].replace("_cxx.cxx", "_cxx_flat.cxx"), command=row["command"].replace("_cxx.cxx", "_cxx_flat.cxx"))
            for row in rows if row["file"].endswith("_cxx.cxx")]
    commands.write_text(json.dumps(rows + flat))


def main():
    files = sys.argv[1:] or changed_files()
    subprocess.run(["tools/python-venv.sh"], cwd=ROOT, check=True)
    configured = subprocess.run(["cmake", "--preset", "tidy"], cwd=ROOT, capture_output=True, text=True)
    if configured.returncode != 0:
        sys.exit(configured.stdout + configured.stderr)
    add_flat_units()
    units = units_of(files)
    if not units:
        print("no changed files")
        return 0
    print(f"{len(set(files))} files, looked at in {len(units)} units", flush=True)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for status, told in pool.map(look_at, units):
            failed |= status != 0
            if status != 0:
                print("\n".join(told), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
