#!/usr/bin/env bash
# Makes build/python-venv, the Python environment in which the module is built and tested, once: tools/python-venv.sh. Its packages are
# those of pybindings/requirements-*.txt; a change of these makes it anew. PYTHON names another interpreter than python3.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=build/python-venv
wanted=$(cat pybindings/requirements-*.txt && "${PYTHON:-python3}" --version)
[ -f "$venv/made-of" ] && [ "$(cat "$venv/made-of")" = "$wanted" ] && exit 0
mkdir -p build
exec 9>build/python-venv.lock
flock 9
rm -rf "$venv"
"${PYTHON:-python3}" -m venv "$venv"
files=()
for file in pybindings/requirements-*.txt; do files+=(-r "$file"); done
PIP_DISABLE_PIP_VERSION_CHECK=1 "$venv/bin/pip" install --quiet "${files[@]}" || { echo "python-venv: pip install failed" >&2; exit 3; }
printf '%s\n' "$wanted" >"$venv/made-of"
