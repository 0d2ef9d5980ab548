// A platform with a management endpoint, and a client that signs as the SDKs do: whole HTTP requests in, answers as JSON out.
//
//   ApiWorld world;
//   const Answer made = world.call("CreateProduct", {{"ProductName", "meters"}, {"NodeType", "0"}});
//   EXPECT_EQ(made.text("Data.ProductName"), "meters");
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform-mock/core/platform.hpp"
#include "platform-mock/server/openssl_hmac.hpp"

namespace fleetsim::platform {

using CallParameters = std::map<std::string, std::string>;
/// The one with the other's members, which win.
CallParameters joined(CallParameters parameters, const CallParameters& more);

struct Answer {
  int status = 0;  // 0: nothing came
  std::string head;
  std::string body;
  boost::json::value json;

  /// "Data.List.ProductInfo.0.ProductKey"; numbers and truth values as text; "?" when there is none.
  std::string text(std::string_view path) const;
  /// Items of an array; -1 when there is none.
  int count(std::string_view path) const;
  bool ok() const { return status == 200 && text("Success") == "true"; }
  std::string code() const { return text("Code"); }

 private:
  const boost::json::value* find(std::string_view path) const;
};

struct Signing {
  std::string key = "testid";
  std::string secret = "testsecret";
  std::string method = "POST";  // POST: all in the body; GET: all in the query
  std::string host = "127.0.0.1:18080";
  std::string nonce;               // empty: a new one
  std::int64_t seconds_ahead = 0;  // of the platform's clock
};

class ApiOutput final : public Output {
 public:
  void send(ConnectionId connection, ByteView bytes) override { sent[connection].append(text_of(bytes)); }
  void close(ConnectionId connection, CloseMode) override { closed.push_back(connection); }
  void event(const PlatformEvent&) override {}

  std::map<ConnectionId, std::string> sent;
  std::vector<ConnectionId> closed;
};

/// Accounts 198000 (key testid) and 198001 (otherid), public instances in four regions, an enterprise instance of each account.
PlatformConfig api_config();

class ApiWorld {
 public:
  /// `starts`: how often the platform was started before from the same folder.
  explicit ApiWorld(PlatformConfig config = api_config(), std::uint64_t starts = 0);

  Answer call(std::string_view action, CallParameters parameters, const Signing& signing = {});
  /// The same as the other account.
  Answer call_as_other(std::string_view action, CallParameters parameters);
  std::string signed_request(std::string_view action, CallParameters parameters, const Signing& signing);
  /// One request on a connection of its own.
  Answer send(std::string_view request);
  /// What a connection has got since the last time.
  Answer take(ConnectionId connection);
  ConnectionId connect() { return platform.accept_management({}, now, output); }

  /// A product of account 198000 at Shanghai's public instance with devices; its key.
  std::string make_product(const std::vector<std::string>& devices);
  /// Everything that could be changed: to see that nothing was.
  std::string everything();
  void pass(Duration time);

  OpensslHmac crypto;
  Platform platform;
  ApiOutput output;
  Instant now{std::chrono::seconds{100}};

  static constexpr std::int64_t unix_epoch_ms = 1'795'388'000'000;  // 2026-11-22T22:53:20Z

 private:
  int nonces_ = 0;
};

}  // namespace fleetsim::platform
