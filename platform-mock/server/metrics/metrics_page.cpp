#include "platform-mock/server/metrics/metrics_page.hpp"

#include <prometheus/text_serializer.h>
#include <sstream>

#include "platform-mock/server/metrics/families.hpp"

namespace fleetsim::platform {

HttpAnswer MetricsPage::answer(const HttpCall& call) {
  if (call.request.path() != "/metrics") return {.status = 404, .body = R"({"code":404,"message":"no such path"})"};
  if (call.request.method != HttpMethod::get && call.request.method != HttpMethod::head)
    return {.status = 405, .body = R"({"code":405,"message":"method not allowed"})", .allow = "GET, HEAD"};
  text_ = text();
  return {.body = text_, .content_type = "text/plain; version=0.0.4; charset=utf-8"};
}

std::string MetricsPage::text() const {
  Families families;
  add_listener_metrics(families, figures_());
  add_device_metrics(families, platform_);
  add_job_metrics(families, platform_);
  add_api_metrics(families, platform_, meter_);
  add_limit_metrics(families, platform_);
  add_process_metrics(families);
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, families.all());
  return out.str();
}

}  // namespace fleetsim::platform
