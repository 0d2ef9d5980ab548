// PROXY protocol, versions 1 and 2 ("proxy-protocol.txt", haproxy.org): literal headers, every split, every kind of damage.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "platform-mock/core/proxy_protocol.hpp"

namespace fleetsim::platform {
namespace {

using Status = ProxyParse::Status;

ProxyParse parse(const std::string& text) { return parse_proxy_header(bytes_of(text)); }

IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

/// §2.2: signature, version and command, family, length, then the body.
std::string v2(unsigned char command, unsigned char family, const std::string& body) {
  std::string out{"\r\n\r\n\0\r\nQUIT\n", 12};
  out += static_cast<char>(command);
  out += static_cast<char>(family);
  out += static_cast<char>(body.size() >> 8);
  out += static_cast<char>(body.size() & 0xff);
  return out + body;
}

std::string v4_body() { return {"\xcb\x00\x71\x07\x7f\x00\x02\x01\xc3\x50\x07\x5b", 12}; }

TEST(ProxyV1, ReadsTcp4WithBothEnds) {
  const ProxyParse result = parse("PROXY TCP4 203.0.113.7 127.0.2.1 50000 1883\r\n\x10");
  ASSERT_EQ(result.status, Status::complete);
  EXPECT_EQ(result.consumed, 45u);
  EXPECT_TRUE(result.header.has_source);
  EXPECT_EQ(result.header.source, address("203.0.113.7"));
  EXPECT_EQ(result.header.destination, address("127.0.2.1"));
  EXPECT_EQ(result.header.source_port, 50000);
  EXPECT_EQ(result.header.destination_port, 1883);
}

TEST(ProxyV1, ReadsTcp6AndTheLongestLine) {
  // §2.1 gives this as the worst case for TCP6: 104 characters and CR LF.
  const std::string full = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  const ProxyParse result = parse("PROXY TCP6 " + full + " " + full + " 65535 65535\r\n");
  ASSERT_EQ(result.status, Status::complete);
  EXPECT_EQ(result.header.source, address(full));
  EXPECT_EQ(result.header.source_port, 65535);
}

TEST(ProxyV1, UnknownSkipsTheRestOfTheLine) {
  const ProxyParse result = parse("PROXY UNKNOWN whatever it says\r\nGET");
  ASSERT_EQ(result.status, Status::complete);
  EXPECT_FALSE(result.header.has_source);
  EXPECT_EQ(result.consumed, 32u);
  EXPECT_EQ(parse("PROXY UNKNOWN\r\n").status, Status::complete);
}

TEST(ProxyV1, OtherMethodsThatBeginWithPAreNoHeader) {
  for (const char* text : {"POST / HTTP/1.1", "PUT /x", "PROXy ", "PRO ", "PROXYTCP4"})
    EXPECT_EQ(parse(text).status, Status::not_proxy) << text;
  for (const char* text : {"", "P", "PR", "PRO", "PROX", "PROXY", "PROXY "}) EXPECT_EQ(parse(text).status, Status::need_more) << text;
}

TEST(ProxyV1, RefusesWhatTheGrammarDoesNotAllow) {
  for (const char* text : {
           "PROXY TCP4 203.0.113.7 127.0.2.1 50000\r\n",         // a field short
           "PROXY TCP4 203.0.113.7 127.0.2.1 50000 1883 9\r\n",  // a field too many
           "PROXY TCP4 203.0.113.7 127.0.2.1 050 1883\r\n",      // leading zero
           "PROXY TCP4 203.0.113.7 127.0.2.1 65536 1883\r\n",    // not 16 bits
           "PROXY TCP4 203.0.113.7 127.0.2.1 -1 1883\r\n",       //
           "PROXY TCP4 203.0.113.7 127.0.2.1 123456 1883\r\n",   //
           "PROXY TCP4 203.0.113.256 127.0.2.1 1 2\r\n",         //
           "PROXY TCP4 ::1 ::1 1 2\r\n",                         // not of the family
           "PROXY TCP6 127.0.0.1 127.0.0.1 1 2\r\n",             //
           "PROXY TCP4  203.0.113.7 127.0.2.1 1 2\r\n",          // two spaces
           "PROXY UDP4 203.0.113.7 127.0.2.1 1 2\r\n",           //
           "PROXY tcp4 203.0.113.7 127.0.2.1 1 2\r\n",           //
           "PROXY TCP4 203.0.113.7 127.0.2.1 1 2\n",             // LF alone
           "PROXY \r\n",                                         //
       }) {
    const ProxyParse result = parse(text);
    EXPECT_EQ(result.status, Status::malformed) << text;
    EXPECT_FALSE(result.reason.empty());
  }
}

// Found by fuzz_proxy: the prefix was refused for its lone line feed, the whole was taken.
TEST(ProxyV1, ALoneLineFeedIsRefusedWhateverFollowsIt) {
  EXPECT_EQ(parse("PROXY UNKNOWN a\n").status, Status::malformed);
  EXPECT_EQ(parse("PROXY UNKNOWN a\nb\r\n").status, Status::malformed);
}

TEST(ProxyV1, GivesUpAfter107BytesWithoutALineEnd) {
  const std::string endless = "PROXY UNKNOWN " + std::string(200, 'x');
  EXPECT_EQ(parse(endless.substr(0, 106)).status, Status::need_more);
  EXPECT_EQ(parse(endless.substr(0, 107)).status, Status::malformed);
  EXPECT_EQ(parse(endless + "\r\n").status, Status::malformed);
}

TEST(ProxyV2, ReadsTcp4AndSkipsExtensions) {
  const std::string tlv{"\x04\x00\x03\x61\x62\x63", 6};  // §2.2.6: PP2_TYPE_NOOP
  const ProxyParse result = parse(v2(0x21, 0x11, v4_body() + tlv) + "\x16");
  ASSERT_EQ(result.status, Status::complete);
  EXPECT_EQ(result.consumed, 16u + 12u + 6u);
  EXPECT_EQ(result.header.version, 2);
  EXPECT_EQ(result.header.source, address("203.0.113.7"));
  EXPECT_EQ(result.header.destination, address("127.0.2.1"));
  EXPECT_EQ(result.header.source_port, 50000);
  EXPECT_EQ(result.header.destination_port, 1883);
}

TEST(ProxyV2, ReadsTcp6) {
  const std::string from{"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07", 16};
  const std::string to{"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 16};
  const ProxyParse result = parse(v2(0x21, 0x21, from + to + std::string{"\x00\x01\xff\xff", 4}));
  ASSERT_EQ(result.status, Status::complete);
  EXPECT_EQ(result.header.source, address("2001:db8::7"));
  EXPECT_EQ(result.header.destination, address("::1"));
  EXPECT_EQ(result.header.source_port, 1);
  EXPECT_EQ(result.header.destination_port, 65535);
}

TEST(ProxyV2, LocalAndAddressesWithoutUseLeaveTheSocketsOwn) {
  for (const std::string& text : {v2(0x20, 0x00, ""), v2(0x20, 0x11, v4_body()), v2(0x21, 0x00, "abc"), v2(0x21, 0x12, v4_body()),
                                  v2(0x21, 0x31, std::string(216, 'u'))}) {
    const ProxyParse result = parse(text);
    ASSERT_EQ(result.status, Status::complete);
    EXPECT_FALSE(result.header.has_source);
    EXPECT_EQ(result.consumed, text.size());
  }
}

TEST(ProxyV2, RefusesWrongVersionCommandFamilyAndLength) {
  EXPECT_EQ(parse(v2(0x11, 0x11, v4_body())).status, Status::malformed);
  EXPECT_EQ(parse(v2(0x22, 0x11, v4_body())).status, Status::malformed);
  EXPECT_EQ(parse(v2(0x21, 0x41, v4_body())).status, Status::malformed);
  EXPECT_EQ(parse(v2(0x21, 0x13, v4_body())).status, Status::malformed);
  EXPECT_EQ(parse(v2(0x21, 0x11, v4_body().substr(1))).status, Status::malformed);
  EXPECT_EQ(parse(v2(0x21, 0x21, std::string(35, 'x'))).status, Status::malformed);
  EXPECT_EQ(parse(v2(0x21, 0x00, std::string(kProxyV2BodyBytesMax + 1, 'x'))).status, Status::malformed);
}

TEST(ProxySplit, EveryPrefixAsksForMoreAndNeverForTooMuch) {
  const std::string v6_body{"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x00\x01\xff\xff", 36};
  for (const std::string& header : {std::string{"PROXY TCP4 203.0.113.7 127.0.2.1 50000 1883\r\n"}, std::string{"PROXY UNKNOWN\r\n"},
                                    v2(0x21, 0x11, v4_body()), v2(0x21, 0x21, v6_body), v2(0x20, 0x00, "")}) {
    for (std::size_t n = 0; n < header.size(); ++n) EXPECT_EQ(parse(header.substr(0, n)).status, Status::need_more) << n;
    EXPECT_EQ(parse(header).status, Status::complete);
    EXPECT_EQ(parse(header + "PROXY").consumed, header.size());
  }
}

TEST(ProxyWriter, WritesWhatTheReaderReads) {
  for (const auto& [from, to] : {std::pair{"203.0.113.7", "127.0.2.1"}, std::pair{"2001:db8::7", "::1"}, std::pair{"203.0.113.7", "::1"}}) {
    const ProxyHeader header{.version = 2,
                             .has_source = true,
                             .source = address(from),
                             .destination = address(to),
                             .source_port = 1234,
                             .destination_port = 1883};
    std::string out = "before";
    append_proxy_v2(out, header);
    const ProxyParse result = parse(out.substr(6));
    ASSERT_EQ(result.status, Status::complete);
    EXPECT_EQ(result.header.source, header.source);
    EXPECT_EQ(result.header.destination, header.destination);
    EXPECT_EQ(result.header.source_port, 1234);
    EXPECT_EQ(result.header.destination_port, 1883);
  }
  std::string local;
  append_proxy_v2(local, ProxyHeader{});
  EXPECT_EQ(local, v2(0x20, 0x00, ""));
}

}  // namespace
}  // namespace fleetsim::platform
