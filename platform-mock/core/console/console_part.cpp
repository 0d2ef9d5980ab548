#include "platform-mock/core/console/console_part.hpp"

namespace fleetsim::platform {
namespace {

std::string_view name_of(HttpMethod method) {
  switch (method) {
    case HttpMethod::get:
      return "GET";
    case HttpMethod::post:
      return "POST";
    case HttpMethod::head:
    case HttpMethod::other:
      return "";
  }
  return {};
}

}  // namespace

HttpAnswer ConsolePart::answer(const HttpCall& call) {
  if (draining_) return {.status = 503, .body = R"({"code":"ServiceUnavailable","message":"the platform is shutting down"})"};
  const HttpRequest& request = call.request;
  const std::string_view account = request.header(console_session_header);
  const auto session = platform_.registry().find_account(account);
  last_ = api_.answer({.method = name_of(request.method),
                       .path = request.path(),
                       .query = request.query(),
                       .body = request.body,
                       .session = session,
                       .stranger = session ? std::string_view{} : account},
                      call.now, call.output);
  return {.status = last_.status, .body = last_.body, .content_type = last_.content_type};
}

}  // namespace fleetsim::platform
