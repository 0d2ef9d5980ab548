// TLS of a simulation: the seed decides every byte of both ends, and certificates are judged by the run's clock.
#include "sim/live/seeded_tls.hpp"

#include <array>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <tuple>
#include <utility>

namespace fleetsim::sim {
namespace {

using ::testing::Combine;
using ::testing::HasSubstr;
using ::testing::Values;
using State = TlsEngine::State;
using platform::CertificateFault;

constexpr std::int64_t year_2026 = 1'767'225'600;
constexpr std::int64_t year_2040 = 2'208'988'800;

enum class Keys : std::uint8_t { rsa, ecdsa };

std::unique_ptr<SimulatedTls> seeded(std::uint64_t seed, Keys keys = Keys::ecdsa, std::int64_t unix_seconds = year_2026) {
  platform::TlsConfig config;
  config.rsa = keys == Keys::rsa;
  config.ecdsa = keys == Keys::ecdsa;
  auto made = make_seeded_tls({.config = config,
                               .names = {.dns = {"iot.test", "one.two.iot.test"}, .addresses = {"127.0.2.1"}},
                               .wanted = {.mbedtls = true, .openssl = true},
                               .seed = seed,
                               .shards = 2,
                               .unix_seconds = unix_seconds});
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error());
  return made.ok() ? std::move(*made) : nullptr;
}

/// A handshake, a line each way and a close: all that crossed, in order.
struct Exchange {
  std::string crossed;
  std::string at_platform;
  std::string at_device;
  State device{};
  std::string error;
};

std::string read_plain(TlsEngine& engine) {
  std::string text;
  std::array<std::uint8_t, 1024> room{};
  while (const std::size_t got = engine.read(room)) text += text_of(ByteView(room).first(got));
  return text;
}

bool carry_over(TlsEngine& from, TlsEngine& to, std::string& crossed) {
  std::array<std::uint8_t, 4096> room{};
  bool any = false;
  while (const std::size_t got = from.take(room)) {
    crossed += text_of(ByteView(room).first(got));
    to.receive(ByteView(room).first(got));
    any = true;
  }
  return any;
}

struct Meeting {
  DeviceTls kind = DeviceTls::openssl;
  std::uint32_t shard = 0;
  std::uint64_t session = 1;
  CertificateFault fault = CertificateFault::none;
  std::string_view host = "iot.test";
  const device::TlsDialect* dialect = nullptr;
};

Exchange talk(SimulatedTls& tls, const Meeting& meeting) {
  Exchange made;
  const auto device = tls.sessions_of(meeting.shard)
                          .connect({.kind = meeting.kind, .host = meeting.host, .session = meeting.session, .dialect = meeting.dialect});
  const auto platform = tls.accept({.fault = meeting.fault, .conduct = {}}, meeting.session);
  const auto settle = [&] {
    while (carry_over(*device, *platform, made.crossed) | carry_over(*platform, *device, made.crossed)) {
    }
    made.at_platform += read_plain(*platform);
    made.at_device += read_plain(*device);
  };
  device->start();
  device->write(bytes_of("up"));
  settle();
  platform->write(bytes_of("down"));
  settle();
  made.device = device->state();
  made.error = device->error();
  device->close();
  settle();
  return made;
}

class SeededTlsOf : public ::testing::TestWithParam<std::tuple<DeviceTls, Keys>> {
 protected:
  DeviceTls kind() const { return std::get<0>(GetParam()); }
  Keys keys() const { return std::get<1>(GetParam()); }
};

TEST_P(SeededTlsOf, SaysTheSameBytesForTheSameSeed) {
  const Exchange first = talk(*seeded(7, keys()), {.kind = kind()});
  forget_seeded_certificates();  // the second is not to have those of the first
  const Exchange second = talk(*seeded(7, keys()), {.kind = kind()});
  EXPECT_EQ(first.at_platform, "up");
  EXPECT_EQ(first.at_device, "down");
  EXPECT_GT(first.crossed.size(), 1'000U);
  EXPECT_TRUE(first.crossed == second.crossed);
  EXPECT_TRUE(first.crossed != talk(*seeded(8, keys()), {.kind = kind()}).crossed);
}

TEST_P(SeededTlsOf, JudgesCertificatesByTheClockOfTheRun) {
  const Exchange later = talk(*seeded(7, keys(), year_2040), {.kind = kind()});
  EXPECT_EQ(later.device, State::open) << later.error;
  EXPECT_EQ(later.at_device, "down");
}

TEST_P(SeededTlsOf, RefusesBadCertificates) {
  const auto tls = seeded(7, keys());
  for (const auto& [fault, words] : {std::pair{CertificateFault::expired, "expired"}, std::pair{CertificateFault::wrong_name, "match"},
                                     std::pair{CertificateFault::unknown_ca, kind() == DeviceTls::mbedtls ? "CA" : "issuer"},
                                     std::pair{CertificateFault::not_yet_valid, kind() == DeviceTls::mbedtls ? "future" : "not yet"},
                                     std::pair{CertificateFault::self_signed, kind() == DeviceTls::mbedtls ? "CA" : "self"}}) {
    const Exchange refused = talk(*tls, {.kind = kind(), .fault = fault});
    EXPECT_EQ(refused.device, State::failed) << words;
    EXPECT_THAT(refused.error, HasSubstr(words));
    EXPECT_EQ(refused.at_platform, "");
  }
  EXPECT_EQ(talk(*tls, {.kind = kind(), .host = "other.test"}).device, State::failed);
  EXPECT_EQ(talk(*tls, {.kind = kind()}).device, State::open);
}

INSTANTIATE_TEST_SUITE_P(Libraries, SeededTlsOf, Combine(Values(DeviceTls::mbedtls, DeviceTls::openssl), Values(Keys::rsa, Keys::ecdsa)),
                         [](const auto& one) {
                           return std::string(std::get<0>(one.param) == DeviceTls::mbedtls ? "Mbedtls" : "Openssl") +
                                  (std::get<1>(one.param) == Keys::rsa ? "Rsa" : "Ecdsa");
                         });

TEST_P(SeededTlsOf, RefusesChainsAndUsesThatProveNothing) {
  const auto tls = seeded(7, keys());
  for (const CertificateFault fault :
       {CertificateFault::client_only, CertificateFault::no_intermediate, CertificateFault::leaf_issuer, CertificateFault::wide_wildcard}) {
    const Exchange refused = talk(*tls, {.kind = kind(), .fault = fault, .host = "one.two.iot.test"});
    EXPECT_EQ(refused.device, State::failed) << static_cast<int>(fault);
    EXPECT_EQ(refused.at_platform, "");
  }
  EXPECT_EQ(talk(*tls, {.kind = kind(), .fault = CertificateFault::intermediate}).device, State::open);
}

/// Each of these firmwares overlooks one thing, and nothing beside it.
TEST(SeededTlsOfMutants, TakeTheOneCertificateThatTheyOverlook) {
  const auto tls = seeded(7);
  const std::array faults = {
      std::pair{CertificateFault::expired, device::overlooks::expired},
      std::pair{CertificateFault::wrong_name, device::overlooks::wrong_name},
      std::pair{CertificateFault::client_only, device::overlooks::client_only},
      std::pair{CertificateFault::no_intermediate, device::overlooks::absent_issuer},
      std::pair{CertificateFault::leaf_issuer, device::overlooks::leaf_issuer},
      std::pair{CertificateFault::wide_wildcard, device::overlooks::wide_wildcard},
      std::pair{CertificateFault::unknown_ca, std::uint16_t{0}},
  };
  for (const auto overlooked : {device::overlooks::client_only, device::overlooks::absent_issuer, device::overlooks::leaf_issuer,
                                device::overlooks::wide_wildcard}) {
    const device::TlsDialect dialect{.overlooks = overlooked};
    for (const auto& [fault, taken_by] : faults) {
      const Exchange met = talk(*tls, {.kind = DeviceTls::mbedtls, .fault = fault, .host = "one.two.iot.test", .dialect = &dialect});
      EXPECT_EQ(met.device, taken_by == overlooked ? State::open : State::failed) << overlooked << " " << static_cast<int>(fault);
    }
  }
}

TEST(SeededTlsOfMutants, KnowNoChains) {
  const auto tls = seeded(7);
  const device::TlsDialect dialect{.knows_chains = false};
  EXPECT_EQ(talk(*tls, {.kind = DeviceTls::mbedtls, .fault = CertificateFault::intermediate, .dialect = &dialect}).device, State::failed);
  EXPECT_EQ(talk(*tls, {.kind = DeviceTls::mbedtls, .dialect = &dialect}).device, State::open);
}

/// A full handshake has a certificate in it: some hundreds of bytes.
TEST(SeededTlsOfMutants, ResumeSessionsByTicketUntilTheServerForgets) {
  const auto tls = seeded(7);
  const device::TlsDialect dialect{.resumption = device::TlsResumption::anywhere};
  const auto meet = [&](std::uint64_t session, CertificateFault fault, std::string_view host = "iot.test") {
    return talk(*tls, {.kind = DeviceTls::mbedtls, .session = session, .fault = fault, .host = host, .dialect = &dialect});
  };
  const std::size_t full = meet(1, CertificateFault::tickets).crossed.size();
  const Exchange resumed = meet(2, CertificateFault::tickets, "one.two.iot.test");
  EXPECT_EQ(resumed.device, State::open);
  EXPECT_LT(resumed.crossed.size() + 400, full);
  const Exchange forgotten = meet(3, CertificateFault::none);
  EXPECT_EQ(forgotten.device, State::open);
  EXPECT_GT(forgotten.crossed.size(), resumed.crossed.size() + 400);
  EXPECT_EQ(meet(4, CertificateFault::unknown_ca).device, State::failed);
}

TEST(SeededTls, SaysTheSameBytesWithTicketsToo) {
  const device::TlsDialect dialect{.resumption = device::TlsResumption::anywhere};
  std::string said[2];
  for (std::string& all : said) {
    forget_seeded_certificates();
    const auto tls = seeded(7);
    for (const std::uint64_t session : {std::uint64_t{1}, std::uint64_t{2}})
      all += talk(*tls, {.kind = DeviceTls::mbedtls, .session = session, .fault = CertificateFault::tickets, .dialect = &dialect}).crossed;
  }
  EXPECT_TRUE(said[0] == said[1]);
}

/// mbedTLS without tickets: the number of the session is all that it keeps.
TEST(SeededTls, ResumesSessionsByNumberWithinOneRun) {
  const auto tls = seeded(7);
  const auto client = device::MbedtlsClientContext::make(
      {.ca_pem = tls->ca_pem(), .entropy = {}, .clock = {.unix_seconds = [](void*) { return year_2026; }}});
  ASSERT_TRUE(client.ok());
  const auto memory = device::MbedtlsClientContext::make_memory();
  const auto meet = [&](SimulatedTls& server, std::uint64_t session) {
    const auto device = (*client)->connect("iot.test", memory);
    const auto platform = server.accept({.fault = CertificateFault::tickets, .conduct = {}}, session);
    std::string crossed;
    device->start();
    while (carry_over(*device, *platform, crossed) | carry_over(*platform, *device, crossed)) {
    }
    EXPECT_EQ(device->state(), State::open);
    return crossed.size();
  };
  const std::size_t full = meet(*tls, 1);
  EXPECT_LT(meet(*tls, 2) + 400, full);
  const auto another_run = seeded(7);
  EXPECT_GT(meet(*another_run, 3) + 100, full) << "what one run remembers is nothing to the next";
}

/// RFC 5246 §7.4.1.2: record and handshake heads take nine bytes, the version two; then the time.
TEST(SeededTls, TellsTheTimeOfTheRunInAHello) {
  const std::string hello = talk(*seeded(7), {.kind = DeviceTls::mbedtls}).crossed;
  ASSERT_GT(hello.size(), 15U);
  std::int64_t told = 0;
  for (std::size_t i = 11; i < 15; ++i) told = told * 256 + static_cast<std::uint8_t>(hello[i]);
  EXPECT_EQ(told, year_2026);
}

TEST(SeededTls, DrawsForEachSessionWhoeverElseIsThere) {
  const auto tls = seeded(7);
  for (const DeviceTls kind : {DeviceTls::mbedtls, DeviceTls::openssl}) {
    const std::string first = talk(*tls, {.kind = kind}).crossed;
    EXPECT_TRUE(talk(*tls, {.kind = kind, .session = 2}).crossed != first);
    EXPECT_TRUE(talk(*tls, {.kind = kind, .shard = 1}).crossed == first);
    EXPECT_TRUE(talk(*tls, {.kind = kind}).crossed == first);
  }
}

}  // namespace
}  // namespace fleetsim::sim
