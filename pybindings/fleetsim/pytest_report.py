"""What a failing test tells of its worlds, and leaves behind."""

from __future__ import annotations

import hashlib
import os
import pathlib
import re
import shlex
import shutil
import sys
from typing import Callable, Iterator, List, Optional

from fleetsim.checks import CheckFailed
from fleetsim.fleet import Device
from fleetsim.pytest_settings import Settings
from fleetsim.scenario import Scenario, write_scenario
from fleetsim.timeline import Timeline
from fleetsim.world import World

NAMES_LOOKED_UP = 200  # words of a failure's text that may be a device's name
DEVICES_LOOKED_AT = 1000  # for one that did not arrive
_NAME = re.compile(r"[A-Za-z0-9]{1,32}/[A-Za-z0-9_.@:-]{4,32}|[A-Za-z0-9_.@:-]{4,32}")


class Watch:
    """The worlds of one test."""

    def __init__(self, test: str, settings: Settings, new_folder: Callable[[], pathlib.Path]) -> None:
        self.test = test
        self.worlds: List[World] = []
        self.scenario: Optional[Scenario] = None  # what the test was given, and may have run by itself
        self.seed: Optional[int] = None
        self._settings = settings
        self._new_folder = new_folder
        self._folder: Optional[pathlib.Path] = None

    @property
    def folder(self) -> pathlib.Path:
        """Where this test's files go: of the artifacts, or temporary."""
        if self._folder is None:
            artifacts = self._settings.artifacts
            self._folder = self._new_folder() if artifacts is None else artifacts / _file_name(self.test)
            self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    @property
    def keeps_artifacts(self) -> bool:
        """Whether somebody wants to have them."""
        return self._settings.artifacts is not None

    def section(self, error: BaseException) -> str:
        """For people: how to see the failure again, and what the device concerned did. Never raises."""
        try:
            parts = [_world_section(self, world, number, error) for number, world in enumerate(self.worlds, 1)]
            if not parts:
                parts = [_scenario_section(self, error)]
            text = "\n\n".join(part for part in parts if part)
            if text and self.keeps_artifacts:
                text += f"\n  files     {self.folder}"
                (self.folder / "failure.txt").write_text(f"{self.test}\n{type(error).__name__}: {error}\n\n{text}\n", encoding="utf-8")
            return text
        except Exception as problem:  # pylint: disable=broad-except  # the test's own failure must be told
            return f"fleetsim cannot tell more: {type(problem).__name__}: {problem}"

    def close(self) -> List[BaseException]:
        """All of them; what that raised."""
        errors: List[BaseException] = []
        for world in self.worlds:
            try:
                world.close()
            except Exception as error:  # pylint: disable=broad-except  # the others are to be closed, too
                errors.append(error)
        return errors

    def violations(self) -> List[str]:
        """What the worlds found wrong by themselves, and no exception has told."""
        return [line for world in self.worlds for line in world.close().violations if line not in world._told]

    def again(self, seed: int) -> str:
        """The line that runs the test again."""
        option = "--fleetsim-seeds" if self._settings.seeds is not None else "--fleetsim-seed"
        return f"{shlex.quote(sys.executable)} -m pytest {shlex.quote(self.test)} {option} {seed}"

    def rows(self, timeline: Timeline) -> str:
        """The last ones of a timeline, as many as are wanted."""
        rows = timeline.text.rstrip().split("\n")
        wanted = self._settings.timeline_rows
        if not wanted or len(rows) <= wanted:
            return "\n".join(rows)
        return "\n".join([f"… {len(rows) - wanted} rows before these (fleetsim_timeline_rows = 0 shows all)", *rows[-wanted:]])


def _file_name(test: str) -> str:
    """Of a folder: what the test is called, and no two tests share one."""
    return f"{re.sub('[^A-Za-z0-9_.=-]+', '-', test)[-100:].strip('-')}-{hashlib.sha1(test.encode()).hexdigest()[:8]}"


def _command(line: str) -> str:
    """A line that can be pasted where the command `fleetsim` is not in the path, too."""
    if not line.startswith("fleetsim ") or shutil.which("fleetsim"):
        return line
    return f"{shlex.quote(sys.executable)} -m {line}"


