// TLS on real sockets, on the same port as plain TCP.
#include <algorithm>
#include <gtest/gtest.h>
#include <unistd.h>

#include "server_fixture.hpp"
#include "tls_client.hpp"

#include "platform-mock/core/misbehaviour/engine.hpp"

namespace fleetsim::platform {
namespace {

/// Carries what TLS wants to say over the socket until `enough`.
template <class Condition>
void exchange(Client& socket, TlsTestClient& tls, Condition enough) {
  while (true) {
    const std::string up = tls.take();
    ASSERT_TRUE(up.empty() || socket.send(up));
    if (enough()) return;
    const std::string down = socket.read_some();
    tls.give(down);
    ASSERT_FALSE(down.empty()) << "closed by the server";
  }
}

void shake_hands(Client& socket, TlsTestClient& tls) {
  exchange(socket, tls, [&] { return tls.open() || tls.failed(); });
  ASSERT_TRUE(tls.open());
}

std::string ask(Client& socket, TlsTestClient& tls, const std::string& request, std::size_t answer_bytes) {
  tls.write(request);
  std::string answer;
  exchange(socket, tls, [&] {
    answer += tls.read();
    return answer.size() >= answer_bytes;
  });
  return answer;
}

TEST(ServerTls, OneServerSpeaksEveryVersionAndPlainOnOnePort) {
  TestServer server(three_instances_with_tls());
  const Endpoint& endpoint = server.endpoint("iotx-oxssharez200");
  struct Case {
    int version;
    const char* ciphers;
    const char* host;
    const char* device;
  };
  for (const Case& c : {Case{TLS1_2_VERSION, "AES128-SHA", "127.0.21.1", "dev1"}, Case{TLS1_3_VERSION, "", "localhost", "dev2"},
                        Case{TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", "a1X.iot-as-mqtt.cn-shanghai.aliyuncs.com", "dev3"}}) {
    // The listeners' names are loopback ones here, so the realistic name of this case is not in the certificate.
    const bool named = std::string_view{c.device} != "dev3";
    TlsTestClient tls({.ca_pem = server->ca_pem(), .version = c.version, .ciphers = c.ciphers, .host = named ? c.host : "127.0.21.1"});
    Client socket(endpoint);
    shake_hands(socket, tls);
    EXPECT_EQ(ask(socket, tls, connect_packet(c.device, 2), 4), connack_accepted);
    EXPECT_EQ(ask(socket, tls, ping_packet(), 2), (std::string{"\xd0\x00", 2}));
  }
  Client plain(endpoint);
  plain.send(connect_packet("dev4"));
  EXPECT_EQ(plain.read(4), connack_accepted);
}

TEST(ServerTls, ServesTheBootstrapEndpoint) {
  PlatformConfig config = three_instances_with_tls();
  config.names = AdvertisedNames::realistic;
  TestServer server(config);
  TlsTestClient tls({.ca_pem = server->ca_pem(), .version = 0, .ciphers = {}, .host = "iot-auth-global.aliyuncs.com"});
  Client socket(server.endpoint("bootstrap"));
  shake_hands(socket, tls);
  EXPECT_NE(ask(socket, tls, bootstrap_request("dev1"), 50).find("HTTP/1.1 200"), std::string::npos);
}

TEST(ServerTls, AClientWithoutTheCaRefusesTheServerAndTheServerSaysSo) {
  TestServer server(three_instances_with_tls());
  TlsTestClient tls({});
  Client socket(server.endpoint("iotx-oxssharez200"));
  exchange(socket, tls, [&] { return tls.failed(); });
  socket.send(tls.take());  // its alert
  EXPECT_NE(server.wait_for(PlatformEventKind::protocol_violation).reason, "");
}

TEST(ServerTls, AnOldVersionGetsAnAlertAndAnOrderlyClose) {
  TestServer server(three_instances_with_tls());
  TlsTestClient tls({.ca_pem = server->ca_pem(), .version = TLS1_1_VERSION, .ciphers = "DEFAULT:@SECLEVEL=0", .host = {}});
  Client socket(server.endpoint("iotx-oxssharez200"));
  socket.send(tls.take());
  const std::string answer = socket.read_to_end();
  ASSERT_GE(answer.size(), 7u);
  EXPECT_EQ(answer[0], '\x15');  // RFC 5246 §6.2.1: alert
}

TEST(ServerTls, TheServersCloseIsAnnouncedWithCloseNotify) {
  TestServer server(three_instances_with_tls());
  TlsTestClient tls({.ca_pem = server->ca_pem(), .version = 0, .ciphers = {}, .host = "127.0.21.1"});
  Client socket(server.endpoint("iotx-oxssharez200"));
  shake_hands(socket, tls);
  EXPECT_EQ(ask(socket, tls, connect_packet("dev1", 2, "not the secret"), 4), (std::string{"\x20\x02\x00\x04", 4}));
  tls.give(socket.read_to_end());
  tls.read();
  EXPECT_TRUE(tls.peer_closed());
}

TEST(ServerTls, APortThatSpeaksTlsOnlyRefusesPlain) {
  PlatformConfig config = three_instances_with_tls();
  config.instances[0].mqtt.plain = false;
  TestServer server(config);
  Client plain(server.endpoint("iotx-oxssharez200"));
  plain.send(connect_packet("dev1"));
  EXPECT_TRUE(plain.closed_by_peer());
  EXPECT_EQ(server.wait_for(PlatformEventKind::protocol_violation).reason, "plain TCP on a listener that serves TLS only");
}

struct BadCertificate {
  const char* kind;
  long verdict;
};
constexpr BadCertificate bad_certificates[] = {{"tls_expired", X509_V_ERR_CERT_HAS_EXPIRED},
                                               {"tls_wrong_name", X509_V_ERR_IP_ADDRESS_MISMATCH},
                                               {"tls_unknown_ca", X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY},
                                               {"tls_not_yet_valid", X509_V_ERR_CERT_NOT_YET_VALID},
                                               {"tls_self_signed", X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT}};

/// What a client that verifies thinks of the endpoint.
long verdict_on(TestServer& server, const char* endpoint, const char* host) {
  TlsTestClient tls({.ca_pem = server->ca_pem(), .version = 0, .ciphers = {}, .host = host});
  Client socket(server.endpoint(endpoint));
  exchange(socket, tls, [&] { return tls.open() || tls.failed(); });
  EXPECT_EQ(tls.open(), tls.verdict() == X509_V_OK);
  return tls.verdict();
}

TEST(ServerTls, ShowsBadCertificatesOnDemandAtTheEndpointThatWasAskedFor) {
  TestServer server(three_instances_with_tls());
  const auto set = [&](misbehaviour::Rule rule) {
    server->call([&](Platform& platform, Output&, Instant now) { EXPECT_TRUE(platform.misbehaviour().add(std::move(rule), now).ok()); });
  };
  for (const BadCertificate& bad : bad_certificates) {
    set({.kind = bad.kind, .endpoint = "iotx-oxssharez200", .calls = misbehaviour::first_calls(1)});
    EXPECT_EQ(verdict_on(server, "iotx-oxssharez400", "127.0.21.2"), X509_V_OK) << "another instance";
    EXPECT_EQ(verdict_on(server, "iotx-oxssharez200", "127.0.21.1"), bad.verdict);
    EXPECT_EQ(verdict_on(server, "iotx-oxssharez200", "127.0.21.1"), X509_V_OK) << "the next handshake";
    set({.name = "at-bootstrap", .kind = bad.kind, .endpoint = "bootstrap"});
    EXPECT_EQ(verdict_on(server, "bootstrap", "127.0.21.9"), bad.verdict);
    server->call([](Platform& platform, Output&, Instant) { platform.misbehaviour().remove_all(); });
    EXPECT_EQ(verdict_on(server, "bootstrap", "127.0.21.9"), X509_V_OK);
  }
  EXPECT_EQ(server.count(PlatformEventKind::misbehaved), 10U);
}

TEST(ServerTls, SpeaksNothingNewerThanTls11OnDemand) {
  PlatformConfig config = three_instances_with_tls();
  config.misbehaviour.push_back({.kind = "tls_old_version", .endpoint = "bootstrap"});
  TestServer server(config);
  TlsTestClient current({.ca_pem = server->ca_pem(), .version = TLS1_2_VERSION, .ciphers = {}, .host = "127.0.21.9"});
  Client refused(server.endpoint("bootstrap"));
  exchange(refused, current, [&] { return current.open() || current.failed(); });
  EXPECT_TRUE(current.failed());
  TlsTestClient old({.ca_pem = server->ca_pem(), .version = TLS1_1_VERSION, .ciphers = "DEFAULT:@SECLEVEL=0", .host = "127.0.21.9"});
  Client taken(server.endpoint("bootstrap"));
  exchange(taken, old, [&] { return old.open() || old.failed(); });
  EXPECT_TRUE(old.open());
  EXPECT_EQ(old.version(), "TLSv1.1");
}

TEST(ServerTls, AnswersAHandshakeWithoutTlsOnDemandAndCloses) {
  PlatformConfig config = three_instances_with_tls();
  config.misbehaviour.push_back({.kind = "tls_plain_text", .endpoint = "bootstrap"});
  TestServer server(config);
  TlsTestClient tls({.ca_pem = server->ca_pem(), .version = 0, .ciphers = {}, .host = "127.0.21.9"});
  Client socket(server.endpoint("bootstrap"));
  socket.send(tls.take());
  EXPECT_TRUE(socket.read_to_end().starts_with("HTTP/1.1 400 "));
}

TEST(ServerTls, LeavesAHandshakeUnansweredOnDemandUntilItsTimeIsOver) {
  PlatformConfig config = three_instances_with_tls();
  config.misbehaviour.push_back({.kind = "tls_silent", .endpoint = "bootstrap"});
  config.limits.connect_packet_timeout = std::chrono::milliseconds{300};
  TestServer server(config);
  TlsTestClient tls({.ca_pem = server->ca_pem(), .version = 0, .ciphers = {}, .host = "127.0.21.9"});
  Client socket(server.endpoint("bootstrap"));
  socket.send(tls.take());
  EXPECT_EQ(socket.read_to_end(), "");
  EXPECT_EQ(server.wait_for(PlatformEventKind::protocol_violation).reason, "TLS handshake not over in time");
}

TEST(ServerTls, ShowsABadCertificateToAShareOfTheHandshakes) {
  PlatformConfig config = three_instances_with_tls();
  config.tls.rsa = false;
  config.misbehaviour.push_back({.kind = "tls_expired", .share = 0.5});
  TestServer server(config);
  std::string verdicts;
  for (int i = 0; i < 24; ++i) verdicts += verdict_on(server, "iotx-oxssharez200", "127.0.21.1") == X509_V_OK ? '0' : '1';
  EXPECT_EQ(static_cast<std::size_t>(std::count(verdicts.begin(), verdicts.end(), '1')), server.count(PlatformEventKind::misbehaved));
  EXPECT_NE(verdicts.find("01"), std::string::npos) << verdicts;
  EXPECT_NE(verdicts.find("10"), std::string::npos) << verdicts;
}

TEST(ServerMisbehaviour, LateSplitAndCutAnswersGoOverSocketsAsTheyShould) {
  TestServer server(three_instances());
  constexpr std::string_view request_line = "POST /auth/bootstrap HTTP/1.1\r\n";
  const auto answer_with = [&](misbehaviour::Rule rule) {
    server->call([&](Platform& platform, Output&, Instant now) {
      platform.misbehaviour().remove_all();
      EXPECT_TRUE(platform.misbehaviour().add(std::move(rule), now).ok());
    });
    Client client(server.endpoint("bootstrap"));
    client.send(bootstrap_request("dev1").replace(0, request_line.size(), std::string{request_line} + "Connection: close\r\n"));
    return client.read_to_end();
  };
  const auto whole = [](const std::string& answer) { return answer.ends_with(R"("message":"success"})"); };
  EXPECT_TRUE(whole(answer_with({.kind = "bootstrap_late", .arguments = {{"delay", Duration{std::chrono::milliseconds{50}}}}})));
  EXPECT_TRUE(whole(answer_with({.kind = "bootstrap_split"})));
  const std::string cut = answer_with({.kind = "bootstrap_cut"});
  EXPECT_TRUE(cut.starts_with("HTTP/1.1 200 OK") && !whole(cut));
  EXPECT_EQ(answer_with({.kind = "bootstrap_close"}), "");
}

TEST(ServerTls, RunsThatShareACaFileTrustEachOther) {
  PlatformConfig config = three_instances_with_tls();
  config.tls.ca_file = testing::TempDir() + "server-ca-" + std::to_string(::getpid()) + ".pem";
  std::string pem;
  {
    TestServer first(config);
    pem = first->ca_pem();
  }
  TestServer second(config);
  EXPECT_EQ(second->ca_pem(), pem);
  TlsTestClient tls({.ca_pem = pem, .version = 0, .ciphers = {}, .host = "127.0.21.1"});
  Client socket(second.endpoint("iotx-oxssharez200"));
  shake_hands(socket, tls);
  ::unlink(config.tls.ca_file.c_str());
}

}  // namespace
}  // namespace fleetsim::platform
