// Clauses are of RFC 9112 (HTTP/1.1) and RFC 9110 (semantics). Every answer is read whole, cut at every position and byte by byte: the
// outcome must be the same.
#include "devicecore/http_response_reader.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "devicecore/limits.hpp"
#include "tests/devicecore/event_text.hpp"

namespace fleetsim::device {
namespace {

using Progress = HttpResponseReader::Progress;

struct Reading {
  HttpResponseReader reader;
  std::vector<std::uint8_t> storage = std::vector<std::uint8_t>(limits::bootstrap_body_bytes_max);
};

std::string outcome_of(const HttpResponseReader& reader) {
  switch (reader.progress()) {
    case Progress::more:
      return "more";
    case Progress::complete:
      return "complete " + std::to_string(reader.status()) + " " + std::string(text_of(reader.body()));
    case Progress::failed:
      return "failed " + testing::name_of(reader.failure()) + (reader.status() != 0 ? " " + std::to_string(reader.status()) : "");
  }
  return "";
}

/// The parts one after another, then the end of the stream when `closes`.
std::string read_parts(const std::vector<std::string>& parts, bool closes) {
  Reading reading;
  reading.reader.begin(reading.storage);
  for (const std::string& part : parts) {
    const std::vector<std::uint8_t> copy(part.begin(), part.end());  // so that ASan sees a view kept too long
    reading.reader.feed(copy);
  }
  if (closes) reading.reader.end_of_stream();
  return outcome_of(reading.reader);
}

std::string read(const std::string& answer, bool closes = false) {
  const std::string whole = read_parts({answer}, closes);
  std::vector<std::string> bytes;
  for (const char c : answer) bytes.push_back(std::string(1, c));
  EXPECT_EQ(read_parts(bytes, closes), whole) << "byte by byte";
  const std::size_t cuts = answer.size() < 600 ? answer.size() : 0;  // the long ones are told apart by single bytes alone
  for (std::size_t cut = 1; cut < cuts; ++cut)
    EXPECT_EQ(read_parts({answer.substr(0, cut), answer.substr(cut)}, closes), whole) << "cut after byte " << cut;
  return whole;
}

std::string read_and_close(const std::string& answer) { return read(answer, true); }

TEST(HttpResponse, BodyOfAContentLength) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), "complete 200 hello");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), "complete 200 ");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel"), "more");
}

TEST(HttpResponse, HeaderNamesIgnoreCaseAndValuesOuterSpace) {  // RFC 9110 §5.1, RFC 9112 §5
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\ncontent-LENGTH:\t 2 \t\r\n\r\nok"), "complete 200 ok");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nCONTENT-LENGTH:2\r\n\r\nok"), "complete 200 ok");
}

TEST(HttpResponse, StatusLineWithoutReasonAndOfHttp10) {  // §4
  EXPECT_EQ(read("HTTP/1.1 200 \r\nContent-Length: 1\r\n\r\nx"), "complete 200 x");
  EXPECT_EQ(read("HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx"), "complete 200 x");
  EXPECT_EQ(read("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx"), "complete 200 x");
}

TEST(HttpResponse, LoneLineFeedsEndLines) {  // §2.2
  EXPECT_EQ(read("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), "complete 200 ok");
}

TEST(HttpResponse, ChunkedBody) {  // §7.1
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"),
            "complete 200 abc0123456789");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n003\r\nabc\r\n000\r\n\r\n"), "complete 200 abc");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "complete 200 ");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n"), "more");
}

TEST(HttpResponse, ChunkExtensionsAndTrailersAreSkipped) {  // §7.1.1, §7.1.2
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;name=\"val;ue\"\r\nabc\r\n0 ;x\r\nX-Sum: 7\r\nY: z\r\n\r\n"),
            "complete 200 abc");
}

TEST(HttpResponse, AChunkSizeMayHaveMoreZerosThanThereIsMemory) {  // RFC 9112 §7.1: 1*HEXDIG
  const std::string zeros(limits::bootstrap_body_bytes_max + 100, '0');
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + zeros + "3\r\nabc\r\n" + zeros + "\r\n\r\n"),
            "complete 200 abc");
}

