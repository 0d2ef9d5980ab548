// The mbedTLS client against OpenSSL, in memory.
#include <array>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "devicecore/ports/mbedtls_tls.hpp"
#include "tests/devicecore/openssl_peer.hpp"

namespace fleetsim::device::testing {
namespace {

using ::testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;
using State = TlsEngine::State;

const CertificateAuthority& authority() {
  static const CertificateAuthority ca;
  return ca;
}

/// One for all tests that do not ask for another: P-256, for broker.test and 127.0.2.1.
const Credentials& broker() {
  static const Credentials credentials = authority().issue({.dns_names = {"broker.test", "127.0.2.1"}});
  return credentials;
}

std::unique_ptr<MbedtlsClientContext> context_of(const std::string& ca_pem) {
  auto made = MbedtlsClientContext::make({.ca_pem = ca_pem, .entropy = {}});
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error());
  return std::move(*made);
}

Bytes take_all(TlsEngine& engine) {
  Bytes all;
  std::array<std::uint8_t, 1500> buffer{};
  while (const std::size_t count = engine.take(buffer)) all.insert(all.end(), buffer.begin(), buffer.begin() + static_cast<long>(count));
  return all;
}

std::string read_all(TlsEngine& engine) {
  std::string all;
  std::array<std::uint8_t, 1500> buffer{};
  while (const std::size_t count = engine.read(buffer)) all.append(reinterpret_cast<const char*>(buffer.data()), count);
  return all;
}

/// A client and a server, and the wire between them.
struct Pair {
  explicit Pair(const Credentials& credentials = broker(), const OpensslPeer::Settings& settings = {},
                const std::string& host = "broker.test", const std::string& ca_pem = authority().pem())
      : context(context_of(ca_pem)), client(context->connect(host)), server(credentials, settings) {
    EXPECT_EQ(client->start(), State::handshaking);
  }

  /// Carries everything both ways until nothing moves. `deliver` gives the client its bytes.
  void run(const std::function<void(ByteView)>& deliver) {
    for (bool moved = true; moved;) {
      const Bytes up = take_all(*client);
      server.receive(up);
      const Bytes down = server.take();
      deliver(down);
      received += read_all(*client);
      moved = !up.empty() || !down.empty();
    }
  }
  void run() {
    run([this](ByteView bytes) { client->receive(bytes); });
  }

