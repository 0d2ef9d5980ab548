"""A fleet of five hundred devices comes online in Shanghai and is handed over to Singapore, in simulated time.

    python pybindings/examples/first_run.py [SEED]
"""

import sys

import fleetsim as fs

SHANGHAI, SINGAPORE = "iotx-oxssharez200", "iotx-oxssharez400"

scenario = fs.Scenario(
    name="first-run",
    world="virtual",
    platform=fs.PlatformConfig(regions=["cn-shanghai", "ap-southeast-1"], products=[{"key": "a1TestPK001"}]),
    groups={"meters": fs.Group(product="a1TestPK001", devices=500)},
    steps=["bring_online"],
)

with fs.World(scenario, seed=int(sys.argv[1]) if len(sys.argv) > 1 else 1) as world:
    world.fleet.bring_online()
    print(f"{world.now:6.2f} s  {world.fleet.online} devices are online")

    world.platform.distribute(world.fleet, source=SHANGHAI, to=SINGAPORE, name="evening")
    world.run_until(world.fleet.all_moved, within="60s")
    print(f"{world.now:6.2f} s  {world.fleet.moved} devices have moved; the first is at {world.fleet[0].instance}")

report = world.report()
assert report.passed, report.summary()
move = report.histogram("move_seconds")
print(f"half of the moves took at most {move.percentile(50) * 1000:.0f} ms, the slowest {move.max * 1000:.0f} ms")
print(f"seed {world.seed} gives trace hash {report.trace_hash}, each time")
