"""fleetsim: a device-fleet simulator and conformance test harness, from Python.

    import fleetsim as fs
    report = fs.Scenario.load("quickstart.yaml", devices=500).run(seed=1)
    assert report.passed, report.summary()
"""

from fleetsim._core import __version__
from fleetsim.command_line import main

__all__ = ["__version__", "main"]
