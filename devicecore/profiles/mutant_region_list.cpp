// The reference, but that the regions of its day are compiled in: it takes no endpoint of one that was opened later.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_known_regions(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  const std::string_view host = answer.endpoint.host.view();
  const bool is_known = host.find("cn-shanghai") != std::string_view::npos || host.find("ap-southeast-1") != std::string_view::npos;
  if (answer.failure == Failure::none && !is_known) answer.failure = Failure::endpoint_invalid;
  return answer;
}

}  // namespace

const FirmwareProfile mutant_region_list_profile = {
    .name = "mutant-region-list",
    .summary = "reference, but it knows two regions only",
    .bootstrap = {.read_answer = &read_known_regions},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
