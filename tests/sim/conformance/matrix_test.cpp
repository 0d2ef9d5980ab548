// The exam examined: the reference passes everything, and every mutant is failed by a requirement that is about its fault. That few others
// fail it too is looked at on a release build (tests/sim/exam_matrix.py): every mutant against the whole catalogue takes a sanitizer
// minutes.
#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "devicecore/firmware_profile.hpp"
#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/conformance/requirements/list.hpp"
#include "sim/conformance/selection.hpp"
#include "sim/conformance/wire_mutants/list.hpp"
#include "tests/sim/conformance/mutants.hpp"

namespace fleetsim::sim {
namespace {

ExamSheet sheet_of(std::string_view profile, const Selection& selection = {}) {
  const auto dut = make_dut("virtual:" + std::string(profile));
  return examine(**dut, *select(selection), {.threads = 2});
}

bool is_broken(const Examined& one) { return one.verdict == ExamVerdict::fail || !one.findings.empty(); }

/// By how long it lasts a requirement is chosen, and put in order, where time is real.
TEST(Exam, TheReferencePassesWhateverAppliesToItAndNoRequirementLastsLongerThanItSays) {
  for (const Examined& one : sheet_of("reference").examined) {
    EXPECT_TRUE(one.verdict == ExamVerdict::pass || one.verdict == ExamVerdict::not_applicable)
        << examined_line(one) << examined_details(one);
    EXPECT_LE(one.simulated, one.requirement->lasts) << one.requirement->id << " says less than it takes";
  }
}

class ExamOfMutant : public testing::TestWithParam<Mutant> {};

TEST_P(ExamOfMutant, FailsItByARequirementThatIsAboutItsFault) {
  const ExamSheet sheet = sheet_of(GetParam().profile, {.ids = {std::string(GetParam().failed_by.front())}});
  EXPECT_TRUE(is_broken(sheet.examined.front())) << GetParam().profile << " passes " << GetParam().failed_by.front();
}

INSTANTIATE_TEST_SUITE_P(Each, ExamOfMutant, testing::ValuesIn(mutants), [](const testing::TestParamInfo<Mutant>& mutant) {
  std::string name(mutant.param.profile.substr(std::string_view("mutant-").size()));
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Exam, EveryMutantIsInTheTable) {
  for (const device::FirmwareProfile* profile : device::firmware_profiles()) {
    if (!profile->name.starts_with("mutant-")) continue;
    EXPECT_TRUE(std::any_of(mutants.begin(), mutants.end(), [&](const Mutant& one) { return one.profile == profile->name; }))
        << profile->name;
  }
  for (const WireMutant& wire : wire_mutants())
    EXPECT_TRUE(std::any_of(mutants.begin(), mutants.end(), [&](const Mutant& one) { return one.profile == wire.name; })) << wire.name;
}

TEST(Exam, EveryRequirementIsNamedByAMutant) {
  const auto all = select({});
  for (const Requirement* requirement : *all) {
    const auto is_about_it = [requirement](const Mutant& mutant) {
      return std::find(mutant.failed_by.begin(), mutant.failed_by.end(), requirement->id) != mutant.failed_by.end();
    };
    EXPECT_TRUE(std::any_of(mutants.begin(), mutants.end(), is_about_it)) << requirement->id;
  }
}

TEST(Exam, EveryMutantIsNamedByRequirementsThatExist) {
  for (const Mutant& mutant : mutants)
    for (const std::string_view id : mutant.failed_by) EXPECT_NE(find_requirement(id), nullptr) << id;
}

TEST(Exam, TheSameSeedGivesTheSameVerdictsAndFindings) {
  const Selection some{.groups = {"RETRY"}};
  const ExamSheet one = sheet_of("linksdk-4", some);
  const ExamSheet other = sheet_of("linksdk-4", some);
  ASSERT_EQ(one.examined.size(), other.examined.size());
  for (std::size_t i = 0; i < one.examined.size(); ++i) EXPECT_EQ(examined_details(one.examined[i]), examined_details(other.examined[i]));
}

}  // namespace
}  // namespace fleetsim::sim
