"""Invariants that watch a run from Python: what breaks one is a violation, and watching changes nothing."""

from __future__ import annotations

from typing import Any, List

import fleetsim as fs
import pytest

TEXT = """
schema_version: 1
name: watched
world: virtual
platform: {regions: [cn-shanghai], products: [{key: a1TestPK001}], limits: unlimited}
faults: [{kind: bootstrap_outage, from: 0s, until: 2s}]
groups: {meters: {product: a1TestPK001, profile: PROFILE, devices: 2, backoff: {floor: 500ms, cap: 2s}}}
steps: [{bring_online: {timeout: 30s}}]
"""


def scenario(profile: str = "reference") -> fs.Scenario:
    return fs.Scenario.from_yaml(TEXT.replace("PROFILE", profile))


def test_what_breaks_one_fails_the_run() -> None:
    report = scenario("mutant-hot-loop").run(invariants=True)
    assert report.verdict == "fail" and report.exit_code == 1
    assert report.violations[0].startswith("backoff_respected: a1TestPK001/meters-")


def test_a_sound_run_says_what_was_judged_and_has_the_same_trace() -> None:
    watched, plain = scenario().run(invariants=True), scenario().run()
    assert watched.violations == () and watched.invariants["backoff_respected"] > 0
    assert plain.invariants == {} and watched.trace_hash == plain.trace_hash


def test_checks_hear_their_events_beside_them() -> None:
    heard: List[Any] = []

    @fs.check(on="connected")
    def hears(event: fs.Event) -> None:
        heard.append(event)

    report = scenario().run(invariants=True, checks=[hears])
    assert len(heard) == 2 and report.invariants["state_machine"] > 0


def test_they_are_refused_where_nobody_can_watch() -> None:
    with pytest.raises(ValueError, match="invariants: they are watched in world virtual only"):
        scenario().run(invariants=True, world="sockets")
    with pytest.raises(TypeError, match="invariants: expected True or False"):
        scenario().run(invariants=1)  # type: ignore[arg-type]
