#include <algorithm>
#include <cstdlib>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "sim/app/command_line.hpp"
#include "sim/app/list_text.hpp"
#include "sim/invariants/list.hpp"
#include "sim/invariants/sometimes.hpp"

namespace fleetsim::sim {
namespace {

using testing::HasSubstr;

CommandLine parse(std::vector<const char*> words) {
  words.insert(words.begin(), "fleetsim");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

TEST(CommandLine, ReadsEveryOptionOfRun) {
  const CommandLine line = parse({"run",       "s.yaml", "--set",          "a=1", "--set",  "b=x=y", "--seed",  "7",
                                  "--shard",   "1/3",    "--events",       "e",   "--json", "-",     "--quiet", "--no-color",
                                  "--threads", "2",      "--duration-max", "30s", "--host", "h",     "--port",  "1884"});
  ASSERT_FALSE(line.finished);
  const RunVerb& run = std::get<RunVerb>(line.verb);
  EXPECT_EQ(run.scenario, "s.yaml");
  EXPECT_EQ(run.settings, (Settings{{"a", "1"}, {"b", "x=y"}}));
  EXPECT_EQ(run.seed, 7U);
  EXPECT_EQ(run.shard_index, 1U);
  EXPECT_EQ(run.shard_count, 3U);
  EXPECT_EQ(run.events_file, "e");
  EXPECT_EQ(run.json_file, "-");
  EXPECT_TRUE(run.quiet && run.no_color);
  EXPECT_EQ(run.threads, 2U);
  EXPECT_EQ(run.duration_max, "30s");
  EXPECT_EQ(run.host, "h");
  EXPECT_EQ(run.port, 1884);
}

TEST(CommandLine, ReadsWhatTheReportsShallShow) {
  const CommandLine line = parse({"run", "s.yaml", "--html", "r.html", "--weather", "w.csv", "--project-devices", "200000",
                                  "--project-outage", "1m30s", "--project-capacity", "750.5"});
  ASSERT_FALSE(line.finished);
  const RunVerb& run = std::get<RunVerb>(line.verb);
  EXPECT_EQ(run.html_file, "r.html");
  EXPECT_EQ(run.weather_file, "w.csv");
  EXPECT_EQ(run.projection.devices, 200'000U);
  EXPECT_EQ(run.projection.outage_seconds, 90);
  EXPECT_EQ(run.projection.capacity_per_second, 750.5);
}

TEST(CommandLine, TakesTheScenarioAfterItsOptionsToo) {
  const CommandLine line = parse({"run", "--set", "a=1", "s.yaml"});
  ASSERT_FALSE(line.finished);
  EXPECT_EQ(std::get<RunVerb>(line.verb).scenario, "s.yaml");
}

TEST(CommandLine, ReadsTheOtherVerbs) {
  EXPECT_EQ(std::get<ValidateVerb>(parse({"validate", "a", "b"}).verb).files, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(std::get<PlatformVerb>(parse({"platform", "--config", "p", "--ca-out", "c"}).verb).ca_out, "c");
  EXPECT_EQ(std::get<ListVerb>(parse({"list", "metrics"}).verb).what, "metrics");
  EXPECT_TRUE(std::holds_alternative<VersionVerb>(parse({"version"}).verb));
}

TEST(CommandLine, ReadsEveryOptionOfReplay) {
  const CommandLine line = parse({"replay", "s.yaml", "--set", "a=1", "--seed", "7", "--device", "pk/dn", "--until", "30s", "--json", "j",
                                  "--pcap", "-", "--threads", "2", "--quiet"});
  ASSERT_FALSE(line.finished);
  const ReplayVerb& replay = std::get<ReplayVerb>(line.verb);
  EXPECT_EQ(replay.scenario, "s.yaml");
  EXPECT_EQ(replay.settings, (Settings{{"a", "1"}}));
  EXPECT_EQ(replay.seed, 7U);
  EXPECT_EQ(replay.device, "pk/dn");
  EXPECT_EQ(replay.until, "30s");
  EXPECT_EQ(replay.json_file, "j");
  EXPECT_EQ(replay.pcap_file, "-");
  EXPECT_EQ(replay.threads, 2U);
  EXPECT_TRUE(replay.quiet);
}

TEST(CommandLine, ReadsEveryOptionOfSweep) {
  const CommandLine line = parse({"sweep", "s.yaml", "--seeds", "5..90", "--collect", "--threads", "3", "--json", "j", "--shrink-runs", "7",
                                  "--shrunk", "small.yaml", "--ignore-verdict", "--sometimes-after", "9", "--quiet", "--set", "a=1"});
  ASSERT_FALSE(line.finished);
  const SweepVerb& sweep = std::get<SweepVerb>(line.verb);
  EXPECT_EQ(sweep.scenario, "s.yaml");
  EXPECT_EQ(sweep.first_seed, 5U);
  EXPECT_EQ(sweep.last_seed, 90U);
  EXPECT_TRUE(sweep.collect && sweep.quiet && sweep.ignore_verdict);
  EXPECT_EQ(sweep.threads, 3U);
  EXPECT_EQ(sweep.json_file, "j");
  EXPECT_EQ(sweep.shrink_runs, 7U);
  EXPECT_EQ(sweep.shrunk_file, "small.yaml");
  EXPECT_EQ(sweep.sometimes_after, 9U);
  EXPECT_EQ(sweep.settings, (Settings{{"a", "1"}}));
}

TEST(CommandLine, SweepsTheChaosScenarioUnlessToldOtherwise) {
  const SweepVerb sweep = std::get<SweepVerb>(parse({"sweep"}).verb);
  EXPECT_EQ(sweep.scenario, "scenarios/chaos.yaml");
  EXPECT_EQ(sweep.first_seed, 1U);
  EXPECT_EQ(sweep.last_seed, 100U);
  EXPECT_FALSE(sweep.ignore_verdict);
  EXPECT_EQ(std::get<SweepVerb>(parse({"sweep", "--seeds", "17"}).verb).last_seed, 17U);
}

TEST(CommandLine, RefusesSeedsThatAreNone) {
  for (const char* seeds : {"", "a", "5..", "..5", "9..5", "1...5", "-1", "0x10", "1..9223372036854775808", "0..18446744073709551615",
                            "1..18446744073709551616"})
    EXPECT_EQ(parse({"sweep", "--seeds", seeds}).finished, 2) << seeds;
}

TEST(CommandLine, EveryVerbTakesTheSeedsThatAScenarioMayHaveAndNoOthers) {
  const std::vector<std::vector<const char*>> verbs{{"run", "s"},
                                                    {"replay", "s", "--device", "1"},
                                                    {"platform", "--config", "c"},
                                                    {"conform"},
                                                    {"device", "--product-key", "k", "--device-name", "d", "--device-secret", "x"}};
  const std::vector<const char*> none{"-5", "-0", "9223372036854775808", "18446744073709551616", "99999999999999999999999", "0x10",
                                      "",   "1.5"};
  for (const std::vector<const char*>& verb : verbs) {
    const auto with = [&](const char* seed) {
      std::vector<const char*> words = verb;
      words.insert(words.end(), {"--seed", seed});
      return parse(words).finished;
    };
    EXPECT_FALSE(with("9223372036854775807")) << verb.front();
    EXPECT_FALSE(with("0")) << verb.front();
    for (const char* seed : none) EXPECT_EQ(with(seed), 2) << verb.front() << " --seed " << seed;
    ::setenv("FLEETSIM_SEED", "-7", 1);
    EXPECT_EQ(parse(verb).finished, 2) << verb.front();
    ::unsetenv("FLEETSIM_SEED");
  }
  EXPECT_EQ(std::get<RunVerb>(parse({"run", "s", "--seed", "9223372036854775807"}).verb).seed, 9'223'372'036'854'775'807U);
  EXPECT_EQ(std::get<ConformVerb>(parse({"conform", "--seed", "1_000"}).verb).seed, 1'000U);
}

TEST(CommandLine, LetsAFlagWinOverTheEnvironment) {
  ::setenv("FLEETSIM_SEED", "11", 1);
  EXPECT_EQ(std::get<RunVerb>(parse({"run", "s"}).verb).seed, 11U);
  EXPECT_EQ(std::get<RunVerb>(parse({"run", "s", "--seed", "12"}).verb).seed, 12U);
  ::unsetenv("FLEETSIM_SEED");
  EXPECT_FALSE(std::get<RunVerb>(parse({"run", "s"}).verb).seed);
}

TEST(CommandLine, EndsWithTwoForEveryMistakeAndZeroForHelp) {
  EXPECT_EQ(parse({"--help"}).finished, 0);
  EXPECT_EQ(parse({"run", "--help"}).finished, 0);
  const std::vector<std::vector<const char*>> mistakes{{},
                                                       {"runn"},
                                                       {"run"},
                                                       {"run", "s", "--no-such"},
                                                       {"run", "s", "--set", "novalue"},
                                                       {"run", "s", "--seed", "x"},
                                                       {"run", "s", "--shard", "3/3"},
                                                       {"run", "s", "--threads", "0"},
                                                       {"run", "s", "--duration-max", "10"},
                                                       {"run", "s", "--port", "70000"},
                                                       {"validate"},
                                                       {"platform"},
                                                       {"list", "nothing"}};
  for (const auto& words : mistakes) EXPECT_EQ(parse(words).finished, 2) << testing::PrintToString(words);
}

TEST(Shard, IsKOfN) {
  EXPECT_EQ(parse_shard("0/1"), (std::pair<std::uint32_t, std::uint32_t>{0, 1}));
  EXPECT_EQ(parse_shard("3/4"), (std::pair<std::uint32_t, std::uint32_t>{3, 4}));
  for (const char* bad : {"", "1", "1/1", "-1/2", "a/b", "1/2/3", "0/0", "1/99999"}) EXPECT_FALSE(parse_shard(bad)) << bad;
}

TEST(List, SaysOfEachStepWhatItsReaderAsksFor) {
  const std::string steps = list_text("steps");
  EXPECT_THAT(steps, HasSubstr("wait_until                 a share of the devices is so far\n"
                               "                             what (online, moved, acknowledged), share, groups, timeout\n"));
  EXPECT_THAT(steps, HasSubstr("policy (region, nearest_access)"));
  for (const char* setting : {"interval", "may_fail", "target_account", "must_have_fired", "sub_devices", "device_group"})
    EXPECT_THAT(steps, HasSubstr(setting));
}

TEST(List, SaysOfEachExecutorWhatItTakesAndNotWhatItRefuses) {
  const std::string text = list_text("executors");
  const std::string ramping = text.substr(text.find("ramping-arrival-rate"));
  EXPECT_THAT(ramping, HasSubstr("startRate, stages, timeUnit\n"));
  const std::string constant = text.substr(text.find("constant-fleet"), text.find("ramping-fleet") - text.find("constant-fleet"));
  EXPECT_THAT(constant, HasSubstr(" duration\n"));
  EXPECT_EQ(constant.find("startRate"), std::string::npos);
}

TEST(List, HasALineForEachInvariantAndForEachSituationThatASweepWantsToMeet) {
  const auto lines = [](const std::string& text) { return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')); };
  const std::string invariants = list_text("invariants");
  EXPECT_EQ(lines(invariants), invariant_kinds().size());
  for (const InvariantKind& kind : invariant_kinds()) EXPECT_THAT(invariants, HasSubstr("  " + std::string{kind.name} + " "));
  EXPECT_THAT(invariants, HasSubstr("  acknowledged_in_the_end    every publish with QoS 1 gets its PUBACK once all is well\n"));
  const std::string situations = list_text("situations");
  EXPECT_EQ(lines(situations), sometimes_kinds().size());
  for (const SometimesKind& kind : sometimes_kinds()) EXPECT_THAT(situations, HasSubstr("  " + std::string{kind.name} + " "));
  EXPECT_THAT(situations, HasSubstr("  came_home                          a device moved to where it had been before\n"));
}

TEST(List, HasEveryPart) {
  for (const std::string_view part : list_parts()) EXPECT_FALSE(list_text(part).empty()) << part;
  const std::string all = list_text("");
  EXPECT_THAT(all, HasSubstr("reference"));
  EXPECT_THAT(all, HasSubstr("constant-arrival-rate"));
  EXPECT_THAT(all, HasSubstr("wait_until"));
  EXPECT_THAT(all, HasSubstr("move_seconds"));
  EXPECT_THAT(all, HasSubstr("cn-shanghai"));
}

}  // namespace
}  // namespace fleetsim::sim
