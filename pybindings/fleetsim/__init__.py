"""fleetsim: a device-fleet simulator and conformance test harness, from Python.

    import fleetsim as fs
    report = fs.Scenario.load("quickstart.yaml", devices=500).run(seed=1)
    assert report.passed, report.summary()

Times are in seconds (float); durations are taken as "30s", 30, 30.0 or datetime.timedelta.
"""

from fleetsim._core import __version__
from fleetsim._core import BehaviourDevice, DeviceEvent, LinkPlace
from fleetsim.behaviour import DeviceBehaviour
from fleetsim.checks import CheckFailed, Event, check, event_kinds
from fleetsim.command_line import main
from fleetsim.custom_fault import CustomFault, SegmentFate
from fleetsim.exam import Capability, ConformReport, Finding, Requirement, Verdict, conform, requirements
from fleetsim.fleet import Device, Fleet
from fleetsim.parts import Fault, Group, PlatformConfig
from fleetsim.platform import Platform
from fleetsim.problems import Problem, RunError, ScenarioError, ScenarioWarning
from fleetsim.progress import Progress
from fleetsim.report import Histogram, Report
from fleetsim.report_parts import CounterMetric, TrendMetric
from fleetsim.scenario import Scenario
from fleetsim.timeline import Timeline
from fleetsim.world import StepFailed, World

__all__ = [
    "__version__",
    "BehaviourDevice",
    "Capability",
    "check",
    "CheckFailed",
    "conform",
    "ConformReport",
    "CounterMetric",
    "CustomFault",
    "DeviceBehaviour",
    "DeviceEvent",
    "Device",
    "Event",
    "event_kinds",
    "Fault",
    "Finding",
    "Fleet",
    "Group",
    "Histogram",
    "LinkPlace",
    "main",
    "Platform",
    "PlatformConfig",
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
