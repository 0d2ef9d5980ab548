#!/usr/bin/env bash
# Configures a preset once and builds it: tools/build.sh PRESET [TARGET...]. Quiet while all goes well; the log is build/PRESET/build.log.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1
shift
log=build/$preset/build.log
mkdir -p "build/$preset"
say() { printf '%s\n' "$*" >&2; }

# Clones of this project share what the compiler cache holds: paths count from the root, and a precompiled header is no obstacle.
# By what the compiler says it has read (depend mode): a miss need not be preprocessed first.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros

case $preset in python*) tools/python-venv.sh ;; esac
if [ ! -f "build/$preset/build.ninja" ]; then
  if ! cmake --preset "$preset" >"$log" 2>&1; then
    cat "$log" >&2
    say "build: cmake --preset $preset failed (above)"
    exit 3
  fi
fi
# Nothing to do is the usual case: say nothing then.
if ! ninja -C "build/$preset" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
  say "building preset $preset (a first build takes some minutes) ..."
  start=$SECONDS
  if [ -t 2 ]; then
    NINJA_STATUS='[%f/%t] ' ninja -C "build/$preset" "$@" | tee "$log" | while IFS= read -r line; do
      case $line in '['*) printf '\r\033[K%.100s' "$line" >&2 ;; esac
    done && status=0 || status=1
    printf '\r\033[K' >&2
  else
    # Plain lines, one every 20 seconds or so, so that a log shows that it is alive.
    last=$SECONDS
    NINJA_STATUS='[%f/%t] ' ninja -C "build/$preset" "$@" | tee "$log" | while IFS= read -r line; do
      case $line in '['*) if [ $((SECONDS - last)) -ge 20 ]; then last=$SECONDS; say "  ${line%% *} $((SECONDS - start)) s"; fi ;; esac
    done && status=0 || status=1
  fi
  if [ "$status" != 0 ]; then
    grep -vE '^\[[0-9]+/[0-9]+\]' "$log" | head -120 >&2
    say "build: preset $preset failed; the whole log is $log"
    exit 3
  fi
  say "built preset $preset in $((SECONDS - start)) s"
fi
