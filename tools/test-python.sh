#!/usr/bin/env bash
# Tests the Python package: tools/test-python.sh [wheel|sanitized] (default: both). Further words go to pytest.
#   wheel      pip installs ./pybindings into a fresh environment; pytest, mypy --strict and stubtest run there; the source distribution
#              holds all that the module is built from
#   sanitized  the same tests against a module with AddressSanitizer and UBSan (build/python-asan)
set -euo pipefail
cd "$(dirname "$0")/.."

parts=(wheel sanitized)
case ${1:-} in wheel | sanitized) parts=("$1"); shift ;; esac
say() { printf '   %s\n' "$*"; }

tools/python-venv.sh
tools_site=$(echo "$PWD"/build/python-venv/lib/python3.*/site-packages)

# The environment is new each time; what the tests need besides the package (pytest, numpy ...) it sees in build/python-venv, which is
# filled once: half a minute of unpacking shows nothing.
part_wheel() {
  local venv=build/python-fresh
  rm -rf "$venv"
  python3 -m venv "$venv"
  echo "$tools_site" >"$venv/lib/$(basename "$(dirname "$tools_site")")/site-packages/tools.pth"
  PIP_DISABLE_PIP_VERSION_CHECK=1 "$venv/bin/pip" install --quiet --no-build-isolation --no-deps ./pybindings
  "$venv/bin/fleetsim" version >/dev/null
  say "installed the wheel into $venv"
  tools/check-sdist.py "$venv/bin/python"
  "$venv/bin/python" -m pytest -q -p no:cacheprovider pybindings/tests "$@"
}

# Python itself gives nothing back at its end: leaks are not looked for. The sanitizer must be there before Python is, and must find the C++
# library's throw. What only reads files (types) or measures (speed) shows nothing here.
part_sanitized() {
  tools/build.sh python-asan fleetsim_core_module
  local preload
  preload="$(${CXX:-g++} -print-file-name=libasan.so):$(${CXX:-g++} -print-file-name=libstdc++.so.6)"
  LD_PRELOAD=$preload ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 PYTHONPATH=$PWD/build/python-asan/python PYTHONMALLOC=malloc \
    build/python-venv/bin/python -m pytest -q -p no:cacheprovider -m 'not types and not speed' pybindings/tests "$@"
}

for part in "${parts[@]}"; do "part_$part" "$@"; done
