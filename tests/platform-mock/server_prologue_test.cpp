// The first bytes of a connection: PROXY or not, trusted or not, TLS or not, whatever the split.
#include <gtest/gtest.h>
#include <string>

#include "platform-mock/server/peer_prologue.hpp"

namespace fleetsim::platform {
namespace {

using Kind = PrologueVerdict::Kind;

const std::string kPrologueHeader = "PROXY TCP4 203.0.113.7 127.0.2.1 50000 1883\r\n";

ListenerPolicy policy(ProxyProtocol proxy, bool trusted = true) {
  ListenerPolicy made;
  made.proxy_protocol = proxy;
  made.trusted.add(trusted ? "127.0.0.0/8" : "10.0.0.0/8");
  return made;
}

PrologueVerdict read(const ListenerPolicy& policy, const std::string& bytes) {
  return read_prologue(policy, *IpAddress::parse("127.0.0.1"), bytes_of(bytes));
}

TEST(Prologue, TheFirstByteTellsTlsFromPlain) {
  const ListenerPolicy off = policy(ProxyProtocol::off);
  EXPECT_EQ(read(off, "").kind, Kind::need_more);
  EXPECT_EQ(read(off, "\x16").kind, Kind::tls);
  EXPECT_EQ(read(off, "\x10").kind, Kind::plain);
  EXPECT_EQ(read(off, "P").kind, Kind::plain);
  EXPECT_EQ(read(off, kPrologueHeader).kind, Kind::plain);  // not looked for: the protocol above refuses it
}

TEST(Prologue, EachTransportCanBeSwitchedOff) {
  ListenerPolicy only_tls = policy(ProxyProtocol::off);
  only_tls.plain = false;
  EXPECT_EQ(read(only_tls, "\x16").kind, Kind::tls);
  EXPECT_EQ(read(only_tls, "\x10").kind, Kind::refuse);
  ListenerPolicy only_plain = policy(ProxyProtocol::off);
  only_plain.tls = false;
  EXPECT_EQ(read(only_plain, "\x16").kind, Kind::refuse);
  EXPECT_EQ(read(only_plain, "\x10").kind, Kind::plain);
}

TEST(Prologue, ATrustedHeaderGivesTheDevicesAddressAtEverySplit) {
  for (const ProxyProtocol mode : {ProxyProtocol::optional, ProxyProtocol::required}) {
    const ListenerPolicy trusting = policy(mode);
    for (std::size_t n = 0; n <= kPrologueHeader.size(); ++n)
      EXPECT_EQ(read(trusting, kPrologueHeader.substr(0, n)).kind, Kind::need_more) << n;
    for (const auto& [next, kind] : {std::pair{"\x16\x03", Kind::tls}, std::pair{"\x10\x20", Kind::plain}}) {
      const PrologueVerdict verdict = read(trusting, kPrologueHeader + next);
      EXPECT_EQ(verdict.kind, kind);
      EXPECT_EQ(verdict.consumed, kPrologueHeader.size());
      EXPECT_EQ(verdict.peer, *IpAddress::parse("203.0.113.7"));
    }
  }
}

TEST(Prologue, APeerThatIsNotTrustedIsRefused) {
  const PrologueVerdict verdict = read(policy(ProxyProtocol::optional, false), kPrologueHeader);
  EXPECT_EQ(verdict.kind, Kind::refuse);
  EXPECT_EQ(verdict.reason, "PROXY header from a peer that is not trusted");
  EXPECT_EQ(verdict.peer, *IpAddress::parse("127.0.0.1"));
}

TEST(Prologue, ARequiredHeaderMayNotBeMissing) {
  EXPECT_EQ(read(policy(ProxyProtocol::required), "\x10").kind, Kind::refuse);
  EXPECT_EQ(read(policy(ProxyProtocol::required), "POST / ").kind, Kind::refuse);
  EXPECT_EQ(read(policy(ProxyProtocol::optional), "\x10").kind, Kind::plain);
  EXPECT_EQ(read(policy(ProxyProtocol::optional), "P").kind, Kind::need_more);
  EXPECT_EQ(read(policy(ProxyProtocol::optional), "PO").kind, Kind::plain);
}

TEST(Prologue, AMalformedHeaderIsRefusedWithItsReason) {
  const PrologueVerdict verdict = read(policy(ProxyProtocol::optional), "PROXY TCP9 x\r\n");
  EXPECT_EQ(verdict.kind, Kind::refuse);
  EXPECT_NE(verdict.reason.find("PROXY v1"), std::string_view::npos);
}

TEST(Prologue, UnknownAndLocalKeepTheSocketsAddress) {
  const PrologueVerdict verdict = read(policy(ProxyProtocol::required), "PROXY UNKNOWN\r\n\x10");
  EXPECT_EQ(verdict.kind, Kind::plain);
  EXPECT_EQ(verdict.peer, *IpAddress::parse("127.0.0.1"));
}

}  // namespace
}  // namespace fleetsim::platform