TEST(HttpResponse, CloseDelimitedBody) {  // §6.3 rule 8
  EXPECT_EQ(read_and_close("HTTP/1.1 200 OK\r\nServer: x\r\n\r\nall of it"), "complete 200 all of it");
  EXPECT_EQ(read_and_close("HTTP/1.1 200 OK\r\n\r\n"), "complete 200 ");
}

TEST(HttpResponse, AnEndInTheMiddleIsAFailedLink) {  // §8
  EXPECT_EQ(read_and_close(""), "failed link");
  EXPECT_EQ(read_and_close("HTTP/1.1 200"), "failed link");
  EXPECT_EQ(read_and_close("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"), "failed link 200");
  EXPECT_EQ(read_and_close("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"), "failed link 200");
}

TEST(HttpResponse, InterimAnswersAreSkipped) {  // RFC 9110 §15.2
  EXPECT_EQ(read("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\nContent-Length: 9\r\n\r\n"
                 "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
            "complete 200 ok");
  EXPECT_EQ(read("HTTP/1.1 101 Switching Protocols\r\n\r\n"), "failed http_malformed 101");
}

TEST(HttpResponse, OtherStatusEndsTheReadingAtTheHead) {
  EXPECT_EQ(read("HTTP/1.1 404 Not Found\r\nContent-Length: 5\r\n\r\nwrong"), "failed http_status 404");
  EXPECT_EQ(read("HTTP/1.1 429 Too Many Requests\r\n\r\n"), "failed http_status 429");
  EXPECT_EQ(read("HTTP/1.1 503 x\r\nTransfer-Encoding: chunked\r\n\r\nzz"), "failed http_status 503");
  EXPECT_EQ(read("HTTP/1.1 204 No Content\r\n\r\n"), "failed http_status 204");
  EXPECT_EQ(read("HTTP/1.1 301 Moved\r\nLocation: http://elsewhere/\r\n\r\n"), "failed http_status 301");
}

std::uint16_t retry_after_of(const std::string& headers) {
  Reading reading;
  reading.reader.begin(reading.storage);
  reading.reader.feed(bytes_of("HTTP/1.1 503 Busy\r\n" + headers + "\r\n"));
  return reading.reader.retry_after_s();
}

TEST(HttpResponse, TellsTheSecondsOfRetryAfter) {  // RFC 9110 §10.2.3
  EXPECT_EQ(retry_after_of(""), 0);
  EXPECT_EQ(retry_after_of("retry-AFTER:  120 \r\n"), 120);
  EXPECT_EQ(retry_after_of("Retry-After: 4294967295\r\n"), limits::retry_after_s_max);
  EXPECT_EQ(retry_after_of("Retry-After: Fri, 31 Dec 1999 23:59:59 GMT\r\n"), 0);
  EXPECT_EQ(retry_after_of("Retry-After: -1\r\nRetry-After-That: 7\r\n"), 0);
}

TEST(HttpResponse, ADialectMissesOneThingOnly) {
  const auto read_as = [](HttpDialect dialect, const std::string& answer) {
    Reading reading;
    reading.reader.begin(reading.storage, dialect);
    reading.reader.feed(bytes_of(answer));
    reading.reader.end_of_stream();
    return outcome_of(reading.reader);
  };
  const std::string usual = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
  const std::vector<std::pair<HttpDialect, std::string>> missed = {
      {HttpDialect::no_chunks, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n"},
      {HttpDialect::exact_case, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi more"},
      {HttpDialect::only_http_1_1, "HTTP/1.0 200 OK\r\n\r\nhi"},
      {HttpDialect::first_head, "HTTP/1.1 100 Continue\r\n\r\n" + usual},
  };
  for (const auto& [dialect, answer] : missed) {
    EXPECT_EQ(read_as(dialect, usual), "complete 200 hi");
    EXPECT_EQ(read_as(HttpDialect::standard, answer), "complete 200 hi") << answer;
    EXPECT_NE(read_as(dialect, answer), "complete 200 hi") << answer;
    for (const auto& [other, its_answer] : missed)
      EXPECT_EQ(read_as(dialect, its_answer) == "complete 200 hi", other != dialect) << its_answer;
  }
}

TEST(HttpResponse, LinesThatAreTooLongAreSkipped) {
  const std::string cookie = "Set-Cookie: " + std::string(5000, 'x') + "\r\n";
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\n" + cookie + "Content-Length: 2\r\n\r\nok"), "complete 200 ok");
  const std::string name_alone = std::string(200, 'n') + ": v\r\n";
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\n" + name_alone + "Content-Length: 2\r\n\r\nok"), "complete 200 ok");
  EXPECT_EQ(read("HTTP/1.1 200 " + std::string(300, 'r') + "\r\nContent-Length: 2\r\n\r\nok"), "complete 200 ok");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: " + std::string(200, '0') + "2\r\n\r\nok"), "failed http_malformed 200");
}

TEST(HttpResponse, AnEndlessHeadIsGivenUp) {
  const std::string head = "HTTP/1.1 200 OK\r\n" + std::string(10'000'000, 'x');
  EXPECT_EQ(read_parts({head}, false), "failed http_malformed 200");
  std::string interim;
  for (int i = 0; i < 2000; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_TRUE(read_parts({interim}, false).starts_with("failed http_malformed"));
}

TEST(HttpResponse, TheBodyIsBounded) {
  const std::size_t most = limits::bootstrap_body_bytes_max;
  const std::string fits(most, 'b');
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 1024\r\n\r\n" + fits), "complete 200 " + fits);
  EXPECT_EQ(read_and_close("HTTP/1.1 200 OK\r\n\r\n" + fits), "complete 200 " + fits);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 1025\r\n\r\n"), "failed body_too_large 200");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 4294967295\r\n\r\n"), "failed body_too_large 200");
  EXPECT_EQ(read_and_close("HTTP/1.1 200 OK\r\n\r\n" + fits + "b"), "failed body_too_large 200");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + fits + "\r\n0\r\n\r\n"), "complete 200 " + fits);
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n400\r\n" + fits + "\r\n1\r\nx"), "failed body_too_large 200");
}

