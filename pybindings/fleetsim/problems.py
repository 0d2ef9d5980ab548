"""What can be wrong with what fleetsim is given, and with where it runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, List, Tuple

RawProblem = Tuple[str, str, int, int, str]


@dataclass(frozen=True)
class Problem:
    """One mistake, and where it stands. ``line`` and ``column`` count from 1; 0 means the file as a whole."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}"


class ScenarioError(ValueError):
    """A scenario, or a platform's file, that is not as it must be. ``problems`` has every mistake, with its position."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: Tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ScenarioWarning(UserWarning):
    """A scenario says something that is of no use, such as a variable that nothing reads."""


class RunError(RuntimeError):
    """The machine does not allow what was asked: a port is in use, a file is missing, too few descriptors. ``hint`` says what helps."""

    def __init__(self, what: str, hint: str = "") -> None:
        self.what = what
        self.hint = hint
        super().__init__(f"{what}\n{hint}" if hint else what)


def sorted_out(raw: Iterable[RawProblem]) -> Tuple[Tuple[Problem, ...], Tuple[Problem, ...]]:
    """Errors and warnings."""
    errors: List[Problem] = []
    warnings: List[Problem] = []
    for severity, file, line, column, message in raw:
        (errors if severity == "error" else warnings).append(Problem(file, line, column, message))
    return tuple(errors), tuple(warnings)
