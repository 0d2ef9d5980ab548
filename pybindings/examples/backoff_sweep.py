"""How should devices wait before they try again? A region is down for a minute; policies are compared and drawn with matplotlib.

    python pybindings/examples/backoff_sweep.py [FILE.png]
"""

import sys
from typing import List, Tuple

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

import fleetsim as fs

DEVICES = 300
POLICIES = [("500ms", "5s"), ("1s", "30s"), ("1s", "120s"), ("5s", "60s")]
SEEDS = (1, 2, 3)


def outage(floor: str, cap: str) -> fs.Scenario:
    return fs.Scenario(
        name=f"backoff-{floor}-{cap}",
        world="virtual",
        platform=fs.PlatformConfig(regions=["cn-shanghai"], products=[{"key": "a1TestPK001"}], limits="unlimited"),
        groups={"meters": fs.Group(product="a1TestPK001", devices=DEVICES, backoff={"floor": floor, "cap": cap})},
        duration_max="1h",
        steps=["bring_online"],
    )


def again_online(floor: str, cap: str, seed: int) -> Tuple[List[float], List[int], int]:
    """After the outage: seconds, how many are online then, and how often the fleet has tried to connect in all."""
    with fs.World(outage(floor, cap), seed=seed) as world:
        world.fleet.bring_online()
        world.inject("region_down", regions=["cn-shanghai"], how="refused", duration="60s")
        world.run_for("60s")
        begin, times, online = world.now, [0.0], [world.fleet.online]
        while not world.fleet.all_online() and times[-1] < 240:
            world.run_for("1s")
            times.append(world.now - begin)
            online.append(world.fleet.online)
    connects = world.report().metrics["connects"]
    assert isinstance(connects, fs.CounterMetric)
    return times, online, connects.count


figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), constrained_layout=True)
for floor, cap in POLICIES:
    runs = [again_online(floor, cap, seed) for seed in SEEDS]
    slowest = max(times[-1] for times, _, _ in runs)
    tries = sum(count for _, _, count in runs) / len(runs) / DEVICES
    print(f"floor {floor:>5}, cap {cap:>4}: all are back after {slowest:3.0f} s, {tries:4.1f} connects a device")
    times, online, _ = runs[0]
    left.plot(times, online, label=f"{floor} to {cap}")
    right.scatter(tries, slowest, label=f"{floor} to {cap}")
left.set(xlabel="seconds after the outage", ylabel="devices online", title="who is back")
right.set(xlabel="connects a device", ylabel="seconds until all are back", title="what it costs")
left.legend()

file = sys.argv[1] if len(sys.argv) > 1 else "backoff.png"
figure.savefig(file)
print(f"drawn to {file}")
