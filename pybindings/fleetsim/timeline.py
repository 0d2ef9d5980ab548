"""One device's story of a run: what it and the platform said to each other, decoded, and what both told of it."""

from __future__ import annotations

import json
import os
from typing import Any, Dict, List, Union


class Timeline:
    """Its text is the one that ``fleetsim replay`` prints; no secret is in it."""

    def __init__(self, text: str, document: str, capture: bytes) -> None:
        self._text = text
        self._document = document
        self._capture = capture

    @property
    def text(self) -> str:
        """120 columns, time at the device on the left and at the platform on the right of the arrow."""
        return self._text

    def to_json(self) -> str:
        """As scenarios/replay.schema.json describes it."""
        return self._document

    def to_dict(self) -> Dict[str, Any]:
        """The JSON as Python values."""
        document: Dict[str, Any] = json.loads(self._document)
        return document

    @property
    def entries(self) -> List[Dict[str, Any]]:
        """Links, messages and notes in their order, each a dict as in the JSON."""
        return list(self.to_dict()["entries"])

    def save_pcap(self, path: Union[str, "os.PathLike[str]"]) -> None:
        """A capture that Wireshark reads: pcap, raw IP; stars stand for secrets. Raises OSError."""
        with open(path, "wb") as file:
            file.write(self._capture)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Timeline, {self._text.count(chr(10))} rows>"
