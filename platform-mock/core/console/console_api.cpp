#include "platform-mock/core/console/console_api.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>
#include <utility>

#include "platform-mock/core/api/text_coding.hpp"
#include "platform-mock/core/console/console_operations.hpp"
#include "platform-mock/core/utf8.hpp"

namespace fleetsim::platform {
namespace {

struct OperationRow {
  ConsoleApi::Operation operation;
  ConsoleResult (*run)(ConsoleCall&) = nullptr;
};

constexpr OperationRow operation_rows[] = {
    {{"GET", "/account", ConsoleBody::none}, console::who_am_i},
    {{"GET", "/inbox", ConsoleBody::none}, console::read_inbox},
    {{"POST", "/verification-codes", ConsoleBody::json}, console::send_code},
    {{"POST", "/firmware-grants", ConsoleBody::json}, console::hand_over_firmware},
    {{"GET", "/products", ConsoleBody::none}, console::list_products},
    {{"GET", "/products/{product}", ConsoleBody::none}, console::show_product},
    {{"GET", "/products/{product}/devices", ConsoleBody::none}, console::list_devices},
    {{"POST", "/products/{product}/devices/{device}/authorize", ConsoleBody::json}, console::authorize_device},
    {{"POST", "/products/{product}/devices/{device}/transfer", ConsoleBody::json}, console::transfer_device},
    {{"POST", "/products/{product}/devices/{device}/unshare", ConsoleBody::none}, console::unshare_device},
    {{"POST", "/products/{product}/devices/{device}/endpoint", ConsoleBody::json}, console::push_endpoint},
    {{"POST", "/products/{product}/dynamic-registration", ConsoleBody::json}, console::set_dynamic_registration},
    {{"GET", "/products/{product}/remote-config", ConsoleBody::none}, console::show_remote_config},
    {{"POST", "/products/{product}/remote-config", ConsoleBody::json}, console::set_remote_config},
    {{"POST", "/products/{product}/remote-config/push", ConsoleBody::none}, console::push_remote_config},
    {{"GET", "/device-lists/template", ConsoleBody::none}, console::download_template},
    {{"POST", "/device-lists", ConsoleBody::csv}, console::read_list},
    {{"GET", "/jobs", ConsoleBody::none}, console::list_jobs},
    {{"POST", "/jobs", ConsoleBody::json}, console::create_job},
    {{"GET", "/jobs/{job}", ConsoleBody::none}, console::show_job},
    {{"POST", "/jobs/{job}/retry", ConsoleBody::none}, console::retry_job},
    {{"POST", "/jobs/{job}/delete", ConsoleBody::none}, console::delete_job},
    {{"GET", "/jobs/{job}/record", ConsoleBody::none}, console::download_record},
    {{"POST", "/job-faults", ConsoleBody::json}, console::plan_job_fault},
    {{"GET", "/misbehaviour", ConsoleBody::none}, console::list_misbehaviour},
    {{"POST", "/misbehaviour", ConsoleBody::json}, console::set_misbehaviour},
    {{"GET", "/misbehaviour/kinds", ConsoleBody::none}, console::list_misbehaviour_kinds},
    {{"POST", "/misbehaviour/delete", ConsoleBody::none}, console::delete_all_misbehaviour},
    {{"POST", "/misbehaviour/{rule}/delete", ConsoleBody::none}, console::delete_misbehaviour},
};

constexpr std::size_t nesting_max = 8;  // of a JSON body

/// Takes what stands before the first `delimiter`, and the delimiter.
std::string_view take_until(std::string_view& text, char delimiter) {
  const std::size_t end = text.find(delimiter);
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return taken;
}

/// The parts that stand for {…}; nothing when the path is another one.
std::optional<std::vector<std::string>> match(std::string_view wanted, std::string_view path) {
  std::vector<std::string> parts;
  if (std::count(wanted.begin(), wanted.end(), '/') != std::count(path.begin(), path.end(), '/')) return std::nullopt;
  while (!wanted.empty() || !path.empty()) {
    const std::string_view want = take_until(wanted, '/');
    const std::string_view have = take_until(path, '/');
    const bool is_part = !want.empty() && want.front() == '{';
    if (is_part ? have.empty() : want != have) return std::nullopt;
    if (is_part) parts.push_back(percent_decoded(have));
  }
  return parts;
}

std::vector<std::pair<std::string, std::string>> query_pairs(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    std::string_view value = take_until(query, '&');
    const std::string_view name = take_until(value, '=');
    pairs.emplace_back(percent_decoded(name), percent_decoded(value));
  }
  return pairs;
}

ConsoleAnswer answer_of(const ConsoleError& error) {
  boost::json::object json{{"code", error.error.code}, {"message", error.error.message}};
  if (!error.problems.empty()) {
    boost::json::array problems;
    for (const CsvProblem& problem : error.problems)
      problems.push_back(boost::json::object{{"line", problem.line}, {"message", problem.message}});
    json["problems"] = std::move(problems);
  }
  return {error.status, boost::json::serialize(json)};
}

ConsoleAnswer nobody(const ConsoleRequest& request) {
  const std::string why = request.stranger.empty() ? "name the account that is signed in, by id, in X-Fleetsim-Account"
                                                   : "there is no account " + quoted(request.stranger.substr(0, 64));
  return {401, boost::json::serialize(boost::json::object{{"code", "Unauthorized"}, {"message", why}})};
}

std::optional<ConsoleError> read_body(ConsoleBody kind, ConsoleCall& call) {
  if (kind != ConsoleBody::json) return std::nullopt;
  boost::json::parse_options options;
  options.max_depth = nesting_max;
  boost::system::error_code failure;
  boost::json::value value = boost::json::parse(call.text, failure, {}, options);
  if (failure || !value.is_object()) return bad_parameter("the body must be a JSON object");
  call.body = std::move(value.as_object());
  return std::nullopt;
}

}  // namespace

