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
                               .names = {.dns = {"iot.test"}, .addresses = {"127.0.2.1"}},
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
};

Exchange talk(SimulatedTls& tls, const Meeting& meeting) {
  Exchange made;
  const auto device = tls.sessions_of(meeting.shard).connect({.kind = meeting.kind, .host = meeting.host, .session = meeting.session});
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
