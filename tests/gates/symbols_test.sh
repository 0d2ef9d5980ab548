#!/usr/bin/env bash
# The symbol gate is seen to fail: an object that calls operator new is refused, one that calls memcpy is not.
set -euo pipefail
compiler=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'int* make() { return new int(1); }\n' >"$work/bad.cpp"
printf '#include <cstring>\nvoid copy(void* a, void* b, unsigned long n) { std::memcpy(a, b, n); }\n' >"$work/good.cpp"
for name in bad good; do "$compiler" -O2 -c "$work/$name.cpp" -o "$work/$name.o"; done
if "$here/symbols.sh" ld nm "$here/devicecore_symbols.txt" "$work/bad.o" >"$work/out"; then
  echo "the gate let operator new pass"
  exit 1
fi
grep -q 'operator new' "$work/out"
"$here/symbols.sh" ld nm "$here/devicecore_symbols.txt" "$work/good.o"
