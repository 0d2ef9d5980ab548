// Whole connections on sockets: MQTT and bootstrap over plain TCP, call() and stop().
#include <chrono>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include "server_fixture.hpp"

namespace fleetsim::platform {
namespace {

TEST(ServerConnect, AcceptsASignedDeviceAndAnswersItsPings) {
  TestServer server(three_instances());
  Client client(server.endpoint("iotx-oxssharez200"));
  ASSERT_TRUE(client.send(connect_packet("dev1")));
  EXPECT_EQ(client.read(4), connack_accepted);
  client.send(ping_packet());
  EXPECT_EQ(client.read(2), (std::string{"\xd0\x00", 2}));
  const RecordedEvent event = server.wait_for(PlatformEventKind::device_connected);
  EXPECT_EQ(event.device, "dev1");
  EXPECT_EQ(event.instance, "iotx-oxssharez200");
  EXPECT_EQ(event.peer, *IpAddress::parse("127.0.0.1"));
}

TEST(ServerConnect, TakesAConnectByteByByte) {
  TestServer server(three_instances());
  Client client(server.endpoint("iotx-oxssharez200"));
  const int off = 1;
  ::setsockopt(client.native(), IPPROTO_TCP, TCP_NODELAY, &off, sizeof off);
  for (const char byte : connect_packet("dev1")) ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_EQ(client.read(4), connack_accepted);
}

TEST(ServerConnect, RefusesAWrongSecret) {
  TestServer server(three_instances());
  Client client(server.endpoint("iotx-oxssharez200"));
  client.send(connect_packet("dev1", 3, "not the secret"));
  EXPECT_EQ(client.read_to_end(), (std::string{"\x20\x02\x00\x04", 4}));
  server.wait_for(PlatformEventKind::connect_refused);
}

TEST(ServerConnect, TellsTheCoreWhenAPeerGoes) {
  TestServer server(three_instances());
  {
    Client client(server.endpoint("iotx-oxssharez200"));
    client.send(connect_packet("dev1"));
    EXPECT_EQ(client.read(4), connack_accepted);
  }
  EXPECT_EQ(server.wait_for(PlatformEventKind::device_disconnected).device, "dev1");
  server->call([](Platform& platform, Output&, Instant) { EXPECT_EQ(platform.statistics().connections_open, 0u); });
  EXPECT_EQ(server->statistics().accepted, 1u);
}

TEST(ServerConnect, AnswersABootstrapWithTheInstanceOfTheDevice) {
  TestServer server(three_instances());
  const Endpoint& home = server.endpoint("iotx-oxssharez200");
  Client client(server.endpoint("bootstrap"));
  client.send(bootstrap_request("dev1"));
  const std::string answer = client.read_some();
  EXPECT_NE(answer.find("HTTP/1.1 200"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\"host\":\"127.0.21.1\",\"port\":" + std::to_string(home.port)), std::string::npos) << answer;
}

TEST(ServerConnect, AnswersABootstrapFromAClientThatHasFinishedSending) {
  TestServer server(three_instances());
  Client client(server.endpoint("bootstrap"));
  client.send(bootstrap_request("dev1"));
  client.finish_sending();
  EXPECT_NE(client.read_to_end().find("\"code\":200"), std::string::npos);
}

TEST(ServerConnect, ServesManyPeersThatComeAtOnce) {
  TestServer server(three_instances());
  const Endpoint& endpoint = server.endpoint("bootstrap");
  std::vector<Client> clients;
  for (int i = 0; i < 200; ++i) clients.emplace_back(endpoint);
  for (Client& client : clients) client.send(bootstrap_request("dev1"));
  for (Client& client : clients) EXPECT_NE(client.read_some().find("\"code\":200"), std::string::npos);
}

/// The server's end of a client's connection: the server is in this process.
int server_end_of(const Client& client) {
  sockaddr_in own{};
  socklen_t size = sizeof own;
  if (::getsockname(client.native(), reinterpret_cast<sockaddr*>(&own), &size) != 0) return -1;
  constexpr int descriptors_max = 4096;
  for (int descriptor = 0; descriptor < descriptors_max; ++descriptor) {
    sockaddr_in peer{};
    size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0 || peer.sin_family != AF_INET) continue;
    if (peer.sin_port == own.sin_port && peer.sin_addr.s_addr == own.sin_addr.s_addr) return descriptor;
  }
  return -1;
}

TEST(ServerConnect, SendsWithoutDelay) {
  TestServer server(three_instances());
  Client client(server.endpoint("iotx-oxssharez200"));
  client.send(connect_packet("dev1"));
  ASSERT_EQ(client.read(4), connack_accepted);
  // Nagle's algorithm would hold a second answer back until the first is acknowledged, up to 40 ms; a stop-watch would rarely see it.
  const int descriptor = server_end_of(client);
  ASSERT_GE(descriptor, 0);
  int no_delay = 0;
  socklen_t size = sizeof no_delay;
  ASSERT_EQ(::getsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size), 0);
  EXPECT_NE(no_delay, 0);
}

TEST(ServerCall, RunsOnTheServersThreadAndPassesExceptionsOn) {
  TestServer server(three_instances());
  std::thread::id where;
  server->call([&](Platform&, Output&, Instant) { where = std::this_thread::get_id(); });
  EXPECT_NE(where, std::this_thread::get_id());
  EXPECT_THROW(server->call([](Platform&, Output&, Instant) { throw std::runtime_error("of the caller"); }), std::runtime_error);
  server->stop(std::chrono::milliseconds{1000});
  bool ran = false;
  server->call([&](Platform&, Output&, Instant) { ran = true; });  // after stop: on the caller's thread
  EXPECT_TRUE(ran);
}

TEST(ServerCall, SeesADeviceThatWasAddedWhileTheServerRuns) {
  TestServer server(three_instances());
  server->call(
      [](Platform& platform, Output&, Instant) { EXPECT_FALSE(platform.registry().add_device(kProduct, "late1", "secret").has_value()); });
  Client client(server.endpoint("iotx-oxssharez200"));
  client.send(connect_packet("late1"));
  EXPECT_EQ(client.read(4), connack_accepted);
}

TEST(ServerStop, DrainsOpenSessionsAndRefusesNewPeers) {
  TestServer server(three_instances());
  const Endpoint endpoint = server.endpoint("iotx-oxssharez200");
  Client client(endpoint);
  client.send(connect_packet("dev1"));
  ASSERT_EQ(client.read(4), connack_accepted);
  Client silent(endpoint);
  std::thread reader{[mine = std::move(client)]() mutable { mine.read_to_end(); }};
  const auto begin = std::chrono::steady_clock::now();
  server->stop(std::chrono::seconds{5});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{5});
  reader.join();
  EXPECT_THROW(Client{endpoint}, std::runtime_error);
  server->stop(std::chrono::seconds{5});  // again: nothing happens
  EXPECT_GT(server->cpu_microseconds(), 0u);
}

TEST(ServerStop, EndsAPeerThatNeverClosesWhenTheDrainIsOver) {
  TestServer server(three_instances());
  Client client(server.endpoint("iotx-oxssharez200"));
  client.send(connect_packet("dev1"));
  ASSERT_EQ(client.read(4), connack_accepted);
  server->stop(std::chrono::milliseconds{20});
  client.read_to_end();
}

}  // namespace
}  // namespace fleetsim::platform
