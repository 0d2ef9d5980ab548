// HTTP/1.1 as timelines show it: bootstrap requests and answers, registrations, downloads; bodies by length, in chunks, to the end.
#include "sim/trace/http_reader.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace fleetsim::sim {
namespace {

std::vector<DecodedMessage> requests(std::string_view stream) { return read_http(bytes_of(stream), Direction::up, StreamEnd::open); }
std::vector<DecodedMessage> answers(std::string_view stream, StreamEnd end = StreamEnd::ended) {
  return read_http(bytes_of(stream), Direction::down, end);
}

std::string hidden_in(std::string_view stream, const DecodedMessage& message) {
  std::string found;
  for (const ByteRange& secret : message.secrets) found.append("<").append(stream.substr(secret.begin, secret.size())).append(">");
  return found;
}

std::vector<std::string> headers_of(const DecodedMessage& message) {
  for (const MessageField& field : message.fields)
    if (field.name == "headers") return std::get<std::vector<std::string>>(field.value);
  return {};
}

std::string with_length(std::string_view head, std::string_view body) {
  return std::string(head) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

TEST(HttpReader, ShowsABootstrapAsItsLineAndItsForm) {
  const std::string stream =
      with_length("POST /auth/bootstrap HTTP/1.1\r\nHost: h.example\r\nAccept: text/xml\r\n", "productKey=a&deviceName=b");
  const auto messages = requests(stream + stream);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[1].name, "POST /auth/bootstrap");
  EXPECT_EQ(messages[1].summary, "productKey=a&deviceName=b");
  EXPECT_EQ(headers_of(messages[1]), (std::vector<std::string>{"Host: h.example", "Content-Length: 25"})) << "those that matter";
  EXPECT_EQ(messages[1].place, (ByteRange{stream.size(), 2 * stream.size()}));
}

TEST(HttpReader, HidesWhatSignsARegistrationAndTheSecretOfItsAnswer) {
  const std::string asked =
      with_length("POST /auth/register/device HTTP/1.1\r\n", "productKey=a&random=r1&sign=AB12&signMethod=hmacsha256");
  const auto up = requests(asked);
  ASSERT_EQ(up.size(), 1U);
  EXPECT_EQ(up[0].summary, "productKey=a&random=(2 bytes)&sign=(4 bytes)&signMethod=hmacsha256");
  EXPECT_EQ(hidden_in(asked, up[0]), "<r1><AB12>");
  const std::string told = with_length("HTTP/1.1 200 OK\r\n", R"({"code":200,"data":{"deviceName":"b","deviceSecret":"shh"}})");
  const auto down = answers(told);
  ASSERT_EQ(down.size(), 1U);
  EXPECT_EQ(down[0].summary, R"~({"code":200,"data":{"deviceName":"b","deviceSecret":"(3 bytes)"}})~");
  EXPECT_EQ(hidden_in(told, down[0]), "<shh>");
}

TEST(HttpReader, HidesTheSignatureOfADownloadInItsTarget) {
  const std::string stream = "GET /files/f?Expires=9&Signature=ab%2B HTTP/1.1\r\nRange: bytes=0-9\r\n\r\n";
  const auto messages = requests(stream);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].name, "GET /files/f?Expires=9&Signature=(5 bytes)");
  EXPECT_EQ(hidden_in(stream, messages[0]), "<ab%2B>");
}

TEST(HttpReader, ReadsAChunkedBodyAndFindsASecretThatLiesOverTwoChunks) {
  const std::string stream =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n14;x=1\r\n{\"deviceSecret\":\"sec\r\n5\r\nret\"}\r\n0\r\nTrailer: "
      "1\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
  const auto messages = answers(stream);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].summary, R"~({"deviceSecret":"(6 bytes)"})~");
  EXPECT_EQ(hidden_in(stream, messages[0]), "<sec><ret>");
  EXPECT_EQ(messages[1].name, "404 Not Found");
}

TEST(HttpReader, TakesABodyWithoutALengthUpToTheEndOfTheStream) {
  const std::string stream = "HTTP/1.1 200 OK\r\n\r\n{\"code\":200}";
  EXPECT_EQ(answers(stream)[0].reading, Reading::whole);
  const auto open = answers(stream, StreamEnd::open);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].reading, Reading::incomplete) << "more may come";
  EXPECT_NE(open[0].summary.find("{\"code\":200}"), std::string::npos);
}

