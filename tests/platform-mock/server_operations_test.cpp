// What operators see of a server: /metrics, /healthz, and how a drain goes.
#include <gtest/gtest.h>
#include <string>
#include <thread>

#include "server_fixture.hpp"

#include "platform-mock/core/platform.hpp"

namespace fleetsim::platform {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

ListenerConfig plain_listener(const std::string& address) {
  ListenerConfig listener;
  listener.address = address;
  listener.tls = false;
  return listener;
}

PlatformConfig managed() {
  PlatformConfig config = three_instances();
  config.management = plain_listener("127.0.21.10");
  return config;
}

std::string get(const Endpoint& endpoint, const std::string& path, const std::string& method = "GET") {
  Client client(endpoint);
  client.send(method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return client.read_to_end();
}

/// The value of a series, which is written as it stands on the page; "none" when there is no such line.
std::string value_of(const std::string& page, const std::string& series) {
  const std::size_t at = page.find("\n" + series + " ");
  if (at == std::string::npos) return "none";
  const std::size_t begin = at + series.size() + 2;
  return page.substr(begin, page.find('\n', begin) - begin);
}

TEST(Metrics, CountWhatDevicesDoByInstanceAndCode) {
  TestServer server(managed());
  Client good(server.endpoint("iotx-oxssharez200"));
  good.send(connect_packet("dev1"));
  ASSERT_EQ(good.read(4), connack_accepted);
  Client bad(server.endpoint("iotx-oxssharez400"));
  bad.send(connect_packet("dev2", 3, "not the secret"));
  bad.read_to_end();
  Client device(server.endpoint("bootstrap"));
  device.send(bootstrap_request("dev1"));
  device.read_some();
  device.send(bootstrap_request("nobody"));
  device.read_some();

  const std::string page = get(*server->management(), "/metrics");
  EXPECT_NE(page.find("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"), std::string::npos) << page.substr(0, 300);
  EXPECT_EQ(value_of(page, R"(fleetsim_sessions_online{iot_instance="iotx-oxssharez200",region="cn-shanghai"})"), "1");
  EXPECT_EQ(value_of(page, R"(fleetsim_connects_total{iot_instance="iotx-oxssharez200",region="cn-shanghai",code="0"})"), "1");
  EXPECT_EQ(value_of(page, R"(fleetsim_connects_total{iot_instance="iotx-oxssharez400",region="ap-southeast-1",code="4"})"), "1");
  EXPECT_EQ(
      value_of(page, R"(fleetsim_bootstraps_total{outcome="answered",code="200",iot_instance="iotx-oxssharez200",region="cn-shanghai"})"),
      "1");
  EXPECT_EQ(value_of(page, R"(fleetsim_bootstraps_total{outcome="refused",code="6100"})"), "1");
  EXPECT_EQ(value_of(page, R"(fleetsim_connections_open{listener="iotx-oxssharez200",region="cn-shanghai"})"), "1");
  EXPECT_EQ(value_of(page, R"(fleetsim_limit_reached_total{limit="offline_queue_per_device"})"), "0");
  EXPECT_EQ(value_of(page, "fleetsim_draining"), "0");
  EXPECT_GT(std::stod(value_of(page, "process_resident_memory_bytes")), 1e6);
  EXPECT_GT(std::stod(value_of(page, "process_open_fds")), 5);
  EXPECT_EQ(page.find("dev1"), std::string::npos) << "no device is a label";
  EXPECT_EQ(page.find("\"198000\""), std::string::npos) << "nor an account";
}

TEST(Metrics, StandOnAListenerOfTheirOwnWhenTheyHaveOne) {
  PlatformConfig config = managed();
  config.metrics = plain_listener("127.0.21.11");
  TestServer server(config);
  ASSERT_TRUE(server->metrics());
  EXPECT_EQ(get(*server->metrics(), "/metrics").find("HTTP/1.1 200"), 0U);
  EXPECT_EQ(get(*server->metrics(), "/healthz").find("HTTP/1.1 200"), 0U);
  EXPECT_EQ(get(*server->metrics(), "/console/api/account").find("HTTP/1.1 404"), 0U) << "nothing else is there";
  EXPECT_NE(get(*server->management(), "/metrics").find("HTTP/1.1 200"), 0U);
  EXPECT_EQ(get(*server->management(), "/healthz").find("HTTP/1.1 200"), 0U);
}

TEST(Metrics, TakeOnlyTheirPathAndReading) {
  TestServer server(managed());
  EXPECT_EQ(get(*server->management(), "/metricsx").find("HTTP/1.1 404"), 0U);
  EXPECT_EQ(get(*server->management(), "/metrics", "POST").find("HTTP/1.1 405"), 0U);
  EXPECT_EQ(get(*server->management(), "/healthzx").find("HTTP/1.1 404"), 0U);
  EXPECT_EQ(get(*server->management(), "/healthz", "POST").find("HTTP/1.1 405"), 0U);
}

TEST(Metrics, CountConnectionsThatTheShellRefuses) {
  PlatformConfig config = managed();
  config.limits.connect_packet_timeout = milliseconds{50};
  TestServer server(config);
  Client silent(server.endpoint("iot-060a0b"));
  server.wait_for(PlatformEventKind::protocol_violation);
  const std::string page = get(*server->management(), "/metrics");
  EXPECT_EQ(value_of(page, R"(fleetsim_limit_reached_total{limit="connect_packet_timeout"})"), "1");
  EXPECT_EQ(value_of(page, R"(fleetsim_connections_refused_total{listener="iot-060a0b",region="cn-shanghai"})"), "1");
}

TEST(Health, IsOkWhileNothingIsInTheWay) {
  TestServer server(managed());
  const std::string answer = get(*server->management(), "/healthz");
  EXPECT_EQ(answer.find("HTTP/1.1 200"), 0U);
  EXPECT_NE(answer.find(R"({"status":"ok","problems":[],"sessions_online":0,"connections_open":1})"), std::string::npos) << answer;
}

TEST(Health, TellsWhatAnotherPartHasToSay) {
  ServerOptions options;
  options.health = [](std::vector<HealthProblem>& problems) { problems.push_back({"store", "the disk is full"}); };
  TestServer server(managed(), std::move(options));
  const std::string answer = get(*server->management(), "/healthz");
  EXPECT_EQ(answer.find("HTTP/1.1 503 Service Unavailable"), 0U) << answer;
  EXPECT_NE(answer.find(R"({"status":"not_well","problems":[{"what":"store","detail":"the disk is full"}])"), std::string::npos) << answer;
}

TEST(Health, TellsThatNobodyElseCanConnect) {
  PlatformConfig config = managed();
  config.limits.connections_max = 2;
  TestServer server(config);
  Client first(server.endpoint("iotx-oxssharez200"));
  first.send(connect_packet("dev1"));
  ASSERT_EQ(first.read(4), connack_accepted);
  const std::string answer = get(*server->management(), "/healthz");
  EXPECT_EQ(answer.find("HTTP/1.1 503"), 0U);
  EXPECT_NE(answer.find(R"("what":"connections")"), std::string::npos) << answer;
  Client second(server.endpoint("iotx-oxssharez200"));
  second.send(connect_packet("dev2"));
  ASSERT_EQ(second.read(4), connack_accepted);
  Client third(server.endpoint("iotx-oxssharez200"));
  EXPECT_TRUE(third.closed_by_peer());
  std::uint64_t reached = 0;
  server->call([&](Platform& platform, Output&, Instant) { reached = platform.limits_reached().of(LimitKind::connections); });
  EXPECT_EQ(reached, 1U);
}

/// One device now, one `interval` later.
PlatformConfig slow_jobs(Duration interval) {
  PlatformConfig config = managed();
  config.limits.mode = LimitsMode::documented;
  config.limits.devices_per_batch = 1;
  config.limits.job_batch_interval = interval;
  return config;
}

JobIndex begin_job(TestServer& server) {
  DistributeRequest request;
  request.account = AccountId{"198000"};
  request.product = ProductKey{kProduct};
  request.source = InstanceId{"iotx-oxssharez200"};
  request.targets = {InstanceId{"iotx-oxssharez400"}};
  request.devices = {DeviceName{"dev1"}, DeviceName{"dev2"}};
  JobIndex job;
  server->call([&](Platform& platform, Output& output, Instant now) {
    const auto created = platform.distribute(request, now, output);
    ASSERT_TRUE(created) << created.error().message;
    job = *created;
  });
  return job;
}

JobState state_of(TestServer& server, JobIndex job) {
  JobState state{};
  server->call([&](Platform& platform, Output&, Instant) { state = platform.distribution().job(job).state; });
  return state;
}

TEST(Drain, WaitsForAJobThatIsUnderWayAndSaysSo) {
  TestServer server(slow_jobs(seconds{3}));
  Client device(server.endpoint("iotx-oxssharez400"));
  const JobIndex job = begin_job(server);
  Client monitor(*server->management());
  monitor.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_NE(monitor.read_some().find(R"("status":"ok")"), std::string::npos);
  std::thread stopping{[&] { server->stop(seconds{20}); }};
  // The drain has begun when the health page says so; each answer is the last of its connection then.
  std::string health;
  while (health.find("draining") == std::string::npos) health = get(*server->management(), "/healthz");
  EXPECT_EQ(health.find("HTTP/1.1 503"), 0U);
  EXPECT_NE(health.find(R"("what":"draining")"), std::string::npos) << health;
  EXPECT_THROW(Client{server.endpoint("iotx-oxssharez200")}, std::runtime_error) << "its listener is closed";
  EXPECT_THROW(Client{server.endpoint("bootstrap")}, std::runtime_error);
  EXPECT_EQ(value_of(get(*server->management(), "/metrics"), "fleetsim_draining"), "1");
  EXPECT_EQ(get(*server->management(), "/console/api/account").find("HTTP/1.1 503"), 0U);
  device.send(connect_packet("dev3"));
  EXPECT_EQ(device.read(4), std::string("\x20\x02\x00\x03", 4)) << "server unavailable";
  stopping.join();
  EXPECT_EQ(state_of(server, job), JobState::distributed);
  EXPECT_THROW(Client{*server->management()}, std::runtime_error);
}

TEST(Drain, LeavesAJobAsItIsWhenTheTimeIsUp) {
  TestServer server(slow_jobs(std::chrono::hours{1}));
  const JobIndex job = begin_job(server);
  Client device(server.endpoint("iotx-oxssharez200"));
  device.send(connect_packet("dev3"));
  ASSERT_EQ(device.read(4), connack_accepted);
  std::thread reader{[mine = std::move(device)]() mutable { mine.read_to_end(); }};
  const auto begin = std::chrono::steady_clock::now();
  server->stop(milliseconds{400});
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds{5});
  reader.join();
  EXPECT_EQ(state_of(server, job), JobState::distributing);
  std::size_t in_handover = 0;
  server->call([&](Platform& platform, Output&, Instant) { in_handover = platform.distribution().devices_in_handover(); });
  EXPECT_EQ(in_handover, 1U) << "the first device wholly, the second not at all";
}

}  // namespace
}  // namespace fleetsim::platform
