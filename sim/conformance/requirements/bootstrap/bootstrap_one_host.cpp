#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/bootstrap/bootstrap_words.hpp"
#include "sim/conformance/requirements/bootstrap/list.hpp"

namespace fleetsim::sim {

Requirement requirement::bootstrap_one_host() {
  return {.id = "BOOT-REQ-05",
          .level = Level::must,
          .text = "sends exactly one Host header, which names a host: no URL, nothing in front of it",
          .clause = {"RFC 9112 §3.2", "a request has one Host header: the host that the client wants, with a port or without"},
          .examine = [](Exam& exam) {
            exam.power_on();
            exam.await(exam.patience().online, [&] { return !exam.bootstrap_requests().empty(); });
            const auto requests = exam.bootstrap_requests();
            if (requests.empty()) return exam.inconclusive("no bootstrap request came");
            const std::size_t hosts = bootstrap_words::headers_named(*requests.front(), "host");
            if (!exam.expect(hosts == 1, "one Host header", std::to_string(hosts))) return;
            const std::string host(requests.front()->header("host"));
            exam.expect(!host.empty() && host.find_first_of("/ @\t") == std::string::npos, "a host, and perhaps a port", host);
          }};
}

}  // namespace fleetsim::sim
