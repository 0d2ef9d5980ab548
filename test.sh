#!/usr/bin/env bash
# Tests everything: ./test.sh [STAGE...], stages: format dev tsan fuzz tidy run python (default: all, in this order).
#   format  clang-format over every source file
#   dev     AddressSanitizer + UBSan build of everything and its tests, gates and foreign judges among them
#   tsan    ThreadSanitizer build of the threaded parts and their tests
#   fuzz    clang: golden traces of whole runs, and every parser's libFuzzer target for FLEETSIM_FUZZ_SECONDS (default 3; continuous integration: 8)
#   tidy    clang-tidy on the files that changed since FLEETSIM_TIDY_BASE (default: the last commit, and what is uncommitted);
#           FLEETSIM_TIDY_BASE=all takes the whole tree, FLEETSIM_TIDY_HOURS=3 the commits of the last three hours before HEAD
#   run     ./run.sh: the release build and the quickstart scenario; golden traces of whole runs by that build; every shipped scenario in
#           simulated time, twice, and a sweep of chaos.yaml; every mutant of the exam against the whole catalogue (the mutation score
#           stands in the summary), and the verdicts of real SDKs' profiles
#   python  the Python package: its wheel in a fresh environment, pytest, mypy --strict and stubtest there; the same tests under
#           AddressSanitizer and UBSan
# Installs what is missing. A foreign judge that is missing fails; nothing is skipped. Exit 0 when every stage passed.
set -uo pipefail
cd "$(dirname "$0")"

stages=("$@")
[ ${#stages[@]} -gt 0 ] || stages=(format dev tsan fuzz tidy run python)
fuzz_seconds=${FLEETSIM_FUZZ_SECONDS:-3}
jobs=$(nproc)

say() { printf '== %s\n' "$*"; }

stage_format() {
  git ls-files '*.cpp' '*.hpp' | xargs -r clang-format --dry-run -Werror 2>&1 | tail -n 40
}

stage_dev() {
  tools/build.sh dev && ctest --test-dir build/dev -j $((jobs + 2)) --output-on-failure --no-tests=error --progress
}

stage_tsan() {
  tools/build.sh tsan live_tests && TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp halt_on_error=1" \
    ctest --test-dir build/tsan -L live -j "$jobs" --output-on-failure --no-tests=error --progress
}

# fuzz_one WORK NAME: one target on its committed corpus; an input that breaks it is left in build/fuzz.
fuzz_one() {
  local work=$1 name=$2
  if [ ! -d "tests/fuzz/corpus/$name" ]; then echo "tests/fuzz/corpus/$name is missing"; return 1; fi
  mkdir -p "$work/$name"
  if "build/fuzz/bin/fuzz_$name" -max_total_time="$fuzz_seconds" -max_len=8192 -timeout=10 -rss_limit_mb=2048 \
    -artifact_prefix="build/fuzz/crash-$name-" "$work/$name" "tests/fuzz/corpus/$name" >"$work/$name.log" 2>&1; then
    echo "$name: $(grep -E '^#[0-9]+.*DONE' "$work/$name.log" | tail -n 1)"
  else
    tail -n 60 "$work/$name.log"
    echo "$name: FAILED; the input is build/fuzz/crash-$name-*"
    return 1
  fi
}

stage_fuzz() {
  tools/build.sh fuzz fuzz_targets golden_runs || return 1
  build/fuzz/bin/golden_runs tests/golden/golden_runs.txt || return 1
  local work verdict=0
  work=$(mktemp -d)
  export -f fuzz_one
  export fuzz_seconds
  printf '%s\n' build/fuzz/bin/fuzz_* | sed 's|.*/fuzz_||' | xargs -P "$jobs" -I '{}' bash -c 'fuzz_one "$0" "$1"' "$work" '{}' || verdict=1
  rm -rf "$work"
  return "$verdict"
}

stage_tidy() {
  tools/tidy.py
}

stage_run() {
  ./run.sh --no-color --json build/quickstart.json && python3 - build/quickstart.json <<'END'
import json, sys
report = json.load(open(sys.argv[1], encoding="utf-8"))
devices = report["devices"]
got = (devices["online"], devices["moved"], devices["stranded"], report["moves"])
if got != (1000, 1000, 0, 2000): sys.exit(f"quickstart: online, moved, stranded, moves are {got}")
END
  [ $? = 0 ] && tools/golden-runs.sh release && python3 tests/sim/virtual/shipped_runs.py build/release/bin/fleetsim && examine_the_exam
}

# The exam against every mutant and against the profiles of real SDKs; what it is worth is told in the summary.
examine_the_exam() {
  tools/build.sh release exam_mutants && python3 tests/sim/exam_matrix.py build/release/bin/exam_mutants | tee build/exam-matrix.txt && [ "${PIPESTATUS[0]}" = 0 ] &&
    python3 tests/sim/sdk_verdicts.py build/release/bin/fleetsim
}

stage_python() {
  tools/test-python.sh
}

mkdir -p build
rm -f build/exam-matrix.txt
tools/install-deps.sh test || exit 3
results=()
passed=0
failed=0
for stage in "${stages[@]}"; do
  if ! declare -F "stage_$stage" >/dev/null; then
    echo "test.sh: no stage '$stage'; stages: format dev tsan fuzz tidy run python" >&2
    exit 2
  fi
  say "$stage"
  start=$SECONDS
  if "stage_$stage"; then verdict=passed; passed=$((passed + 1)); else verdict=FAILED; failed=$((failed + 1)); fi
  results+=("$(printf '%-8s %-7s %5d s' "$stage" "$verdict" $((SECONDS - start)))")
done

echo
say "summary"
printf '%s\n' "${results[@]}"
grep -h '^mutation score' build/exam-matrix.txt 2>/dev/null
echo "stages: $passed passed, $failed failed"
[ "$failed" = 0 ]
