#include "sim/live/management_client.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <chrono>
#include <fmt/format.h>

#include "devicecore/ports/mbedtls_hmac.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view json_type = "application/json";
constexpr std::string_view console_prefix = "/console/api";
constexpr const char* console_session = "X-Fleetsim-Account";
constexpr unsigned http_ok = 200;
constexpr unsigned http_created = 201;
constexpr std::string_view throttled_codes = "Throttling";  // Throttling.User, Throttling.Api, ...
constexpr std::size_t quoted_bytes_max = 200;               // of an answer that cannot be read, in the error

std::string path_of(std::string_view url) {
  std::size_t path = url.find("://");
  path = path == std::string_view::npos ? 0 : url.find('/', path + 3);
  return path == std::string_view::npos ? "/" : std::string(url.substr(path));
}

bool succeeded(const boost::json::object& answer) {
  const auto* value = answer.if_contains("Success");
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace

std::string text_at(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

Result<std::unique_ptr<ManagementClient>, std::string> ManagementClient::make(const ManagementEndpoint& endpoint, const IpAddress& address,
                                                                              std::string_view ca_pem, std::uint64_t seed) {
  std::unique_ptr<ManagementClient> client(new ManagementClient(endpoint, address, seed));
  if (endpoint.tls) {
    auto tls = OpenSslClientContext::make(ca_pem);
    if (!tls) return fail(tls.error());
    client->tls_ = std::move(*tls);
    client->peer_.tls = client->tls_.get();
  }
  return client;
}

ManagementClient::ManagementClient(const ManagementEndpoint& endpoint, const IpAddress& address, std::uint64_t seed)
    : peer_{.host = endpoint.host, .address = address, .port = endpoint.port, .tls = nullptr},
      settings_(endpoint),
      key_{endpoint.access_key_id, endpoint.access_key_secret},
      // A nonce is good once: two runs of one seed against one platform must not share theirs, so the moment is in it too.
      nonces_(RandomStream::fork(seed ^ static_cast<std::uint64_t>(std::chrono::system_clock::now().time_since_epoch().count()), "nonces",
                                 endpoint.host, 0)) {}

bool ManagementClient::pause(Duration duration) const { return pause_ && pause_(duration); }

HttpQuestion ManagementClient::question_to(std::string target) const {
  HttpQuestion question;
  question.target = std::move(target);
  question.timeout = std::chrono::ceil<std::chrono::milliseconds>(settings_.call_timeout);
  if (pause_) question.go_on = [this] { return pause_(Duration{0}); };
  return question;
}

Result<boost::json::object, std::string> ManagementClient::call(std::string_view action, const ManagementParameters& parameters) {
  Duration waited{0};
  for (Duration wait = settings_.throttled_pause;; wait = std::min(wait * 2, settings_.throttled_pause_max)) {
    auto answer = call_once(action, parameters);
    const bool throttled = !answer && answer.error().starts_with(fmt::format("{}: {}", action, throttled_codes));
    if (!throttled || waited >= settings_.throttled_patience || !pause(wait)) return answer;
    waited += wait;
  }
}

Result<boost::json::object, std::string> ManagementClient::call_once(std::string_view action, ManagementParameters parameters) {
  const auto unix_time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()).time_since_epoch().count();
  device::MbedtlsHmac hmac;
  const RequestStamp stamp{.timestamp = iso_8601(unix_time), .nonce = fmt::format("{:016x}{:016x}", nonces_.next(), nonces_.next())};
  HttpQuestion question = question_to("/");
  question.method = "POST";
  question.content_type = form_type;
  question.body = signed_form(action, std::move(parameters), key_, stamp, hmac.port());
  const auto reply = http_exchange(peer_, question);
  if (!reply) return fail(fmt::format("{}: {}", action, reply.error()));

  boost::json::error_code error;
  boost::json::value parsed = boost::json::parse(reply->body, error);
  if (error || !parsed.is_object())
    return fail(fmt::format("{}: HTTP {} with a body that is no JSON object: {}", action, reply->status,
                            std::string_view(reply->body).substr(0, quoted_bytes_max)));
  boost::json::object answer = std::move(parsed.get_object());
  if (reply->status != http_ok) return fail(fmt::format("{}: {}: {}", action, text_at(answer, "Code"), text_at(answer, "Message")));
  if (!succeeded(answer)) return fail(fmt::format("{}: {}: {}", action, text_at(answer, "Code"), text_at(answer, "ErrorMessage")));
  return answer;
}

Result<std::string, std::string> ManagementClient::console_file(const ConsoleQuestion& asked) {
  HttpQuestion question = question_to(std::string(console_prefix) + asked.path);
  question.method = asked.method;
  question.headers.emplace_back(console_session, asked.account);
  if (!asked.body.empty()) question.content_type = json_type;
  question.body = asked.body;
  auto reply = http_exchange(peer_, question);
  if (!reply) return fail(fmt::format("console {}: {}", asked.path, reply.error()));
  if (reply->status == http_ok || reply->status == http_created) return std::move(reply->body);
  boost::json::error_code error;
  const boost::json::value parsed = boost::json::parse(reply->body, error);
  if (error || !parsed.is_object()) return fail(fmt::format("console {}: HTTP {}", asked.path, reply->status));
  return fail(fmt::format("{}: {}", text_at(parsed.get_object(), "code"), text_at(parsed.get_object(), "message")));
}

Result<boost::json::object, std::string> ManagementClient::console(const ConsoleQuestion& asked) {
  const auto body = console_file(asked);
  if (!body) return fail(body.error());
  boost::json::error_code error;
  boost::json::value parsed = boost::json::parse(*body, error);
  if (error || !parsed.is_object()) return fail(fmt::format("console {}: the answer is no JSON object", asked.path));
  return std::move(parsed.get_object());
}

std::string ManagementClient::upload(std::string_view url, const std::map<std::string, std::string, std::less<>>& fields,
                                     std::string_view content) {
  // Longer than any line of an image that has two dashes in front: nothing of the content can be taken for it.
  const std::string boundary = fmt::format("fleetsim-{:016x}{:016x}", nonces_.next(), nonces_.next());
  HttpQuestion question = question_to(path_of(url));
  question.method = "POST";
  question.content_type = "multipart/form-data; boundary=" + boundary;
  for (const auto& [name, value] : fields)
    question.body += fmt::format("--{}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n{}\r\n", boundary, name, value);
  question.body += fmt::format(
      "--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"image.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n",
      boundary);
  question.body.append(content).append(fmt::format("\r\n--{}--\r\n", boundary));
  const auto reply = http_exchange(peer_, question);
  if (!reply) return reply.error();
  if (reply->status < 200 || reply->status > 299)
    return fmt::format("upload: HTTP {}: {}", reply->status, std::string_view(reply->body).substr(0, quoted_bytes_max));
  return {};
}

Result<std::string, std::string> ManagementClient::fetch(std::string_view url) {
  HttpQuestion question = question_to(path_of(url));
  auto reply = http_exchange(peer_, question);
  if (!reply) return fail(reply.error());
  if (reply->status != http_ok) return fail(fmt::format("{}: HTTP {}", question.target, reply->status));
  return std::move(reply->body);
}

}  // namespace fleetsim::sim
