"""What must not decide anything in a simulation: the host's clock and chance, libm, and orders that come from hashes or addresses.

`lint.py seed_decides` runs it. Each alternative has a name; tests/gates/seed_decides_test.py plants a line for each that no other finds. Who
does such a thing all the same stands in ALLOWED with the reason; who does it no more is told to leave the list.

What a regular expression cannot see (a libm call behind a macro, a walk behind an iterator that was passed on) is caught later, or never, by
the golden runs: several compilers, several levels of optimisation, one hash.
"""

import re
from typing import Iterator, NamedTuple

# Both cores, all that runs in simulated time, and what draws for it. A name without a slash at its end is the beginning of a file's. The exam is
# not among them: it also waits for programs and boards, by the clock.
SEEDED = ("devicecore/", "platform-mock/core/", "sim/virtual/", "sim/world/", "sim/faults/", "sim/trace/", "sim/invariants/", "sim/weather/",
          "sim/executors/", "sim/steps/", "sim/sweep/", "sim/scenario/", "sim/config/", "sim/metrics/", "sim/events/", "sim/report/",
          "sim/random.", "sim/app/case_", "sim/live/run_virtual.", "sim/live/seeded_tls.", "platform-mock/server/seeded_openssl.")
# Ports are where a board brings its own clock and chance.
NOT_SEEDED = ("devicecore/ports/",)

# What is read off the host. Names are looked for in code without comments; strings are kept for the paths alone.
HOST = {
    "clock": r"\b(steady|system|high_resolution|utc|tai|gps|file)_clock\b",
    "posix clock": r"\b(gettimeofday|clock_gettime|timespec_get|ftime)\b",
    "time()": r"(?<![\w.>:])(std::|::)?time\s*\(\s*(nullptr|NULL|0|&\w+)\s*\)",
    "clock()": r"(\bstd::|(?<![\w>])::)clock\s*\(|\bclock_t\b",
    "calendar": r"\b(localtime|gmtime|mktime|strftime)(_r)?\b",
    "cycle counter": r"\b_*rdtscp?\b|__builtin_readcyclecounter",
    "random_device": r"\brandom_device\b",
    "standard engine": r"\b(default_random_engine|minstd_rand0?|mt19937(_64)?|mersenne_twister_engine|ranlux\d+(_base)?|knuth_b|linear_congruential_engine)\b",
    "standard distribution": r"_distribution\s*<|\bgenerate_canonical\b",
    "standard shuffle": r"\b(std::|ranges::)(random_)?(shuffle|sample)\b",
    "rand()": r"(?<![\w.>])(std::)?s?rand(_r)?\s*\(|\b[delmnj]rand48\b|(\bstd::|(?<![\w>])::)random\s*\(",
    "kernel chance": r"\b(getrandom|getentropy|arc4random\w*)\b",
    "process": r"\b(getpid|getppid|gettid|gethostname|uname)\s*\(",
    "environment": r"\bgetenv\b",
    "thread id": r"\bthis_thread::get_id\b|\bpthread_self\b|\bthread::id\b",
}
HOST_PATHS = {"random file": r"/dev/u?random|/proc/sys/kernel/random"}
HOST_MESSAGE = "a simulation must not see it: time and chance come from the seed"

# sqrt, fma, floor, round, trunc, fmod and fabs are exact or correctly rounded by IEEE 754: every libm has the same. These are not.
LIBM = {
    "trigonometry": r"\bstd::(a?sinh?|a?cosh?|a?tanh?|atan2)[fl]?\s*\(",
    "exponentials": r"\bstd::(exp2?|expm1|pow)[fl]?\s*\(",
    "logarithms": r"\bstd::(log|log2|log10|log1p)[fl]?\s*\(",
    "other libm": r"\bstd::(cbrt|hypot|[tl]gamma|erfc?|beta|riemann_zeta)[fl]?\s*\(",
    "libm without std": r"(?<![\w.>:])(::)?(a?sinh?|a?cosh?|atanh?|tanh?|atan2|exp2?|expm1|pow|log|log2|log10|log1p|cbrt|hypot|[tl]gamma|erfc?)[fl]?\s*\(",
}
LIBM_MESSAGE = "libm's last bit differs from one to the next: draw and decide with integers, or with what IEEE 754 rounds correctly"

ADDRESS = {
    "addresses compared": r"&\s*\w[\w.]*\s*<\s*&\s*\w|\.get\(\)\s*<\s*\w+(\.|->)get\(\)",
    "less of pointers": r"\bstd::(less|greater)<[^<>;()]*\*\s*>|\bowner_(less|before)\b",
    "address as number": r"\breinterpret_cast<\s*(std::)?u?intptr_t\s*>|\bbit_cast<\s*(std::)?u?intptr_t\s*>",
    "hash of a pointer": r"\bstd::hash<[^<>;()]*\*\s*>|\bstd::hash<\s*std::(shared|unique)_ptr",
    "address printed": r"\bfmt::ptr\b|%p\b",
}
ADDRESS_MESSAGE = "ordered by address: another run has another order"

