// The management API (OpenAPI, version 2018-01-20): one signed HTTP request to one answer. Who calls is checked first, in the order in
// which a gateway does; then the action runs, and what it refuses is an answer with HTTP status 200 and "Success":false.
//
//   ApiService api({.config = config, .platform = platform, .ports = ports, .files = files});
//   management.add("/", api);
//
// Whoever holds the platform in its own process asks without a request, and then nobody's signature, nonce or rate is looked at:
//
//   const DirectAnswer answer = api_of(platform).call({.action = "QueryDeviceDetail", .parameters = "ProductKey=a1&DeviceName=d1"}, now,
//                                                     output);
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"
#include "platform-mock/core/api/action.hpp"
#include "platform-mock/core/api/action_table.hpp"
#include "platform-mock/core/api/api_observer.hpp"
#include "platform-mock/core/api/rate_limiter.hpp"
#include "platform-mock/core/api/replay_guard.hpp"
#include "platform-mock/core/api/signed_request.hpp"
#include "platform-mock/core/http/http_part.hpp"

namespace fleetsim::platform {

/// A call that is no request.
struct DirectCall {
  std::string_view action;
  std::string_view parameters;  // as in a form
  AccountIndex account;         // who is meant to have signed
};
struct DirectAnswer {
  std::string body{};                    // a JSON object, as over HTTP; empty: it comes later
  std::optional<ConnectionId> ticket{};  // for ApiService::take_late(), then
};

class ApiService final : public HttpPart {
 public:
  /// All must outlive this.
  struct Parts {
    const PlatformConfig& config;
    Platform& platform;
    const Ports& ports;
    FileServer& files;
  };
  explicit ApiService(const Parts& parts);

  void set_unix_epoch_ms(std::int64_t unix_ms) { unix_epoch_ms_ = unix_ms; }
  HttpAnswer answer(const HttpCall& call) override;
  HttpAnswer time_is_up(ConnectionId connection, Instant now) override;

  DirectAnswer call(const DirectCall& call, Instant now, Output& output);
  /// What call() has promised: nothing as long as it has not come. By its time at the latest it is there, then only once.
  std::optional<std::string> take_late(ConnectionId ticket, Instant now);
  /// The answer that was promised to a ticket; false: to a connection.
  bool keep_late(ConnectionId ticket, std::string_view object, const ApiState::Promise& promise);

  ApiState& state() { return state_; }
  /// The envelope around a late answer, a JSON object.
  HttpAnswer answer_later(std::string_view object, const ApiState::Promise& promise);
  /// Null: nobody. It must outlive this.
  void observe(ApiObserver* observer) { observer_ = observer; }
  /// New calls are refused from now on; those that wait for their answers get them.
  void refuse_newcomers() { draining_ = true; }
  std::size_t nonces_kept() const { return replays_.size(); }

 private:
  struct Caller {
    AccountIndex account;
    std::size_t action = 0;  // its row
    RegionIndex region;
  };
  /// Where a call comes from, once it is known who calls.
  struct Origin {
    std::string_view host;  // that was asked; empty: none was
    ConnectionId connection;
    Instant now{};
    Output& output;
  };
  HttpAnswer act(const Caller& caller, const Origin& origin);
  Result<Caller, ApiError> check(const HttpRequest& request, Instant now);
  std::optional<ApiError> check_time(const SignedRequest& signed_request, Instant now) const;
  RegionIndex region_of(const HttpRequest& request) const;
  std::uint32_t qps_of(std::size_t action) const { return qps_[action]; }
  HttpAnswer refuse(const ApiError& error, std::string_view host, std::optional<std::size_t> action, Instant now);
  void tell(std::optional<std::size_t> action, std::string_view code, Instant asked);
  std::int64_t unix_ms(Instant now) const;

  Parts parts_;
  ApiCrypto crypto_;
  ApiState state_;
  ReplayGuard replays_;
  RateLimiter rates_;
  std::vector<std::uint32_t> qps_;  // by row of the action table
  RegionIndex own_region_;
  std::int64_t unix_epoch_ms_ = 0;
  ApiObserver* observer_ = nullptr;
  bool draining_ = false;
  std::optional<std::size_t> asked_action_;  // of the request being served, as soon as it is known
  Parameters parameters_;                    // of the request being served
  JsonWriter out_;
  struct Late {
    Instant until{};
    std::string body{};  // empty: not yet
  };
  std::map<ConnectionId, Late> late_;  // by ticket
  std::uint32_t last_ticket_ = 0;
};

/// The management API that the platform's own management endpoint serves.
ApiService& api_of(Platform& platform);

}  // namespace fleetsim::platform
