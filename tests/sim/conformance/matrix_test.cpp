// The exam examined: the reference passes everything, and every mutant is failed by the requirement that is about its fault and by few
// others.
#include <algorithm>
#include <cstdio>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "devicecore/firmware_profile.hpp"
#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/conformance/requirements/list.hpp"
#include "sim/conformance/selection.hpp"
#include "tests/sim/conformance/mutants.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t unrelated_max = 5;

ExamSheet sheet_of(const std::string& profile) {
  const auto dut = make_dut("virtual:" + profile);
  return examine(**dut, *select({}), {.threads = 2});
}

TEST(Exam, TheReferencePassesEveryMustAndShould) {
  for (const Examined& one : sheet_of("reference").examined)
    EXPECT_TRUE(one.verdict == ExamVerdict::pass || one.verdict == ExamVerdict::not_exercised)
        << examined_line(one) << examined_details(one);
}

TEST(Exam, EveryMutantIsFailedByWhatNamesItAndByFewOthers) {
  std::size_t killed = 0;
  for (const Mutant& mutant : mutants) {
    std::vector<std::string> failed;
    bool is_killed = false;
    for (const Examined& one : sheet_of(std::string(mutant.profile)).examined) {
      const bool is_broken = one.verdict == ExamVerdict::fail || (one.verdict == ExamVerdict::pass_with_warnings && !one.findings.empty());
      if (!is_broken) continue;
      const bool names_it = std::find(mutant.failed_by.begin(), mutant.failed_by.end(), one.requirement->id) != mutant.failed_by.end();
      is_killed |= names_it;
      if (!names_it) failed.emplace_back(one.requirement->id);
    }
    std::string others;
    for (const std::string& id : failed) others += " " + id;
    std::printf("  %-32s %-24s %zu others%s\n", std::string(mutant.profile).c_str(), std::string(mutant.failed_by.front()).c_str(),
                failed.size(), others.c_str());
    EXPECT_TRUE(is_killed) << mutant.profile << " passes " << mutant.failed_by.front();
    EXPECT_LE(failed.size(), unrelated_max) << mutant.profile << others;
    killed += is_killed ? 1U : 0U;
  }
  std::printf("mutation score of the exam: %zu of %zu\n", killed, mutants.size());
}

TEST(Exam, EveryMutantOfTheDeviceCoreIsInTheTable) {
  for (const device::FirmwareProfile* profile : device::firmware_profiles()) {
    if (!profile->name.starts_with("mutant-")) continue;
    EXPECT_TRUE(std::any_of(mutants.begin(), mutants.end(), [&](const Mutant& one) { return one.profile == profile->name; }))
        << profile->name;
  }
}

TEST(Exam, EveryMutantIsNamedByRequirementsThatExist) {
  for (const Mutant& mutant : mutants)
    for (const std::string_view id : mutant.failed_by) EXPECT_NE(find_requirement(id), nullptr) << id;
}

TEST(Exam, TheSameSeedGivesTheSameVerdictsAndFindings) {
  const ExamSheet one = sheet_of("linksdk-4");
  const ExamSheet other = sheet_of("linksdk-4");
  ASSERT_EQ(one.examined.size(), other.examined.size());
  for (std::size_t i = 0; i < one.examined.size(); ++i) EXPECT_EQ(examined_details(one.examined[i]), examined_details(other.examined[i]));
}

}  // namespace
}  // namespace fleetsim::sim
