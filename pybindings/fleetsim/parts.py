"""Parts of a scenario that are written in Python: each is a map of a kind, as scenarios have it."""

from __future__ import annotations

from typing import Any, Dict

from fleetsim.arrivals import arrival_settings
from fleetsim.trees import plain_tree


class _Part:
    """Keyword arguments are the keys that the scenario has at this place; the C++ reader judges them."""

    def __init__(self, **settings: Any) -> None:
        self._settings: Dict[str, Any] = plain_tree(settings, type(self).__name__)

    def to_dict(self) -> Dict[str, Any]:
        """The plain map that stands in the scenario: a copy."""
        tree: Dict[str, Any] = plain_tree(self._settings, type(self).__name__)
        return tree

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self.to_dict() == other.to_dict()

    def __hash__(self) -> int:
        return hash(type(self))

    def __repr__(self) -> str:
        inner = ", ".join(f"{key}={value!r}" for key, value in _shown(self._settings).items())
        return f"{type(self).__name__}({inner})"


def _shown(tree: Any) -> Any:
    """What may be seen of it: not what stands at secret, password, access_key_secret and the like."""
    if isinstance(tree, dict):
        return {key: "***" if key.lower().endswith(("secret", "password")) else _shown(value) for key, value in tree.items()}
    return [_shown(one) for one in tree] if isinstance(tree, list) else tree


class Fault(_Part):
    """What goes wrong with links, devices or the platform: ``Fault("latency", latency="100ms", groups=["meters"])``.

    ``kind`` is one of those that ``fleetsim list faults`` shows; the rest are its settings: ``name``, ``groups``, ``regions``, ``leg``,
    ``direction``, ``toxicity``, ``duration``, and those of the kind. Wrong ones are told by the scenario that it is put in. In Python
    ``from`` is a word of the language: write ``from_``.
    """

    def __init__(self, kind: str, **settings: Any) -> None:
        if not isinstance(kind, str):
            raise TypeError(f"kind: expected the name of a kind of fault, got {kind!r}")
        if "from_" in settings:
            settings["from"] = settings.pop("from_")
        super().__init__(kind=kind, **settings)

    @property
    def kind(self) -> str:
        """Such as "latency"."""
        return str(self._settings["kind"])


class Group(_Part):
    """A group of a fleet: ``Group(product="a1TestPK001", devices=200, profile="reference")``; keys as under ``groups:`` of a scenario.

    ``arrivals`` is an arrival model: called with the number of devices it gives as many times, in any order, from the group's start on.
    It is called here, once, and becomes the executor ``listed`` with its times: a scenario that is written and read again is the same.
    """

    def __init__(self, **settings: Any) -> None:
        model = settings.pop("arrivals", None)
        if model is not None:
            settings.update(arrival_settings(model, settings))
        super().__init__(**settings)


class PlatformConfig(_Part):
    """A platform: ``PlatformConfig(regions=["cn-shanghai", "ap-southeast-1"], limits="unlimited")``; keys as in a platform's file."""

    def __repr__(self) -> str:
        return f"PlatformConfig({', '.join(self._settings)})"  # keys only: it may hold secrets
