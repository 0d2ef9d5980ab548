#include <string>

#include "devicecore/base/ip_address.hpp"
#include "sim/conformance/exam.hpp"
#include "sim/conformance/requirements/tls/list.hpp"
#include "sim/conformance/requirements/tls/tls_words.hpp"
#include "sim/trace/plain_text.hpp"

namespace fleetsim::sim {

Requirement requirement::tls_server_name() {
  return {.id = "TLS-12",
          .level = Level::must,
          .text = "names in its hello the host that it wants to reach, on both legs and at each place",
          .clause = {"RFC 6066 §3; field practice: BD-BOOT-REQ 04",
                     "a server of many names shows the certificate of the one that it is asked for"},
          .needs = needs::power | needs::tls,
          .lasts = std::chrono::minutes{4},
          .examine = [](Exam& exam) {
            if (!tls_words::moves_well(exam)) return;
            std::size_t named_hosts = 0;
            for (const SeenLink* link : tls_words::all_hellos(exam)) {
              std::string wanted;
              if (link->is_bootstrap()) {
                const SeenMessage* const request = link->messages.empty() ? nullptr : &link->messages.front();
                if (request != nullptr) wanted = request->header("host");
                wanted = wanted.substr(0, wanted.find(':'));
              } else if (link->endpoint < exam.bench().stations().size()) {
                wanted = exam.bench().stations()[link->endpoint].host;
              }
              // An address is no name, and may not stand there; many write it all the same.
              if (wanted.empty() || IpAddress::parse(wanted)) continue;
              ++named_hosts;
              const std::string& named = link->tls->offered()->server_name;
              if (!exam.expect(named == wanted, "server_name " + wanted,
                               tls_words::link_name(exam, *link) + ": " + (named.empty() ? "none" : plain_text(named, 128))))
                return;
            }
            if (named_hosts == 0) exam.not_applicable("its hosts are addresses here, which a hello does not name");
          }};
}

}  // namespace fleetsim::sim
