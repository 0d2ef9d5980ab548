"""Messages that are published: what a scenario's step can say, and nothing that would be lost on the way."""

from __future__ import annotations

import json
from typing import Any, Mapping, Union

from fleetsim.trees import plain_tree

TOPIC_BYTES_MAX = 256  # as scenarios have it, after {pk} and {dn} are filled in
PAYLOAD_BYTES_MAX = 7000  # likewise
Payload = Union[str, bytes, Mapping[str, Any]]


def topic_of(topic: str, device: str) -> str:
    """With {pk} and {dn} filled in for "product key/device name". Raises TypeError and ValueError for what MQTT and scenarios forbid."""
    if not isinstance(topic, str):
        raise TypeError(f"topic: expected str, got {topic!r}")
    if not topic or any(one in topic for one in "+#\0"):
        raise ValueError(f"topic: expected a topic without +, # and NUL, got {topic[:TOPIC_BYTES_MAX]!r}")
    product_key, _, device_name = device.partition("/")
    filled = topic.replace("{pk}", product_key).replace("{dn}", device_name)
    size = len(_utf8("topic", filled))
    if size > TOPIC_BYTES_MAX:
        raise ValueError(f"topic: expected at most {TOPIC_BYTES_MAX} bytes, got {size}")
    return filled


def qos_of(qos: int) -> int:
    """0 or 1. Raises TypeError and ValueError."""
    if isinstance(qos, bool) or not isinstance(qos, int):
        raise TypeError(f"qos: expected 0 or 1, got {qos!r}")
    if qos not in (0, 1):
        raise ValueError(f"qos: expected 0 or 1, got {qos!r}")
    return qos


def payload_of(payload: Payload, argument: str = "payload") -> bytes:
    """A message's bytes: a text as UTF-8, a map as JSON. Raises TypeError, and ValueError for more than 7,000 bytes."""
    if isinstance(payload, bytes):
        made = payload
    elif isinstance(payload, str):
        made = _utf8(argument, payload)
    elif isinstance(payload, Mapping):
        made = json.dumps(plain_tree(payload, argument), separators=(",", ":")).encode("utf-8")
    else:
        raise TypeError(f"{argument}: expected str, bytes or a map, got {payload!r}")
    if len(made) > PAYLOAD_BYTES_MAX:
        raise ValueError(f"{argument}: expected at most {PAYLOAD_BYTES_MAX} bytes, got {len(made)}")
    return made


def _utf8(argument: str, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise ValueError(f"{argument}: no text in UTF-8: {error.reason}") from error