TEST(HttpResponse, WhatFollowsACompleteAnswerIsIgnored) {
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 500 x\r\n\r\n"), "complete 200 ok");
  EXPECT_EQ(read_and_close("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"), "complete 200 ok");
}

TEST(HttpResponse, ContinuationLinesOfUnreadHeadersAreSkipped) {  // §5.2
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nX-Long: a\r\n  b\r\n\tc\r\nContent-Length: 2\r\n\r\nok"), "complete 200 ok");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n 3\r\n\r\nok"), "failed http_malformed 200");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\n folded: x\r\n\r\n"), "failed http_malformed 200");
}

TEST(HttpResponse, TheSameLengthTwiceIsAllowedAndTwoLengthsAreNot) {  // §6.3 rule 5
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok"), "complete 200 ok");
  EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok"), "failed http_malformed 200");
}

class HttpMalformed : public ::testing::TestWithParam<const char*> {};

TEST_P(HttpMalformed, IsRefused) { EXPECT_TRUE(read(GetParam()).starts_with("failed http_malformed")) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(Heads, HttpMalformed,
                         ::testing::Values("HTTP/2 200 OK\r\n", "HTTP/1.x 200 OK\r\n", "http/1.1 200 OK\r\n", "HTTP/1.1  200 OK\r\n",
                                           "HTTP/1.1 2000 OK\r\n", "HTTP/1.1 20 OK\r\n", "HTTP/1.1 099 OK\r\n", "HTTP/1.1 600 OK\r\n",
                                           "HTTP/1.1 2x0 OK\r\n", "\r\n", "garbage\r\n", "\x16\x03\x01\x02", "HTTP/1.1 200 OK\rX",
                                           "HTTP/1.1 200 OK\r\nno colon\r\n", "HTTP/1.1 200 OK\r\n: empty\r\n",
                                           "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n",
                                           "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n",
                                           "HTTP/1.1 200 OK\r\nContent-Length:\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 4294967296\r\n",
                                           "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n",
                                           "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"));

INSTANTIATE_TEST_SUITE_P(Chunks, HttpMalformed,
                         ::testing::Values("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n;a\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100000000\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n",
                                           "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc3\r\n"));

}  // namespace
}  // namespace fleetsim::device
