"""Values that a YAML writer may get wrong."""

from __future__ import annotations

import math
from typing import Any, List

TEXTS = [
    "", " ", "a", "a b", " a", "a ", "true", "True", "null", "~", "yes", "NO", "on", "Off", "5", "-5", "0", "-0x", "1.5", "1e+20", "inf", "nan", ".inf",
    "-", "--", "---", "...", "- a", "-a", "-20m", "?", "? a", ":", "a:", "a: b", "a:b", "a #b", "#a", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a`",
    "'", '"', "a'b", 'a"b', "\\", "a\\b", "\n", "a\nb", "a\n", "\t", "\r\n", "\x00", "\x01", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "\xa0", "ü",
    "設備", "😀", "{a}", "[a]", "a, b", "a,b", "${devices}", "$${devices}", "{pk}/{dn}", "/{pk}/{dn}/user/update", "p(95)<2", "moves{profile:x}", "<<",
    "30s", "60%", "1MB", "127.0.0.1:80", "::1", "2001:db8::1", "2026-11-30", "12:30:45", "=", "a=b", "x" * 300, "long words " * 30, "a  b",
]  # fmt: skip

VALUES: List[Any] = [
    None, True, False, 0, 1, -1, 2**31, 2**63 - 1, -(2**63), 0.0, 1.0, -1.5, 0.1, 1e-7, 1e22, 1e300, math.pi,
    [], {}, [[]], [{}], {"a": []}, [[1, 2], [3]], [[["deep"]]], [{"a": 1, "b": [1, {"c": None}]}], {"": 1}, {"a b": 1, "5": 2, "true": 3, "a: b": 4},
    list(range(100)), [{"a": "x" * 90, "b": ["y" * 90, {"c": "z" * 90}]}], [["x" * 90, ["y" * 90]], "z"],
    *TEXTS,
]  # fmt: skip
