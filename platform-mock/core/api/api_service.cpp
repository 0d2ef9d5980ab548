#include "platform-mock/core/api/api_service.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/http/management_service.hpp"
#include "platform-mock/core/mqtt/decoder.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view home_region = "cn-shanghai";
constexpr std::uint32_t direct_slot = std::numeric_limits<std::uint32_t>::max();  // no connection has it

ApiError shutting_down() { return ApiError::gateway(503, "ServiceUnavailable", "the platform is shutting down"); }
ApiError no_action() { return ApiError::gateway(404, "InvalidAction.NotFound", "there is no such action"); }

ReplayLimits replay_limits(const ApiConfig& config, LimitCounts& counts) {
  // A request may come as early as its time is ahead of ours, and is good until its time is as far behind.
  const auto skew = std::chrono::ceil<std::chrono::seconds>(config.clock_skew).count();
  return {.nonces_max = config.nonces, .keep_s = 2 * skew + 1, .counts = &counts};
}

std::vector<std::uint32_t> figures(const ApiConfig& config) {
  std::vector<std::uint32_t> qps;
  for (const ActionRow& row : action_table()) qps.push_back(row.qps == qps_undocumented ? config.qps_undocumented : row.qps);
  for (const auto& [name, figure] : config.qps)
    if (const auto row = find_action(name)) qps[*row] = figure;
  return qps;
}

/// The region of "iot.cn-shanghai.aliyuncs.com"; empty for any other name.
std::string_view region_in(std::string_view host) {
  constexpr std::string_view begin = "iot.";
  constexpr std::string_view end = ".aliyuncs.com";
  host = host.substr(0, host.rfind(':'));
  if (host.size() <= begin.size() + end.size() || !host.starts_with(begin) || !host.ends_with(end)) return {};
  return host.substr(begin.size(), host.size() - begin.size() - end.size());
}

std::string_view advice_for(const ApiError& error) {
  if (error.code == "SignatureDoesNotMatch") return "compare the text that was signed, name by name, in the order of the names";
  if (error.code == "Throttling.User") return "wait for the next second, or raise api.qps";
  if (error.code == "InvalidAccessKeyId.NotFound") return "access keys stand under accounts in the platform's configuration";
  return "see core/api/README.md";
}

}  // namespace

ApiService::ApiService(const Parts& parts)
    : parts_(parts),
      crypto_{parts.ports.hmac, parts.ports.digest},
      state_(parts.ports.seed, parts.ports.starts),
      replays_(replay_limits(parts.config.api, parts.platform.limits_reached())),
      rates_(action_table().size()),
      qps_(figures(parts.config.api)) {
  const std::string_view own = parts.config.api.region.empty() ? home_region : parts.config.api.region.view();
  state_.count(&parts.platform.limits_reached());
  state_.keep_applications(parts.config.limits.api_applications);
  own_region_ = parts.platform.registry().find_region(own).value_or(RegionIndex{0});
}

HttpAnswer ApiService::answer(const HttpCall& call) {
  const std::string_view host = call.request.header("host");
  asked_action_.reset();
  if (draining_) return refuse(shutting_down(), host, std::nullopt, call.now);
  const auto caller = check(call.request, call.now);
  if (!caller) return refuse(caller.error(), host, asked_action_, call.now);
  return act(*caller, {.host = host, .connection = call.connection, .now = call.now, .output = call.output});
}

HttpAnswer ApiService::act(const Caller& caller, const Origin& origin) {
  out_.begin();
  out_.member("RequestId", state_.new_request_id());
  ParameterReader in(parameters_);
  ActionCall action{.config = parts_.config,
                    .platform = parts_.platform,
                    .state = state_,
                    .files = parts_.files,
                    .in = in,
                    .out = out_,
                    .account = caller.account,
                    .region = caller.region,
                    .connection = origin.connection,
                    .now = origin.now,
                    .unix_epoch_ms = unix_epoch_ms_,
                    .output = origin.output,
                    .later_until = {},
                    .digest = crypto_.digest};
  if (const auto error = action_table()[caller.action].run(action)) return refuse(*error, origin.host, caller.action, origin.now);
  if (action.later_until) {
    state_.describe_promise(origin.connection, caller.action, origin.now);
    return {.later_until = action.later_until};
  }
  out_.member("Success", true);
  const std::string_view body = out_.finish();
  tell(caller.action, api_success, origin.now);
  return {.body = body};
}

DirectAnswer ApiService::call(const DirectCall& call, Instant now, Output& output) {
  const auto refused = [&](const ApiError& error, std::optional<std::size_t> action) {
    return DirectAnswer{.body = std::string(refuse(error, {}, action, now).body)};
  };
  if (draining_) return refused(shutting_down(), std::nullopt);
  const auto row = find_action(call.action);
  if (!row) return refused(no_action(), std::nullopt);
  if (const auto error = parameters_.read({}, call.parameters, parts_.config.limits.api_parameters)) return refused(*error, row);
  const ConnectionId ticket{direct_slot, ++last_ticket_};
  const HttpAnswer answer = act({.account = call.account, .action = *row, .region = own_region_},
                                {.host = {}, .connection = ticket, .now = now, .output = output});
  if (!answer.later_until) return {.body = std::string(answer.body)};
  late_.try_emplace(ticket, Late{.until = *answer.later_until});
  return {.ticket = ticket};
}

std::optional<std::string> ApiService::take_late(ConnectionId ticket, Instant now) {
  const auto found = late_.find(ticket);
  if (found == late_.end()) return std::nullopt;
  std::string body = std::move(found->second.body);
  if (body.empty() && now < found->second.until) return std::nullopt;
  late_.erase(found);
  if (body.empty()) body = time_is_up(ticket, now).body;
  return body;
}

