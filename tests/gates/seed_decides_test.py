#!/usr/bin/python3
"""Every alternative of seed_decides finds a line of its own, which no other finds: without it that line goes by, and this test fails."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(Path(__file__).resolve().parent))
import lint  # noqa: E402
import seed_decides  # noqa: E402

# Lines of one alternative, each of which must be found by that alternative and by nothing else.
PLANTED = {
    "clock": ["auto now = std::chrono::steady_clock::now();", "auto now = std::chrono::system_clock::now();", "using Clock = std::chrono::high_resolution_clock;",
              "auto t = std::chrono::utc_clock::now();", "auto t = std::chrono::file_clock::now();", "auto t = std::chrono::tai_clock::now();",
              "auto t = std::chrono::gps_clock::now();"],
    "posix clock": ["gettimeofday(&at, nullptr);", "::clock_gettime(CLOCK_MONOTONIC, &at);", "std::timespec_get(&at, TIME_UTC);", "ftime(&at);"],
    "time()": ["auto t = time(nullptr);", "std::srand_me(std::time(NULL));", "auto t = ::time(0);", "time(&now);"],
    "clock()": ["auto t = std::clock();", "return ::clock();", "clock_t began;"],
    "calendar": ["std::tm* at = std::localtime(&t);", "gmtime_r(&t, &tm);", "auto t = mktime(&tm);", "std::strftime(text, 20, format, &tm);"],
    "cycle counter": ["auto t = __rdtsc();", "auto t = _rdtscp(&core);", "auto t = __builtin_readcyclecounter();"],
    "random_device": ["std::random_device device;"],
    "standard engine": ["std::mt19937 engine;", "std::mt19937_64 engine{7};", "std::default_random_engine engine;", "std::minstd_rand engine;", "std::minstd_rand0 engine;",
                        "std::mersenne_twister_engine<int> e;", "std::ranlux24 engine;", "std::ranlux48_base engine;", "std::knuth_b engine;",
                        "std::linear_congruential_engine<int> e;"],
    "standard distribution": ["std::uniform_int_distribution<int> die(1, 6);", "boost::random::normal_distribution<> d;", "auto x = std::generate_canonical<double, 10>(e);"],
    "standard shuffle": ["std::shuffle(all.begin(), all.end(), engine);", "std::random_shuffle(all.begin(), all.end());", "std::ranges::shuffle(all, engine);",
                         "std::sample(all.begin(), all.end(), out, 3, engine);"],
    "rand()": ["int x = rand();", "std::srand(7);", "int x = std::rand();", "int x = rand_r(&state);", "double x = drand48();", "long x = lrand48();", "long x = ::random();"],
    "kernel chance": ["getrandom(bytes, 8, 0);", "getentropy(bytes, 8);", "x = arc4random_uniform(8);"],
    "process": ["seed = getpid();", "seed = ::getppid();", "seed = gettid();", "gethostname(name, 64);", "uname(&name);"],
    "environment": ['if (std::getenv("HOME")) return;'],
    "thread id": ["auto me = std::this_thread::get_id();", "auto me = pthread_self();", "std::thread::id me;"],
    "random file": ['std::ifstream file("/dev/urandom");', 'open("/dev/random", 0);', 'read("/proc/sys/kernel/random/uuid");'],
    "trigonometry": ["x = std::sin(a);", "x = std::cosf(a);", "x = std::tan(a);", "x = std::asin(a);", "x = std::acos(a);", "x = std::atan(a);", "x = std::atan2(a, b);", "x = std::tanh(a);"],
    "exponentials": ["x = std::exp(a);", "x = std::exp2(a);", "x = std::expm1(a);", "x = std::pow(a, b);", "x = std::powl(a, b);"],
    "logarithms": ["x = std::log(a);", "x = std::log2(a);", "x = std::log10(a);", "x = std::log1p(a);"],
    "other libm": ["x = std::cbrt(a);", "x = std::hypot(a, b);", "x = std::tgamma(a);", "x = std::lgamma(a);", "x = std::erf(a);", "x = std::erfc(a);", "x = std::beta(a, b);"],
    "libm without std": ["x = log(a);", "x = ::pow(a, b);", "x = -log1p(a);", "x = sin(a) * cos(b);", "x = asin(a);", "x = exp(a);"],
    "addresses compared": ["return &a < &b;", "return a.get() < b.get();"],
    "less of pointers": ["std::less<Device*> before;", "std::greater<const Device*> before;", "std::owner_less<> before;"],
    "address as number": ["auto x = reinterpret_cast<std::uintptr_t>(p);", "auto x = std::bit_cast<std::uintptr_t>(p);", "auto x = reinterpret_cast<intptr_t>(p);"],
    "hash of a pointer": ["std::hash<Device*> hash;", "std::hash<std::shared_ptr<Device>> hash;"],
    "address printed": ['key = fmt::format("{}", fmt::ptr(p));', 'std::snprintf(key, 20, "%p", p);'],
    "map or set of pointers": ["std::map<Device*, int> all;", "std::set<const Device*> all;", "std::set<std::shared_ptr<Device>> all;", "std::map<std::unique_ptr<A>, B> all;",
                               "std::multimap<A*, B> all;", "std::multiset<A*> all;", "std::priority_queue<Device*> all;", "std::map<\n    std::pair<Device*, int>,\n    int> all;",
                               "std::set<std::reference_wrapper<A>> all;", "boost::container::flat_set<A*> all;"],
    "pointers sorted": ["std::vector<Device*> all;\nstd::sort(all.begin(), all.end());", "void f(std::span<Device* const> all) {\n  std::ranges::sort(all);\n}",
                        "std::vector<std::shared_ptr<A>> all_;\nstd::stable_sort(all_.begin(), all_.end());", "std::array<A*, 3> all;\nx = *std::min_element(all.begin(), all.end());"],
    "two draws": ["use(draw.next(), draw.next());", "return a->word() << 8 | a->below(3);"],
    "known_": ["std::unordered_map<int, int> known_;\nfor (const auto& one : known_) use(one);", "std::unordered_set<int> known_;\nfor (int one : known_) use(one);",
               "std::unordered_multimap<int, int> known_;\nfor (auto& [a, b] : known_) use(b);", "boost::unordered_flat_map<int, int> known_;\nfor (auto& [a, b] : known_) use(b);",
               "std::unordered_map<\n    std::string,\n    std::vector<int>>\n    known_;\nfor (const auto& [name, list] :\n     known_)\n  use(name);",
               "using Table = std::unordered_map<int, std::map<int, int>>;\nTable known_;\nfor (auto& one : known_) use(one);",
               "template <typename V>\nusing Table = std::unordered_map<int, V>;\nTable<std::pair<int, int>> known_;\nfor (auto& one : known_) use(one);",
               "void f(const std::unordered_set<int>& known_) {\n  for (int one : known_) use(one);\n}",
               "std::unordered_map<int, int> known_;\nfor (auto& one : self.state->known_) use(one);",
               "std::unordered_map<int, int> known_;\nfor (auto it = known_.begin(); it != known_.end(); ++it) use(*it);", "std::unordered_map<int, int> known_;\nuse(*known_.cbegin());",
               "std::unordered_set<int> known_;\nstd::copy(std::begin(known_), std::end(known_), out);", "std::unordered_set<int> known_;\nstd::erase_if(known_, pred);",
               "std::unordered_set<int> known_;\nstd::ranges::copy(known_, out);"],
}

FINE = [
    "std::map<std::string, Device*> by_name;", "std::set<Device*, ByName> all;", "std::unordered_map<int, int> known_;\nauto at = known_.find(3);\nif (at == known_.end()) return;",
    "std::vector<Device*> all;\nstd::sort(all.begin(), all.end(), by_name);", "std::vector<int> all;\nstd::sort(all.begin(), all.end());",
    "std::unordered_map<int, int> known_;\nfor (const auto& one : sorted(known_)) use(one);", "// std::mt19937 engine;", 'say("see std::rand() and std::unordered_map<int, int>");',
    "x = std::sqrt(a) + std::floor(b) + std::fma(a, b, c);", "log(line);".replace("log(", "log_to("), "Instant now = shard.clock().now();", "device.time(3);", "Duration line_time(int bytes);",
    "use(up.next(), down.next());", "return whole ? random.below(2) : random.below(3);", "const std::int64_t x = a < b;", "std::vector<int> random;\nuse(world.random());",
    "/* std::random_device */ int a;", "std::map<int, std::shared_ptr<Device>> all;", "auto t = 1'000'000; std::string s = \"x'y\";",
]


class SeedDecides(unittest.TestCase):
    def found(self, text, path="sim/virtual/a.cpp", **others):
        with tempfile.TemporaryDirectory() as folder:
            for name, content in {path: text, **others}.items():
                file = Path(folder) / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(content + "\n", encoding="utf-8")
            return list(seed_decides.find(lint.Tree(Path(folder))))

    def test_every_alternative_has_planted_lines(self):
        alternatives = {*seed_decides.HOST, *seed_decides.HOST_PATHS, *seed_decides.LIBM, *seed_decides.ADDRESS, "map or set of pointers", "pointers sorted", "two draws", "known_"}
        self.assertEqual(set(PLANTED), alternatives)

    def test_each_planted_line_is_found_by_its_alternative_and_by_no_other(self):
        for kind, texts in PLANTED.items():
            for text in texts:
                with self.subTest(kind=kind, text=text):
                    self.assertEqual({finding.kind for finding in self.found(text)}, {kind})

    def test_without_an_alternative_its_lines_go_by(self):
        for table in (seed_decides.HOST, seed_decides.HOST_PATHS, seed_decides.LIBM, seed_decides.ADDRESS):
            for kind in list(table):
                pattern = table.pop(kind)
                try:
                    for text in PLANTED[kind]:
                        with self.subTest(kind=kind, text=text):
                            self.assertEqual(self.found(text), [])
                finally:
                    table[kind] = pattern

    def test_what_is_fine_goes_by(self):
        for text in FINE:
            with self.subTest(text=text):
                self.assertEqual(self.found(text), [])

    def test_a_table_in_the_header_is_known_in_its_files(self):
        header = "class A {\n  std::unordered_map<int,\n                     int>\n      known_;\n};"
        for path, count in (("sim/world/a.cpp", 1), ("sim/world/a_more.cpp", 1), ("sim/world/b.cpp", 0)):
            with self.subTest(path=path):
                self.assertEqual(len(self.found("for (auto& one : known_) use(one);", path, **{"sim/world/a.hpp": header})), count)

    def test_the_line_that_is_told_is_the_line(self):
        self.assertEqual([finding.line for finding in self.found("int a;\n/* a\n   comment */\nint b = rand();")], [4])

    def test_every_part_that_is_simulated_is_looked_at_and_is_there(self):
        for prefix in seed_decides.SEEDED:
            with self.subTest(prefix=prefix):
                self.assertTrue(list(ROOT.glob(prefix + "*")), "nothing is there any more")
                found = self.found("int x = rand();", prefix + ("cpp" if prefix.endswith(".") else "a.cpp"))
                self.assertEqual([finding.kind for finding in found].count("rand()"), 1)
        self.assertEqual(self.found("int x = rand();", "devicecore/ports/a.cpp"), [])
        self.assertEqual(self.found("int x = rand();", "sim/live/a.cpp"), [])

    def test_who_is_allowed_says_why_and_leaves_the_list_when_it_stops(self):
        for (name, kind), why in seed_decides.ALLOWED.items():
            with self.subTest(name=name, kind=kind):
                self.assertTrue((ROOT / name).is_file(), name)
                self.assertGreater(len(why), 20)
                told = [finding.message for finding in self.found("int a;", name) if finding.kind == kind]
                self.assertEqual(len(told), 1)
                self.assertIn("no more", told[0])


if __name__ == "__main__":
    unittest.main()
