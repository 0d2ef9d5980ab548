// What can be told of TLS from outside. The hello is OpenSSL's own; the others are made by hand after RFC 5246 and RFC 8446.
#include "sim/trace/tls_reader.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace fleetsim::sim {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes from_hex(std::string_view digits) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(std::string(digits.substr(i, 2)), nullptr, 16)));
  return bytes;
}

// openssl s_client, TLS 1.2 only, one suite and the signalling value.
constexpr std::string_view openssl_hello =
    "16030100a8010000a40303faa93bf9a5b0c151dd5ed319c9f5f6bf0e6e3f751c1975ad3c62fc0160a1fecd000004c02f00ff0100007700000021001f00001c696f742d"
    "617574682d676c6f62616c2e616c6979756e63732e636f6d000b000403000102000a000c000a001d0017001e00190018002300000016000000170000000d002a002804"
    "0305030603080708080809080a080b080408050806040105010601030303010302040205020602";

Bytes record(std::uint8_t type, const Bytes& body) {
  Bytes bytes = {type, 3, 3, static_cast<std::uint8_t>(body.size() >> 8), static_cast<std::uint8_t>(body.size())};
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

Bytes message(std::uint8_t type, const Bytes& body) {
  Bytes bytes = {type, 0, static_cast<std::uint8_t>(body.size() >> 8), static_cast<std::uint8_t>(body.size())};
  bytes.insert(bytes.end(), body.begin(), body.end());
  return bytes;
}

/// Without extensions when `extensions` is empty.
Bytes hello_body(const Bytes& suites, const Bytes& extensions = {}) {
  Bytes bytes = {3, 3};
  bytes.resize(34, 7);                                                          // random
  bytes.insert(bytes.end(), {0, 0, static_cast<std::uint8_t>(suites.size())});  // no session id
  bytes.insert(bytes.end(), suites.begin(), suites.end());
  bytes.insert(bytes.end(), {1, 0});  // no compression
  if (extensions.empty()) return bytes;
  bytes.insert(bytes.end(), {0, static_cast<std::uint8_t>(extensions.size())});
  bytes.insert(bytes.end(), extensions.begin(), extensions.end());
  return bytes;
}

const Bytes change_cipher_spec = {20, 3, 3, 0, 1, 1};

TEST(TlsReader, ReadsWhatAHelloOffersHoweverItIsSplit) {
  const Bytes hello = from_hex(openssl_hello);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{5}, hello.size()}) {
    TlsReader reader;
    for (ByteView rest(hello); !rest.empty(); rest = rest.subspan(std::min(piece, rest.size())))
      reader.take(rest.first(std::min(piece, rest.size())));
    ASSERT_TRUE(reader.client_hello()) << piece;
    EXPECT_EQ(reader.client_hello()->server_name, "iot-auth-global.aliyuncs.com");
    EXPECT_EQ(reader.client_hello()->version, tls_1_2);
    EXPECT_EQ(reader.client_hello()->versions, std::vector<std::uint16_t>{tls_1_2});
    EXPECT_EQ(reader.client_hello()->suites, (std::vector<std::uint16_t>{0xc02f, 0x00ff}));
    EXPECT_EQ(reader.records(), 1U);
    EXPECT_TRUE(reader.client_hello()->asks_for_tickets);
    EXPECT_EQ(reader.client_hello()->ticket_bytes, 0U) << "it brings none";
    EXPECT_FALSE(reader.client_hello()->offers_psk);
    EXPECT_TRUE(reader.client_hello()->session_id.empty());
  }
}

TEST(TlsReader, ReadsWhatAHelloBringsOfASessionOfBefore) {
  Bytes body = hello_body({0xc0, 0x2f}, {0, 35, 0, 3, 9, 9, 9, 0, 41, 0, 1, 0});
  body[34] = 2;  // a session id
  body.insert(body.begin() + 35, {7, 8});
  const auto hello = read_client_hello(body);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->session_id, (Bytes{7, 8}));
  EXPECT_TRUE(hello->asks_for_tickets);
  EXPECT_EQ(hello->ticket_bytes, 3U);
  EXPECT_TRUE(hello->offers_psk);
  const auto other = read_client_hello(hello_body({0xc0, 0x2f}));
  ASSERT_TRUE(other);
  EXPECT_FALSE(other->asks_for_tickets || other->offers_psk || !other->session_id.empty());
}

TEST(TlsReader, TellsWhetherACertificateWasShown) {
  TlsReader reader;
  reader.take(record(22, message(2, hello_body({0xc0, 0x2f}))));
  EXPECT_FALSE(reader.has_certificate());
  reader.take(record(22, message(11, {0, 0, 0})));
  EXPECT_TRUE(reader.has_certificate());
}

TEST(TlsReader, PutsAHelloTogetherThatComesInSeveralRecords) {
  const Bytes whole = from_hex(openssl_hello);
  const ByteView body = ByteView(whole).subspan(5);
  TlsReader reader;
  for (const auto part : {body.first(3), body.subspan(3, 60), body.subspan(63)}) reader.take(record(22, Bytes(part.begin(), part.end())));
  ASSERT_TRUE(reader.client_hello());
  EXPECT_EQ(reader.client_hello()->server_name, "iot-auth-global.aliyuncs.com");
}

