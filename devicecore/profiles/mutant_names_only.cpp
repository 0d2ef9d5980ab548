// The reference, but that it wants a name where an address is as good.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_names_only(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  if (answer.failure != Failure::none) return answer;
  const std::string_view host = answer.endpoint.host.view();
  const char last = host.empty() ? 'x' : host.back();
  if (last >= '0' && last <= '9') answer.failure = Failure::endpoint_invalid;
  return answer;
}

}  // namespace

const FirmwareProfile mutant_names_only_profile = {
    .name = "mutant-names-only",
    .summary = "reference, but it refuses a host that is an IP address",
    .bootstrap = {.read_answer = &read_names_only},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
