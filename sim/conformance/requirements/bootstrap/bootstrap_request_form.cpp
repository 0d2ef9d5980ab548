#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_request_form() {
  return {.id = "BOOT-REQ-01",
          .level = Level::must,
          .text = "asks with POST /auth/bootstrap, as a form, with a Content-Length that is right",
          .clause = {"Distribute devices, device connection; HTTP/1.1, RFC 9112 §6.2",
                     "a form is posted to /auth/bootstrap of the global endpoint"},
          .examine = [](Exam& exam) {
            exam.power_on();
            exam.await(exam.patience().online, [&] { return !exam.bootstrap_requests().empty(); });
            exam.wait(std::chrono::seconds{1});  // for what may stand behind it
            std::size_t unread = 0;
            for (const SeenLink* link : exam.seen().of(device::Leg::bootstrap)) unread += exam.seen().unread_from_device(*link).size();
            if (!exam.expect(unread == 0, "a request that is as long as its Content-Length says",
                             std::to_string(unread) + " bytes that are no whole request"))
              return;
            const auto requests = exam.bootstrap_requests();
            if (requests.empty()) return exam.inconclusive("no bootstrap request came");
            const SeenMessage& request = *requests.front();
            exam.expect(request.message.name == "POST /auth/bootstrap", "POST /auth/bootstrap", request.message.name);
            const std::string_view type = request.header("content-type");
            exam.expect(type.starts_with("application/x-www-form-urlencoded"), "Content-Type: application/x-www-form-urlencoded",
                        std::string(type));
            exam.expect(request.header("content-length") == std::to_string(request.body().size()),
                        "Content-Length: " + std::to_string(request.body().size()), std::string(request.header("content-length")));
            exam.expect(!request.header("host").empty(), "a Host header", "none");
          }};
}

}  // namespace fleetsim::sim
