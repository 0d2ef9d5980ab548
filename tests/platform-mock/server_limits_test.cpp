// What protects the server from its peers and from its host: each culprit is cut off, nobody else notices.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

#include "server_fixture.hpp"

namespace fleetsim::platform {
namespace {

Client online(TestServer& server, std::string_view device) {
  Client client(server.endpoint("iotx-oxssharez200"));
  client.send(connect_packet(device));
  EXPECT_EQ(client.read(4), connack_accepted);
  return client;
}

void expect_unharmed(Client& client) {
  client.send(ping_packet());
  EXPECT_EQ(client.read(2), (std::string{"\xd0\x00", 2}));
}

TEST(ServerLimits, ASlowLorisIsClosedBeforeItsFirstByteAndInTheMiddle) {
  PlatformConfig config = three_instances_with_tls();
  config.limits.connect_packet_timeout = std::chrono::milliseconds{150};
  config.limits.http_request_timeout = std::chrono::milliseconds{150};
  TestServer server(config);
  Client other = online(server, "dev2");
  Client silent(server.endpoint("iotx-oxssharez200"));
  Client half_hello(server.endpoint("iotx-oxssharez200"));
  half_hello.send("\x16\x03\x01");
  Client half_connect(server.endpoint("iotx-oxssharez200"));
  half_connect.send(connect_packet("dev1").substr(0, 20));
  Client half_request(server.endpoint("bootstrap"));
  half_request.send("POST /auth/bootstrap HTTP/1.1\r\nHost:");
  EXPECT_TRUE(silent.closed_by_peer());
  EXPECT_TRUE(half_hello.closed_by_peer());
  EXPECT_TRUE(half_connect.closed_by_peer());
  half_request.read_to_end();
  server.wait_for([](const RecordedEvent& event) { return event.reason == "nothing useful sent in time"; });
  server.wait_for([](const RecordedEvent& event) { return event.reason == "TLS handshake not over in time"; });
  expect_unharmed(other);
}

TEST(ServerLimits, AnHttpHeaderOfTenMegabytesIsRefused) {
  TestServer server(three_instances());
  Client client(server.endpoint("bootstrap"));
  client.send("POST /auth/bootstrap HTTP/1.1\r\n");
  const std::string line = "X-Filler: " + std::string(65536, 'x') + "\r\n";
  for (int i = 0; i < 160 && client.send(line); ++i) {
  }
  const std::string answer = client.read_to_end();
  EXPECT_EQ(answer.find("200"), std::string::npos);
  EXPECT_NE(answer.find("HTTP/1.1 431"), std::string::npos) << answer;
  server.wait_for(PlatformEventKind::protocol_violation);
  Client next(server.endpoint("bootstrap"));
  next.send(bootstrap_request("dev1"));
  EXPECT_NE(next.read_some().find("HTTP/1.1 200"), std::string::npos);
}

TEST(ServerLimits, AnOversizedPublishClosesItsConnectionOnly) {
  TestServer server(three_instances());
  Client other = online(server, "dev2");
  Client client = online(server, "dev1");
  // A PUBLISH that announces 256 MB - 1 (MQTT 3.1.1 §2.2.3: the largest length there is).
  client.send("\x30\xff\xff\xff\x7f");
  for (int i = 0; i < 100 && client.send(std::string(65536, 'x')); ++i) {
  }
  client.read_to_end();
  server.wait_for(PlatformEventKind::protocol_violation);
  expect_unharmed(other);
}

TEST(ServerLimits, RubbishInsteadOfAConnectIsClosed) {
  TestServer server(three_instances());
  Client other = online(server, "dev2");
  for (const char* rubbish : {"\xff\xff\xff\xff\xff", "GET / HTTP/1.1\r\n\r\n", "\x30\x05hello"}) {
    Client client(server.endpoint("iotx-oxssharez200"));
    client.send(rubbish);
    EXPECT_TRUE(client.closed_by_peer());
  }
  expect_unharmed(other);
}

TEST(ServerLimits, ASlowConsumerIsCutOffAtTheLimitOfItsOutput) {
  TestServer server(three_instances());
  Client other = online(server, "dev2");
  Client slow(server.endpoint("iotx-oxssharez200"), 4096);
  slow.send(connect_packet("dev1"));
  ASSERT_EQ(slow.read(4), connack_accepted);
  const std::string payload(200 * 1024, 'x');
  const std::string topic = "/sys/" + std::string{kProduct} + "/dev1/thing/service/property/set";
  int sent = 0;
  for (; sent < 500 && server->statistics().slow_consumers == 0; ++sent) {
    server->call([&](Platform& platform, Output& output, Instant now) {
      const auto device = platform.registry().find_device(kProduct, "dev1");
      platform.publish_to_device(*device, topic, bytes_of(payload), 0, now, output);
    });
  }
  EXPECT_EQ(server->statistics().slow_consumers, 1u) << "after " << sent << " messages";
  EXPECT_EQ(server.wait_for(PlatformEventKind::device_disconnected).device, "dev1");
  EXPECT_EQ(server.wait_for(PlatformEventKind::protocol_violation).reason, "slow consumer: too many bytes wait for it");
  expect_unharmed(other);
}

TEST(ServerLimits, ASlowConsumerIsCutOffSoonerWhereTheLimitIsLower) {
  PlatformConfig config = three_instances();
  config.limits.output_bytes_per_connection = 128 * 1024;
  TestServer server(config);
  Client slow = online(server, "dev1");
  server->call([&](Platform& platform, Output& output, Instant now) {
    const std::string topic = "/sys/" + std::string{kProduct} + "/dev1/thing/service/property/set";
    const auto device = platform.registry().find_device(kProduct, "dev1");
    platform.publish_to_device(*device, topic, bytes_of(std::string(200 * 1024, 'x')), 0, now, output);
  });
  EXPECT_EQ(server.wait_for(PlatformEventKind::protocol_violation).reason, "slow consumer: too many bytes wait for it");
}

TEST(ServerLimits, WhoGoesOnTalkingToAClosedConnectionIsCutOff) {
  PlatformConfig config = three_instances();
  config.limits.discarded_bytes_per_connection = 128 * 1024;
  TestServer server(config);
  Client client(server.endpoint("iotx-oxssharez200"));
  client.send("\xff\xff\xff\xff\xff");
  server.wait_for(PlatformEventKind::protocol_violation);
  for (int i = 0; i < 20 && client.send(std::string(65536, 'x')); ++i) {
  }
  // Each call is a turn of the server's loop, which reads what has come.
  std::uint64_t reached = 0;
  for (int i = 0; i < 10000 && reached == 0; ++i)
    server->call([&reached](Platform& platform, Output&, Instant) {
      reached = platform.limits_reached().of(LimitKind::discarded_bytes_per_connection);
    });
  EXPECT_EQ(reached, 1U);
}

TEST(ServerLimits, AConsumerThatReadsGetsEverything) {
  TestServer server(three_instances());
  Client client = online(server, "dev1");
  const std::string payload(200 * 1024, 'y');
  const std::string topic = "/sys/" + std::string{kProduct} + "/dev1/thing/service/property/set";
  constexpr std::size_t kMessages = 100;  // five times the limit of waiting output
  const std::size_t packet = 1 + 3 + 2 + topic.size() + payload.size();
  for (std::size_t i = 0; i < kMessages; ++i) {
    server->call([&](Platform& platform, Output& output, Instant now) {
      const auto device = platform.registry().find_device(kProduct, "dev1");
      ASSERT_TRUE(platform.publish_to_device(*device, topic, bytes_of(payload), 0, now, output));
    });
    const std::string got = client.read(packet);
    ASSERT_EQ(got.size(), packet);
    ASSERT_EQ(got.substr(got.size() - payload.size()), payload);
  }
}

TEST(ServerLimits, MoreConnectionsThanAllowedAreClosedAtOnce) {
  PlatformConfig config = three_instances();
  config.limits.connections_max = 3;
  TestServer server(config);
  Client first = online(server, "dev1");
  Client second = online(server, "dev2");
  Client third = online(server, "dev3");
  Client fourth(server.endpoint("iotx-oxssharez200"));
  EXPECT_TRUE(fourth.closed_by_peer());
  EXPECT_EQ(server.wait_for(PlatformEventKind::protocol_violation).reason, "more connections than connections_max");
  expect_unharmed(first);
}

/// Lowers the limit of descriptors so that `spare` more can be opened, and restores it.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(int spare) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int next = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    ::close(next);
    rlimit lowered = before_;
    lowered.rlim_cur = static_cast<rlim_t>(next + spare);
    ::setrlimit(RLIMIT_NOFILE, &lowered);
  }
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;

 private:
  rlimit before_{};
};

TEST(ServerLimits, AcceptSurvivesRunningOutOfDescriptors) {
  TestServer server(three_instances());
  Client other = online(server, "dev9");
  std::vector<Client> clients;
  {
    // The clients are part of this process. Room for nine sockets: however fast the server accepts, the fifth client finds a place (four
    // and four are taken), and the fifth accept does not.
    const DescriptorLimit limit(9);
    for (int i = 0; i < 5; ++i) clients.emplace_back(server.endpoint("bootstrap"));
    const std::string warning = server.wait_for_warning();
    EXPECT_NE(warning.find("Too many open files"), std::string::npos) << warning;
    expect_unharmed(other);
  }
  for (Client& client : clients) {
    client.send(bootstrap_request("dev1"));
    EXPECT_NE(client.read_some().find("HTTP/1.1 200"), std::string::npos);
  }
  EXPECT_GE(server->statistics().accept_pauses, 1u);
}

}  // namespace
}  // namespace fleetsim::platform