  std::unique_ptr<MbedtlsClientContext> context;
  std::unique_ptr<TlsEngine> client;
  OpensslPeer server;
  std::string received;  // plaintext at the client
};

TEST(MbedtlsTls, ShakesHandsAndCarriesBytesBothWays) {
  Pair pair;
  pair.run();
  ASSERT_EQ(pair.client->state(), State::open) << pair.client->error();
  EXPECT_TRUE(pair.server.open());
  EXPECT_EQ(pair.server.version(), "TLSv1.2");
  EXPECT_EQ(pair.server.curve(), "X25519");
  EXPECT_EQ(pair.server.server_name(), "broker.test");
  EXPECT_EQ(pair.client->write(bytes_of("up")), State::open);
  pair.server.write(bytes_of("down"));
  pair.run();
  EXPECT_EQ(pair.server.plaintext, "up");
  EXPECT_EQ(pair.received, "down");
  EXPECT_EQ(pair.client->error(), "");
}

TEST(MbedtlsTls, WorksByteByByte) {
  Pair pair;
  pair.client->write(bytes_of("early"));
  pair.run([&](ByteView bytes) {
    for (const std::uint8_t& byte : bytes) pair.client->receive({&byte, 1});
  });
  pair.server.write(bytes_of("down"));
  pair.run([&](ByteView bytes) {
    for (const std::uint8_t& byte : bytes) pair.client->receive({&byte, 1});
  });
  EXPECT_EQ(pair.server.plaintext, "early");
  EXPECT_EQ(pair.received, "down");
}

TEST(MbedtlsTls, WorksWithEveryFlightCutAnywhere) {
  constexpr std::size_t stride = 13;  // every position is covered byte by byte above; this is about two unequal pieces
  for (std::size_t cut = 1; cut < 1100; cut += stride) {
    Pair pair;
    pair.run([&](ByteView bytes) {
      const std::size_t first = std::min(cut, bytes.size());
      pair.client->receive(bytes.first(first));
      pair.client->receive(bytes.subspan(first));
    });
    ASSERT_EQ(pair.client->state(), State::open) << "cut at " << cut << ": " << pair.client->error();
  }
}

TEST(MbedtlsTls, TakesRsaCertificatesAndPlainRsaSuites) {
  const Credentials rsa = authority().issue({.dns_names = {"broker.test"}, .key = CertificateAuthority::KeyKind::rsa});
  for (const char* ciphers : {"", "AES128-SHA", "ECDHE-RSA-AES128-GCM-SHA256"}) {
    Pair pair(rsa, {.ciphers = ciphers});
    pair.run();
    EXPECT_EQ(pair.client->state(), State::open) << ciphers << ": " << pair.client->error();
  }
}

TEST(MbedtlsTls, TakesAnAddressThatTheCertificateNames) {
  Pair pair(broker(), {}, "127.0.2.1");
  pair.run();
  EXPECT_EQ(pair.client->state(), State::open) << pair.client->error();
}

void expect_refused(Pair& pair, const char* reason) {
  pair.client->write(bytes_of("secret"));
  pair.run();
  EXPECT_EQ(pair.client->state(), State::failed);
  EXPECT_THAT(std::string(pair.client->error()), HasSubstr(reason));
  EXPECT_THAT(std::string(pair.client->error()), ::testing::Not(HasSubstr("\n")));
  EXPECT_EQ(pair.server.plaintext, "") << "nothing may reach a peer that is not trusted";
  EXPECT_EQ(pair.client->write(bytes_of("more")), State::failed);
  EXPECT_EQ(pair.client->receive(bytes_of("more")), State::failed);
  std::array<std::uint8_t, 8> buffer{};
  EXPECT_EQ(pair.client->read(buffer), 0U);
}

TEST(MbedtlsTls, RefusesACertificateOfAnotherAuthority) {
  const CertificateAuthority other;
  Pair pair(other.issue({.dns_names = {"broker.test"}}));
  expect_refused(pair, "not correctly signed by the trusted CA");
}

TEST(MbedtlsTls, RefusesACertificateOfAnotherHost) {
  Pair name(broker(), {}, "elsewhere.test");
  expect_refused(name, "does not match with the expected CN");
  EXPECT_THAT(std::string(name.client->error()), HasSubstr("elsewhere.test"));
  Pair address(broker(), {}, "127.0.2.2");
  expect_refused(address, "does not match with the expected CN");
}

TEST(MbedtlsTls, RefusesACertificateOutOfItsTime) {
  Pair expired(authority().issue({.dns_names = {"broker.test"}, .valid_from_s = -7200, .valid_until_s = -3600}));
  expect_refused(expired, "validity has expired");
  Pair future(authority().issue({.dns_names = {"broker.test"}, .valid_from_s = 3600, .valid_until_s = 7200}));
  expect_refused(future, "validity starts in the future");
}

TEST(MbedtlsTls, NamesEveryReasonOnOneLine) {
  const CertificateAuthority other;
  Pair pair(other.issue({.dns_names = {"x.test"}, .valid_from_s = -7200, .valid_until_s = -3600}));
  expect_refused(pair, "; ");
}

TEST(MbedtlsTls, SaysSoWhenTheServerSpeaksOnlyTls13) {
  Pair pair(broker(), {.version_min = TLS1_3_VERSION});
  expect_refused(pair, "TLS handshake with broker.test failed: ");
}

TEST(MbedtlsTls, FailsOnBytesThatAreNotTls) {
  Pair pair;
  EXPECT_EQ(pair.client->receive(bytes_of("HTTP/1.1 400 Bad Request\r\n\r\n")), State::failed);
  EXPECT_NE(pair.client->error(), "");
}

TEST(MbedtlsTls, FailsOnARecordThatWasTamperedWith) {
  Pair pair;
  pair.run();
  pair.server.write(bytes_of("down"));
  Bytes bytes = pair.server.take();
  bytes.back() ^= 1;
  EXPECT_EQ(pair.client->receive(bytes), State::failed);
  EXPECT_THAT(std::string(pair.client->error()), HasSubstr("MAC"));
}

TEST(MbedtlsTls, SendsWhatWasWrittenBeforeTheHandshakeWasOver) {
  Pair pair;
  const std::string early(tls_limits::early_plaintext_bytes_max, 'e');
  EXPECT_EQ(pair.client->write(bytes_of(early.substr(0, 1000))), State::handshaking);
  EXPECT_EQ(pair.client->write(bytes_of(early.substr(1000))), State::handshaking);
  pair.run();
  EXPECT_EQ(pair.server.plaintext, early);
}

TEST(MbedtlsTls, BoundsWhatWaitsForTheHandshake) {
  Pair pair;
  const std::string early(tls_limits::early_plaintext_bytes_max, 'e');
  EXPECT_EQ(pair.client->write(bytes_of(early)), State::handshaking);
  EXPECT_EQ(pair.client->write(bytes_of("e")), State::failed);
  EXPECT_THAT(std::string(pair.client->error()), HasSubstr("64 KiB"));
}

TEST(MbedtlsTls, CarriesMegabytesBothWays) {
  Pair pair;
  pair.run();
  std::string expected_up;
  std::string expected_down;
  for (int i = 0; i < 8; ++i) {
    const std::string piece(300'000 + static_cast<std::size_t>(i), static_cast<char>('a' + i));
    ASSERT_EQ(pair.client->write(bytes_of(piece)), State::open);
    pair.server.write(bytes_of(piece));
    expected_up += piece;
    expected_down += piece;
    pair.run();
  }
  EXPECT_TRUE(pair.server.plaintext == expected_up);
  EXPECT_TRUE(pair.received == expected_down);
}

TEST(MbedtlsTls, BoundsWhatNobodyTakes) {
  Pair pair;
  pair.run();
  const std::string piece(tls_limits::waiting_ciphertext_bytes_max / 2, 'x');
  EXPECT_EQ(pair.client->write(bytes_of(piece)), State::open);
  EXPECT_EQ(pair.client->write(bytes_of(piece)), State::failed);
}

TEST(MbedtlsTls, BoundsWhatNobodyReads) {
  Pair pair;
  pair.run();
  const std::string piece(tls_limits::waiting_ciphertext_bytes_max / 2, 'x');
  pair.server.write(bytes_of(piece));
  EXPECT_EQ(pair.client->receive(pair.server.take()), State::open);
  pair.server.write(bytes_of(piece + piece.substr(0, 32 * 1024)));  // mbedTLS itself holds a record or two
  EXPECT_EQ(pair.client->receive(pair.server.take()), State::failed);
}

TEST(MbedtlsTls, ClosesWithACloseNotify) {
  Pair pair;
  pair.run();
  pair.client->write(bytes_of("last"));
  pair.client->close();
  pair.client->close();
  pair.run();
  EXPECT_EQ(pair.server.plaintext, "last");
  EXPECT_TRUE(pair.server.saw_close_notify());
  EXPECT_EQ(pair.client->write(bytes_of("x")), State::failed) << "nothing may be written after close";
}

TEST(MbedtlsTls, SeesTheCloseOfThePeerAfterItsLastBytes) {
  Pair pair;
  pair.run();
  pair.server.write(bytes_of("last"));
  pair.server.close();
  pair.client->receive(pair.server.take());
  EXPECT_EQ(read_all(*pair.client), "last");
  EXPECT_EQ(pair.client->state(), State::peer_closed);
  EXPECT_EQ(pair.client->error(), "");
  pair.client->close();
  pair.server.receive(take_all(*pair.client));
  EXPECT_TRUE(pair.server.saw_close_notify());
}

TEST(MbedtlsTls, SeesABareCloseOfThePeerAtOnce) {
  Pair pair;
  pair.run();
  pair.server.close();
  EXPECT_EQ(pair.client->receive(pair.server.take()), State::peer_closed);
}

TEST(MbedtlsTls, ClosedBeforeTheHandshakeIsOverSendsNothingOfTheApplication) {
  Pair pair;
  pair.client->write(bytes_of("early"));
  pair.client->close();
  pair.run();
  EXPECT_EQ(pair.server.plaintext, "");
  EXPECT_TRUE(pair.server.saw_close_notify());
}

TEST(MbedtlsTls, SurvivesBeingDroppedAtAnyMoment) {
  for (int rounds = 0; rounds < 3; ++rounds) {
    Pair pair;
    for (int i = 0; i < rounds; ++i) {
      pair.server.receive(take_all(*pair.client));
      pair.client->receive(pair.server.take());
    }
    pair.client.reset();
  }
}

TEST(MbedtlsClientContext, ExplainsTrustThatCannotBeRead) {
  for (const char* pem : {"", "rubbish", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    const auto made = MbedtlsClientContext::make({.ca_pem = pem, .entropy = {}});
    ASSERT_FALSE(made.ok()) << pem;
    EXPECT_THAT(made.error(), HasSubstr("trusted certificates"));
  }
}

TEST(MbedtlsClientContext, TakesItsEntropyFromTheBoard) {
  int calls = 0;
  const EntropyPort counting{[](void* context, MutableBytes out) {
                               ++*static_cast<int*>(context);
                               for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i * 7);
                               return true;
                             },
                             &calls};
  EXPECT_TRUE(MbedtlsClientContext::make({.ca_pem = authority().pem(), .entropy = counting}).ok());
  EXPECT_GT(calls, 0);
  const EntropyPort broken{[](void*, MutableBytes) { return false; }, nullptr};
  const auto made = MbedtlsClientContext::make({.ca_pem = authority().pem(), .entropy = broken});
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error(), HasSubstr("random generator"));
}

TEST(MbedtlsClientContext, RefusesImpossibleHosts) {
  const auto context = context_of(authority().pem());
  EXPECT_EQ(context->connect(""), nullptr);
  EXPECT_EQ(context->connect(std::string(300, 'h')), nullptr);
  EXPECT_EQ(context->connect(std::string_view("a\0b", 3)), nullptr) << "a name cut short would verify another host";
}

}  // namespace
}  // namespace fleetsim::device::testing
