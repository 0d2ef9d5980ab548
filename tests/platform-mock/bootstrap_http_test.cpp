#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "platform-mock/core/http/http_connection.hpp"

namespace fleetsim::platform {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class Echo final : public HttpHandler {
 public:
  HttpAnswer answer(const HttpRequest& request) override {
    targets.emplace_back(request.target);
    bodies.emplace_back(request.body);
    methods.push_back(request.method);
    return {200, "{}", {}};
  }
  std::vector<std::string> targets, bodies;
  std::vector<HttpMethod> methods;
};

constexpr std::string_view ok_answer = "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: 2\r\n\r\n{}";
constexpr std::string_view ok_last_answer =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

// As the C SDK sends it (wire page §1.1).
const std::string sdk_request =
    "POST /auth/bootstrap HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/xml,text/javascript,text/html,application/json\r\n"
    "Content-Type: application/x-www-form-urlencoded;charset=utf-8\r\nContent-Length: 79\r\n\r\n"
    "productKey=a1TestPK001&deviceName=dev1&clientId=a1TestPK001.dev1&resources=mqtt";

HttpLimits test_limits() { return http_limits(Limits{}); }

struct Client {
  explicit Client(const HttpLimits& limits = test_limits()) : readers(limits), connection(Instant{}, limits) {}
  std::string say(std::string_view text, Instant now = Instant{}) {
    std::string out;
    connection.receive(bytes_of(text), now, readers, echo, out);
    return out;
  }
  HttpReaders readers;
  HttpConnection connection;
  Echo echo;
};

std::string status_line(const std::string& answer) { return answer.substr(0, answer.find('\r')); }

TEST(HttpConnection, AnswersInTheExactFormThatDevicesRead) {
  Client client;
  EXPECT_EQ(client.say(sdk_request), ok_answer);
  EXPECT_EQ(client.echo.targets, std::vector<std::string>{"/auth/bootstrap"});
  EXPECT_EQ(client.echo.bodies[0].size(), 79U);
  EXPECT_FALSE(client.connection.finished());
  EXPECT_FALSE(client.connection.in_request()) << "idle again: no buffers";
}

TEST(HttpConnection, GivesTheSameAnswerSplitAtEveryByte) {
  for (std::size_t split = 1; split < sdk_request.size(); ++split) {
    Client client;
    EXPECT_EQ(client.say(sdk_request.substr(0, split)), "") << split;
    EXPECT_TRUE(client.connection.in_request());
    EXPECT_EQ(client.say(sdk_request.substr(split)), ok_answer) << split;
  }
}

TEST(HttpConnection, GivesTheSameAnswerByteByByte) {
  Client client;
  std::string out;
  for (int round = 0; round < 3; ++round)
    for (const char c : sdk_request) out += client.say({&c, 1});
  EXPECT_EQ(out, std::string{ok_answer} + std::string{ok_answer} + std::string{ok_answer});
  EXPECT_EQ(client.echo.bodies[2].substr(0, 22), "productKey=a1TestPK001");
}

TEST(HttpConnection, AnswersPipelinedRequestsInOrderSplitAnywhere) {
  const std::string get = "GET /auth/bootstrap/regionId/3 HTTP/1.1\r\nAccept: */*\r\nContent-Length: 0\r\n\r\n";
  const std::string both = sdk_request + get + sdk_request;
  for (std::size_t split = 0; split <= both.size(); ++split) {
    Client client;
    std::string out = client.say(both.substr(0, split));
    out += client.say(both.substr(split));
    ASSERT_EQ(out, std::string{ok_answer} + std::string{ok_answer} + std::string{ok_answer}) << split;
    ASSERT_EQ(client.echo.targets, (std::vector<std::string>{"/auth/bootstrap", "/auth/bootstrap/regionId/3", "/auth/bootstrap"}));
    ASSERT_EQ(client.echo.bodies[1], "");
  }
}

TEST(HttpConnection, ClosesWhenAskedTo) {
  Client client;
  EXPECT_EQ(client.say("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"), ok_last_answer);
  EXPECT_TRUE(client.connection.finished());
  EXPECT_EQ(client.say(sdk_request), "") << "what comes after is ignored";
  EXPECT_EQ(client.connection.deadline(), kNever);
}

TEST(HttpConnection, SpeaksHttp10) {
  Client closing;
  EXPECT_EQ(closing.say("GET / HTTP/1.0\r\n\r\n"), ok_last_answer);
  EXPECT_TRUE(closing.connection.finished());
  Client keeping;
  EXPECT_EQ(keeping.say("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}");
  EXPECT_FALSE(keeping.connection.finished());
}

TEST(HttpConnection, AHeadAnswerHasNoBody) {
  Client client;
  const std::string out = client.say("HEAD / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(out, ok_answer.substr(0, ok_answer.size() - 2));
}

TEST(HttpConnection, TakesChunkedBodiesInAnySplit) {
  const std::string chunked = "POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nprodu\r\n9;ext=1\r\nctKey=abc\r\n0\r\n\r\n";
  for (std::size_t split = 0; split <= chunked.size(); ++split) {
    Client client;
    std::string out = client.say(chunked.substr(0, split));
    out += client.say(chunked.substr(split));
    ASSERT_EQ(out, ok_answer) << split;
    ASSERT_EQ(client.echo.bodies[0], "productKey=abc") << split;
  }
}

TEST(HttpConnection, TellsAWaitingClientToGoOnOnce) {
  Client client;
  EXPECT_EQ(client.say("POST / HTTP/1.1\r\nExpect: 100-Continue\r\nContent-Length: 4\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_EQ(client.say("bo"), "");
  EXPECT_EQ(client.say("dy"), ok_answer);
  Client chunked;
  EXPECT_NE(chunked.say("POST / HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"), "");
  EXPECT_EQ(chunked.say("4\r\n"), "") << "not again, though no body has come yet";
  EXPECT_EQ(chunked.say("body\r\n0\r\n\r\n"), ok_answer);
}

TEST(HttpConnection, ToleratesALineBreakBetweenRequests) {
  Client client;
  EXPECT_EQ(client.say("\r\n" + sdk_request + "\r\n"), ok_answer);
  EXPECT_FALSE(client.connection.in_request());
  EXPECT_EQ(client.say("\r"), "");
  EXPECT_EQ(client.say("\n" + sdk_request), ok_answer);
}

TEST(HttpConnection, RefusesMalformedRequestsAndCloses) {
  const std::vector<std::string> malformed = {
      "\x16\x03\x01\x02\r\n\r\n",
      "GET\r\n\r\n",
      "GET / HTTP/2.0\r\n\r\n",
      "GET / HTTP/1.1\r\nno colon\r\n\r\n",
      "GET / HTTP/1.1\nHost: x\n\n",
      "POST / HTTP/1.1\r\nContent-Length: ten\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
      "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
  };
  for (const std::string& text : malformed) {
    Client client;
    EXPECT_EQ(status_line(client.say(text)), "HTTP/1.1 400 Bad Request") << text;
    EXPECT_TRUE(client.connection.finished());
    EXPECT_EQ(client.connection.failure(), HttpFailure::malformed);
    EXPECT_TRUE(client.echo.targets.empty());
  }
}

TEST(HttpConnection, ARequestBeforeAMalformedOneIsStillAnswered) {
  Client client;
  const std::string out = client.say(sdk_request + "\x01\x02\r\n\r\n");
  EXPECT_EQ(out.substr(0, ok_answer.size()), ok_answer);
  EXPECT_EQ(status_line(out.substr(ok_answer.size())), "HTTP/1.1 400 Bad Request");
}

TEST(HttpConnection, RefusesALargeHeaderWithoutReadingItAll) {
  Client client;
  EXPECT_EQ(client.say("GET / HTTP/1.1\r\nX-Long: "), "");
  const std::string piece(1000, 'x');
  std::string out;
  int pieces = 0;
  while (out.empty() && pieces < 10000) {
    out = client.say(piece);
    ++pieces;
  }
  EXPECT_EQ(status_line(out), "HTTP/1.1 431 Request Header Fields Too Large");
  EXPECT_LE(pieces, 17) << "16 KiB";
  EXPECT_TRUE(client.connection.finished());
  Client target;
  EXPECT_EQ(status_line(target.say("GET /" + std::string(20000, 'a'))), "HTTP/1.1 431 Request Header Fields Too Large");
  Client chunk;
  EXPECT_EQ(status_line(chunk.say("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;" + std::string(20000, 'e'))),
            "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST(HttpConnection, AHeadersSizeIsJudgedAlikeInAnyCut) {
  HttpLimits limits = test_limits();
  limits.header_bytes = 256;
  for (const std::size_t size : {256U, 257U}) {
    std::string request = "GET /auth/bootstrap HTTP/1.1\r\nHost: x\r\nX-Long: ";
    request.append(size - request.size() - 4, 'x').append("\r\n\r\n");
    const std::string_view wanted = size == 256 ? "HTTP/1.1 200 OK" : "HTTP/1.1 431 Request Header Fields Too Large";
    for (std::size_t cut = 1; cut <= size; ++cut) {
      Client client(limits);
      const std::string first = client.say(request.substr(0, cut));
      EXPECT_EQ(status_line(first + client.say(request.substr(cut))), wanted) << size << " bytes cut at " << cut;
    }
  }
}

TEST(HttpConnection, AChunksLineAndTheTrailerAreLimitedLikeTheHeaderInAnyCut) {
  HttpLimits limits = test_limits();
  limits.header_bytes = 100;
  const std::string header = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string text(90, 'e');
  for (const auto& [body, fits] :
       {std::pair{"2;" + text + "\r\nhi\r\n0\r\n\r\n", true}, std::pair{"2;" + text + text + "\r\nhi\r\n0\r\n\r\n", false},
        std::pair{"2\r\nhi\r\n0\r\nX: " + text.substr(20) + "\r\n\r\n", true},
        std::pair{"2\r\nhi\r\n0\r\nX: " + text + text + "\r\n\r\n", false}}) {
    for (std::size_t cut = 1; cut <= body.size(); ++cut) {
      Client client(limits);
      const std::string first = client.say(header + body.substr(0, cut));
      EXPECT_EQ(status_line(first + client.say(body.substr(cut))),
                fits ? "HTTP/1.1 200 OK" : "HTTP/1.1 431 Request Header Fields Too Large")
          << body << " cut at " << cut;
    }
  }
}

TEST(HttpConnection, CountsManyShortHeaderLinesTogether) {
  std::string lines = "GET / HTTP/1.1\r\n";
  while (lines.size() < 20000) lines += "X-Short: y\r\n";
  Client at_once;
  EXPECT_EQ(status_line(at_once.say(lines + "\r\n")), "HTTP/1.1 431 Request Header Fields Too Large");
  Client in_pieces;
  std::string out;
  for (std::size_t at = 0; at < lines.size() && out.empty(); at += 100) out = in_pieces.say(lines.substr(at, 100));
  EXPECT_EQ(status_line(out), "HTTP/1.1 431 Request Header Fields Too Large");
}

TEST(HttpConnection, RefusesALargeBodyAtItsHeader) {
  Client client;
  const std::string over = std::to_string(64 * 1024 + 1);
  EXPECT_EQ(status_line(client.say("POST / HTTP/1.1\r\nContent-Length: " + over + "\r\n\r\n")), "HTTP/1.1 413 Payload Too Large");
  EXPECT_TRUE(client.connection.finished());
  EXPECT_EQ(client.connection.failure(), HttpFailure::body_too_large);
  Client chunked;
  chunked.say("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  std::string out;
  for (int i = 0; i < 70 && out.empty(); ++i) out = chunked.say("400\r\n" + std::string(1024, 'b') + "\r\n");
  EXPECT_EQ(status_line(out), "HTTP/1.1 413 Payload Too Large");
  Client most;
  EXPECT_EQ(most.say("POST / HTTP/1.1\r\nContent-Length: 65536\r\n\r\n" + std::string(65536, 'b')), ok_answer);
}

TEST(HttpConnection, CountsTheFirstRequestFromAcceptAndEachLaterOneFromItsFirstByte) {
  Client client;
  EXPECT_EQ(client.connection.deadline(), Instant{} + seconds{10});
  client.say(sdk_request.substr(0, 10), Instant{} + seconds{9});
  EXPECT_EQ(client.connection.deadline(), Instant{} + seconds{10}) << "a byte now and then buys no time";
  client.say(sdk_request.substr(10), Instant{} + milliseconds{9500});
  EXPECT_EQ(client.connection.deadline(), Instant{} + milliseconds{69500}) << "idle";
  client.say(sdk_request.substr(0, 10), Instant{} + seconds{20});
  client.say(sdk_request.substr(10, 10), Instant{} + seconds{25});
  EXPECT_EQ(client.connection.deadline(), Instant{} + seconds{30});
}

TEST(HttpConnection, ASlowRequestGetsA408AndAnIdleConnectionNothing) {
  Client slow;
  slow.say("GET / HT");
  std::string out;
  slow.connection.expire(slow.readers, out);
  EXPECT_EQ(status_line(out), "HTTP/1.1 408 Request Timeout");
  EXPECT_EQ(slow.connection.failure(), HttpFailure::timed_out);
  EXPECT_TRUE(slow.connection.finished());
  Client idle;
  idle.say(sdk_request);
  std::string nothing;
  idle.connection.expire(idle.readers, nothing);
  EXPECT_EQ(nothing, "");
  EXPECT_EQ(idle.connection.failure(), HttpFailure::none);
  EXPECT_TRUE(idle.connection.finished());
}

TEST(HttpConnection, AnswersSoManyRequestsAndNoMore) {
  HttpLimits limits = test_limits();
  limits.requests_per_connection = 3;
  Client client(limits);
  std::string four;
  for (int i = 0; i < 4; ++i) four += sdk_request;
  EXPECT_EQ(client.say(four), std::string{ok_answer} + std::string{ok_answer} + std::string{ok_last_answer});
  EXPECT_EQ(client.echo.targets.size(), 3U);
}

TEST(HttpConnection, IsAFewWordsWhenIdle) { EXPECT_LE(sizeof(HttpConnection), 32U); }

}  // namespace
}  // namespace fleetsim::platform