TEST(HttpReader, KnowsTheAnswersThatHaveNoBody) {
  const auto messages = answers("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n");
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[2].name, "304 Not Modified");
}

TEST(HttpReader, SaysWhyItReadsNoFurther) {
  using Case = std::pair<std::string_view, std::string_view>;
  const std::array<Case, 6> cases{{
      {"no http at all\r\n\r\n", "no status line: version, three digits, reason"},
      {"HTTP/1.1 2x0 OK\r\n\r\n", "no status line: version, three digits, reason"},
      {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "a header without a name"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n", "a Content-Length that is no number"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "a chunk's size that is no hexadecimal number"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "a chunk that is longer than its size"},
  }};
  for (const auto& [stream, problem] : cases) {
    const auto messages = answers(stream);
    ASSERT_EQ(messages.size(), 1U) << stream;
    EXPECT_EQ(messages[0].problem, problem) << stream;
    EXPECT_EQ(messages[0].reading, Reading::malformed) << stream;
  }
}

TEST(HttpReader, ShowsAnAnswerThatIsCutOffAnywhereWithoutItsSecret) {
  const std::string secret = "S3cretOfTheDevice";
  const std::string whole = with_length("HTTP/1.1 200 OK\r\n", R"({"code":200,"data":{"deviceSecret":")" + secret + R"("}})");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const auto messages = answers(std::string_view(whole).substr(0, size));
    ASSERT_EQ(messages.size(), 1U) << size;
    EXPECT_EQ(messages[0].reading, Reading::incomplete) << size;
    EXPECT_EQ(messages[0].summary.find("S3"), std::string::npos) << messages[0].summary;
  }
}

TEST(HttpReader, StopsAtAHeaderThatNeverEnds) {
  const std::string endless = "HTTP/1.1 200 OK\r\nX: " + std::string(70'000, 'a');
  EXPECT_EQ(answers(endless)[0].problem, "start line and headers are longer than what is read of them");
}

TEST(HttpReader, RefusesWhatOnlyLooksLikeAFirstLineOrAHeader) {
  for (const std::string_view line : {"GET  HTTP/1.1", "GET /a b HTTP/1.1"})
    EXPECT_EQ(requests(std::string(line) + "\r\n\r\n")[0].problem, "no request line: method, target, version") << line;
  for (const std::string_view line : {"HTTP/1.1 099 Low", "HTTP/1.1 2000 OK"})
    EXPECT_EQ(answers(std::string(line) + "\r\n\r\n")[0].problem, "no status line: version, three digits, reason") << line;
  EXPECT_EQ(answers("HTTP/1.1 200 OK\r\n: x\r\n\r\n")[0].problem, "a header without a name");
}

TEST(HttpReader, ReadsSoManyHeadersAndNoMore) {
  std::string head = "HTTP/1.1 204 No Content\r\n";
  for (int i = 0; i < 200; ++i) head += "a: b\r\n";
  EXPECT_EQ(answers(head + "\r\n")[0].reading, Reading::whole);
  EXPECT_EQ(answers(head + "a: b\r\n\r\n")[0].problem, "more headers than are read");
  EXPECT_EQ(answers("HTTP/1.1 204 No Content\r\nX: " + std::string(70'000, 'a') + "\r\n\r\n")[0].problem,
            "start line and headers are longer than what is read of them");
}

TEST(HttpReader, NothingIsTheBodyOfNotModified) {
  const auto messages = answers("HTTP/1.1 304 Not Modified\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[1].name, "204 No Content");
}

TEST(HttpReader, HidesTheSecretsOfWhatItCannotRead) {
  const std::string stream = "HTTP/1.1 2x0 OK\r\ntoken: hush\r\n\r\n";
  const auto messages = answers(stream);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].summary.find("hush"), std::string::npos);
  EXPECT_EQ(hidden_in(stream, messages[0]), "<hush>");
}

TEST(HttpReader, ChunksComeBeforeALength) {
  const auto messages = answers("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n");
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].summary, "ab");
}

}  // namespace
}  // namespace fleetsim::sim
