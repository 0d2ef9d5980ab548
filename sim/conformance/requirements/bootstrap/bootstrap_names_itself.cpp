#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_names_itself() {
  return {
      .id = "BOOT-REQ-03",
      .level = Level::must,
      .text = "names itself by productKey and deviceName, once each and as they were given",
      .clause = {"Distribute devices, device connection", "the request carries the product key and the device name"},
      .examine = [](Exam& exam) {
        exam.power_on();
        exam.await(exam.patience().online, [&] { return !exam.bootstrap_requests().empty(); });
        const auto requests = exam.bootstrap_requests();
        if (requests.empty()) return exam.inconclusive("no bootstrap request came");
        const std::string form(requests.front()->body());
        for (const auto& [name, given] :
             {std::pair{"productKey", exam.candidate().product_key}, std::pair{"deviceName", exam.candidate().device_name}}) {
          const std::vector<std::string> values = bootstrap_words::form_values(form, name);
          const bool is_right = values.size() == 1 && values.front() == given;
          if (!exam.expect(is_right, std::string(name) + "=" + given + ", once",
                           values.size() == 1 ? std::string(name) + "=" + values.front() : std::to_string(values.size()) + " of that name"))
            return;
        }
      }};
}

}  // namespace fleetsim::sim