# (file, alternative) -> why it decides nothing. Of walks the alternative is the table's name.
ALLOWED = {
    ("sim/world/process_resources.cpp", "posix clock"): "what a run has cost, for its report",
    ("sim/world/shard.hpp", "clock"): "where Instant 0 lies on the host's clock, for the shards of the worlds on sockets; nobody reads a clock there",
    ("sim/live/run_virtual.cpp", "clock"): "how long the run has taken its host, for the progress line and the report",
    ("sim/scenario/external_reader.cpp", "environment"): "the access key of world external, which no simulation has",
    ("devicecore/block_pool.cpp", "address as number"): "whether the arena is aligned, and which size class a block came from",
    ("platform-mock/core/nearest.cpp", "trigonometry"): "two regions as near as a millimetre are equally near, and the first of them is taken; a last bit is less",
    ("sim/weather/backoff_class.cpp", "exponentials"): "what waits looked like, told when the run is over",
    ("sim/weather/projection.cpp", "exponentials"): "what a larger fleet would do, told when the run is over",
    ("sim/weather/backoff_likelihood.cpp", "exponentials"): "which kind of back-off waits look like, told when the run is over",
    ("sim/weather/backoff_likelihood.cpp", "logarithms"): "which kind of back-off waits look like, told when the run is over",
    ("sim/report/svg_chart.cpp", "exponentials"): "where the axis of a chart has its ticks",
    ("sim/report/svg_chart.cpp", "logarithms"): "where the axis of a chart has its ticks",
    ("platform-mock/core/things/thing_store.cpp", "labels_"): "what is found is sorted",
    ("platform-mock/core/ota/upgrades.cpp", "open_"): "what is found is sorted, or it is asked only whether there is one",
    ("platform-mock/core/mqtt/broker_sub_devices.cpp", "parted_"): "each entry is judged by its own time, none by another",
}


class Finding(NamedTuple):
    file: str
    line: int
    kind: str  # the alternative, or the table that is walked
    message: str


def blanked(lines: list[str], keep_strings: bool = False) -> str:
    """The code as one text with its lines: comments are blanked, and what stands in strings, so that both may say anything."""
    text = "\n".join(lines)
    parts = re.compile(r'//[^\n]*|/\*.*?\*/|R"\w*\(.*?\)\w*"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])\'', re.DOTALL)

    def blank(match: re.Match) -> str:
        one = match.group(0)
        if one.startswith("/"):
            return re.sub(r"[^\n]", " ", one)
        if keep_strings:
            return one
        quote = one[-1]
        return quote + re.sub(r"[^\n]", " ", one[1:-1]) + quote

    return parts.sub(blank, text)


def line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def closing(text: str, at: int, pair: str) -> int:
    """Where the bracket that opens at `at` is closed; len(text) when it is not."""
    depth = 0
    for position in range(at, len(text)):
        if text[position] == pair[0]:
            depth += 1
        # -> and >= close nothing.
        elif text[position] == pair[1] and not (pair == "<>" and text[position - 1] in "-="):
            depth -= 1
            if depth == 0:
                return position
    return len(text)


def template_arguments(inner: str) -> list[str]:
    """At the top level: "std::pair<A, B>, C" has two."""
    out, depth, begin = [], 0, 0
    for position, char in enumerate(inner):
        depth += (char in "<([") - (char in ">)]")
        if char == "," and depth == 0:
            out.append(inner[begin:position].strip())
            begin = position + 1
    return [*out, inner[begin:].strip()]


def templates(text: str, names: str) -> Iterator[tuple[int, str, str, int]]:
    """Each use of a template, over however many lines: where, which, what stands in its brackets, where it ends."""
    for match in re.finditer(rf"\b({names})\s*<", text):
        end = closing(text, match.end() - 1, "<>")
        yield match.start(), match.group(1), re.sub(r"\s+", " ", text[match.end():end]).strip(), end + 1


UNORDERED = r"unordered_(?:multi)?(?:map|set)|unordered_flat_(?:map|set)|unordered_node_(?:map|set)"


def unordered_tables(text: str) -> set[str]:
    """What is declared as one: variables, members, arguments; also by an alias."""
    tables, aliases = set(), set()
    for begin, _, _, end in templates(text, UNORDERED):
        alias = re.search(r"\busing\s+(\w+)\s*=\s*(?:[\w]+::)*$", text[:begin])
        if alias:
            aliases.add(alias.group(1))
        named = re.match(r"\s*[&*]*\s*(\w+)\s*(?:[;{=,)\[])", text[end:])
        if named:
            tables.add(named.group(1))
    for alias in aliases:
        for match in re.finditer(rf"\b{alias}\b(\s*<)?", text):
            end = closing(text, match.end() - 1, "<>") + 1 if match.group(1) else match.end()
            named = re.match(r"\s*[&*]*\s*(\w+)\s*[;{=,)]", text[end:])
            if named:
                tables.add(named.group(1))
    return tables


