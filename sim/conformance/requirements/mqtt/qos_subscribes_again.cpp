#include <set>
#include <string>
#include <variant>
#include <vector>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {
namespace {

/// How many SUBSCRIBEs they come in is the device's own business.
std::set<std::string> filters_subscribed(const Exam& exam, Instant since) {
  std::set<std::string> filters;
  for (const SeenMessage* subscribe : evidence::messages(exam, "SUBSCRIBE", Direction::up, since))
    for (const MessageField& field : subscribe->message.fields)
      if (const auto* all = std::get_if<std::vector<std::string>>(&field.value)) filters.insert(all->begin(), all->end());
  return filters;
}

}  // namespace

Requirement requirement::qos_subscribes_again() {
  return {.id = "QOS-17",
          .level = Level::must,
          .text = "subscribes again after a reconnect when the server has kept no session",
          .clause = {"MQTT 3.1.1 §3.2.2.2; AWS IoT Device Advisor, MQTT_Expired_Persistent_Session",
                     "with session present 0 there are no subscriptions"},
          .wants = wants::subscriptions,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::seconds{20});
            const std::set<std::string> before = filters_subscribed(exam, Instant{});
            if (before.empty()) return exam.not_applicable("it subscribes to nothing");
            const Instant cut = exam.now();
            evidence::end_sessions(exam);
            const SeenLink* const next = exam.await_online(cut, exam.patience().recovery);
            if (next == nullptr) return exam.inconclusive("it did not come back");
            if (next->first("CONNACK", Direction::down)->flag("session_present") == true) return exam.inconclusive("the session was kept");
            exam.wait(std::chrono::seconds{20});
            const std::set<std::string> after = filters_subscribed(exam, cut);
            for (const std::string& filter : before)
              if (!exam.expect(after.count(filter) == 1, "SUBSCRIBE to " + filter + ", as the first time", "none")) return;
          }};
}

}  // namespace fleetsim::sim
