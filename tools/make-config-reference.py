#!/usr/bin/env python3
"""Writes the references of what can be set, from the JSON Schemas that ship beside the scenarios.

    tools/make-config-reference.py          rewrite platform-mock/CONFIG.md and scenarios/REFERENCE.md
    tools/make-config-reference.py --check  exit 1 when a page is stale, a key of the platform has no description, or a default that the
                                            schema tells is not the one in platform_config.hpp
"""
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADER = ROOT / "platform-mock/core/platform_config.hpp"
THING_LIMITS = ROOT / "platform-mock/core/things/thing_limits.hpp"  # the base of Limits
PAGES = {
    "scenarios/platform.schema.json": ("platform-mock/CONFIG.md", "platform"),
    "scenarios/scenario.schema.json": ("scenarios/REFERENCE.md", "scenario"),
}
INTRO = {
    "platform": "# Settings of the platform\n\nEvery key of a platform file (`fleetsim platform --config FILE`, or `platform:` of a scenario). "
    "How it is served: [README.md](README.md).\n",
    "scenario": "# Keys of a scenario\n\nEvery key of a scenario file. How one is written: [README.md](README.md). What stands under `platform:` "
    "is in [platform-mock/CONFIG.md](../platform-mock/CONFIG.md).\n",
}
MADE = "\n<!-- made by tools/make-config-reference.py from {schema}; do not edit -->\n"
NOTE = "\nA value may hold `${name}`, with the name in `vars`. Durations are written `300ms`, `20s`, `1m30s`; sizes `128`, `4KiB`, `1MB`.\n"
# Types that are words of their own, and not a section.
WORDS = {"duration": "duration", "size": "size", "share": "share, 0.99 or 99%", "id": "name", "texts": "text or list of texts", "vars": "map of name to value",
         "expression": "condition"}
# Which struct of the code holds the defaults of which part of the schema.
STRUCTS = {"Limits": "limits", "ConnackCodes": "connack", "TlsConfig": "tls", "GeoConfig": "geo", "ApiConfig": "api", "ListenerConfig": "listener",
           "PlatformConfig": ""}
# Where the code's default is another one on purpose: the schema tells what the reader of the file makes of it.
UNLIKE_CODE = {"port", "schema_version"}


class Schema:
    def __init__(self, name: str):
        self.name = name
        self.root = json.loads((ROOT / name).read_text(encoding="utf-8"))
        self.defs = self.root["$defs"]

    def meaning(self, node: dict) -> list[dict]:
        """What a value may be, without `${variable}`."""
        choices = node.get("anyOf") or [node]
        return [choice for choice in choices if choice.get("$ref") != "#/$defs/variable"]

    def target(self, node: dict) -> str:
        return node.get("$ref", "").removeprefix("#/$defs/")

    def keys(self, node: dict) -> dict:
        """The properties of a mapping, through references and choices."""
        if self.target(node):
            node = self.defs[self.target(node)]
        keys: dict = {}
        for choice in self.meaning(node):
            keys |= choice.get("properties", {})
        return keys

    def required(self, node: dict) -> list[str]:
        wanted = [set(choice.get("required", [])) for choice in self.meaning(node) if "properties" in choice]
        return sorted(set.intersection(*wanted)) if wanted else []


def code(text) -> str:
    return f"`{text}`"


def number_range(node: dict) -> str:
    low, high = node.get("minimum"), node.get("maximum")
    if low is None and high is None:
        return ""
    return f" from {low}" if high in (None, 4294967295) else f" {'' if low is None else low}–{high}"


def type_of(schema: Schema, node: dict, path: str) -> str:
    target = schema.target(node)
    if target:
        if target in WORDS or schema.keys(node):
            return WORDS.get(target) or f"[{target}](#{target})"
        return type_of(schema, schema.defs[target], path)
    if "const" in node:
        return code(node["const"])
    if "enum" in node:
        return " \\| ".join(code(word) for word in node["enum"])
    if "anyOf" in node:
        return " or ".join(dict.fromkeys(type_of(schema, choice, path) for choice in schema.meaning(node)))
    kind = node.get("type")
    if kind == "array":
        return "list of " + type_of(schema, node.get("items", {}), path + "[]")
    if kind == "object":
        if "properties" in node:
            return f"[mapping](#{anchor(path)})"
        return "map of name to " + type_of(schema, node.get("additionalProperties") or {}, path + ".{name}")
    if kind in ("integer", "number"):
        return ("whole number" if kind == "integer" else "number") + number_range(node)
    if isinstance(kind, list):
        return " or ".join(kind)
    return {"string": "text", "boolean": "true \\| false"}.get(kind, "value")


def anchor(path: str) -> str:
    return re.sub(r"[^a-z0-9_ -]", "", path.lower()).replace(" ", "-")


def shown(default) -> str:
    if default is None:
        return ""
    return code(json.dumps(default) if not isinstance(default, str) else default)


def cell(text: str) -> str:
    return re.sub(r"(?<!\\)\|", "\\|", text.replace("\n", " "))