std::span<const ConsoleApi::Operation> ConsoleApi::operations() {
  static const auto all = [] {
    std::array<Operation, std::size(operation_rows)> operations;
    std::transform(std::begin(operation_rows), std::end(operation_rows), operations.begin(),
                   [](const OperationRow& row) { return row.operation; });
    return operations;
  }();
  return all;
}

ConsoleAnswer ConsoleApi::answer(const ConsoleRequest& request, Instant now, Output& output) {
  std::string_view path = request.path;
  if (path.substr(0, console_path_prefix.size()) != console_path_prefix) return {404, R"({"code":"NotFound","message":"no such path"})"};
  path.remove_prefix(console_path_prefix.size());
  bool is_path = false;
  for (const OperationRow& row : operation_rows) {
    auto parts = match(row.operation.path, path);
    if (!parts) continue;
    is_path = true;
    if (row.operation.method != request.method) continue;
    if (!request.session) return nobody(request);
    ConsoleCall call{.config = config_,
                     .platform = platform_,
                     .account = *request.session,
                     .parts = std::move(*parts),
                     .query = query_pairs(request.query),
                     .text = request.body,
                     .body = {},
                     .unix_epoch_ms = unix_epoch_ms_,
                     .now = now,
                     .output = output};
    for (const std::string& part : call.parts)
      if (first_bad_utf8(part)) return answer_of(bad_parameter("the path is not UTF-8"));
    for (const auto& [name, value] : call.query)
      if (first_bad_utf8(name) || first_bad_utf8(value)) return answer_of(bad_parameter("the query is not UTF-8"));
    if (const auto wrong = read_body(row.operation.body, call)) return answer_of(*wrong);
    ConsoleResult result = row.run(call);
    if (!result) {
      if (const auto limit = result.error().error.limit) platform_.limits_reached().reached(*limit);
      return answer_of(result.error());
    }
    if (result->csv) return {result->status, std::move(*result->csv), "text/csv; charset=utf-8"};
    return {result->status, boost::json::serialize(result->json)};
  }
  if (is_path) return {405, R"({"code":"MethodNotAllowed","message":"this path takes another method"})"};
  return {404, R"({"code":"NotFound","message":"no such path"})"};
}

}  // namespace fleetsim::platform