TEST(TlsReader, TakesVersionsFromTheirExtensionWhereThereIsOne) {
  const auto hello = read_client_hello(hello_body({0x13, 0x01}, {0, 43, 0, 5, 4, 3, 4, 3, 2}));
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->versions, (std::vector<std::uint16_t>{tls_1_3, 0x0302}));
  EXPECT_EQ(hello->server_name, "");
}

TEST(TlsReader, TakesAHelloWithoutExtensions) {
  const auto hello = read_client_hello(hello_body({0x00, 0x0a}));
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->suites, std::vector<std::uint16_t>{0x000a});
  EXPECT_EQ(hello->versions, std::vector<std::uint16_t>{tls_1_2});
}

TEST(TlsReader, TakesNothingThatIsCutOff) {
  const Bytes whole = hello_body({0xc0, 0x2f}, {0, 43, 0, 3, 2, 3, 4});
  ASSERT_TRUE(read_client_hello(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // Where the list of extensions has not begun, it is a hello of old.
    const bool is_old_hello = size == whole.size() - 9;
    EXPECT_EQ(read_client_hello(ByteView(whole).first(size)).has_value(), is_old_hello) << size;
  }
}

TEST(TlsReader, TakesNoHelloWithHalfASuite) { EXPECT_FALSE(read_client_hello(hello_body({0xc0, 0x2f, 0x00}))); }

TEST(TlsReader, ReadsWhatTheServerChose) {
  Bytes body = {3, 3};
  body.resize(34, 7);
  body.insert(body.end(), {0, 0xc0, 0x2b, 0});
  EXPECT_EQ(read_server_hello(body), (ServerHello{.version = tls_1_2, .suite = 0xc02b}));
  body.insert(body.end(), {0, 6, 0, 43, 0, 2, 3, 4});
  EXPECT_EQ(read_server_hello(body), (ServerHello{.version = tls_1_3, .suite = 0xc02b}));
  Bytes resumed = {3, 3};
  resumed.resize(34, 7);
  resumed.insert(resumed.end(), {2, 7, 8, 0xc0, 0x2b, 0, 0, 12, 0, 43, 0, 2, 3, 4, 0, 41, 0, 2, 0, 0});
  EXPECT_EQ(read_server_hello(resumed), (ServerHello{.version = tls_1_3, .suite = 0xc02b, .session_id = {7, 8}, .takes_psk = true}));
}

TEST(TlsReader, TellsAnAlertInTheClearFromAProtectedOne) {
  TlsReader refused;
  refused.take(record(21, {2, 48}));
  EXPECT_EQ(refused.alert(), (TlsAlert{2, 48}));
  EXPECT_EQ(alert_name(48), "unknown_ca");
  EXPECT_FALSE(refused.ends_with_protected_alert());

  TlsReader closed;
  closed.take(change_cipher_spec);
  closed.take(record(22, {1, 2, 3}));
  EXPECT_TRUE(closed.has_finished());
  closed.take(record(21, {9, 9, 9}));
  EXPECT_FALSE(closed.alert());
  EXPECT_TRUE(closed.ends_with_protected_alert());
  closed.take(record(23, {1}));
  EXPECT_FALSE(closed.ends_with_protected_alert()) << "something was said after it";
  EXPECT_EQ(closed.application_records(), 1U);
}

TEST(TlsReader, HasNotFinishedBeforeItsRecordsAreProtected) {
  TlsReader reader;
  reader.take(record(22, message(20, {1, 2, 3})));
  EXPECT_FALSE(reader.has_finished());
  reader.take(change_cipher_spec);
  EXPECT_FALSE(reader.has_finished());
}

TEST(TlsReader, CountsWhatIsNoTls) {
  const std::string connect("\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00", 14);
  TlsReader reader;
  reader.take(bytes_of(connect));
  reader.take(bytes_of("more"));
  EXPECT_FALSE(reader.is_tls());
  EXPECT_EQ(reader.clear_bytes(), connect.size() + 4);
  EXPECT_EQ(reader.records(), 0U);

  TlsReader unknown;
  unknown.take(record(19, {1}));
  EXPECT_FALSE(unknown.is_tls()) << "no record is of that kind";

  TlsReader later;
  later.take(from_hex(openssl_hello));
  later.take(bytes_of(connect));
  EXPECT_FALSE(later.is_tls()) << "from the second record on it speaks in the clear";
  EXPECT_TRUE(later.client_hello());
}

TEST(TlsReader, KnowsWhichSuitesNobodyShouldOffer) {
  for (const auto& [suite, why] : {std::pair<std::uint16_t, std::string_view>{0x0002, "no encryption"},
                                   {0x0003, "export grade"},
                                   {0x0005, "RC4"},
                                   {0x000a, "3DES"},
                                   {0x0009, "DES"},
                                   {0x0034, "no authentication"},
                                   {0xc012, "3DES"},
                                   {0xc011, "RC4"},
                                   {0xc018, "no authentication"},
                                   {0xc006, "no encryption"}})
    EXPECT_EQ(suite_weakness(suite), why) << suite;
  // AES with and without forward secrecy, ChaCha20, TLS 1.3's, GREASE, the signalling values.
  for (const int suite : {0x002f, 0x003c, 0xc02b, 0xc02f, 0xcca8, 0x1301, 0x0a0a, 0x00ff, 0x5600})
    EXPECT_EQ(suite_weakness(static_cast<std::uint16_t>(suite)), "") << suite;
}

TEST(TlsReader, TakesTheFirstNameOfAHostAndNoOtherKind) {
  const auto hello = read_client_hello(hello_body({0xc0, 0x2f}, {0, 0, 0, 10, 0, 8, 1, 0, 1, 'x', 0, 0, 1, 'y'}));
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->server_name, "y");
}

