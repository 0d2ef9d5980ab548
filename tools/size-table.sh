#!/usr/bin/env bash
# What devicecore costs on a board: tools/size-table.sh [--check | --update] [OBJECTS]
# Compiles it for a Cortex-M3 with -Os and prints a markdown table of code and memory. --update writes it between the sizes markers of
# devicecore/README.md; --check fails when it differs from what stands there. OBJECTS is a folder where tests/gates/cortexm.sh has done the
# same compiling already.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=${1:-print}
case "$mode" in print | --check | --update) ;; *) echo "usage: tools/size-table.sh [--check | --update] [OBJECTS]" >&2; exit 2 ;; esac
objects=${2:-}
readme=devicecore/README.md
compiler=arm-none-eabi-g++
command -v "$compiler" >/dev/null || { echo "size-table: $compiler is missing: tools/install-deps.sh test installs it" >&2; exit 3; }

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# A cross compiler must not see the rest of the host's /usr/include.
mkdir "$out/include"
cp /usr/include/jsmn.h "$out/include/"
flags=(-mcpu=cortex-m3 -mthumb -Os -std=c++20 -fno-exceptions -fno-rtti -ffunction-sections -I. "-I$out/include")

print_objects() {
  local source object
  echo "| object | code and constants (bytes) | data | bss |"
  echo "|---|---:|---:|---:|"
  # No firmware carries the mutants: they are there for the exam.
  for source in $(ls devicecore/*.cpp devicecore/profiles/*.cpp devicecore/base/*.cpp | grep -v /mutant_ | LC_ALL=C sort); do
    object=${objects:-$out}/$(echo "${source#devicecore/}" | tr / _).o
    [ -n "$objects" ] || "$compiler" "${flags[@]}" -c "$source" -o "$object"
    arm-none-eabi-size "$object" | awk -v name="${source#devicecore/}" 'NR == 2 { printf "| `%s` | %d | %d | %d |\n", name, $1, $2, $3 }'
  done
  find "${objects:-$out}" -name '*.o' ! -name 'profiles_mutant_*' -exec arm-none-eabi-size {} + | awk 'NR > 1 { t += $1; d += $2; b += $3 } END { printf "| **all** | **%d** | **%d** | **%d** |\n", t, d, b }'
}

# The size of a type is the size of an array of so many bytes in an object file, so nothing must run.
type_sizes() {
  local tool=$1
  shift
  "$@" -std=c++20 -I. -x c++ -c -o "$out/types.o" - <<'CPP'
#include "devicecore/device.hpp"
using namespace fleetsim::device;
#define SIZE_OF(type) extern const char size_of_##type[sizeof(type)]; const char size_of_##type[sizeof(type)] = {}
SIZE_OF(Device);
SIZE_OF(Agent);
SIZE_OF(MqttEngine);
SIZE_OF(Identity);
SIZE_OF(EndpointStore);
SIZE_OF(BootstrapClient);
SIZE_OF(DeviceConfig);
SIZE_OF(BlockPool);
SIZE_OF(Workspace);
CPP
  "$tool" -S "$out/types.o" | awk '$4 ~ /^size_of_/ { sub("size_of_", "", $4); print $4, $2 }'
}

print_types() {
  echo "| type | Cortex-M3 (bytes) | 64-bit host (bytes) |"
  echo "|---|---:|---:|"
  type_sizes arm-none-eabi-nm "$compiler" -mcpu=cortex-m3 -mthumb >"$out/board"
  type_sizes nm "${CXX:-g++}" >"$out/host"
  local type
  for type in Device Agent MqttEngine Identity EndpointStore BootstrapClient DeviceConfig BlockPool Workspace; do
    printf '| `%s` | %d | %d |\n' "$type" "0x$(awk -v t="$type" '$1 == t { print $2 }' "$out/board")" "0x$(awk -v t="$type" '$1 == t { print $2 }' "$out/host")"
  done
}

{
  echo
  echo "By \`tools/size-table.sh\` with $compiler $("$compiler" -dumpfullversion), Cortex-M3, -Os:"
  echo
  print_objects
  echo
  print_types
  echo
} >"$out/table"

between_markers() { awk '/<!-- sizes:end -->/ { inside = 0 } inside { print } /<!-- sizes:begin -->/ { inside = 1 }' "$readme"; }

case "$mode" in
  print) cat "$out/table" ;;
  --check)
    if ! diff -u <(between_markers) "$out/table"; then
      echo "size-table: the table in $readme is out of date: tools/size-table.sh --update" >&2
      exit 1
    fi
    ;;
  --update)
    awk -v table="$out/table" '
      /<!-- sizes:begin -->/ { print; while ((getline line < table) > 0) print line; skip = 1 }
      /<!-- sizes:end -->/ { skip = 0 }
      !skip && !/<!-- sizes:begin -->/ { print }' "$readme" >"$out/readme"
    cp "$out/readme" "$readme"
    ;;
esac
