#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_push_elsewhere() {
  return {.id = "NOTIFY-16",
          .level = Level::must,
          .text = "sent by bootstrap/config/push to a place that refuses it, it finds back by itself",
          .clause = {"field practice: the Living SDK and linkkit, thing/bootstrap/config/push",
                     "a push names host and port; a device that obeys it must not be lost when the place does not know it"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::size_t home = exam.bound_at();
            const Station& elsewhere = exam.bench().stations()[2];
            const std::string push =
                notify_words::endpoint_push("\"host\":\"" + elsewhere.host + "\",\"port\":" + std::to_string(elsewhere.port));
            if (!exam.send(exam.system_topic("thing/bootstrap/config/push"), push, 0))
              return exam.not_applicable("the device hears no push");
            exam.wait(std::chrono::minutes{1});
            const Instant waited = exam.now();
            const bool is_home = exam.await(exam.patience().recovery, [&] {
              const SeenLink* const link = exam.seen().online();
              return link != nullptr && link->endpoint == home;
            });
            exam.expect(is_home, "online at " + exam.bench().stations()[home].instance + ", where it is bound",
                        "not there " + seconds_words(exam.now() - waited) + " later");
          }};
}

}  // namespace fleetsim::sim
