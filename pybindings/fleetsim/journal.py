"""What was ordered of an open world, and when: enough to make a scenario of it whose run is the same, byte by byte."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set

from fleetsim import _core
from fleetsim.yaml_text import yaml_text

NEVER = "1000h"  # the longest that a scenario can say


class _Entry(NamedTuple):
    begin: int  # microseconds
    end: int
    step: Any  # a map, or a word


class Journal:
    """The world appends; ``scenario`` makes the tree."""

    def __init__(self, groups: Sequence[str]) -> None:
        self._groups = list(groups)  # all, in the scenario's order
        self._entries: List[_Entry] = []
        self._starts: Dict[str, int] = {}
        self._started: Set[str] = set()
        self._switched_off: Set[str] = set()
        self._obstacle: Optional[str] = None

    def mark(self) -> int:
        """For ``step``, before one is carried out."""
        return len(self._entries)

    def step(self, begin: int, end: int, step: Any, groups: Sequence[str] = (), mark: Optional[int] = None) -> None:
        """One that was carried out from ``begin`` to ``end``; ``groups`` are those that it starts."""
        if mark is not None and mark != len(self._entries):
            self.cannot("orders were given while a step was carried out: steps of a scenario come one after the other")
        for group in groups:
            if group in self._starts:
                self.cannot(f"group {group} was started without waiting, and again by a step: no scenario says both")
        self._entries.append(_Entry(begin, end, _literal(step)))
        self._started.update(groups)
        self._switched_off.update(_switched_off_by(step, self._groups))

    def arrivals(self, at: int, groups: Sequence[str]) -> None:
        """Groups that were started then, and not waited for."""
        for group in groups:
            if group in self._started:
                self.cannot(f"group {group} was started twice, and not waited for: no step of a scenario says that")
            if group in self._switched_off:
                self.cannot(f"group {group} was switched off, and started later without waiting: a scenario's own starts come first")
            if any(since == at and self._groups.index(other) > self._groups.index(group) for other, since in self._starts.items()):
                self.cannot(f"group {group} was started at the same moment as one behind it in the scenario, but after it")
            self._started.add(group)
            self._starts[group] = at

    def cannot(self, why: str) -> None:
        """Something was done that no scenario can say."""
        self._obstacle = self._obstacle or why

    @contextmanager
    def cannot_unless_refused(self, core: _core.World, why: str) -> Iterator[None]:
        """What is ordered within is nothing that a scenario can say; when the order or its arguments are refused, nothing was done."""
        begun = core.orders_begun
        try:
            yield
        except (TypeError, ValueError, KeyError):
            raise
        except BaseException:
            if core.orders_begun != begun:
                self.cannot(why)
            raise
        self.cannot(why)

    @property
    def obstacle(self) -> Optional[str]:
        """Why there is no scenario of it; None: there is one."""
        return self._obstacle

    def scenario(self, tree: Dict[str, Any], path: str, seed: int, world: str, until: int) -> Dict[str, Any]:
        """``tree`` with these steps instead of its own, until that moment (microseconds); ``path`` is where its file names start."""
        made = dict(tree, seed=seed, world=world, steps=self._steps(until))
        groups = {}
        for name, group in (made.get("groups") or {}).items():
            start = self._starts.get(name)
            if group.get("behind"):
                pass  # it comes with its gateways
            elif start is not None:
                group = dict(group, startTime=_pause(start) if start else "0")
            elif name not in self._started:
                group = dict(group, startTime=NEVER)
            groups[name] = group
        made["groups"] = groups
        return _with_whole_paths(made, path)

    def _steps(self, until: int) -> List[Any]:
        steps: List[Any] = []
        now = 0
        for entry in self._entries:
            if entry.begin > now:
                steps.append({"sleep": _pause(entry.begin - now)})
            steps.append(entry.step)
            now = max(now, entry.end)
        if until > now:
            steps.append({"sleep": _pause(until - now)})
        steps.append("end_run")  # what executors and loads still had before them, nobody waited for
        return steps


_SWITCHING_OFF = ("power_off", "probe")  # a probe connects in place of the devices, which are switched off first


def _literal(step: Any) -> Any:
    """As a scenario's file says it: an open world fills in no variables, so "${" stands for itself."""
    if isinstance(step, dict):
        return {key: _literal(value) for key, value in step.items()}
    if isinstance(step, list):
        return [_literal(one) for one in step]
    return step.replace("${", "$${") if isinstance(step, str) else step


def _switched_off_by(step: Any, groups: Sequence[str]) -> Sequence[str]:
    if step in _SWITCHING_OFF:
        return groups
    settings = next((step[word] for word in _SWITCHING_OFF if word in step), ()) if isinstance(step, dict) else ()
    if settings == ():
        return ()
    named = (settings or {}).get("groups") or groups
    return [named] if isinstance(named, str) else named


def _with_whole_paths(tree: Dict[str, Any], path: str) -> Dict[str, Any]:
    whole, _ = _core.parse_tree(yaml_text(tree), path, whole_paths=True)
    assert isinstance(whole, dict)
    return whole


def _pause(microseconds: int) -> str:
    whole, rest = divmod(microseconds, 1_000_000)
    if rest == 0:
        return f"{whole}s"
    return f"{whole}s{rest}us" if whole else f"{rest}us"
