#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/evidence.hpp"
#include "sim/conformance/requirements/mqtt/list.hpp"

namespace fleetsim::sim {

Requirement requirement::connect_no_will() {
  return {.id = "MQTT-CONNECT-14",
          .level = Level::should,
          .text = "asks for no will, which the platform does not have",
          .clause = {"The platform's limits page", "wills and retained messages are not served"},
          .examine = [](Exam& exam) {
            const SeenMessage* const connect = evidence::await_first_connect(exam);
            if (connect == nullptr) return;
            exam.expect(connect->text("will_topic").empty(), "no will", "a will on " + std::string(connect->text("will_topic")));
          }};
}

}  // namespace fleetsim::sim
