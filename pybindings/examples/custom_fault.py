"""A fault that no list has: a cell tower that is down for two seconds out of ten, for one street of the town.

    python pybindings/examples/custom_fault.py [SEED]
"""

import sys
from typing import Optional

import fleetsim as fs

SHANGHAI, SINGAPORE = "iotx-oxssharez200", "iotx-oxssharez400"
STREET = range(0, 40)


class Tower(fs.CustomFault):
    """Links of the street are refused while the tower is down, and what is on them waits."""

    def opening(self, link: fs.LinkPlace) -> Optional[str]:
        return "refuse" if self.is_down(link) else None

    def segment(self, link: fs.LinkPlace, direction: str, size: int) -> Optional[float]:
        return 10 - link.now % 10 if self.is_down(link) else None

    @staticmethod
    def is_down(link: fs.LinkPlace) -> bool:
        return link.index in STREET and link.now % 10 >= 8


scenario = fs.Scenario(
    name="custom-fault",
    world="virtual",
    platform=fs.PlatformConfig(regions=["cn-shanghai", "ap-southeast-1"], products=[{"key": "a1TestPK001"}]),
    groups={"meters": fs.Group(product="a1TestPK001", devices=100, executor="constant-arrival-rate", rate=10)},
    steps=["bring_online", {"sleep": "7s"}, {"distribute": {"source": SHANGHAI, "target": SINGAPORE}}, {"wait_until": {"what": "moved", "timeout": "120s"}}],
)

seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
fair = scenario.run(seed=seed)
bad = scenario.run(seed=seed, faults=[Tower()])
for name, report in (("fair weather", fair), ("tower down", bad)):
    assert report.passed, report.summary()
    move = report.histogram("move_seconds")
    print(f"{name:<12} all have moved after {report.elapsed:5.1f} s; the slowest move took {move.max:5.2f} s")
print(f"the tower was felt {bad.to_dict()['faults']['Tower']} times")
