// PROXY headers on real sockets: the device's address arrives, and peers that may not send one are cut off alone.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "server_fixture.hpp"

#include "platform-mock/core/proxy_protocol.hpp"

namespace fleetsim::platform {
namespace {

const std::string kHeader = "PROXY TCP4 203.0.113.7 127.0.21.1 50000 1883\r\n";

PlatformConfig behind_proxy(ProxyProtocol mode, const std::string& trusted = "127.0.0.0/8") {
  PlatformConfig config = three_instances();
  config.instances[0].mqtt.proxy_protocol = mode;
  config.instances[0].mqtt.proxy_trusted = {trusted};
  return config;
}

void without_delay(const Client& client) {
  const int on = 1;
  ::setsockopt(client.native(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

TEST(ServerProxy, TheDevicesAddressIsTheOneOfTheHeader) {
  TestServer server(behind_proxy(ProxyProtocol::required));
  Client client(server.endpoint("iotx-oxssharez200"));
  without_delay(client);
  for (const char byte : kHeader + connect_packet("dev1")) ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_EQ(client.read(4), connack_accepted);
  EXPECT_EQ(server.wait_for(PlatformEventKind::device_connected).peer, *IpAddress::parse("203.0.113.7"));
}

TEST(ServerProxy, TakesVersion2InOneSegmentWithTheConnect) {
  TestServer server(behind_proxy(ProxyProtocol::optional));
  std::string bytes;
  append_proxy_v2(bytes, {.version = 2,
                          .has_source = true,
                          .source = *IpAddress::parse("2001:db8::7"),
                          .destination = *IpAddress::parse("::1"),
                          .source_port = 1,
                          .destination_port = 2});
  Client client(server.endpoint("iotx-oxssharez200"));
  client.send(bytes + connect_packet("dev1"));
  EXPECT_EQ(client.read(4), connack_accepted);
  EXPECT_EQ(server.wait_for(PlatformEventKind::device_connected).peer, *IpAddress::parse("2001:db8::7"));
}

TEST(ServerProxy, OptionalServesThoseWithoutAHeaderToo) {
  TestServer server(behind_proxy(ProxyProtocol::optional));
  Client client(server.endpoint("iotx-oxssharez200"));
  client.send(connect_packet("dev1"));
  EXPECT_EQ(client.read(4), connack_accepted);
  EXPECT_EQ(server.wait_for(PlatformEventKind::device_connected).peer, *IpAddress::parse("127.0.0.1"));
}

TEST(ServerProxy, APeerThatIsNotTrustedIsCutOffAndTold) {
  TestServer server(behind_proxy(ProxyProtocol::optional, "10.0.0.0/8"));
  Client other(server.endpoint("iotx-oxssharez200"));
  other.send(connect_packet("dev2"));
  ASSERT_EQ(other.read(4), connack_accepted);
  Client client(server.endpoint("iotx-oxssharez200"));
  client.send(kHeader + connect_packet("dev1"));
  EXPECT_TRUE(client.closed_by_peer());
  const RecordedEvent event = server.wait_for(PlatformEventKind::protocol_violation);
  EXPECT_EQ(event.instance, "iotx-oxssharez200");
  EXPECT_EQ(event.reason, "PROXY header from a peer that is not trusted");
  EXPECT_EQ(event.peer, *IpAddress::parse("127.0.0.1"));
  other.send(ping_packet());
  EXPECT_EQ(other.read(2).size(), 2u);
}

TEST(ServerProxy, AMissingOrBrokenHeaderIsCutOff) {
  TestServer server(behind_proxy(ProxyProtocol::required));
  for (const std::string& bytes : {connect_packet("dev1"), std::string{"PROXY TCP4 1.2.3.4\r\n"}, std::string(200, 'P')}) {
    Client client(server.endpoint("iotx-oxssharez200"));
    client.send(bytes);
    EXPECT_TRUE(client.closed_by_peer());
  }
  EXPECT_EQ(server->statistics().refused, 3u);
}

TEST(ServerProxy, TheBootstrapEndpointTellsAHeaderFromAPost) {
  PlatformConfig config = three_instances();
  config.bootstrap.proxy_protocol = ProxyProtocol::optional;
  TestServer server(config);
  for (const std::string& before : {std::string{}, kHeader}) {
    Client client(server.endpoint("bootstrap"));
    without_delay(client);
    for (const char byte : before + bootstrap_request("dev1")) ASSERT_TRUE(client.send({&byte, 1}));
    EXPECT_NE(client.read_some().find("HTTP/1.1 200"), std::string::npos);
  }
}

}  // namespace
}  // namespace fleetsim::platform
