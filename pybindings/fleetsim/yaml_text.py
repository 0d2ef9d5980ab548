"""Trees of plain values to the YAML that scenarios are written in; the C++ reader reads it back to the same tree."""

from __future__ import annotations

import json
import math
import re
from typing import Any, List

# What stands without quotes and is a text to every reader, in braces too.
_PLAIN = re.compile(r"(?!--|\.\.|-$|- )[A-Za-z0-9_/.+-][A-Za-z0-9_/.+%@-]*(?: [A-Za-z0-9_/.+%@-]+)*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
_ODD_CHARACTERS = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")
_LINE_MAX = 100


def yaml_text(tree: Any) -> str:
    """Ends with a line end. ``tree`` has dicts, lists, str, int, float, bool and None, and nothing else."""
    return "\n".join(_block(tree, "")) + "\n"


def _block(tree: Any, indent: str) -> List[str]:
    lines: List[str] = []
    if isinstance(tree, dict) and tree:
        for key, value in tree.items():
            lead = f"{indent}{_scalar(str(key))}:"
            short = f"{lead} {_flow(value)}"
            lines += [short] if _stays_in_line(value, short) else [lead, *_block(value, indent + "  ")]
    elif isinstance(tree, list) and tree:
        for value in tree:
            short = f"{indent}- {_flow(value)}"
            below = [] if _stays_in_line(value, short) else _block(value, indent + "  ")
            lines += [f"{indent}- {below[0].lstrip()}", *below[1:]] if below else [short]
    else:
        lines.append(indent + _flow(tree))
    return lines


def _stays_in_line(value: Any, line: str) -> bool:
    return not value or not isinstance(value, (dict, list)) or len(line) <= _LINE_MAX


def _flow(tree: Any) -> str:
    if isinstance(tree, dict):
        return "{" + ", ".join(f"{_scalar(str(key))}: {_flow(value)}" for key, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(_flow(value) for value in tree) + "]"
    return _scalar(tree)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"a scenario has no number {value!r}")
        return repr(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not _reads_as_number(text):
        return text
    return _ODD_CHARACTERS.sub(lambda found: f"\\u{ord(found.group()):04x}", json.dumps(text, ensure_ascii=False))


def _reads_as_number(text: str) -> bool:
    """A text that without quotes would come back as a number."""
    if re.fullmatch(r"0|-?[1-9]\d*", text):
        return -(2**63) <= int(text) < 2**63
    try:
        return repr(float(text)) == text
    except ValueError:
        return False