def section(schema: Schema, title: str, node: dict, path: str) -> list[str]:
    """A table for the keys of `node`, then those of the mappings inside it."""
    lines = [f"\n## {title}\n"]
    if node.get("description") and path:
        lines.append(node["description"] + "\n")
    lines += ["| key | type | default | |", "|---|---|---|---|"]
    inner: list[str] = []
    for key, value in schema.keys(node).items():
        here = f"{path}.{key}" if path else key
        default = "required" if key in schema.required(node) else shown(value.get("default"))
        lines.append(f"| {code(key)} | {type_of(schema, value, here)} | {default} | {cell(value.get('description', ''))} |")
        inner += inner_sections(schema, value, here)
    return lines + inner


def inner_sections(schema: Schema, node: dict, path: str) -> list[str]:
    if schema.target(node):
        return []
    lines: list[str] = []
    for choice in schema.meaning(node):
        if choice.get("properties"):
            lines += section(schema, path, choice, path)
        for part, suffix in (("items", "[]"), ("additionalProperties", ".{name}")):
            if isinstance(choice.get(part), dict):
                lines += inner_sections(schema, choice[part], path + suffix)
    return lines


def page(schema: Schema, kind: str) -> str:
    lines = [INTRO[kind] + MADE.format(schema=schema.name) + NOTE]
    root = schema.root
    if kind == "scenario":
        # The platform's own keys have a page of their own.
        root = json.loads(json.dumps(root))
        root["properties"]["platform"] = {"description": root["properties"]["platform"]["description"], "anyOf": [{"type": "string"}, {"type": "object"}]}
    lines += section(schema, "Top level", root, "")
    for name, node in schema.defs.items():
        of_platform = kind == "scenario" and name in PLATFORM_DEFS
        if name not in WORDS and name != "variable" and not of_platform and schema.keys(node):
            lines += section(schema, name, node, name)
    return "\n".join(lines) + "\n"


def undescribed(schema: Schema, node: dict, path: str) -> list[str]:
    found = []
    for key, value in schema.keys(node).items():
        here = f"{path}.{key}" if path else key
        if not value.get("description") and not schema.target(value):
            found.append(here)
        if not schema.target(value):
            for choice in [value, value.get("items", {}), value.get("additionalProperties", {})]:
                if isinstance(choice, dict):
                    found += undescribed(schema, choice, here) if schema.keys(choice) and not schema.target(choice) else []
    return found


MEMBER = re.compile(r"^  ([\w:<>, ]+?) (\w+)(?: = ([^;]+))?;(?:\s*// (.*))?$", re.M)


def defaults_in_code(text: str, struct: str) -> dict:
    body = re.search(rf"^struct {struct}(?: : [\w:]+)? {{$(.*?)^}};$", text, re.M | re.S)
    if body is None:
        sys.exit(f"{HEADER} has no struct {struct}")
    found = {}
    for kind, name, default, _ in MEMBER.findall(body.group(1)):
        default = re.sub(r"std::chrono::seconds{(\d+)}", r'"\1s"', default.strip())
        if re.fullmatch(r"[\d *]+", default):
            found[name] = eval(default)  # digits and stars only
        elif default in ("true", "false"):
            found[name] = default == "true"
        elif "::" in default:
            found[name] = default.split("::")[-1]
        elif default.startswith('"'):
            found[name] = default.strip('"')
        elif default.startswith("{") and default.endswith("}"):
            found[name] = default.strip('{}"') or None
        else:
            found[name] = None
    return found


def unlike_the_code(schema: Schema) -> list[str]:
    text = HEADER.read_text(encoding="utf-8")
    mistakes = []
    for struct, part in STRUCTS.items():
        node = schema.root if not part else schema.root["properties"].get(part, schema.defs.get(part))
        if part in schema.defs:
            node = schema.defs[part]
        keys, in_code = schema.keys(node), defaults_in_code(text, struct)
        if struct == "Limits":
            in_code |= defaults_in_code(THING_LIMITS.read_text(encoding="utf-8"), "ThingLimits")
        for name, default in in_code.items():
            where = f"{part}.{name}" if part else name
            if name not in keys:
                mistakes.append(f"{where}: {HEADER.name} has it, {schema.name} does not")
            elif name not in UNLIKE_CODE and default is not None and "properties" not in keys[name] and keys[name].get("default") != default:
                mistakes.append(f"{where}: the default is {default!r} in {HEADER.name}, {keys[name].get('default')!r} in {schema.name}")
    return mistakes


PLATFORM_DEFS = set(Schema("scenarios/platform.schema.json").defs)


def main():
    check = "--check" in sys.argv[1:]
    mistakes = []
    for name, (target, kind) in PAGES.items():
        schema = Schema(name)
        if kind == "platform":
            nodes = [("", schema.root)] + [(key, node) for key, node in schema.defs.items()]
            for path, node in nodes:
                mistakes += [f"{where}: no description in {name}" for where in undescribed(schema, node, path)]
            mistakes += unlike_the_code(schema)
        wanted = page(schema, kind)
        path = ROOT / target
        if not check:
            path.write_text(wanted, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != wanted:
            mistakes.append(f"{target} is not what {name} says: run tools/make-config-reference.py")
    if mistakes:
        sys.exit("\n".join(mistakes))


main()
