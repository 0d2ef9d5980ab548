#!/bin/sh
# Writes platform-mock/core/country_table.inc: one representative point for each country of tzdata's zone.tab, which is in the
# public domain. Debian has it at /usr/share/zoneinfo/zone.tab (package tzdata).
#
#   tools/make-country-table.sh [ZONE_TAB] > platform-mock/core/country_table.inc
set -eu
zone_tab=${1:-/usr/share/zoneinfo/zone.tab}
[ -r "$zone_tab" ] || { echo "make-country-table: cannot read $zone_tab: install tzdata" >&2; exit 3; }

echo "// Made by tools/make-country-table.sh from tzdata's zone.tab (public domain); sorted by code."

# A country's first row stands for it. Where that row is a far-off island or border town, the principal city's row is named here.
LC_ALL=C awk -F '\t' '
  BEGIN {
    split("AU Australia/Sydney BR America/Sao_Paulo CA America/Toronto RU Europe/Moscow UA Europe/Kyiv UA Europe/Kiev " \
          "UZ Asia/Tashkent PS Asia/Hebron FM Pacific/Pohnpei UM Pacific/Wake", words, " ")
    for (i = 1; i in words; i += 2) { chosen[words[i] "/" words[i + 1]] = 1; has_choice[words[i]] = 1 }
  }
  function degrees(text, degree_digits,   sign, d, m, s) {
    sign = substr(text, 1, 1) == "-" ? -1 : 1
    d = substr(text, 2, degree_digits); m = substr(text, 2 + degree_digits, 2); s = substr(text, 4 + degree_digits, 2)
    return sign * (d + m / 60 + s / 3600)
  }
  /^#/ || NF < 3 { next }
  has_choice[$1] && !(($1 "/" $3) in chosen) { next }
  $1 in done { next }
  {
    done[$1] = 1
    at = match(substr($2, 2), /[+-]/) + 1
    printf "{\"%s\", {%.4f, %.4f}},  // %s\n", $1, degrees(substr($2, 1, at - 1), 2), degrees(substr($2, at), 3), $3
  }
' "$zone_tab" | LC_ALL=C sort
