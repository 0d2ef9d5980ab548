// The TLS group: what it makes of devices that never come to a handshake, and of those that resume sessions.
#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "sim/conformance/duts/list.hpp"
#include "sim/conformance/examiner.hpp"
#include "sim/conformance/reports/sheet_text.hpp"
#include "sim/conformance/selection.hpp"

namespace fleetsim::sim {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

std::map<std::string, Examined> tls_sheet(std::string_view profile, std::vector<std::string> ids) {
  const auto dut = make_dut("virtual:" + std::string(profile));
  const ExamSheet sheet = examine(**dut, *select({.ids = std::move(ids)}), {.threads = 2});
  std::map<std::string, Examined> found;
  for (const Examined& one : sheet.examined) found.emplace(one.requirement->id, one);
  return found;
}

std::vector<std::string> ids_of_certificates() {
  std::vector<std::string> ids = {"TLS-26", "TLS-27", "TLS-28", "TLS-29"};
  for (const char* digits : {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10"}) ids.push_back(std::string("TLS-") + digits);
  return ids;
}

TEST(TlsExam, JudgesNoCertificateOfADeviceThatHasNoTls) {
  for (const auto& [id, one] : tls_sheet("mutant/tls-never", ids_of_certificates()))
    EXPECT_EQ(one.verdict, ExamVerdict::inconclusive) << id << examined_details(one);
}

TEST(TlsExam, JudgesNoCertificateOfADeviceThatFallsBackToPlainText) {
  for (const auto& [id, one] : tls_sheet("mutant/tls-clear", ids_of_certificates())) {
    EXPECT_EQ(one.verdict, ExamVerdict::inconclusive) << id << examined_details(one);
    EXPECT_THAT(one.reason, HasSubstr("in the clear")) << id;
  }
}

/// The server ends each handshake of a device that offers TLS 1.1, before it shows anything.
TEST(TlsExam, JudgesNoCertificateThatWasNeverShown) {
  for (const auto& [id, one] : tls_sheet("mutant/tls-old-only", ids_of_certificates())) {
    EXPECT_EQ(one.verdict, ExamVerdict::inconclusive) << id << examined_details(one);
    EXPECT_THAT(one.reason, AnyOf(HasSubstr("certificate was shown"), HasSubstr("fewer than 2 handshakes"))) << id;
  }
}

TEST(TlsExam, JudgesNoAlertWhereNoHandshakeEnded) {
  for (const char* profile : {"mutant/tls-never", "mutant/tls-old-only"})
    EXPECT_EQ(tls_sheet(profile, {"TLS-24"}).at("TLS-24").verdict, ExamVerdict::inconclusive) << profile;
}

TEST(TlsExam, CountsHandshakesAndNotLinksInTheClear) {
  EXPECT_EQ(tls_sheet("mutant/tls-never", {"TLS-19"}).at("TLS-19").verdict, ExamVerdict::inconclusive);
}

TEST(TlsExam, StillFailsADeviceThatSpeaksInTheClear) {
  for (const auto& [id, one] : tls_sheet("mutant/tls-clear", {"TLS-11", "TLS-17", "TLS-23"}))
    EXPECT_EQ(one.verdict, ExamVerdict::fail) << id;
  for (const auto& [id, one] : tls_sheet("mutant/tls-never", {"TLS-11", "TLS-23"})) EXPECT_EQ(one.verdict, ExamVerdict::fail) << id;
}

/// What they do wrong is another matter; that these apply to them shows that they do resume, and are resumed.
TEST(TlsExam, PassesDevicesThatResumeSessionsWhereTheyDoItRight) {
  for (const char* profile : {"mutant/tls-ticket-insists", "mutant/tls-ticket-trusts", "mutant/tls-ticket-anywhere"}) {
    std::size_t passed = 0;
    for (const auto& [id, one] : tls_sheet(profile, {"TLS-31", "TLS-32", "TLS-33", "TLS-34"}))
      passed += one.verdict == ExamVerdict::pass ? 1 : 0;
    EXPECT_EQ(passed, 3U) << profile;
  }
}

TEST(TlsExam, LetsADeviceOffThatOffersNoSession) {
  for (const auto& [id, one] : tls_sheet("reference", {"TLS-31", "TLS-32", "TLS-33", "TLS-34"}))
    EXPECT_EQ(one.verdict, ExamVerdict::not_applicable) << id;
}

}  // namespace
}  // namespace fleetsim::sim
