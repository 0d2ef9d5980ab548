"""The same run again, from another folder; and what is not written for others to read."""

from __future__ import annotations

import pathlib
import subprocess
import sys
from typing import Any, Dict

import pytest

import fleetsim as fs
from conftest import SHANGHAI, SINGAPORE


def country_database() -> bytes:
    """A MaxMind database whose every address lies in Germany: a tree of one node, a record, and what is said of the file."""

    def text(words: str) -> bytes:
        return bytes([0x40 + len(words)]) + words.encode("ascii")

    def number(kind: int, value: int) -> bytes:
        return bytes([0x20 * kind + 1, value])

    said = {
        "node_count": number(6, 1),
        "record_size": number(5, 24),
        "ip_version": number(5, 6),
        "database_type": text("Germany"),
        "languages": b"\x00\x04",
        "binary_format_major_version": number(5, 2),
        "binary_format_minor_version": number(5, 0),
        "build_epoch": b"\x01\x02\x01",
        "description": b"\xe0",
    }
    both_branches, pause, record = b"\x00\x00\x11" * 2, bytes(16), b"\xe1" + text("country_code") + text("DE")
    about = b"\xab\xcd\xefMaxMind.com" + bytes([0xE0 + len(said)]) + b"".join(text(key) + value for key, value in said.items())
    return both_branches + pause + record + about


PLACE = """
regions: [cn-shanghai, ap-southeast-1]
products: [{key: a1TestPK001}]
limits: unlimited
"""


