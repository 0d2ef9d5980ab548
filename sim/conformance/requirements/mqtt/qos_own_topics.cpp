#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_own_topics() {
  return {.id = "QOS-15",
          .level = Level::must,
          .text = "publishes on topics of its own with QoS 0 or 1, without retain",
          .clause = {"The platform's limits page", "a device has its own topics only; QoS 2 and retained messages are not served"},
          .needs = needs::traffic,
          .lasts = std::chrono::minutes{6},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const Instant told = exam.now();
            if (exam.distribute(1)) exam.await_online_at(1, told, exam.patience().recovery);
            exam.wait(std::chrono::minutes{5});
            if (evidence::messages(exam, "PUBLISH", Direction::up).empty()) return exam.not_applicable("it publishes nothing");
            const std::string own = exam.candidate().product_key + "/" + exam.candidate().device_name;
            for (const SeenMessage* one : evidence::messages(exam, "PUBLISH", Direction::up)) {
              if (one->message.reading != Reading::whole) continue;
              exam.expect(one->topic().find(own) != std::string_view::npos, "a topic with " + own + " in it", std::string(one->topic()));
              exam.expect(one->number("qos").value_or(0) <= 1, "QoS 0 or 1", "QoS 2");
              if (!exam.expect(one->flag("retain") != true, "no retain", "retain is set")) return;
            }
          }};
}

}  // namespace fleetsim::sim
