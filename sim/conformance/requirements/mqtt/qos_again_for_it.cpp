#include <cstdint>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {
namespace {

const SeenMessage* sent_again(const SeenLink& link) {
  for (const SeenMessage& one : link.messages)
    if (one.is("PUBLISH") && one.direction == Direction::down && one.number("qos") == 1 && one.flag("dup") == true) return &one;
  return nullptr;
}

}  // namespace

Requirement requirement::qos_again_for_it() {
  return {.id = "QOS-19",
          .level = Level::must,
          .text = "acknowledges a message that comes again on its kept session, because its PUBACK was lost with the link",
          .clause = {"MQTT 3.1.1 §4.3.2, [MQTT-4.4.0-1]",
                     "a receiver treats each PUBLISH of QoS 1 as a new one and answers it, whatever its DUP says; else it comes for ever"},
          .needs = needs::network,
          .wants = wants::kept_session,
          .lasts = std::chrono::minutes{2},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.wait(std::chrono::seconds{20});
            constexpr Duration on_the_way = std::chrono::seconds{8};
            exam.inject("latency", {{"latency", on_the_way.count()}}, [](FaultSpec& fault) {
              fault.leg = FaultLeg::mqtt;
              fault.direction = FaultDirection::up;
            });
            if (!exam.send(exam.system_topic("thing/service/property/set"), R"({"id":"42","version":"1.0","params":{}})", 1))
              return exam.not_applicable("the device hears nothing on thing/service/property/set");
            exam.wait(std::chrono::seconds{2});  // it has heard, and what it answers is on its way
            const Instant cut = exam.now();
            evidence::break_link(exam);
            const SeenLink* const back = exam.await_online(cut, exam.patience().recovery);
            if (back == nullptr) return exam.inconclusive("it did not come back");
            if (back->first("CONNACK", Direction::down)->flag("session_present") != true)
              return exam.not_applicable("it asks for a clean session when its link is lost");
            const std::uint32_t connection = back->connection;
            exam.wait(exam.patience().answer);
            const SeenLink& link = *evidence::mqtt_link(exam, connection);
            const SeenMessage* const again = sent_again(link);
            if (again == nullptr) return exam.inconclusive("nothing was sent again on its next link");
            const auto id = again->number("packet_id");
            bool is_answered = false;
            for (const SeenMessage& one : link.messages)
              is_answered = is_answered || (one.is("PUBACK") && one.direction == Direction::up && one.number("packet_id") == id);
            exam.expect(is_answered, "PUBACK for packet " + std::to_string(id.value_or(0)) + ", which came again",
                        "none within " + seconds_words(exam.patience().answer));
          }};
}

}  // namespace fleetsim::sim
