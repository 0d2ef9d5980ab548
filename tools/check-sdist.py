#!/usr/bin/env python3
"""The source distribution holds all that the Python module is built from: tools/check-sdist.py PYTHON (one with scikit-build-core).

Makes the distribution, and compares it with what the build in build/wheel has read (ninja's log of sources and headers, CMake's own files).
Compiling it once more would tell the same, ten minutes later.
"""

import pathlib
import subprocess
import sys
import tarfile
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
TREE = ROOT / "build/wheel"


def ninja(*arguments):
    return subprocess.run(["ninja", "-C", str(TREE), *arguments], capture_output=True, text=True, check=True).stdout.splitlines()


def read_by_the_build():
    """Files of the project that were compiled, included or read by CMake."""
    lines = ninja("-t", "deps") + ninja("-t", "query", "build.ninja") + ninja("-t", "inputs", "fleetsim_core_module")
    for unit in TREE.glob("**/Unity/*.cxx"):
        lines += [line.split('"')[1] for line in unit.read_text().splitlines() if line.startswith("#include")]
    for line in lines:
        path = (TREE / line.strip()).resolve()
        if path.is_relative_to(ROOT) and not path.is_relative_to(ROOT / "build") and path.is_file():
            yield str(path.relative_to(ROOT))


def main():
    python = sys.argv[1] if len(sys.argv) > 1 else sys.executable
    wanted = set(read_by_the_build())
    if len(wanted) < 100:
        sys.exit(f"check-sdist: only {len(wanted)} files are known of build/wheel: was the wheel built there?")
    wanted |= {str(file.relative_to(ROOT)) for file in (ROOT / "pybindings/fleetsim").glob("*") if file.suffix in (".py", ".pyi", ".typed")}
    wanted |= {"pyproject.toml", "LICENSE", "pybindings/README.md", "pybindings/fleetsim/py.typed"}
    with tempfile.TemporaryDirectory() as folder:
        make = "import sys, scikit_build_core.build as build; print(build.build_sdist(sys.argv[1]))"
        subprocess.run([python, "-c", make, folder], cwd=ROOT, capture_output=True, text=True, check=True)
        (archive,) = pathlib.Path(folder).glob("*.tar.gz")
        with tarfile.open(archive) as files:
            held = {name.split("/", 1)[1] for name in files.getnames() if "/" in name}
    missing, odd = sorted(wanted - held), sorted(name for name in held if name.startswith(("build/", "node_modules/", ".git/", "tests/")))
    for name in missing:
        print(f"check-sdist: {name} is not in the source distribution")
    for name in odd:
        print(f"check-sdist: {name} has no place in the source distribution")
    print(f"source distribution: {len(held)} files, the module is built from {len(wanted)} of them")
    return 1 if missing or odd else 0


if __name__ == "__main__":
    sys.exit(main())
