#!/usr/bin/env python3
"""Writes the settings table of platform-mock/README.md from platform_config.hpp, so that the page cannot drift from the code.

    tools/make-platform-settings.py          rewrite the table
    tools/make-platform-settings.py --check  exit 1 when the page is not what the code says
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = ROOT / "platform-mock/core/platform_config.hpp"
PAGE = ROOT / "platform-mock/README.md"
BEGIN = "<!-- settings: made by tools/make-platform-settings.py -->"
END = "<!-- end of settings -->"
# Settings that hold settings; lists of things (accounts, instances, …) are described by the scenario schema.
GROUPS = {"Limits": "limits", "ConnackCodes": "connack", "TlsConfig": "tls", "GeoConfig": "geo", "ApiConfig": "api"}
MEMBER = re.compile(r"^  ([\w:<>, ]+?) (\w+)(?: = ([^;]+))?;(?:\s*// (.*))?$")
UNITS = {"std::chrono::seconds": "s"}


def members(text, struct):
    body = re.search(rf"^struct {struct} {{$(.*?)^}};$", text, re.M | re.S)
    if body is None:
        sys.exit(f"{HEADER} has no struct {struct}")
    for line in body.group(1).splitlines():
        found = MEMBER.match(line)
        if found:
            yield found.groups(default="")


def shown(default):
    default = default.strip()
    for unit, suffix in UNITS.items():
        default = re.sub(rf"{unit}{{(\d+)}}", rf"\1{suffix}", default)
    return f"`{default.split('::')[-1] if '::' in default else default}`" if default else ""


def choices(text, kind):
    found = re.search(rf"^enum class {kind} : [\w:]+ {{ (.*) }};$", text, re.M)
    return " \\| ".join(found.group(1).split(", ")) if found else ""


def table(text):
    rows = ["| setting | default | what it is |", "|---|---|---|"]
    for kind, name, default, comment in members(text, "PlatformConfig"):
        if kind in GROUPS or kind.startswith("std::vector") or kind in ("ListenerConfig", "std::optional<ListenerConfig>", "PlantedBugs"):
            continue
        rows.append(f"| `{name}` | {shown(default)} | {'; '.join(filter(None, [choices(text, kind), comment]))} |")
    for struct, prefix in GROUPS.items():
        for kind, name, default, comment in members(text, struct):
            rows.append(f"| `{prefix}.{name}` | {shown(default)} | {'; '.join(filter(None, [choices(text, kind), comment]))} |")
    return "\n".join(rows)


def main():
    page = PAGE.read_text()
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    wanted = f"{before}{BEGIN}\n{table(HEADER.read_text())}\n{END}{after}"
    if "--check" in sys.argv[1:]:
        if wanted != page:
            sys.exit("platform-mock/README.md is not what platform_config.hpp says: run tools/make-platform-settings.py")
        return
    PAGE.write_text(wanted)


main()
