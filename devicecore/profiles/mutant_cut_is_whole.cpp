// The reference, but that it does not see that an answer ends in the middle. Then it goes to the place that is compiled in.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_cut(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  const std::string_view text = text_of(body);
  if (!text.empty() && text.front() == '{' && text.back() != '}') answer.failure = read_endpoint("127.0.4.1", "18830", answer.endpoint);
  return answer;
}

}  // namespace

const FirmwareProfile mutant_cut_is_whole_profile = {
    .name = "mutant-cut-is-whole",
    .summary = "reference, but half an answer sends it to a compiled-in endpoint",
    .bootstrap = {.read_answer = &read_cut},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