@pytest.fixture
def home(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder with all that a scenario can name by its place."""
    folder = tmp_path / "of mine"
    (folder / "parts").mkdir(parents=True)
    (folder / "parts" / "place.yaml").write_text(PLACE, encoding="utf-8")
    (folder / "parts" / "countries.mmdb").write_bytes(country_database())
    rows = "".join(f"a1TestPK001,meter-{number},0123456789abcdef{number}\n" for number in range(5))
    (folder / "meters.csv").write_text("productKey,deviceName,deviceSecret\n" + rows, encoding="utf-8")
    return folder


def scenario_in(folder: pathlib.Path, platform: Any) -> pathlib.Path:
    tree: Dict[str, Any] = {"world": "virtual", "seed": 3, "platform": platform, "steps": ["bring_online"]}
    groups = {"meters": {"product": "a1TestPK001", "devices": {"from": "meters.csv"}}, "valves": {"product": "a1TestPK001", "devices": 2}}
    placed = fs.Scenario.from_dict({**tree, "groups": groups}, folder=folder)
    file = folder / "home.yaml"
    file.write_text(placed.to_yaml(), encoding="utf-8")
    return file


def at_home(folder: pathlib.Path, *names: str) -> str:
    return str(folder.joinpath(*names))


INLINE: Dict[str, Any] = {"regions": ["cn-shanghai", "ap-southeast-1"], "products": [{"key": "a1TestPK001"}], "limits": "unlimited"}
PLATFORMS: Dict[str, Any] = {
    "nothing but a file": "parts/place.yaml",
    "a file and more": {"file": "parts/place.yaml", "geo": {"database": "parts/countries.mmdb"}, "tls": {"ca_file": "../ca.pem"}},
    "in the scenario": {**INLINE, "geo": {"database": "parts/countries.mmdb"}, "tls": {"ca_file": "ca.pem"}},
}


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
@pytest.mark.parametrize("loaded_from", ["elsewhere", "its folder"])
def test_a_replay_that_is_saved_elsewhere_means_the_same_files(
    home: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, platform: Any, loaded_from: str
) -> None:
    file = scenario_in(home, platform)
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    monkeypatch.chdir(theirs if loaded_from == "elsewhere" else home)
    scenario = fs.Scenario.load(file if loaded_from == "elsewhere" else "home.yaml")
    with fs.World(scenario) as world:
        world.fleet.bring_online()
        world.platform.distribute(source=SHANGHAI, to=SINGAPORE)
        world.run_until(world.fleet.all_moved, within="60s")
        tree = world.save_replay(theirs / "again.yaml").to_dict()
    assert tree["groups"]["meters"]["devices"] == {"from": at_home(home, "meters.csv")}
    if isinstance(platform, str):
        assert tree["platform"] == at_home(home, platform)
    else:
        assert tree["platform"]["geo"]["database"] == at_home(home, "parts", "countries.mmdb")
        assert tree["platform"]["tls"]["ca_file"] == str((home / platform["tls"]["ca_file"]).parent.resolve() / "ca.pem")
        assert tree["platform"].get("file") in (None, at_home(home, "parts", "place.yaml"))
    expected = world.close().trace_hash
    monkeypatch.chdir("/")
    assert fs.Scenario.load(theirs / "again.yaml").run().trace_hash == expected
    done = subprocess.run(
        [sys.executable, "-m", "fleetsim", "run", str(theirs / "again.yaml")], cwd=theirs, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0 and expected is not None and expected in done.stdout + done.stderr, done.stderr


def test_a_name_that_is_whole_and_one_that_is_a_variable_s_stay_as_they_are(home: pathlib.Path, tmp_path: pathlib.Path) -> None:
    tree = fs.Scenario.load(scenario_in(home, at_home(home, "parts", "place.yaml"))).to_dict()
    tree["vars"] = {"list": at_home(home, "meters.csv")}
    tree["groups"]["meters"]["devices"]["from"] = "${list}"
    (tmp_path / "theirs").mkdir()
    with fs.World(fs.Scenario.from_dict(tree, folder=home)) as world:
        world.fleet.bring_online()
        saved = world.save_replay(tmp_path / "theirs" / "again.yaml").to_dict()
    assert saved["platform"] == tree["platform"] and saved["groups"]["meters"]["devices"] == {"from": "${list}"}
    assert fs.Scenario.load(tmp_path / "theirs" / "again.yaml").run().trace_hash == world.close().trace_hash


# Secrets.

SECRETIVE = """
world: virtual
vars: {devices: 3, word: of-the-file, hint: seen}
platform:
  regions: [cn-shanghai, ap-southeast-1]
  products: [{key: a1TestPK001, secret: "${word}", name: "${hint}"}]
  limits: unlimited
groups: {meters: {devices: "${devices}"}}
steps:
  - bring_online
  - distribute: {source: iotx-oxssharez200, target: iotx-oxssharez400}
  - wait_until: {what: moved}
"""
SECRET = "hush hush"


@pytest.fixture
def secretive(tmp_path: pathlib.Path) -> fs.Scenario:
    """Its variable `word` goes into a secret, and is given by whoever loads it."""
    (tmp_path / "home.yaml").write_text(SECRETIVE, encoding="utf-8")
    return fs.Scenario.load(tmp_path / "home.yaml", word=SECRET, devices=4, hint="meters")


def test_a_replay_line_has_stars_for_variables_that_went_into_secrets(secretive: fs.Scenario) -> None:
    @fs.check(on="moved")
    def never(event: fs.Event) -> None:
        assert False, "planted"

    with pytest.raises(fs.CheckFailed) as caught:
        secretive.run(checks=[never])
    settings = "--set 'word=***' --set devices=4 --set hint=meters"
    assert caught.value.replay.startswith(f"fleetsim replay {secretive.path} {settings} --seed 1 --device a1TestPK001/")
    assert caught.value.timeline is not None and SECRET not in str(caught.value) + caught.value.timeline.to_json()


def test_nothing_that_an_open_world_tells_shows_a_secret(secretive: fs.Scenario) -> None:
    with fs.World(secretive) as world:
        world.fleet.bring_online()
        world.platform.distribute(source=SHANGHAI, to=SINGAPORE)
        world.run_until(world.fleet.all_moved, within="60s")
        timeline = world.fleet[0].timeline()
        told = [world.replay_line(), world.replay_line(world.fleet[0]), repr(world), repr(secretive), world.fleet.summary()]
        told += [repr(world.platform.products), repr(list(world.platform.devices.values()))]

        @world.check(on="offline")
        def never(event: fs.Event) -> None:
            assert False, "planted"

        world.inject("region_down", regions=["ap-southeast-1"], how="refused", duration="2s")
        with pytest.raises(fs.CheckFailed) as caught:
            world.run_for("5s")
    assert timeline is not None
    report = world.close()
    assert report.to_dict()["vars"] == {"devices": "4", "hint": "meters", "word": "(hidden)"}
    told += [timeline.text, timeline.to_json(), str(caught.value), report.to_json(), report.to_html(), report.summary()]
    assert [one for one in told if SECRET in one] == []


def test_a_wrong_secret_is_not_shown_to_whoever_gives_it(secretive: fs.Scenario) -> None:
    with pytest.raises(fs.ScenarioError, match="a secret is not shown") as caught:
        fs.Scenario.load(secretive.path, word=SECRET * 20)
    assert SECRET not in str(caught.value)
