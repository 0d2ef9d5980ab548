#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "platform-mock/core/http/management_service.hpp"

namespace fleetsim::platform {
namespace {

using std::chrono::seconds;

class SilentOutput final : public Output {
 public:
  void send(ConnectionId, ByteView) override {}
  void close(ConnectionId, CloseMode) override {}
  void event(const PlatformEvent& event) override { reasons.emplace_back(event.reason); }
  std::vector<std::string> reasons;
};

/// Says back what it was asked; promises an answer for /later.
class Echo final : public HttpPart {
 public:
  explicit Echo(std::string name) : name_(std::move(name)) {}
  HttpAnswer answer(const HttpCall& call) override {
    if (call.request.path().ends_with("/later")) return {.later_until = call.now + seconds{3}};
    text_ =
        name_ + " " + std::string{call.request.path()} + " ?" + std::string{call.request.query()} + " " + std::string{call.request.body};
    for (const HttpHeader& header : call.request.headers) text_ += " [" + std::string{header.name} + "=" + std::string{header.value} + "]";
    return {.body = text_, .content_type = "text/plain", .more_headers = "X-Part: yes\r\n"};
  }
  HttpAnswer time_is_up(ConnectionId, Instant) override { return {.status = 503, .body = "late"}; }

 private:
  std::string name_;
  std::string text_;
};

struct HttpWorld {
  explicit HttpWorld(const Limits& limits = Limits{}) : service(limits) {
    service.add("/", root);
    service.add("/files/", files);
  }
  std::string say(ManagementLink& link, std::string_view text, Instant now = Instant{}) {
    const auto step = service.received(link, {1, 1}, bytes_of(text), now, silent);
    return std::string{text_of(step.bytes)};
  }
  std::string ask(std::string_view text) {
    ManagementLink link = service.accept({}, false, Instant{});
    return say(link, text);
  }
  SilentOutput silent;
  Echo root{"root"};
  Echo files{"files"};
  ManagementService service;
};

std::string body_of(const std::string& answer) { return answer.substr(answer.find("\r\n\r\n") + 4); }

TEST(ManagementService, GivesARequestToThePartWithTheLongestPrefix) {
  HttpWorld world;
  EXPECT_EQ(body_of(world.ask("GET /?Action=A HTTP/1.1\r\n\r\n")), "root / ?Action=A ");
  EXPECT_EQ(body_of(world.ask("GET /files/x HTTP/1.1\r\n\r\n")), "files /files/x ? ");
  EXPECT_EQ(body_of(world.ask("GET /file HTTP/1.1\r\n\r\n")), "root /file ? ");
  EXPECT_EQ(world.service.requests(), 3U);
}

TEST(ManagementService, HandsHeadersOverInLowerCaseAndOrder) {
  HttpWorld world;
  EXPECT_EQ(body_of(world.ask("GET / HTTP/1.1\r\nHost: a:1\r\nX-Acs-Action:  Do \r\nX-EMPTY:\r\n\r\n")),
            "root / ?  [host=a:1] [x-acs-action=Do] [x-empty=]");
}

TEST(ManagementService, TakesHeadersAndChunksSplitAtEveryByte) {
  const std::string request =
      "POST /?a=b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
      "GET /files/2 HTTP/1.1\r\nA: b\r\n\r\n";
  std::string whole;
  for (std::size_t split = 1; split < request.size(); ++split) {
    HttpWorld world;
    ManagementLink link = world.service.accept({}, false, Instant{});
    std::string answers = world.say(link, request.substr(0, split));
    answers += world.say(link, request.substr(split));
    if (whole.empty()) whole = answers;
    ASSERT_EQ(answers, whole) << split;
    ASSERT_FALSE(link.http.in_request()) << "idle: it holds no buffers";
  }
  EXPECT_NE(whole.find("root / ?a=b abcde [host=h] [transfer-encoding=chunked]"), std::string::npos) << whole;
  EXPECT_NE(whole.find("files /files/2 ?  [a=b]"), std::string::npos) << whole;
}

TEST(ManagementService, WritesTheAnswersOwnTypeAndHeaders) {
  HttpWorld world;
  const std::string answer = world.ask("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(answer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 9\r\nX-Part: yes\r\n\r\nroot / ? ");
}

TEST(ManagementService, RefusesMoreHeadersThanTheLimit) {
  Limits limits;
  limits.http_headers = 8;
  HttpWorld world(limits);
  std::string headers;
  for (int i = 0; i < 8; ++i) headers += "h: v\r\n";
  EXPECT_TRUE(world.ask("GET / HTTP/1.1\r\n" + headers + "\r\n").starts_with("HTTP/1.1 200 "));
  EXPECT_TRUE(world.ask("GET / HTTP/1.1\r\n" + headers + "h: v\r\n\r\n").starts_with("HTTP/1.1 431 "));
  EXPECT_EQ(world.silent.reasons, std::vector<std::string>{"HTTP header is too large"});
}

TEST(ManagementService, TakesLargerBodiesThanTheBootstrapEndpoint) {
  Limits limits;
  HttpWorld world(limits);
  const std::string body(limits.http_body_bytes + 1, 'b');
  const std::string head = "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  EXPECT_TRUE(world.ask(head + body).starts_with("HTTP/1.1 200 "));
  const std::string too_much = "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(limits.management_body_bytes + 1) + "\r\n\r\n";
  EXPECT_TRUE(world.ask(too_much).starts_with("HTTP/1.1 413 "));
}

TEST(ManagementService, ForgetsTheHeadersOfTheRequestBefore) {
  HttpWorld world;
  ManagementLink link = world.service.accept({}, false, Instant{});
  world.say(link, "GET / HTTP/1.1\r\nSecret: 1\r\n\r\n");
  EXPECT_EQ(body_of(world.say(link, "GET / HTTP/1.1\r\n\r\n")), "root / ? ");
}

TEST(ManagementService, AnswersPipelinedRequestsForMuchInTurns) {
  HttpWorld world;
  ManagementLink link = world.service.accept({}, false, Instant{});
  const std::string body(100 * 1024, 'b');
  const std::string request = "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  std::string requests;
  for (int i = 0; i < 10; ++i) requests += request;
  Instant now{};
  std::string answers = world.say(link, requests, now);
  EXPECT_LT(answers.size(), 4 * request.size()) << "not all of them at once";
  while (link.http.has_more()) {
    EXPECT_GT(link.http.deadline(), now) << "others have their turn first";
    now = link.http.deadline();
    const auto step = world.service.expired(link, {1, 1}, now, world.silent);
    ASSERT_LT(step.bytes.size(), 4 * request.size());
    ASSERT_FALSE(step.close);
    answers += text_of(step.bytes);
  }
  std::size_t count = 0;
  for (std::size_t at = 0; (at = answers.find("HTTP/1.1 200 OK", at)) != std::string::npos; ++at) ++count;
  EXPECT_EQ(count, 10U);
  EXPECT_FALSE(link.http.in_request());
}

TEST(ManagementService, AnswersOneATurnWhereATurnMayBringNoMore) {
  Limits limits;
  limits.http_answer_bytes_per_turn = 1;
  HttpWorld world(limits);
  ManagementLink link = world.service.accept({}, false, Instant{});
  EXPECT_EQ(body_of(world.say(link, "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n")), "root /a ? ");
  EXPECT_TRUE(link.http.has_more());
}

TEST(ManagementService, LetsNobodyPileUpRequestsBehindThoseThatWait) {
  Limits limits;
  limits.management_body_bytes = 300 * 1024;
  HttpWorld world(limits);
  ManagementLink link = world.service.accept({}, false, Instant{});
  const std::string body(260 * 1024, 'b');
  const std::string request = "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  world.say(link, request + request);
  ASSERT_TRUE(link.http.has_more());
  EXPECT_TRUE(world.say(link, request).starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(link.http.finished());
}

TEST(PromisedAnswer, ComesLaterAndTheRequestsBehindItWait) {
  HttpWorld world;
  ManagementLink link = world.service.accept({}, false, Instant{});
  EXPECT_EQ(world.say(link, "GET /later HTTP/1.1\r\n\r\nGET /1 HTTP/1.1\r\n\r\nGET /2 HT"), "");
  EXPECT_TRUE(link.http.waiting());
  EXPECT_EQ(link.http.deadline(), Instant{} + seconds{3});
  EXPECT_EQ(world.say(link, "TP/1.1\r\n\r\n"), "") << "not before the first one is answered";
  const auto step = world.service.complete(link, {1, 1}, {.body = "done"}, Instant{} + seconds{1}, world.silent);
  const std::string answers{text_of(step.bytes)};
  const std::size_t first = answers.find("done");
  const std::size_t second = answers.find("root /1 ");
  ASSERT_NE(first, std::string::npos);
  ASSERT_NE(second, std::string::npos);
  EXPECT_LT(first, second);
  EXPECT_NE(answers.find("root /2 "), std::string::npos);
  EXPECT_FALSE(link.http.waiting());
  EXPECT_FALSE(link.http.in_request());
  EXPECT_EQ(link.http.deadline(), Instant{} + seconds{1} + Limits{}.http_idle_timeout);
}

TEST(PromisedAnswer, IsGivenUpWhenItsTimeIsUp) {
  HttpWorld world;
  ManagementLink link = world.service.accept({}, false, Instant{});
  world.say(link, "GET /later HTTP/1.1\r\nConnection: close\r\n\r\n");
  const auto step = world.service.expired(link, {1, 1}, link.http.deadline(), world.silent);
  EXPECT_TRUE(text_of(step.bytes).starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(step.close);
}

TEST(PromisedAnswer, IsNoPlaceToPileUpBytes) {
  Limits limits;
  limits.management_body_bytes = 4096;
  HttpWorld world(limits);
  ManagementLink link = world.service.accept({}, false, Instant{});
  world.say(link, "GET /later HTTP/1.1\r\n\r\n");
  const std::string flood(limits.http_header_bytes, 'x');
  EXPECT_EQ(world.say(link, flood), "");
  EXPECT_TRUE(world.say(link, flood).starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(link.http.finished());
}

}  // namespace
}  // namespace fleetsim::platform