TEST(TlsReader, WhatWasOfferedStaysSoWhateverFollows) {
  const auto hello = read_client_hello(hello_body({0x13, 0x01}, {0, 41, 0, 1, 0, 0, 99, 0, 0}));
  ASSERT_TRUE(hello);
  EXPECT_TRUE(hello->offers_psk);
  Bytes body = {3, 3};
  body.resize(34, 7);
  body.insert(body.end(), {0, 0x13, 1, 0, 0, 10, 0, 41, 0, 2, 0, 0, 0, 99, 0, 0});
  EXPECT_TRUE(read_server_hello(body)->takes_psk);
}

TEST(TlsReader, TakesNoVersionThatIsCutOff) {
  EXPECT_FALSE(read_client_hello(hello_body({0x13, 0x01}, {0, 43, 0, 4, 3, 3, 4, 3})));
  Bytes body = {3, 3};
  body.resize(34, 7);
  body.insert(body.end(), {0, 0x13, 1, 0, 0, 5, 0, 43, 0, 1, 3});
  EXPECT_FALSE(read_server_hello(body));
}

TEST(TlsReader, NamesTheVersionsThatThereAre) {
  EXPECT_EQ(tls_version_name(0x0304), "TLS 1.3");
  EXPECT_EQ(tls_version_name(0x0305), "0x0305");
  EXPECT_EQ(tls_version_name(0x0300), "SSL 3.0");
}

TEST(TlsReader, KnowsARecordByItsKindItsVersionAndItsLength) {
  const auto is_tls = [](const Bytes& head) {
    TlsReader reader;
    reader.take(head);
    return reader.is_tls();
  };
  EXPECT_FALSE(is_tls({24, 3, 3, 0, 1}));
  EXPECT_FALSE(is_tls({22, 2, 3, 0, 1}));
  EXPECT_TRUE(is_tls({23, 3, 3, 0x48, 0x00})) << "2^14 + 2048";
  EXPECT_FALSE(is_tls({23, 3, 3, 0x48, 0x01}));
}

TEST(TlsReader, TakesTheFirstAlertOfTwoBytesInTheClear) {
  TlsReader reader;
  reader.take(record(21, {2, 40, 0}));
  EXPECT_FALSE(reader.alert());
  reader.take(record(21, {2, 48}));
  reader.take(record(21, {1, 0}));
  EXPECT_EQ(reader.alert(), (TlsAlert{2, 48}));
  TlsReader hidden;
  hidden.take(change_cipher_spec);
  hidden.take(record(21, {2, 48}));
  EXPECT_FALSE(hidden.alert()) << "two bytes that are protected say nothing";
}

TEST(TlsReader, HasFinishedWithApplicationDataToo) {
  TlsReader reader;
  reader.take(change_cipher_spec);
  reader.take(record(23, {1}));
  EXPECT_TRUE(reader.has_finished()) << "so TLS 1.3 does";
}

TEST(TlsReader, ReadsNoHandshakeBehindAMessageThatIsTooLong) {
  TlsReader reader;
  reader.take(record(22, {1, 1, 0, 1}));  // 65,537 bytes
  reader.take(from_hex(openssl_hello));
  EXPECT_FALSE(reader.client_hello());
  for (int i = 0; i < 5; ++i) reader.take(record(22, Bytes(16'384, 0)));
  reader.take(from_hex(openssl_hello));
  EXPECT_FALSE(reader.client_hello());
  EXPECT_FALSE(reader.has_certificate());
}

TEST(TlsReader, TheFirstHelloOfASideCounts) {
  TlsReader reader;
  for (const std::uint8_t suite : {std::uint8_t{0x2f}, std::uint8_t{0x30}}) {
    reader.take(record(22, message(1, hello_body({0xc0, suite}))));
    Bytes chosen = {3, 3};
    chosen.resize(34, 7);
    chosen.insert(chosen.end(), {0, 0xc0, suite, 0});
    reader.take(record(22, message(2, chosen)));
  }
  EXPECT_EQ(reader.client_hello()->suites, std::vector<std::uint16_t>{0xc02f});
  EXPECT_EQ(reader.server_hello()->suite, 0xc02f);
}

}  // namespace
}  // namespace fleetsim::sim
