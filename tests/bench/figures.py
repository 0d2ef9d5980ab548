"""The figures in README.md, as `bench.py --update` writes them: a section for each benchmark, headed by its name and the day of its last run.

    figures.update("deadlines", ["a deadline among 10,000,000 ..."], order)
"""

import datetime
import re
from pathlib import Path

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- figures:begin -->\n```\n", "```\n<!-- figures:end -->"


def read(readme: Path | None = None) -> dict[str, list[str]]:
    """Name -> its lines, the heading first."""
    readme = readme or README
    text = readme.read_text(encoding="utf-8")
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise SystemExit(f"{readme}: no place for figures, between {BEGIN.splitlines()[0]} and {END.splitlines()[1]}")
    sections: dict[str, list[str]] = {}
    for line in text.split(BEGIN)[1].split(END)[0].splitlines():
        heading = re.fullmatch(r"# (\w+), \d{4}-\d\d-\d\d", line)
        if heading:
            sections[heading.group(1)] = [line]
        elif line and sections:
            list(sections.values())[-1].append(line)
        elif line:
            raise SystemExit(f"{readme}: a figure belongs to no benchmark: {line}")
    return sections


def update(name: str, lines: list[str], order: list[str], readme: Path | None = None, today: str = "") -> None:
    """The section of one benchmark is written anew; sections stand in the order of the benchmarks, and those that are no more are left out."""
    readme = readme or README
    sections = read(readme)
    sections[name] = [f"# {name}, {today or datetime.date.today().isoformat()}", *(line.rstrip() for line in lines)]
    block = "\n".join("\n".join(sections[one]) for one in order if one in sections)
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}{block}\n{END}{after}", encoding="utf-8")
