"""Calls of the management API, made in this process: what its actions take, and what they answer."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Tuple
from urllib.parse import urlencode

_LOOKS = ("Query", "Get", "List", "BatchQuery", "BatchGet", "BatchCheck")


class ApiError(RuntimeError):
    """The management API refuses. ``action``; ``code``, such as "iot.device.NotExistedDevice"; ``message``; ``request_id``."""

    def __init__(self, action: str, code: str, message: str, request_id: str = "") -> None:
        self.action = action
        self.code = code
        self.message = message
        self.request_id = request_id
        super().__init__(f"{action}: {code}: {message}")

    def __reduce__(self) -> Tuple[Any, ...]:
        return (type(self), (self.action, self.code, self.message, self.request_id))


def changes_something(action: str) -> bool:
    """By its name: what does not only look."""
    return not action.startswith(_LOOKS)


def form_of(parameters: Mapping[str, Any]) -> str:
    """As the API takes them: truth values as "true" and "false", lists as Name.1, Name.2, maps in lists as Name.1.Key, other maps as
    JSON. None is left out. Raises TypeError for anything else."""
    pairs: List[Tuple[str, str]] = []
    for name, value in parameters.items():
        _add(pairs, name, value)
    return urlencode(pairs)


def _add(pairs: List[Tuple[str, str]], name: str, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        pairs.append((name, "true" if value else "false"))
    elif isinstance(value, (str, int, float)):
        pairs.append((name, str(value)))
    elif isinstance(value, Mapping):
        pairs.append((name, json.dumps(value, separators=(",", ":"))))
    elif isinstance(value, (list, tuple)):
        for number, one in enumerate(value, 1):
            if isinstance(one, Mapping):
                for key, part in one.items():
                    _add(pairs, f"{name}.{number}.{key}", part)
            else:
                _add(pairs, f"{name}.{number}", one)
    else:
        raise TypeError(f"{name}: expected a text, a number, a truth value, a list or a map, got {value!r}")


def answer_of(action: str, body: str) -> Dict[str, Any]:
    """What it says. Raises ApiError when that is a refusal."""
    answer: Dict[str, Any] = json.loads(body)
    if answer.get("Success") is True:
        return answer
    message = answer.get("ErrorMessage", answer.get("Message", ""))
    raise ApiError(action, str(answer.get("Code", "")), str(message), str(answer.get("RequestId", "")))