def _chain(error: Optional[BaseException]) -> Iterator[BaseException]:
    seen: List[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        error = error.__cause__ or error.__context__


def _check_of(error: BaseException) -> Optional[CheckFailed]:
    return next((one for one in _chain(error) if isinstance(one, CheckFailed)), None)


def _device_of(world: World, error: BaseException) -> Optional[Device]:
    """The device concerned: the failed check's, one that the failure names, or the first that is not where it should be."""
    check = _check_of(error)
    if check is not None and check.event is not None and check.event.position is not None:
        return world.fleet._at(check.event.position)
    for one in _chain(error):
        for name in _NAME.findall(str(one))[:NAMES_LOOKED_UP]:
            if not name.isdigit():
                try:
                    return world.fleet._named(name)
                except KeyError:
                    continue
    if world.closed:
        return None
    for name, _ in world.fleet.failures:
        return world.fleet._named(name)
    devices = [world.fleet[i] for i in range(min(len(world.fleet), DEVICES_LOOKED_AT))]
    late = [device for device in devices if device.moving]
    if not late and world.fleet.moved < world.fleet.asked_to_move:
        late = [device for device in devices if not device.moved]
    return late[0] if late else None


def _world_section(watch: Watch, world: World, number: int, error: BaseException) -> str:
    device = _device_of(world, error)
    replay = _replay(watch, world, number, device)
    check = _check_of(error)
    if check is not None and check.seed == world.seed:
        check.replay = replay  # the pasteable one
        check.is_told_elsewhere = True
    state = "closed" if world.closed else f"at {world.now:g} s, {world.fleet.summary()}"
    lines = [f"{world.scenario.name}, world {world.kind}, {state}", f"  seed      {world.seed}", f"  replay    {replay}", f"  test      {watch.again(world.seed)}"]
    if device is None:
        lines.append("  device    none is named, and none failed")
        return "\n".join(lines)
    lines.append(f"  device    {device.name}")
    timeline = device.timeline()
    if timeline is None:
        return "\n".join([*lines, '  timeline  not recorded: @pytest.mark.fleetsim(record="all")'])
    if watch.keeps_artifacts:
        _write_timeline(watch.folder, timeline)
    return "\n".join([*lines, watch.rows(timeline)])


def _replay(watch: Watch, world: World, number: int, device: Optional[Device]) -> str:
    try:
        return _replay_line(watch, world, number, device)
    except Exception as problem:  # pylint: disable=broad-except  # the rest is to be told all the same
        return f"the same program with seed {world.seed} (no replay: {type(problem).__name__}: {problem})"


def _replay_line(watch: Watch, world: World, number: int, device: Optional[Device]) -> str:
    if world._journal.obstacle is not None:
        return world.replay_line(device)
    path = watch.folder / ("replay.yaml" if number == 1 else f"replay-{number}.yaml")
    return _command(world.replay_line(device, path))


def _scenario_section(watch: Watch, error: BaseException) -> str:
    """Of a test that has run its scenario itself, or nothing yet."""
    check = _check_of(error)
    if watch.scenario is None:
        return ""
    seed = check.seed if check is not None else watch.scenario.seed if watch.seed is None else watch.seed
    lines = [f"{watch.scenario.name}", f"  seed      {seed}"]
    if check is not None:
        try:
            check.replay = _command(_scenario_replay(watch.scenario, watch.folder / "replay.yaml", seed, check))
        except Exception as problem:  # pylint: disable=broad-except  # the rest is to be told all the same
            check.replay = f"the same program with seed {seed} (no replay: {type(problem).__name__}: {problem})"
        check.is_told_elsewhere = True
        lines.append(f"  replay    {check.replay}")
    lines.append(f"  test      {watch.again(seed)}")
    if check is not None and check.timeline is not None:
        if watch.keeps_artifacts:
            _write_timeline(watch.folder, check.timeline)
        lines.append(watch.rows(check.timeline))
    return "\n".join(lines)


def _scenario_replay(scenario: Scenario, path: pathlib.Path, seed: int, check: CheckFailed) -> str:
    made = scenario.replace(seed=seed, platform=_platform_beside(scenario))
    write_scenario(made, path)
    if not check.replay.startswith("fleetsim "):
        return check.replay
    file = shlex.quote(os.fspath(path)) + made._secret_settings()
    if check.event is not None and check.event.device:
        return f"fleetsim replay {file} --seed {seed} --device {check.event.device}"
    return f"fleetsim run {file} --world virtual --seed {seed}"


def _platform_beside(scenario: Scenario) -> object:
    """Its platform, whose files are found from anywhere."""
    folder = os.path.dirname(os.path.abspath(scenario.path))
    platform = scenario.to_dict().get("platform")
    if isinstance(platform, str):
        return os.path.join(folder, platform)
    if isinstance(platform, dict) and isinstance(platform.get("file"), str):
        return dict(platform, file=os.path.join(folder, platform["file"]))
    return platform


def _write_timeline(folder: pathlib.Path, timeline: Timeline) -> None:
    (folder / "timeline.txt").write_text(timeline.text, encoding="utf-8")
    (folder / "timeline.json").write_text(timeline.to_json(), encoding="utf-8")
    timeline.save_pcap(folder / "timeline.pcap")


def write_report_files(watch: Watch) -> None:
    """The reports of worlds that are closed, where artifacts are kept."""
    if not watch.keeps_artifacts:
        return
    for number, world in enumerate(watch.worlds, 1):
        if world.closed:
            ending = "" if number == 1 else f"-{number}"
            report = world.close()
            (watch.folder / f"report{ending}.json").write_text(report.to_json(), encoding="utf-8")
            (watch.folder / f"report{ending}.html").write_text(report.to_html(), encoding="utf-8")
