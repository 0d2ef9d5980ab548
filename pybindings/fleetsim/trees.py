"""What people write in Python to the plain tree that a scenario is."""

from __future__ import annotations

import math
import os
from datetime import timedelta
from typing import Any, Dict, Mapping

from fleetsim.durations import duration_text

DEPTH_MAX = 32


def plain_tree(value: Any, path: str = "scenario", depth: int = 0) -> Any:
    """Dicts, lists, str, int, float, bool and None: a copy. ``path`` names the value in errors.

    Mappings become dicts, lists and tuples lists, timedelta a text such as "1.5s", paths texts, what has a ``to_dict()`` that, and
    numbers of numpy numbers. Raises TypeError for anything else, ValueError for numbers that are none and for trees without an end.
    """
    if depth > DEPTH_MAX:
        raise ValueError(f"{path}: nested deeper than {DEPTH_MAX} levels")
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{path}: expected a number, got {value!r}")
        return float(value)
    if isinstance(value, timedelta):
        return duration_text(value, path)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return _plain_map(value, path, depth)
    if isinstance(value, (list, tuple)):
        return [plain_tree(one, f"{path}[{i}]", depth + 1) for i, one in enumerate(value)]
    if callable(getattr(value, "to_dict", None)):
        return plain_tree(value.to_dict(), path, depth + 1)
    if getattr(value, "shape", None) == () and callable(getattr(value, "item", None)):
        return plain_tree(value.item(), path, depth + 1)
    raise TypeError(f"{path}: expected a plain value, a list or a map, got {value!r}")


def _plain_map(value: Mapping[Any, Any], path: str, depth: int) -> Dict[str, Any]:
    tree: Dict[str, Any] = {}
    for key, one in value.items():
        if not isinstance(key, str):
            raise TypeError(f"{path}: expected keys that are str, got {key!r}")
        tree[key] = plain_tree(one, f"{path}.{key}" if path else key, depth + 1)
    return tree