def walks(text: str, tables: set[str]) -> Iterator[tuple[int, str]]:
    """Where somebody goes through a table from its begin on."""
    for match in re.finditer(r"\bfor\s*\(", text):
        head = text[match.end():closing(text, match.end() - 1, "()")]
        over = re.search(r"(?<!:):(?!:)\s*(?:[\w\[\]]+\s*(?:\.|->)\s*)*(\w+)\s*$", head)
        if over and over.group(1) in tables:
            yield match.start(), over.group(1)
    patterns = (r"\b(\w+)\s*(?:\.|->)\s*c?begin\s*\(", r"\bstd::c?begin\s*\(\s*(?:\w+(?:\.|->))*(\w+)\s*\)",
                r"\berase_if\s*\(\s*(?:\w+(?:\.|->))*(\w+)\s*,", r"\branges::\w+\s*\(\s*(?:\w+(?:\.|->))*(\w+)\s*[,)]")
    for pattern in patterns:
        for match in re.finditer(pattern, text):
            if match.group(1) in tables:
                yield match.start(), match.group(1)


POINTER = r"\*|\b(shared|unique|weak|intrusive)_ptr\s*<|\breference_wrapper\s*<"
ORDERED = {"map": 2, "multimap": 2, "set": 1, "multiset": 1, "flat_map": 2, "flat_set": 1, "priority_queue": 2}  # where a comparison may stand


def keyed_by_pointer(text: str) -> Iterator[tuple[int, str]]:
    for begin, name, inner, _ in templates(text, "|".join(rf"(?:std|boost::container)::{one}" for one in ORDERED)):
        arguments = template_arguments(inner)
        short = name.split("::")[-1]
        if re.search(POINTER, arguments[0]) and len(arguments) <= ORDERED[short]:
            yield begin, "map or set of pointers"
    pointers = set()
    for _, _, inner, end in templates(text, "std::vector|std::array|std::deque|std::span"):
        named = re.match(r"\s*[&*]*\s*(\w+)\s*[;{=,)]", text[end:])
        if named and re.search(POINTER, template_arguments(inner)[0]):
            pointers.add(named.group(1))
    for match in re.finditer(r"\b(?:sort|stable_sort|partial_sort|nth_element|min_element|max_element)\s*\(", text):
        arguments = template_arguments(text[match.end():closing(text, match.end() - 1, "()")])
        sorted_one = re.match(r"(?:\w+(?:\.|->))*(\w+)(?:\.|->)begin\(\)$|(?:\w+(?:\.|->))*(\w+)$", arguments[0])
        name = sorted_one and (sorted_one.group(1) or sorted_one.group(2))
        by_default = all(re.search(r"(?:\.|->)(?:begin|end)\(\)(?:\s*\+\s*\w+)?$", one) for one in arguments[1:])
        if name in pointers and by_default:
            yield match.start(), "pointers sorted"


TWO_DRAWS = re.compile(r"\b(\w+)(\.|->)(next|word|below)\(.*\b\1(\.|->)(next|word|below)\(")


def pair_of(name: str, texts: dict[str, str]) -> str:
    """The headers that declare what a file uses: its own, and those that it continues (broker_sub_devices.cpp: broker.hpp)."""
    if not name.endswith(".cpp"):
        return ""
    stem = name[:-4]
    return "\n".join(text for other, text in texts.items() if other.endswith(".hpp") and (stem == other[:-4] or stem.startswith(other[:-4] + "_")))


def all_findings(sources: dict[str, list[str]]) -> Iterator[Finding]:
    texts = {name: blanked(lines) for name, lines in sources.items()}
    for name, text in texts.items():
        with_strings = blanked(sources[name], keep_strings=True)
        for patterns, where, message in ((HOST, text, HOST_MESSAGE), (HOST_PATHS, with_strings, HOST_MESSAGE), (LIBM, text, LIBM_MESSAGE),
                                         (ADDRESS, with_strings, ADDRESS_MESSAGE)):
            for kind, pattern in patterns.items():
                for match in re.finditer(pattern, where):
                    yield Finding(name, line_at(where, match.start()), kind, f"{kind}: {message}")
        for position, kind in keyed_by_pointer(text):
            yield Finding(name, line_at(text, position), kind, f"{kind}: {ADDRESS_MESSAGE}")
        for number, line in enumerate(text.split("\n"), 1):
            if TWO_DRAWS.search(line) and not re.search(r" \? |&&|\|\||;.*;", line):
                yield Finding(name, number, "two draws", "two draws in one expression: each compiler has its own order; draw one after the other")
        for position, table in walks(text, unordered_tables(text) | unordered_tables(pair_of(name, texts))):
            yield Finding(name, line_at(text, position), table, f"{table} has no order of its own: sort what is found, or keep it in order")


def find(tree) -> Iterator[Finding]:
    """What is not allowed, and what is allowed without being done."""
    sources = {name: lines for name, lines in tree.code(*SEEDED) if not name.startswith(NOT_SEEDED)}
    used = set()
    for finding in all_findings(sources):
        if (finding.file, finding.kind) in ALLOWED:
            used.add((finding.file, finding.kind))
        else:
            yield finding
    for name, kind in ALLOWED:
        if name in sources and (name, kind) not in used:
            yield Finding(name, 1, kind, f"{kind}: it does so no more: take it off ALLOWED in tests/gates/seed_decides.py")
