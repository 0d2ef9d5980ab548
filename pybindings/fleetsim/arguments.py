"""What callers hand in, looked at before it is used: errors name the argument."""

from __future__ import annotations

import functools
import inspect
import os
from typing import Any, Callable, Dict, Mapping, Optional, Union

from fleetsim.behaviour import DeviceBehaviour

RECORDED_BY_ITSELF = 1000  # devices; of more, none unless `record` says so
AT_ONCE = "expected a function that answers at once"


def check_callable(argument: str, function: Any) -> None:
    """Raises TypeError for what cannot be called, and for what gives no answer when it is: coroutine functions and generators."""
    if not callable(function):
        raise TypeError(f"{argument}: expected something to call, got {function!r}")
    for one in (function, getattr(function, "func", None), getattr(type(function), "__call__", None)):
        if inspect.iscoroutinefunction(one):
            raise TypeError(f"{argument}: {AT_ONCE}, got the coroutine {function!r}")
        if inspect.isgeneratorfunction(one) or inspect.isasyncgenfunction(one):
            raise TypeError(f"{argument}: {AT_ONCE}, got the generator {function!r}")


def refuse_awaitable(argument: str, function: object, answer: object) -> None:
    """Raises TypeError when a function's answer is one to wait for: nobody would, and what it examines is not examined."""
    if inspect.isawaitable(answer):
        if inspect.iscoroutine(answer):
            answer.close()  # it never began: Python need not complain of that, too
        raise TypeError(f"{argument}: {AT_ONCE}, but {function!r} answers with {answer!r}, to be awaited")


def answering_at_once(argument: str, function: Callable[[], object]) -> Callable[[], object]:
    """The predicate, whose answers are looked at."""

    @functools.wraps(function, updated=())
    def asked() -> object:
        __tracebackhide__ = True
        answer = function()
        if answer is not True and answer is not False:
            refuse_awaitable(argument, function, answer)
        return answer

    return asked


def own_behaviours(behaviours: Optional[Mapping[str, Callable[[], DeviceBehaviour]]]) -> Dict[str, Callable[[], object]]:
    """A copy. Raises TypeError for what makes no DeviceBehaviour."""
    if behaviours is None:
        return {}
    if not isinstance(behaviours, Mapping):
        raise TypeError(f"behaviours: expected a map from groups' names to DeviceBehaviours, got {behaviours!r}")
    for group, made_by in behaviours.items():
        if not isinstance(group, str):
            raise TypeError(f"behaviours: expected names of groups, got {group!r}")
        if isinstance(made_by, DeviceBehaviour) or (isinstance(made_by, type) and not issubclass(made_by, DeviceBehaviour)):
            raise TypeError(f"behaviours[{group!r}]: expected a subclass of DeviceBehaviour, got {made_by!r}")
        check_callable(f"behaviours[{group!r}]", made_by)
    return dict(behaviours)


def file_name(argument: str, path: Any) -> str:
    """Of a str or a path of pathlib's. Raises TypeError."""
    name = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(name, str):
        raise TypeError(f"{argument}: expected a file's name, got {path!r}")
    return name


def devices_recorded(record: Union[int, str, None], devices: int) -> int:
    """Of how many devices, from the first, the wire is kept."""
    if record == "auto":
        return devices if devices <= RECORDED_BY_ITSELF else 0
    if record == "all":
        return devices
    if record is None:
        return 0
    if isinstance(record, bool) or not isinstance(record, int):
        raise TypeError(f'record: expected a number of devices, "all" or None, got {record!r}')
    if record < 0:
        raise ValueError(f"record: expected a number of devices, not below zero, got {record}")
    return min(record, devices)
