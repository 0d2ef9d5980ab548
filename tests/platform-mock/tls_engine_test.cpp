// The server's TLS engine against an OpenSSL client in memory: versions, suites, certificates, splits, ends and rubbish.
#include <array>
#include <gtest/gtest.h>
#include <optional>

#include "tls_client.hpp"

#include "platform-mock/server/openssl_server_engine.hpp"

namespace fleetsim::platform {
namespace {

using State = TlsEngine::State;

/// One authority and one context for all tests: making RSA keys is the slow part.
struct Shared {
  CertificateAuthority authority;
  TlsServerContext context;
  TlsServerContext only_ecdsa;

  static Shared& get() {
    static Shared shared = make();
    return shared;
  }

 private:
  static Shared make() {
    auto authority = CertificateAuthority::create();
    const CertificateNames names{.dns = {"localhost", "*.iot-as-mqtt.cn-shanghai.aliyuncs.com"}, .addresses = {"127.0.2.1"}};
    auto both = TlsServerContext::create({.rsa = true, .ecdsa = true, .ca_file = {}}, *authority, names);
    auto ecdsa = TlsServerContext::create({.rsa = false, .ecdsa = true, .ca_file = {}}, *authority, names);
    return {std::move(*authority), std::move(*both), std::move(*ecdsa)};
  }
};

TlsTestOptions options(int version, std::string ciphers = {}) {
  return {.ca_pem = Shared::get().authority.pem(), .version = version, .ciphers = std::move(ciphers), .host = "localhost"};
}

std::string take_all(TlsEngine& engine) {
  std::string all;
  std::array<std::uint8_t, 1000> buffer{};
  while (const std::size_t n = engine.take(buffer)) all += text_of(ByteView{buffer}.first(n));
  return all;
}

std::string read_all(TlsEngine& engine) {
  std::string all;
  std::array<std::uint8_t, 1000> buffer{};
  while (const std::size_t n = engine.read(buffer)) all += text_of(ByteView{buffer}.first(n));
  return all;
}

/// Carries bytes both ways until nobody has any more. `piece` bytes at a time.
void shuttle(TlsTestClient& client, TlsEngine& engine, std::size_t piece = 100000) {
  for (int round = 0; round < 10; ++round) {
    const std::string up = client.take();
    for (std::size_t at = 0; at < up.size(); at += piece) engine.receive(bytes_of(std::string_view{up}.substr(at, piece)));
    const std::string down = take_all(engine);
    for (std::size_t at = 0; at < down.size(); at += piece) client.give(std::string_view{down}.substr(at, piece));
    if (up.empty() && down.empty()) return;
  }
}

void expect_echo(TlsTestClient& client, TlsEngine& engine) {
  ASSERT_TRUE(client.open());
  ASSERT_EQ(engine.state(), State::open);
  client.write("from the device");
  shuttle(client, engine);
  EXPECT_EQ(read_all(engine), "from the device");
  engine.write(bytes_of("from the platform"));
  shuttle(client, engine);
  EXPECT_EQ(client.read(), "from the platform");
}

TEST(TlsEngine, ServesThePlainRsaSuitesOfOldDevices) {
  for (const char* suite : {"AES128-SHA", "AES256-SHA", "AES128-SHA256", "AES256-SHA256"}) {
    TlsTestClient client(options(TLS1_2_VERSION, suite));
    const auto engine = Shared::get().context.new_session();
    EXPECT_EQ(engine->start(), State::handshaking);
    shuttle(client, *engine);
    expect_echo(client, *engine);
    EXPECT_EQ(client.cipher(), suite);
    EXPECT_EQ(client.server_key(), "RSA");
  }
}

TEST(TlsEngine, ServesTls13) {
  TlsTestClient client(options(TLS1_3_VERSION));
  const auto engine = Shared::get().context.new_session();
  engine->start();
  shuttle(client, *engine);
  expect_echo(client, *engine);
  EXPECT_EQ(client.version(), "TLSv1.3");
}

TEST(TlsEngine, ShowsTheEcdsaCertificateToWhoeverPrefersIt) {
  TlsTestClient client(options(TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256"));
  const auto engine = Shared::get().context.new_session();
  engine->start();
  shuttle(client, *engine);
  expect_echo(client, *engine);
  EXPECT_EQ(client.server_key(), "EC");
}

TEST(TlsEngine, WithoutAnRsaCertificateOldDevicesAreRefused) {
  TlsTestClient client(options(TLS1_2_VERSION, "AES128-SHA"));
  const auto engine = Shared::get().only_ecdsa.new_session();
  engine->start();
  shuttle(client, *engine);
  EXPECT_EQ(engine->state(), State::failed);
  EXPECT_EQ(engine->error(), "no shared cipher");
  EXPECT_TRUE(client.failed());
}

TEST(TlsEngine, NeverServesAnonymousOrNullSuites) {
  for (const char* suites : {"aNULL:@SECLEVEL=0", "eNULL:@SECLEVEL=0"}) {
    TlsTestClient client(options(TLS1_2_VERSION, suites));
    const auto engine = Shared::get().context.new_session();
    engine->start();
    shuttle(client, *engine);
    EXPECT_FALSE(client.open()) << suites;
    EXPECT_EQ(engine->state(), State::failed);
  }
}

TEST(TlsEngine, RefusesTls11) {
  TlsTestClient client(options(TLS1_1_VERSION, "DEFAULT:@SECLEVEL=0"));
  const auto engine = Shared::get().context.new_session();
  engine->start();
  shuttle(client, *engine);
  EXPECT_FALSE(client.open());
  EXPECT_EQ(engine->state(), State::failed);
}

TEST(TlsEngine, TakesAnySplitOfTheBytes) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{100}}) {
      TlsTestClient client(options(version));
      const auto engine = Shared::get().context.new_session();
      engine->start();
      shuttle(client, *engine, piece);
      expect_echo(client, *engine);
    }
  }
}

