#include <map>

#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::qos_patience() {
  return {.id = "QOS-10",
          .level = Level::must,
          .text = "waits a second or more before it publishes again",
          .clause = {"field practice: a server that is slow must not be flooded", "retries of one message are at least a second apart"},
          .needs = needs::traffic,
          .wants = wants::confirmed_publishes,
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            exam.misbehave("mqtt_silent", {{"packet", std::string{"puback"}}});
            const Instant since = exam.now();
            if (!exam.await(std::chrono::minutes{2}, [&] { return !evidence::confirmed_publishes(exam, since).empty(); }))
              return exam.not_applicable("it publishes nothing with QoS 1");
            exam.wait(std::chrono::minutes{1});
            std::map<std::int64_t, Instant> last;
            bool is_sent_again = false;
            for (const SeenMessage* one : evidence::confirmed_publishes(exam, since)) {
              const std::int64_t id = one->number("packet_id").value_or(0);
              const auto before = last.find(id);
              is_sent_again = is_sent_again || before != last.end();
              if (before != last.end() && !exam.expect(one->at - before->second >= evidence::wait_min,
                                                       "a second or more between two copies", seconds_words(one->at - before->second)))
                return;
              last[id] = one->at;
            }
            if (!is_sent_again) exam.not_applicable("it sends nothing again on the same link");
          }};
}

}  // namespace fleetsim::sim
