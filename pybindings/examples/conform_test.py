"""The conformance of a program, from pytest: each requirement is a test of its own.

    pytest pybindings/examples/conform_test.py

The program here is fleetsim's own device; put your firmware's simulator in its place. In braces stands what the exam tells it.
"""

import sys
from typing import Dict, Iterator

import pytest

import fleetsim as fs

PROGRAM = f"process:{sys.executable} -m fleetsim device --time-scale {{time_scale}}"
REQUIREMENTS = ["NOTIFY-01", "NOTIFY-02", "NOTIFY-03"]


@pytest.fixture(scope="module")
def exam() -> Iterator[Dict[str, fs.Verdict]]:
    report = fs.conform(PROGRAM, requirements=REQUIREMENTS, time_scale=0.02, discovery=False)  # what it can do is known here
    yield {verdict.id: verdict for verdict in report}
    print(report)


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_the_device_conforms(exam: Dict[str, fs.Verdict], requirement: str) -> None:
    verdict = exam[requirement]
    findings = "\n".join(f"{one.expected}\n  but {one.actual}" for one in verdict.findings)
    assert verdict.verdict == "pass", f"{findings}\n{verdict.timeline}\n{verdict.replay}"