TEST(TlsEngine, CarriesMoreThanARecordAtOnce) {
  TlsTestClient client(options(0));
  const auto engine = Shared::get().context.new_session();
  engine->start();
  shuttle(client, *engine);
  const std::string big(100000, 'x');
  client.write(big);
  shuttle(client, *engine, 4096);
  EXPECT_EQ(read_all(*engine), big);
  engine->write(bytes_of(big));
  shuttle(client, *engine);
  EXPECT_EQ(client.read(), big);
}

TEST(TlsEngine, SendsAfterTheHandshakeWhatWasWrittenBefore) {
  TlsTestClient client(options(TLS1_2_VERSION));
  const auto engine = Shared::get().context.new_session();
  engine->start();
  EXPECT_EQ(engine->write(bytes_of("too early")), State::handshaking);
  shuttle(client, *engine);
  EXPECT_EQ(client.read(), "too early");
  const auto flooded = Shared::get().context.new_session();
  flooded->start();
  EXPECT_EQ(flooded->write(bytes_of(std::string(64 * 1024, 'x'))), State::handshaking);
  EXPECT_EQ(flooded->write(bytes_of("x")), State::failed);
}

TEST(TlsEngine, TellsThePeersCloseFromAFailure) {
  TlsTestClient client(options(0));
  const auto engine = Shared::get().context.new_session();
  engine->start();
  shuttle(client, *engine);
  client.write("last words");
  client.close();
  engine->receive(bytes_of(client.take()));
  EXPECT_EQ(read_all(*engine), "last words");
  EXPECT_EQ(engine->state(), State::peer_closed);
  EXPECT_TRUE(engine->error().empty());
}

TEST(TlsEngine, ItsCloseReachesTheClient) {
  TlsTestClient client(options(0));
  const auto engine = Shared::get().context.new_session();
  engine->start();
  shuttle(client, *engine);
  engine->write(bytes_of("bye"));
  engine->close();
  engine->write(bytes_of("after the close"));
  shuttle(client, *engine);
  EXPECT_EQ(client.read(), "bye");
  EXPECT_TRUE(client.peer_closed());
}

TEST(TlsEngine, RubbishFailsItWithAReason) {
  const auto engine = Shared::get().context.new_session();
  engine->start();
  EXPECT_EQ(engine->receive(bytes_of(std::string{"\x16\x03\x01\x00\x05hello", 10})), State::failed);
  EXPECT_FALSE(engine->error().empty());
  EXPECT_EQ(engine->receive(bytes_of("more")), State::failed);
  EXPECT_FALSE(take_all(*engine).empty());  // the alert
}

TEST(TlsEngine, AChangedByteFailsAnOpenSession) {
  TlsTestClient client(options(0));
  const auto engine = Shared::get().context.new_session();
  engine->start();
  shuttle(client, *engine);
  client.write("something");
  std::string record = client.take();
  record.back() = static_cast<char>(record.back() ^ 1);
  engine->receive(bytes_of(record));
  EXPECT_EQ(read_all(*engine), "");
  EXPECT_EQ(engine->state(), State::failed);
}

/// A handshake of which the engine gets `flights` of the client's messages whole and `cut` bytes of the next one; nothing when that one is
/// shorter than the cut.
std::optional<State> state_after_cut(int version, int flights, std::size_t cut) {
  TlsTestClient client(options(version));
  const auto engine = Shared::get().context.new_session();
  engine->start();
  for (int flight = 0; flight < flights; ++flight) {
    engine->receive(bytes_of(client.take()));
    client.give(take_all(*engine));
  }
  const std::string next = client.take();
  if (cut >= next.size()) return std::nullopt;
  return engine->receive(bytes_of(next.substr(0, cut)));
}

TEST(TlsEngine, EveryCutOfTheHandshakeLeavesItWaiting) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const int flights : {0, 1}) {
      constexpr std::size_t stride = 5;
      std::size_t cuts = 0;
      for (std::size_t cut = 0; const auto state = state_after_cut(version, flights, cut); cut += stride, ++cuts)
        EXPECT_EQ(*state, State::handshaking) << "flight " << flights << " cut after byte " << cut;
      EXPECT_GT(cuts * stride, 60U) << "a flight is longer than that";
    }
  }
}

}  // namespace
}  // namespace fleetsim::platform
