#include "devicecore/url.hpp"

#include <gtest/gtest.h>
#include <string>

namespace fleetsim::device {
namespace {

std::string parts(std::string_view text) {
  const auto url = parse_url(text);
  if (!url) return "none";
  return std::string(url->tls ? "tls " : "plain ") + std::string(url->host) + " " + std::to_string(url->port) + " " +
         std::string(url->path);
}

TEST(Url, IsTakenApart) {
  EXPECT_EQ(parts("https://files.example/fw.bin"), "tls files.example 443 /fw.bin");
  EXPECT_EQ(parts("http://files.example/fw.bin?Expires=1&Signature=a%2B#part"), "plain files.example 80 /fw.bin?Expires=1&Signature=a%2B");
  EXPECT_EQ(parts("https://127.0.0.1:8443"), "tls 127.0.0.1 8443 ");
  EXPECT_EQ(parts("https://[2001:db8::7]:8443/a/b"), "tls 2001:db8::7 8443 /a/b");
  EXPECT_EQ(parts("https://[::1]/"), "tls ::1 443 /");
}

TEST(Url, WhatIsNoneIsRefused) {
  for (const char* text :
       {"", "files.example/x", "ftp://files.example/x", "HTTPS://files.example/x", "https://", "https:///x", "https://h:/x",
        "https://h:0/x", "https://h:65536/x", "https://h:1x/x", "https://user@h/x", "https://h:p@i/x", "https://[::1/x", "https://[::1]x/",
        "https://h?x", "https://h/a b", "https://h/a\r\nHost: x", "https://h/\"", "https://h/\x7f"})
    EXPECT_EQ(parts(text), "none") << text;
}

}  // namespace
}  // namespace fleetsim::device
