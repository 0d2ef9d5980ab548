#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_again_when_told() {
  return {
      .id = "BOOT-REQ-07",
      .level = Level::must,
      .text = "asks the global endpoint again when it is told to move, with the same names",
      .clause = {"Distribute devices, device connection", "notified, a device requests its endpoint from the global endpoint anew"},
      .examine = [](Exam& exam) {
        if (!exam.comes_online()) return;
        const Instant told = exam.now();
        if (!exam.distribute(1)) return;
        exam.await(exam.patience().answer, [&] { return !exam.bootstrap_requests(told).empty(); });
        const auto requests = exam.bootstrap_requests(told);
        if (!exam.expect(!requests.empty(), "a bootstrap request after the notify", "none within " + seconds_words(exam.patience().answer)))
          return;
        const std::vector<std::string> names = bootstrap_words::form_values(std::string(requests.front()->body()), "deviceName");
        exam.expect(!names.empty() && names.front() == exam.candidate().device_name, "deviceName=" + exam.candidate().device_name,
                    names.empty() ? "none" : names.front());
      }};
}

}  // namespace fleetsim::sim
