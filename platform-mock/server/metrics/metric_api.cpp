// Calls of the management API, and every answer of the management endpoint.
#include <string>

#include "platform-mock/core/api/action_table.hpp"
#include "platform-mock/server/metrics/families.hpp"

namespace fleetsim::platform {
namespace {

std::string_view action_name(std::size_t at) { return at < action_table().size() ? action_table()[at].name : std::string_view{"unknown"}; }

}  // namespace

void add_api_metrics(Families& families, Platform& platform, const ApiMeter& meter) {
  Family calls =
      families.counter("fleetsim_api_calls_total", "Calls of the management API, by action and code: Success, or why it was refused.");
  for (std::size_t i = 0; i < meter.actions().size(); ++i) {
    const ApiMeter::Action& action = meter.actions()[i];
    if (action.succeeded > 0) calls.add({{"action", action_name(i)}, {"code", api_success}}, action.succeeded);
  }
  for (const auto& [key, count] : meter.refusals()) calls.add({{"action", action_name(key.first)}, {"code", key.second}}, count);

  Family seconds = families.histogram("fleetsim_api_call_duration_seconds",
                                      "From a complete request to its answer; an action that asks a device waits for it.");
  for (std::size_t i = 0; i < meter.actions().size(); ++i)
    if (meter.actions()[i].count > 0) seconds.add({{"action", action_name(i)}}, meter.actions()[i]);

  Family answers = families.counter("fleetsim_http_answers_total", "Answers of the management endpoint, by part (path prefix) and status.");
  for (const ManagementService* service : {&platform.management(), &platform.operations()})
    for (const ManagementService::Answered& one : service->answered())
      answers.add({{"endpoint", service == &platform.management() ? "management" : "metrics"},
                   {"part", one.part.empty() ? std::string_view{"none"} : one.part},
                   {"status", std::to_string(one.status)}},
                  one.count);
}

}  // namespace fleetsim::platform
