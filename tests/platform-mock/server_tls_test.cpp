// TLS on real sockets, on the same port as plain TCP.
#include <gtest/gtest.h>
#include <unistd.h>

#include "server_fixture.hpp"
#include "tls_client.hpp"

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
