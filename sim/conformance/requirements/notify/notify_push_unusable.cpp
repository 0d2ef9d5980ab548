#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/notify/list.hpp"
#include "sim/conformance/requirements/notify/notify_words.hpp"

namespace fleetsim::sim {

Requirement requirement::notify_push_unusable() {
  return {.id = "NOTIFY-17",
          .level = Level::must,
          .text = "stays where it is when bootstrap/config/push names an endpoint that cannot be one",
          .clause = {"field practice: linkkit, thing/bootstrap/config/push; the C SDK cuts a port of 70000 to 4464",
                     "a port is 1 to 65535, a host is a name or an address"},
          .examine = [](Exam& exam) {
            if (!exam.comes_online()) return;
            const std::string host = "\"host\":\"" + exam.bench().stations()[2].host + "\"";
            for (const std::string& endpoint :
                 {host + ",\"port\":0", host + ",\"port\":65536", host + ",\"port\":84366", host + ",\"port\":-1",
                  host + ",\"port\":\"18830x\"", std::string("\"host\":\"\",\"port\":18830"), host, std::string("\"port\":18830")}) {
              const Instant told = exam.now();
              if (!exam.send(exam.system_topic("thing/bootstrap/config/push"), notify_words::endpoint_push(endpoint), 0))
                return exam.not_applicable("the device hears no push");
              if (!notify_words::expect_nothing_happens(exam, told, "a push with " + endpoint)) return;
              const SeenMessage* const reply = exam.published(exam.system_topic("thing/bootstrap/config/push_reply"), told);
              const bool says_done = reply != nullptr && json_member(reply->payload(), "code") == "200";
              if (!exam.expect(!says_done, "another code than 200 for " + endpoint, "\"code\":200")) return;
            }
          }};
}

}  // namespace fleetsim::sim
