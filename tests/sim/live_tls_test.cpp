// The OpenSSL client engine against an OpenSSL server engine, both over memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>

#include "platform-mock/server/openssl_server_engine.hpp"
#include "sim/live/openssl_client_engine.hpp"

namespace fleetsim::sim {
namespace {

using platform::CertificateAuthority;
using platform::CertificateNames;
using platform::TlsServerContext;
using ::testing::HasSubstr;
using State = TlsEngine::State;

const CertificateAuthority& authority() {
  static const auto made = CertificateAuthority::create();
  return *made;
}

const TlsServerContext& server_context() {
  static const auto made = TlsServerContext::create({}, authority(), CertificateNames{.dns = {"iot.test"}, .addresses = {"127.0.2.1"}});
  return *made;
}

std::string read_all(TlsEngine& engine) {
  std::string text;
  std::array<std::uint8_t, 1024> room{};
  while (const std::size_t got = engine.read(room)) text += text_of(ByteView(room).first(got));
  return text;
}

/// Carries what one engine has for the other, `chunk` bytes at a time; false when there was nothing.
bool carry(TlsEngine& from, TlsEngine& to, std::size_t chunk) {
  std::array<std::uint8_t, 4096> room{};
  bool any = false;
  while (const std::size_t got = from.take(MutableBytes(room).first(chunk))) {
    to.receive(ByteView(room).first(got));
    any = true;
  }
  return any;
}

void settle(TlsEngine& a, TlsEngine& b, std::size_t chunk = 4096) {
  while (carry(a, b, chunk) | carry(b, a, chunk)) {
  }
}

struct Pair {
  std::unique_ptr<TlsEngine> client;
  std::unique_ptr<TlsEngine> server = server_context().new_session();
};

Pair meet(std::string_view host, const std::string& ca_pem, std::size_t chunk = 4096) {
  static std::vector<std::unique_ptr<OpenSslClientContext>> contexts;  // outlive their sessions
  auto context = OpenSslClientContext::make(ca_pem);
  contexts.push_back(std::move(*context));
  Pair pair;
  pair.client = contexts.back()->connect(host);
  pair.server->start();
  pair.client->start();
  settle(*pair.client, *pair.server, chunk);
  return pair;
}

TEST(OpenSslClient, SpeaksBothWaysAfterVerifyingNameOrAddress) {
  for (const char* host : {"iot.test", "127.0.2.1"}) {
    Pair pair = meet(host, authority().pem());
    ASSERT_EQ(pair.client->state(), State::open) << host << ": " << pair.client->error();
    pair.client->write(bytes_of("ping"));
    settle(*pair.client, *pair.server);
    EXPECT_EQ(read_all(*pair.server), "ping");
    pair.server->write(bytes_of("pong"));
    settle(*pair.client, *pair.server);
    EXPECT_EQ(read_all(*pair.client), "pong");
  }
}

TEST(OpenSslClient, DoesNotCareHowItsBytesAreSplit) {
  Pair pair = meet("iot.test", authority().pem(), 1);
  ASSERT_EQ(pair.client->state(), State::open);
  pair.server->write(bytes_of("pong"));
  settle(*pair.client, *pair.server, 1);
  EXPECT_EQ(read_all(*pair.client), "pong");
}

TEST(OpenSslClient, RefusesAnotherName) {
  for (const char* host : {"other.test", "127.0.2.2"}) {
    const Pair pair = meet(host, authority().pem());
    EXPECT_EQ(pair.client->state(), State::failed) << host;
    EXPECT_THAT(std::string(pair.client->error()), HasSubstr("certificate not accepted"));
  }
}

TEST(OpenSslClient, RefusesAnAuthorityThatItDoesNotKnow) {
  const auto stranger = CertificateAuthority::create();
  const Pair pair = meet("iot.test", stranger->pem());
  EXPECT_EQ(pair.client->state(), State::failed);
  EXPECT_THAT(std::string(pair.client->error()), HasSubstr("certificate not accepted"));
}

TEST(OpenSslClient, SendsWhatWasWrittenBeforeTheHandshakeAfterIt) {
  auto context = OpenSslClientContext::make(authority().pem());
  const auto client = (*context)->connect("iot.test");
  const auto server = server_context().new_session();
  server->start();
  client->start();
  client->write(bytes_of("early"));
  settle(*client, *server);
  EXPECT_EQ(read_all(*server), "early");
}

TEST(OpenSslClient, KeepsAtMost64KiBBeforeTheHandshake) {
  auto context = OpenSslClientContext::make(authority().pem());
  const auto client = (*context)->connect("iot.test");
  client->start();
  const std::string half(40 * 1024, 'x');
  EXPECT_EQ(client->write(bytes_of(half)), State::handshaking);
  EXPECT_EQ(client->write(bytes_of(half)), State::failed);
}

TEST(OpenSslClient, HearsThePeerCloseAfterItsLastBytes) {
  Pair pair = meet("iot.test", authority().pem());
  pair.server->write(bytes_of("bye"));
  pair.server->close();
  settle(*pair.client, *pair.server);
  EXPECT_EQ(read_all(*pair.client), "bye");
  EXPECT_EQ(pair.client->state(), State::peer_closed);
}

TEST(OpenSslClient, FailsOnBytesThatAreNoTls) {
  auto context = OpenSslClientContext::make(authority().pem());
  const auto client = (*context)->connect("iot.test");
  client->start();
  EXPECT_EQ(client->receive(bytes_of("HTTP/1.1 400 Bad Request\r\n\r\n")), State::failed);
  EXPECT_FALSE(client->error().empty());
}

TEST(OpenSslClient, TrustsNothingWithoutACertificate) {
  const auto context = OpenSslClientContext::make("no PEM here");
  ASSERT_FALSE(context);
  EXPECT_THAT(context.error(), HasSubstr("no certificate"));
}

}  // namespace
}  // namespace fleetsim::sim
