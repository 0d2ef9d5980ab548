#include "platform-mock/core/files/file_server.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "platform-mock/server/openssl_hmac.hpp"

namespace fleetsim::platform {
namespace {

using std::chrono::seconds;

class Silent final : public Output {
 public:
  void send(ConnectionId, ByteView) override {}
  void close(ConnectionId, CloseMode) override {}
  void event(const PlatformEvent&) override {}
};

class Digits final : public FileSource {
 public:
  std::optional<ServedFile> open(std::string_view name, std::string& scratch) const override {
    if (name != "ten") return std::nullopt;
    scratch = "0123456789";
    return ServedFile{.content = scratch, .content_type = "text/plain", .download_name = "ten.txt"};
  }
};

struct World {
  explicit World(std::size_t answer_bytes_max = 1000) : files(openssl.port(), 3, answer_bytes_max) {
    files.add("digits", digits);
    files.advertise({.host = "127.0.0.1", .port = 18080, .plain = true, .tls = true});
    files.set_unix_epoch_ms(1000);
  }
  std::string path(std::string_view name = "ten") const {
    const std::string url = files.url("digits", name, 11000);  // 10 s after Instant 0
    return url.substr(url.find("/files/"));
  }
  HttpAnswer get(const std::string& target, std::string_view range = {}, Instant now = Instant{}, HttpMethod method = HttpMethod::get) {
    kept_target = target;
    headers.clear();
    if (!range.empty()) headers.push_back({"range", range});
    const HttpRequest request{.method = method, .target = kept_target, .body = {}, .headers = headers};
    return files.answer({request, {}, {}, false, now, silent});
  }
  OpensslHmac openssl;
  Digits digits;
  FileServer files;
  Silent silent;
  std::string kept_target;
  std::vector<HttpHeader> headers;
};

TEST(FileServer, ServesASignedUrlUntilItExpires) {
  World world;
  const HttpAnswer file = world.get(world.path());
  EXPECT_EQ(file.status, 200);
  EXPECT_EQ(file.body, "0123456789");
  EXPECT_EQ(file.content_type, "text/plain");
  EXPECT_NE(file.more_headers.find("filename=\"ten.txt\"\r\n"), std::string_view::npos);
  EXPECT_EQ(world.get(world.path(), {}, Instant{} + seconds{10} - Duration{1000}).status, 200);
  EXPECT_EQ(world.get(world.path(), {}, Instant{} + seconds{10}).status, 403);
}

TEST(FileServer, TakesNoUrlThatItHasNotGivenOut) {
  World world;
  const std::string good = world.path();
  std::string other = good;
  other.replace(other.find("11000"), 5, "99000");
  EXPECT_EQ(world.get(other).status, 403) << "a longer life";
  other = good;
  other.replace(other.find("/ten"), 4, "/two");
  EXPECT_EQ(world.get(other).status, 403) << "another file";
  EXPECT_EQ(world.get(good.substr(0, good.find('?'))).status, 403);
  EXPECT_EQ(world.get("/files/digits/ten?Expires=11000&Signature=").status, 403);
  EXPECT_EQ(world.get(world.path("nine")).status, 404) << "signed, but gone";
  EXPECT_EQ(world.get(good, {}, Instant{}, HttpMethod::post).status, 405);
}

TEST(FileServer, ServesRanges) {  // RFC 9110 §14
  World world;
  const auto part = [&](std::string_view range) {
    const HttpAnswer answer = world.get(world.path(), range);
    return std::to_string(answer.status) + " " + std::string{answer.status == 416 ? "" : answer.body};
  };
  EXPECT_EQ(part("bytes=0-3"), "206 0123");
  EXPECT_EQ(part("bytes=4-"), "206 456789");
  EXPECT_EQ(part("bytes=-3"), "206 789");
  EXPECT_EQ(part("bytes=8-100"), "206 89");
  EXPECT_EQ(part("bytes=-100"), "206 0123456789");
  EXPECT_EQ(part("bytes=10-"), "416 ");
  EXPECT_EQ(part("bytes=-0"), "416 ");
  for (const std::string_view whole :
       {"bytes=3-2", "bytes=a-b", "bytes=", "bytes=1", "lines=0-1", "bytes=0-1,3-4", "bytes=--1", "bytes=1-x"})
    EXPECT_EQ(part(whole), "200 0123456789") << whole;
  EXPECT_NE(world.get(world.path(), "bytes=4-").more_headers.find("Content-Range: bytes 4-9/10\r\n"), std::string_view::npos);
  EXPECT_NE(world.get(world.path(), "bytes=10-").more_headers.find("Content-Range: bytes */10\r\n"), std::string_view::npos);
}

TEST(FileServer, GivesNoMoreAtOnceThanItMay) {
  World world(4);
  const HttpAnswer whole = world.get(world.path());
  EXPECT_EQ(whole.status, 413);
  EXPECT_NE(whole.body.find("ranges of 4 bytes"), std::string_view::npos) << whole.body;
  EXPECT_EQ(world.get(world.path(), "bytes=0-4").status, 413);
  EXPECT_EQ(world.get(world.path(), "bytes=0-3").body, "0123");
}

TEST(FileServer, NamesItselfAsItIsReached) {
  World world;
  EXPECT_TRUE(world.files.url("digits", "ten", 1).starts_with("http://127.0.0.1:18080/files/digits/ten?Expires=1&Signature="));
  EXPECT_TRUE(world.files.url("digits", "ten", 1, UrlScheme::tls_if_served).starts_with("https://"));
  world.files.advertise({.host = "::1", .port = 80, .plain = false, .tls = true});
  EXPECT_TRUE(world.files.url("digits", "ten", 1).starts_with("https://[::1]:80/"));
}

}  // namespace
}  // namespace fleetsim::platform
