"""Strategies for hypothesis: faults, schedules of them, fleets, scenarios.

    from hypothesis import given
    from fleetsim import strategies as fleets

    @given(fleets.scenarios())
    def test_every_device_moves_in_the_end(scenario):
        report = scenario.run()
        assert report.passed, report.summary()

All that is drawn is valid, and shrinks to what is least: fewer faults, that begin sooner, touch everybody and last shorter; fewer groups
of fewer devices. The seed shrinks to 0.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Tuple, Union

try:
    from hypothesis import strategies as st
except ImportError as _missing:
    raise ImportError("fleetsim.strategies needs hypothesis: pip install 'fleetsim[hypothesis]'") from _missing

from fleetsim import _core
from fleetsim.durations import Duration, duration_text, seconds_of
from fleetsim.parts import Fault, Group, PlatformConfig
from fleetsim.scenario import Scenario

LONGEST_S = 10.0  # of a setting: the list allows an hour and more, which is the same as for ever in a short test
LARGEST_BYTES = 16_384
SHARE_WHOLE = 2**32
SEEDS = 2**32 - 1

HOME, AWAY = "iotx-home", "iotx-away"
PRODUCT = "a1TestPK001"
PLATFORM = PlatformConfig(
    regions=["cn-shanghai", "ap-southeast-1"],
    instances=[{"id": HOME, "region": "cn-shanghai"}, {"id": AWAY, "region": "ap-southeast-1"}],
    products=[{"key": PRODUCT, "instance": HOME}],
    limits="unlimited",
)
REGIONS = ("cn-shanghai", "ap-southeast-1")
STEPS: Tuple[Any, ...] = (
    {"bring_online": {"timeout": "10m"}},
    {"distribute": {"name": "out", "source": HOME, "target": AWAY}},
    {"wait_until": {"what": "moved", "timeout": "10m"}},
)

Tree = Dict[str, Any]


def kinds() -> Tuple[str, ...]:
    """All kinds of faults that can be drawn, as ``fleetsim list faults`` has them: all but ``misbehaviour``, which wants a rule."""
    return tuple(_kinds())


def faults(
    kinds: Optional[Iterable[str]] = None,
    *,
    groups: Sequence[str] = (),
    regions: Sequence[str] = (),
    within: Optional[Duration] = "30s",
) -> "st.SearchStrategy[Fault]":
    """One fault: of any kind, or of one of ``kinds``, with settings that the kind takes.

    ``groups`` and ``regions`` are those that it may be limited to (none: it is not; region_down needs regions). It is over ``within``
    that time; None: it may last for ever. Raises ValueError for a kind that there is not.
    """
    wanted = _wanted(kinds, regions)
    window = None if within is None else max(1, round(seconds_of(within, "within") * 1000))
    return st.one_of([_fault(kind, tuple(groups), tuple(regions), window) for kind in wanted])


def schedules(
    kinds: Optional[Iterable[str]] = None,
    *,
    groups: Sequence[str] = (),
    regions: Sequence[str] = (),
    within: Optional[Duration] = "30s",
    min_size: int = 0,
    max_size: int = 4,
) -> "st.SearchStrategy[List[Fault]]":
    """Faults that come and go, each at its time: for ``Scenario(faults=...)`` or ``World(faults=...)``. Arguments as for ``faults``."""
    return st.lists(faults(kinds, groups=groups, regions=regions, within=within), min_size=min_size, max_size=max_size)


def groups(
    *,
    devices: Tuple[int, int] = (1, 5),
    products: Sequence[str] = (PRODUCT,),
    profiles: Sequence[str] = ("reference",),
    start_within: Duration = "5s",
    **settings: Any,
) -> "st.SearchStrategy[Group]":
    """A group of so many devices (from, to), of one of these products and kinds of firmware, that starts within that time. ``settings`` are
    further ones that all have, such as ``tls="off"``."""
    least, most = _bounds(devices, "devices", 1)
    for name, words in (("products", products), ("profiles", profiles)):
        if isinstance(words, str) or not words:
            raise ValueError(f"{name}: expected one at least, in a list, got {words!r}")
    latest = round(seconds_of(start_within, "start_within") * 1000)

    def made(count: int, product: str, profile: str, start: int) -> Group:
        parts: Tree = {"product": product, "devices": count, **settings}
        if profile != "reference":
            parts["profile"] = profile
        if start:
            parts["startTime"] = f"{start}ms"
        return Group(**parts)

    return st.builds(made, st.integers(least, most), st.sampled_from(list(products)), st.sampled_from(list(profiles)), st.integers(0, latest))


def fleets(
    group: "Optional[st.SearchStrategy[Group]]" = None, *, names: Sequence[str] = ("meters", "valves", "lamps"), min_groups: int = 1
) -> "st.SearchStrategy[Dict[str, Group]]":
    """Groups by name, for ``Scenario(groups=...)``: from ``min_groups`` to as many as there are names."""
    if isinstance(names, str) or not names:
        raise ValueError(f"names: expected one at least, in a list, got {names!r}")
    drawn = st.lists(groups() if group is None else group, min_size=min_groups, max_size=len(names))
    return drawn.map(lambda some: dict(zip(names, some)))


@st.composite
def scenarios(
    draw: st.DrawFn,
    /,
    *,
    fleet: "Optional[st.SearchStrategy[Dict[str, Group]]]" = None,
    schedule: "Optional[st.SearchStrategy[List[Fault]]]" = None,
    seeds: "Optional[st.SearchStrategy[int]]" = None,
    platform: Union[PlatformConfig, Mapping[str, Any], str] = PLATFORM,
    steps: Sequence[Union[str, Mapping[str, Any]]] = STEPS,
    name: str = "drawn",
    **parts: Any,
) -> Scenario:
    """A scenario in world virtual. By default its fleet comes online at the instance "iotx-home", is distributed to "iotx-away", and all must
    have moved ten minutes later, though faults come and go in the first half minute. ``parts`` are further ones, as of ``Scenario``."""
    chosen = draw(fleets() if fleet is None else fleet)
    wrong = draw(schedules(groups=tuple(chosen), regions=REGIONS if platform is PLATFORM else ()) if schedule is None else schedule)
    tree: Tree = {"name": name, "world": "virtual", "platform": platform, "groups": chosen, "steps": list(steps), **parts}
    if wrong:
        tree["faults"] = wrong
    return Scenario(seed=draw(st.integers(0, SEEDS) if seeds is None else seeds), **tree)


# What kinds take.


def _kinds() -> Dict[str, Tree]:
    return {str(kind["name"]): kind for kind in _core.fault_kinds()}


def _wanted(kinds: Optional[Iterable[str]], regions: Sequence[str]) -> List[Tree]:
    known = _kinds()
    if kinds is None:
        return [kind for kind in known.values() if regions or not kind["needs_regions"]]
    names = [kinds] if isinstance(kinds, str) else list(kinds)
    for name in names:
        if name not in known:
            raise ValueError(f"kinds: no kind of fault {name!r}; there are {', '.join(known)}")
        if known[name]["needs_regions"] and not regions:
            raise ValueError(f"regions: {name} needs regions that it may be about")
    if not names:
        raise ValueError("kinds: expected one at least")
    return [known[name] for name in names]


@st.composite
def _fault(draw: st.DrawFn, kind: Tree, groups: Tuple[str, ...], regions: Tuple[str, ...], window: Optional[int]) -> Fault:
    settings = draw(_settings(kind))
    is_link, is_crash = kind["target"] == "link", kind["target"] == "platform_crash"
    if is_link:
        settings.update(draw(_place(kind, regions)))
    if not is_crash:
        settings.update(draw(_share_touched(is_link)))
        if groups:
            some = draw(st.lists(st.sampled_from(groups), max_size=len(groups) - 1, unique=True))
            if some:
                settings["groups"] = some
    settings.update(draw(_when(window, lasts=not is_crash)))
    return Fault(str(kind["name"]), **settings)


@st.composite
def _when(draw: st.DrawFn, window: Optional[int], lasts: bool) -> Tree:
    """From when, in milliseconds, and how long."""
    begin = draw(st.integers(0, 30_000 if window is None else window - 1))
    settings: Tree = {"from": f"{begin}ms"} if begin else {}
    if lasts and window is None:
        length = draw(st.none() | st.integers(1, 30_000))
        settings.update({} if length is None else {"duration": f"{length}ms"})
    elif lasts and window is not None:
        settings["duration"] = f"{draw(st.integers(1, window - begin))}ms"
    return settings


@st.composite
def _place(draw: st.DrawFn, kind: Tree, regions: Tuple[str, ...]) -> Tree:
    settings: Tree = {}
    if regions and kind["only_leg"] != "bootstrap":
        least = 1 if kind["needs_regions"] else 0
        some = draw(st.lists(st.sampled_from(regions), min_size=least, max_size=len(regions), unique=True))
        if some:
            settings["regions"] = some
    if not kind["only_leg"]:
        leg = draw(st.sampled_from(["both", "mqtt"] if "regions" in settings else ["both", "mqtt", "bootstrap"]))
        if leg != "both":
            settings["leg"] = leg
    if kind["has_direction"]:
        direction = draw(st.sampled_from(["both", "up", "down"]))
        if direction != "both":
            settings["direction"] = direction
    return settings


@st.composite
def _share_touched(draw: st.DrawFn, is_link: bool) -> Tree:
    spared = draw(st.integers(0, 99))  # of a hundred
    settings: Tree = {"toxicity": f"{100 - spared}%"} if spared else {}
    per = draw(st.sampled_from(["", "device", "link"])) if is_link and spared else ""
    return {**settings, "per": per} if per else settings


@st.composite
def _settings(draw: st.DrawFn, kind: Tree) -> Tree:
    """Of the kind: those that it needs, and some of the others."""
    parameters: Dict[str, Tree] = {str(one["name"]): one for one in kind["parameters"]}
    if kind["name"] == "loss":
        return draw(_loss(parameters))
    settings: Tree = {}
    for name, parameter in parameters.items():
        value = _value(parameter)
        drawn = draw(value if parameter["is_required"] else st.none() | value)
        if drawn is not None:
            settings[name] = drawn
    if kind["name"] == "slicer" and "size_variation" in settings:  # a slice has a byte at least
        settings["size_variation"] = min(settings["size_variation"], settings["average_size"] - 1)
    return settings


@st.composite
def _loss(draw: st.DrawFn, parameters: Mapping[str, Tree]) -> Tree:
    """Each segment for itself, or in bursts."""
    if not draw(st.booleans()):
        return {"loss": draw(_value(parameters["loss"]))}
    settings: Tree = {"p": draw(_value(parameters["p"]))}
    for name in ("r", "1-h", "1-k"):
        drawn = draw(st.none() | _value(parameters[name]))
        if drawn is not None:
            settings[name] = drawn
    return settings


def _value(parameter: Tree) -> "st.SearchStrategy[Any]":
    least, most = int(parameter["min"]), int(parameter["max"])
    kind = parameter["type"]
    if kind == "choice":
        return st.sampled_from(list(parameter["choices"]))
    if kind == "whole":
        return st.integers(least, most)
    if kind == "size":
        return st.integers(least, max(least, min(most, LARGEST_BYTES)))
    if kind == "share":
        return st.integers(-(-least * 100 // SHARE_WHOLE), most * 100 // SHARE_WHOLE).map(lambda percent: f"{percent}%")
    if kind == "duration":
        longest = round(LONGEST_S * 1000)
        first, last = max(-(-least // 1000), -longest), min(most // 1000, longest)
        return st.integers(first, max(first, last)).map(_signed_duration)
    raise AssertionError(f"{parameter['name']}: a type that is not known here: {kind}")


def _signed_duration(milliseconds: int) -> str:
    sign = "-" if milliseconds < 0 else ""
    return sign + duration_text(abs(milliseconds) / 1000)


def _bounds(pair: Tuple[int, int], argument: str, least: int) -> Tuple[int, int]:
    try:
        first, last = pair
    except (TypeError, ValueError):
        raise TypeError(f"{argument}: expected (from, to), got {pair!r}") from None
    if not least <= first <= last:
        raise ValueError(f"{argument}: expected (from, to), from {least} on, got {pair!r}")
    return first, last