bool ApiService::keep_late(ConnectionId ticket, std::string_view object, const ApiState::Promise& promise) {
  if (ticket.slot != direct_slot) return false;
  if (const auto found = late_.find(ticket); found != late_.end()) found->second.body = answer_later(object, promise).body;
  return true;
}

HttpAnswer ApiService::time_is_up(ConnectionId connection, Instant now) {
  const auto promise = state_.give_up_promise(connection);
  return answer_later(R"({"RrpcCode":"TIMEOUT"})", promise.value_or(ApiState::Promise{.asked = now}));
}

HttpAnswer ApiService::answer_later(std::string_view object, const ApiState::Promise& promise) {
  // One that was refused says so itself.
  const bool is_refused = object.starts_with(R"({"Success":false)");
  tell(promise.action, api_success, promise.asked);
  out_.begin();
  out_.member("RequestId", state_.new_request_id()).raw_members(object.substr(1, object.size() - 2));
  if (!is_refused) out_.member("Success", true);
  return {.body = out_.finish()};
}

Result<ApiService::Caller, ApiError> ApiService::check(const HttpRequest& request, Instant now) {
  if (request.path() != "/") return fail(ApiError::gateway(404, "InvalidPath.NotFound", "the management API is at /"));
  if (request.method != HttpMethod::get && request.method != HttpMethod::post)
    return fail(ApiError::gateway(405, "UnsupportedHTTPMethod", "GET and POST are served"));
  if (auto error = parameters_.read(request.query(), form_of(request), parts_.config.limits.api_parameters)) return fail(std::move(*error));
  const std::string_view format = parameters_.get("Format");
  if (!format.empty() && format != "JSON" && format != "json")
    return fail(ApiError::gateway(400, "InvalidParameter", "Format: JSON is served, no other; leave it out or say JSON"));
  const auto read = read_signed_request(request, parameters_);
  if (!read) return fail(read.error());

  Caller caller;
  const auto row = find_action(read->action);
  if (!row) return fail(no_action());
  caller.action = *row;
  asked_action_ = *row;
  caller.region = region_of(request);
  const std::string_view region = parts_.platform.registry().region(caller.region).id.view();
  if (action_table()[*row].region == ActionRegion::shanghai && region != home_region)
    return fail(ApiError::gateway(404, "InvalidAction.NotFound", "device distribution is answered at iot.cn-shanghai alone"));

  const auto key = parts_.platform.registry().accounts().find_access_key(read->access_key_id);
  if (!key) return fail(ApiError::gateway(404, "InvalidAccessKeyId.NotFound", "there is no such access key"));
  caller.account = key->account;
  if (auto error = check_time(*read, now)) return fail(std::move(*error));
  const auto wanted = expected_signature(*read, request, parameters_, key->secret, crypto_);
  if (!wanted || !equal_in_constant_time(*wanted, read->signature))
    return fail(ApiError::gateway(400, "SignatureDoesNotMatch", "the signature is not that of this request and this key"));
  // Only now: a nonce counts once its request is known to be the account's own.
  if (!replays_.remember(key->account, read->nonce, unix_ms(now) / 1000))
    return fail(ApiError::gateway(400, "SignatureNonceUsed", "this nonce was used before"));
  const bool limited = parts_.config.limits.mode == LimitsMode::documented;
  if (limited && !rates_.take({caller.account, caller.action, qps_of(caller.action)}, now))
    return fail(ApiError::gateway(400, "Throttling.User",
                                  "more than " + std::to_string(qps_of(caller.action)) + " calls of this action in a second")
                    .at(LimitKind::api_calls_per_second));
  return caller;
}

std::optional<ApiError> ApiService::check_time(const SignedRequest& signed_request, Instant now) const {
  const std::int64_t skew_ms = std::chrono::floor<std::chrono::milliseconds>(parts_.config.api.clock_skew).count();
  const std::int64_t difference = signed_request.unix_seconds * 1000 - unix_ms(now);
  if (difference >= -skew_ms && difference <= skew_ms) return std::nullopt;
  return ApiError::gateway(400, "InvalidTimeStamp.Expired", "the request's time is too far from the platform's");
}

RegionIndex ApiService::region_of(const HttpRequest& request) const {
  const std::string_view named = region_in(request.header("host"));
  if (named.empty()) return own_region_;
  return parts_.platform.registry().find_region(named).value_or(own_region_);
}

void ApiService::tell(std::optional<std::size_t> action, std::string_view code, Instant asked) {
  if (observer_ != nullptr) observer_->answered({.action = action, .code = code, .asked = asked});
}

HttpAnswer ApiService::refuse(const ApiError& error, std::string_view host, std::optional<std::size_t> action, Instant now) {
  if (error.limit) parts_.platform.limits_reached().reached(*error.limit);
  tell(action, error.code, now);
  out_.begin();
  out_.member("RequestId", state_.new_request_id());
  if (error.of_gateway()) {
    out_.member("HostId", mqtt::is_mqtt_text(host) ? host : std::string_view{});
    out_.member("Code", error.code).member("Message", error.message).member("Recommend", advice_for(error));
  } else {
    out_.member("Success", false).member("Code", error.code).member("ErrorMessage", error.message);
  }
  return {.status = error.status, .body = out_.finish(), .allow = error.status == 405 ? "GET, POST" : ""};
}

std::int64_t ApiService::unix_ms(Instant now) const {
  return unix_epoch_ms_ + std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count();
}

ApiService& api_of(Platform& platform) { return dynamic_cast<ApiService&>(*platform.management().part("/")); }

}  // namespace fleetsim::platform
