#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_late_connack() {
  return {
      .id = "MQTT-CONNECT-11",
      .level = Level::must,
      .text = "takes a CONNACK that comes 3 s late",
      .clause = {"field practice: radio links and servers under load; MQTT 3.1.1 §3.2", "a client waits a reasonable time for the CONNACK"},
      .lasts = std::chrono::minutes{3},
      .examine = [](Exam& exam) {
        exam.misbehave("mqtt_late", {{"packet", std::string{"connack"}}, {"delay", Duration{std::chrono::seconds{3}}}});
        if (evidence::await_first_connect(exam) == nullptr) return;
        exam.wait(std::chrono::minutes{2});
        for (const SeenLink* link : exam.seen().of(device::Leg::mqtt)) {
          const bool is_left = link->end == SeenEnd::closed_by_device || link->end == SeenEnd::reset_by_device;
          const SeenMessage* const connect = link->first("CONNECT", Direction::up);
          if (connect == nullptr || !is_left || link->accepted_at() < link->ended_at) continue;
          return exam.fail("to wait for the CONNACK",
                           "the link given up " + seconds_words(link->ended_at - connect->at) + " after the CONNECT");
        }
        if (exam.seen().online() == nullptr) exam.inconclusive("it did not come online");
      }};
}

}  // namespace fleetsim::sim
