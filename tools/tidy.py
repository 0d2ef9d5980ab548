#!/usr/bin/env python3
"""clang-tidy over changed sources: tools/tidy.py [FILE...] (default: what changed since FLEETSIM_TIDY_BASE, see test.sh).

Reading headers is most of the time of a small file, and walking through functions that of a large one: so sources of one target are looked
at many at a time, and only those that changed. clang-tidy takes only what stands in the unit itself for code, so they are written into
units one after the other; what is said of a unit is told with the file and line where it really stands. Sources whose names without linkage
are the same never share a unit, and when a unit does not compile its sources are looked at one by one. A header is looked at through a
source that includes it. Exit 0 when nothing was found.
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TREE = ROOT / "build/tidy"
UNITS = TREE / "units"
PARTS = ("devicecore/", "platform-mock/", "sim/", "pybindings/")
UNIT_BYTES = 64 * 1024  # more of them at a time, and the last processor works alone for long
LOCATION = re.compile(r"^(/[^:\s]+):(\d+):(\d+): ")
DOES_NOT_COMPILE = "[clang-diagnostic-error]"
UNNAMED = re.compile(r"^namespace \{$(.*?)^\}  // namespace$", re.M | re.S)
# What a line that begins at the margin declares: a type, or the first name before a bracket, a value or the end.
DECLARED = re.compile(r"^(?![\s/}#]).*?(?:\b(?:struct|class|enum class|enum|union|concept) (\w+)|\b(\w+) ?(?=[({;=\[]))", re.M)


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


def sources_of(files):
    """The sources to look at: those among the files, and one for each header, of those if it can be."""
    files = [name for name in sorted(set(files)) if name.startswith(PARTS)]
    sources = {name for name in files if name.endswith(".cpp")}
    for name in files:
        if not name.endswith(".hpp"):
            continue
        includers = subprocess.run(["git", "grep", "-lF", f'"{name}"', "--", *(f"{part}*.cpp" for part in PARTS)], cwd=ROOT,
                                   capture_output=True, text=True).stdout.split()
        if includers and sources.isdisjoint(includers):
            sources.add(min(includers, key=lambda one: (ROOT / one).stat().st_size))
    return sources


def own_names(text):
    """The names without linkage that a source declares."""
    return {of_type or other for block in UNNAMED.findall(text) for of_type, other in DECLARED.findall(block)}


class Unit:
    """Sources that are looked at together, all compiled in the same way."""

    def __init__(self):
        self.sources, self.names, self.size = [], set(), 0

    def has_room_for(self, names, size):
        return not self.sources or (self.size + size <= UNIT_BYTES and self.names.isdisjoint(names))

    def add(self, source, names, size):
        self.sources.append(source)
        self.names |= names
        self.size += size

    def write(self, path):
        """Where each line of the unit comes from."""
        lines, origins = [], []
        for source in self.sources:
            part = source.read_text(encoding="utf-8").splitlines()
            lines += part
            origins += [(source, number) for number in range(1, len(part) + 1)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return origins


def units_of(sources):
    """Units by the command that compiles them, the longest first; and that command, for a source named @."""
    command_of = {}
    for row in json.loads((TREE / "compile_commands.json").read_text(encoding="utf-8")):
        command = re.sub(r" -o \S+", "", row["command"]).replace(row["file"], "@")
        command_of.setdefault(row["file"], (row["directory"], command))
    units = collections.defaultdict(list)
    for name in sorted(sources):
        source = ROOT / name
        if str(source) not in command_of:
            sys.exit(f"{name} is compiled nowhere: it stands in no list of sources")
        text = source.read_text(encoding="utf-8")
        names, size = own_names(text), len(text)
        alike = units[command_of[str(source)]]
        unit = next((one for one in alike if one.has_room_for(names, size)), None)
        if unit is None:
            alike.append(unit := Unit())
        unit.add(source, names, size)
    flat = [(unit, how) for how, alike in units.items() for unit in alike]
    return sorted(flat, key=lambda one: -one[0].size)


def tidy(path, folder):
    return subprocess.run(["clang-tidy", "-p", str(folder), "--quiet", str(path)], cwd=ROOT, capture_output=True, text=True)


def told_by(done, path=None, origins=()):
    told = []
    for line in done.stdout.splitlines() + [text for text in done.stderr.splitlines() if "error" in text]:
        at = LOCATION.match(line)
        if at and path and at[1] == str(path):
            file, number = origins[int(at[2]) - 1]
            line = f"{os.path.relpath(file, ROOT)}:{number}:{at[3]}: " + line[at.end():]
        told.append(line)
    return told


def look_at(unit, path):
    if len(unit.sources) > 1:
        origins = unit.write(path)
        done = tidy(path, UNITS)
        if DOES_NOT_COMPILE not in done.stdout:
            return done.returncode != 0, told_by(done, path, origins)
    failed, told = False, []
    for source in unit.sources:
        done = tidy(source, TREE)
        failed |= done.returncode != 0
        told += told_by(done) if done.returncode != 0 else []
    return failed, told


def main():
    files = sys.argv[1:] or changed_files()
    subprocess.run(["tools/python-venv.sh"], cwd=ROOT, check=True)
    configured = subprocess.run(["cmake", "--preset", "tidy"], cwd=ROOT, capture_output=True, text=True)
    if configured.returncode != 0:
        sys.exit(configured.stdout + configured.stderr)
    sources = sources_of(files)
    units = units_of(sources)
    if not units:
        print("no changed files")
        return 0
    UNITS.mkdir(exist_ok=True)
    rows = []
    for number, (unit, (directory, command)) in enumerate(units):
        path = UNITS / f"unit_{number}.cpp"
        rows.append({"directory": directory, "command": command.replace("@", str(path)), "file": str(path)})
    (UNITS / "compile_commands.json").write_text(json.dumps(rows), encoding="utf-8")
    print(f"{len(set(files))} files, {len(sources)} sources looked at in {len(units)} units", flush=True)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for has_failed, told in pool.map(look_at, (unit for unit, _ in units), (pathlib.Path(row["file"]) for row in rows)):
            failed |= has_failed
            if has_failed:
                print("\n".join(told), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
