"""fleetsim: a device-fleet simulator and conformance test harness, from Python.

    import fleetsim as fs
    report = fs.Scenario.load("quickstart.yaml", devices=500).run(seed=1)
    assert report.passed, report.summary()

Times are in seconds (float); durations are taken as "30s", 30, 30.0 or datetime.timedelta.
"""

from typing import TYPE_CHECKING, Any

from fleetsim._core import __version__
from fleetsim._core import BehaviourDevice, DeviceEvent, LinkPlace
from fleetsim.behaviour import DeviceBehaviour
from fleetsim.checks import CheckFailed, Event, check, event_kinds
from fleetsim.command_line import main
from fleetsim.custom_fault import CustomFault, SegmentFate
from fleetsim.events import Events
from fleetsim.exam import Capability, ConformReport, Finding, Requirement, Verdict, conform, requirements
from fleetsim.fleet import Device, Fleet
from fleetsim.management_api import ApiError
from fleetsim.parts import Fault, Group, PlatformConfig
from fleetsim.platform import Platform
from fleetsim.platform_records import (
    AccountRecord,
    DeviceRecord,
    InstanceRecord,
    JobRecord,
    MisbehaviourRecord,
    PlatformStatistics,
    ProductRecord,
)
from fleetsim.problems import Problem, RunError, ScenarioError, ScenarioWarning
from fleetsim.progress import Progress
from fleetsim.report import Histogram, Report
from fleetsim.report_parts import CounterMetric, TrendMetric
from fleetsim.scenario import Scenario
from fleetsim.timeline import Timeline
from fleetsim.world import StepFailed, World

if TYPE_CHECKING:
    from fleetsim.aio import AsyncWorld

__all__ = [
    "__version__",
    "AccountRecord",
    "ApiError",
    "AsyncWorld",
    "BehaviourDevice",
    "Capability",
    "check",
    "CheckFailed",
    "conform",
    "ConformReport",
    "CounterMetric",
    "CustomFault",
    "DeviceBehaviour",
    "DeviceRecord",
    "DeviceEvent",
    "Device",
    "Event",
    "event_kinds",
    "Events",
    "Fault",
    "Finding",
    "Fleet",
    "Group",
    "Histogram",
    "InstanceRecord",
    "JobRecord",
    "LinkPlace",
    "main",
    "MisbehaviourRecord",
    "Platform",
    "PlatformConfig",
    "PlatformStatistics",
    "ProductRecord",
    "Problem",
    "Progress",
    "Report",
    "Requirement",
    "requirements",
    "RunError",
    "Scenario",
    "ScenarioError",
    "ScenarioWarning",
    "SegmentFate",
    "StepFailed",
    "Timeline",
    "TrendMetric",
    "Verdict",
    "World",
]


def __getattr__(name: str) -> Any:
    if name != "AsyncWorld":
        raise AttributeError(f"module 'fleetsim' has no attribute {name!r}")
    from fleetsim.aio import AsyncWorld  # asyncio takes longer to import than all of fleetsim

    globals()[name] = AsyncWorld
    return AsyncWorld
