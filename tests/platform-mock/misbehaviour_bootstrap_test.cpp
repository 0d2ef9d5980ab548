// Every wrong answer of the bootstrap endpoint, on its real bytes.
#include "tests/platform-mock/misbehaviour_world.hpp"

namespace fleetsim::platform::broker_test {
namespace {

/// The answer that dev1 gets while one rule of the kind is set.
std::string answer_under(const Rule& rule) {
  MisbehavingWorld world;
  world.set(rule);
  Client client = world.ask_bootstrap("dev1");
  EXPECT_EQ(world.fired(), std::vector<std::string>{rule.kind + "@dev1"});
  EXPECT_FALSE(client.closed());
  return client.take();
}

TEST(BootstrapMisbehaviour, AnswersWithAnyStatus) {
  EXPECT_EQ(status_line(answer_under({.kind = "bootstrap_status"})), "HTTP/1.1 503 Service Unavailable");
  for (const std::int64_t status : {400, 403, 404, 429, 500, 502, 504, 599}) {
    const std::string answer = answer_under({.kind = "bootstrap_status", .arguments = {{"status", status}}});
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 " + std::to_string(status));
    EXPECT_EQ(answer.find("127.0.2.1"), std::string::npos) << "the endpoint is not told all the same";
  }
}

TEST(BootstrapMisbehaviour, SaysWhenItIsBackOnlyWhenAskedTo) {
  EXPECT_EQ(answer_under({.kind = "bootstrap_status"}).find("Retry-After"), std::string::npos);
  const std::string answer = answer_under({.kind = "bootstrap_status", .arguments = {{"retry_after", std::int64_t{120}}}});
  EXPECT_NE(answer.find("\r\nRetry-After: 120\r\n"), std::string::npos) << answer;
}

TEST(BootstrapMisbehaviour, WritesTheRightAnswerInFormsThatHttpAllows) {
  const auto written = [](const char* form) {
    return answer_under({.kind = "bootstrap_http", .arguments = {{"form", std::string{form}}}});
  };
  const std::string chunked = written("chunked");
  EXPECT_NE(chunked.find("\r\nTransfer-Encoding: chunked\r\n"), std::string::npos) << chunked;
  EXPECT_EQ(chunked.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(body_of(chunked).starts_with("7\r\n{\"code\"\r\n7\r\n:200,\"d\r\n")) << chunked;
  EXPECT_TRUE(chunked.ends_with("\r\n0\r\n\r\n"));

  const std::string lower = written("lower_case");
  EXPECT_NE(lower.find("\r\ncontent-length: "), std::string::npos) << lower;
  EXPECT_EQ(lower.find("Content-"), std::string::npos);
  EXPECT_EQ(body_of(lower), right_body);

  const std::string interim = written("continue_first");
  EXPECT_TRUE(interim.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")) << interim;
  EXPECT_TRUE(interim.ends_with(right_body));
}

TEST(BootstrapMisbehaviour, AnswersWithHttp10WhoseBodyEndsWithTheConnection) {
  MisbehavingWorld world;
  world.set({.kind = "bootstrap_http", .arguments = {{"form", std::string{"http_1_0"}}}});
  Client client = world.ask_bootstrap("dev1");
  const std::string answer = client.take();
  EXPECT_EQ(status_line(answer), "HTTP/1.0 200 OK");
  EXPECT_EQ(answer.find("Content-Length"), std::string::npos);
  EXPECT_EQ(body_of(answer), right_body);
  EXPECT_TRUE(client.closed());
}

TEST(BootstrapMisbehaviour, NamesAPortThatIsNone) {
  const auto body_with = [](const std::string& port) {
    return R"({"code":200,"data":{"resources":{"mqtt":{"host":"127.0.2.1","port":)" + port + R"(}}},"message":"success"})";
  };
  for (const auto& [shape, port] : std::vector<std::pair<std::string, std::string>>{
           {"quoted", "\"1884\""}, {"zero", "0"}, {"negative", "-1884"}, {"beyond", "65536"}, {"wraps", "67420"}, {"letters", "\"1884x\""}})
    EXPECT_EQ(body_of(answer_under({.kind = "bootstrap_odd_port", .arguments = {{"shape", shape}}})), body_with(port));
}

TEST(BootstrapMisbehaviour, RedirectsWithALocation) {
  const std::string answer = answer_under(
      {.kind = "bootstrap_redirect", .arguments = {{"status", std::int64_t{308}}, {"location", std::string{"https://elsewhere/"}}}});
  EXPECT_EQ(status_line(answer), "HTTP/1.1 308 Permanent Redirect");
  EXPECT_NE(answer.find("\r\nLocation: https://elsewhere/\r\n"), std::string::npos);
  EXPECT_EQ(body_of(answer), "");
}

TEST(BootstrapMisbehaviour, AnswersWithAnEmptyBody) {
  const std::string answer = answer_under({.kind = "bootstrap_empty"});
  EXPECT_EQ(status_line(answer), "HTTP/1.1 200 OK");
  EXPECT_NE(answer.find("\r\nContent-Length: 0\r\n"), std::string::npos);
  EXPECT_EQ(body_of(answer), "");
}

TEST(BootstrapMisbehaviour, AnswersWithAnErrorCodeInTheBody) {
  EXPECT_EQ(body_of(answer_under({.kind = "bootstrap_code"})), R"({"code":6100,"message":"device not found"})");
  EXPECT_EQ(body_of(answer_under({.kind = "bootstrap_code", .arguments = {{"code", std::int64_t{500}}, {"message", std::string{"no"}}}})),
            R"({"code":500,"message":"no"})");
}

TEST(BootstrapMisbehaviour, NamesAWrongPortOrAWrongHost) {
  EXPECT_EQ(body_of(answer_under({.kind = "bootstrap_wrong_port", .arguments = {{"port", std::int64_t{77}}}})),
            R"({"code":200,"data":{"resources":{"mqtt":{"host":"127.0.2.1","port":77}}},"message":"success"})");
  EXPECT_EQ(body_of(answer_under({.kind = "bootstrap_wrong_host", .arguments = {{"host", std::string{"127.9.9.9"}}}})),
            R"({"code":200,"data":{"resources":{"mqtt":{"host":"127.9.9.9","port":1884}}},"message":"success"})");
}

TEST(BootstrapMisbehaviour, NamesTheHostThatTheDeviceIsBeingMovedFrom) {
  MisbehavingWorld world;
  world.set({.kind = "bootstrap_same_host"});
  EXPECT_EQ(body_of(world.ask_bootstrap("dev1").take()), right_body) << "it is not being moved: there is no other host";
  EXPECT_TRUE(world.fired().empty());
  world.distribute(shanghai, singapore, {"dev1"});
  EXPECT_EQ(body_of(world.ask_bootstrap("dev1").take()), right_body);
  EXPECT_EQ(world.fired().size(), 1U);
  world.platform.misbehaviour().remove_all();
  EXPECT_NE(body_of(world.ask_bootstrap("dev1").take()).find("127.0.3.1"), std::string::npos);
}

TEST(BootstrapMisbehaviour, NamesTheHostThatTheDeviceHasLeftOnceItHasMoved) {
  MisbehavingWorld world;
  world.set({.kind = "bootstrap_same_host"});
  world.distribute(shanghai, singapore, {"dev1"});
  world.connect(singapore, "dev1");
  EXPECT_EQ(body_of(world.ask_bootstrap("dev1").take()), right_body) << "an answer from before its move";
}

TEST(BootstrapMisbehaviour, AnswersWithJsonThatIsNone) {
  const auto shaped = [](const char* shape) {
    return body_of(answer_under({.kind = "bootstrap_bad_json", .arguments = {{"shape", std::string{shape}}}}));
  };
  EXPECT_EQ(shaped("truncated"), right_body.substr(0, right_body.size() / 2));
  EXPECT_EQ(shaped("not_json"), "<html><body>It works!</body></html>");
  EXPECT_EQ(shaped("no_endpoint"), R"({"code":200,"data":{"resources":{}},"message":"success"})");
  EXPECT_EQ(shaped("wrong_types"), R"({"code":200,"data":{"resources":{"mqtt":{"host":7,"port":{}}}},"message":"success"})");
  EXPECT_GT(shaped("too_long").size(), 16000U);
  EXPECT_EQ(shaped("two_answers"), std::string(right_body) + std::string(right_body));
}

TEST(BootstrapMisbehaviour, CutsTheAnswerInItsHeadersOrItsBodyAndCloses) {
  for (const char* const within : {"headers", "body"}) {
    MisbehavingWorld world;
    const std::string right = world.ask_bootstrap("dev1").take();
    world.set({.kind = "bootstrap_cut", .arguments = {{"within", std::string{within}}}});
    Client client = world.ask_bootstrap("dev1");
    EXPECT_TRUE(client.closed());
    const std::string cut = client.take();
    EXPECT_TRUE(right.starts_with(cut)) << cut;
    const std::size_t headers = right.find("\r\n\r\n") + 4;
    if (std::string_view{within} == "headers") {
      EXPECT_TRUE(!cut.empty() && cut.size() < headers);
    } else {
      EXPECT_TRUE(cut.size() > headers && cut.size() < right.size());
    }
    EXPECT_EQ(world.platform.statistics().connections_open, 1U) << "the first, which is kept alive";
  }
}

TEST(BootstrapMisbehaviour, ClosesWithoutAWord) {
  MisbehavingWorld world;
  world.set({.kind = "bootstrap_close"});
  Client client = world.ask_bootstrap("dev1");
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(client.take(), "");
}

TEST(BootstrapMisbehaviour, StaysSilentUntilThePeerOrTheIdleTimeoutEndsIt) {
  for (const char* const headers : {"", "Connection: close\r\n"}) {
    MisbehavingWorld world;
    world.set({.kind = "bootstrap_silent"});
    Client client = world.ask_bootstrap("dev1", headers);
    world.run_until(world.now + seconds{59});
    EXPECT_FALSE(client.closed());
    EXPECT_EQ(client.take(), "");
    world.run_until(world.now + seconds{2});
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(client.take(), "");
    EXPECT_EQ(world.platform.statistics().connections_open, 0U);
  }
}

TEST(BootstrapMisbehaviour, AnswersLate) {
  MisbehavingWorld world;
  const std::string right = world.ask_bootstrap("dev1").take();
  world.set({.kind = "bootstrap_late", .arguments = {{"delay", Duration{seconds{7}}}}});
  Client client = world.ask_bootstrap("dev1");
  EXPECT_EQ(world.platform.next_deadline(), world.now + seconds{7});
  world.run_until(world.now + milliseconds{6999});
  EXPECT_EQ(client.take(), "");
  world.run_until(world.now + milliseconds{1});
  EXPECT_EQ(client.take(), right);
  EXPECT_FALSE(client.closed());
}

TEST(BootstrapMisbehaviour, AnswersInADripAndOnlyThenCloses) {
  MisbehavingWorld world;
  const std::string right = world.ask_bootstrap("dev1", "Connection: close\r\n").take();
  world.set({.kind = "bootstrap_slow", .arguments = {{"piece_bytes", std::int64_t{40}}, {"every", Duration{seconds{1}}}}});
  Client client = world.ask_bootstrap("dev1", "Connection: close\r\n");
  std::string got;
  for (std::size_t piece = 0; piece * 40 < right.size(); ++piece) {
    EXPECT_FALSE(client.closed());
    world.run_until(world.now);
    const std::string came = client.take();
    EXPECT_LE(came.size(), 40U);
    got += came;
    EXPECT_EQ(got, right.substr(0, (piece + 1) * 40));
    world.now += seconds{1};
  }
  EXPECT_EQ(got, right);
  EXPECT_TRUE(client.closed());
  EXPECT_EQ(world.platform.misbehaviour().late().held_bytes(), 0U);
}

TEST(BootstrapMisbehaviour, AnswersAByteAStepWithoutWaiting) {
  MisbehavingWorld world;
  const std::string right = world.ask_bootstrap("dev1").take();
  world.set({.kind = "bootstrap_split"});
  Client client = world.ask_bootstrap("dev1");
  EXPECT_EQ(client.take(), "");
  std::string got;
  for (std::size_t i = 0; i < right.size(); ++i) {
    EXPECT_EQ(world.platform.next_deadline(), world.now);
    world.advance(Duration{0});
    const std::string one = client.take();
    EXPECT_EQ(one.size(), 1U);
    got += one;
  }
  EXPECT_EQ(got, right);
  EXPECT_GT(world.platform.next_deadline(), world.now);
}

TEST(BootstrapMisbehaviour, AnAnswerBehindADripWaitsForItsEnd) {
  MisbehavingWorld world;
  const std::string right = world.ask_bootstrap("dev1").take();
  world.set({.kind = "bootstrap_slow", .arguments = {{"piece_bytes", std::int64_t{50}}, {"every", Duration{seconds{1}}}}, .times = 1});
  Client client = world.ask_bootstrap("dev1");
  client.send("GET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n");
  std::string all;
  while (!client.closed() && world.platform.next_deadline() != kNever) {
    world.run_until(world.platform.next_deadline());
    all += client.take();
  }
  EXPECT_EQ(all.substr(0, right.size()), right);
  EXPECT_EQ(status_line(all.substr(right.size())), "HTTP/1.1 404 Not Found");
  EXPECT_TRUE(all.ends_with("}"));
}

TEST(BootstrapMisbehaviour, ADripThatNobodyHearsAnyMoreIsForgotten) {
  MisbehavingWorld world;
  world.set({.kind = "bootstrap_slow", .arguments = {{"piece_bytes", std::int64_t{1}}, {"every", Duration{seconds{1}}}}});
  Client client = world.ask_bootstrap("dev1");
  world.run_until(world.now + seconds{2});
  client.drop();
  world.run_until(world.now + seconds{1});
  EXPECT_EQ(world.platform.next_deadline(), kNever);
  EXPECT_EQ(world.platform.misbehaviour().late().held_bytes(), 0U);
}

TEST(BootstrapMisbehaviour, HoldsNoMoreThanItsLimitAndSendsTheRestAtOnce) {
  PlatformConfig config = three_regions();
  config.limits.misbehaviour_held_bytes = 300;
  MisbehavingWorld world(config);
  world.set({.kind = "bootstrap_late"});
  EXPECT_EQ(world.ask_bootstrap("dev1").take(), "");
  EXPECT_EQ(body_of(world.ask_bootstrap("dev1").take()), right_body);
  EXPECT_EQ(world.platform.misbehaviour().late().overflows(), 1U);
  EXPECT_EQ(world.platform.limits_reached().of(LimitKind::misbehaviour_held_bytes), 1U);
}

TEST(BootstrapMisbehaviour, KindsAreCombined) {
  MisbehavingWorld world;
  world.set({.kind = "bootstrap_wrong_port"});
  world.set({.kind = "bootstrap_late", .arguments = {{"delay", Duration{seconds{1}}}}});
  Client client = world.ask_bootstrap("dev1");
  world.run_until(world.now + seconds{1});
  EXPECT_NE(body_of(client.take()).find(R"("port":9)"), std::string::npos);
}

TEST(BootstrapMisbehaviour, OfDevicesLeavesStrangersAndOtherPathsAlone) {
  MisbehavingWorld world;
  world.set({.kind = "bootstrap_status", .devices = {"a1TestPK001/dev1"}});
  EXPECT_EQ(status_line(world.ask_bootstrap("ghost").take()), "HTTP/1.1 200 OK");
  Client client(world, world.platform.accept_bootstrap({}, world.now, world.ledger));
  client.send("GET /auth/bootstrap/regionId/0 HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(status_line(client.take()), "HTTP/1.1 200 OK");
  world.platform.misbehaviour().remove_all();
  world.set({.kind = "bootstrap_status"});
  client.send("GET /auth/bootstrap/regionId/0 HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(status_line(client.take()), "HTTP/1.1 503 Service Unavailable") << "a rule for all is one for the region form";
  client.send("GET /nothing HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(status_line(client.take()), "HTTP/1.1 404 Not Found");
}

}  // namespace
}  // namespace fleetsim::platform::broker_test
