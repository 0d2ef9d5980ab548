// The reference, but that it does not see that a body is no JSON at all. Then it goes to the place that is compiled in.
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_page(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  if (!body.empty() && text_of(body).front() != '{') answer.failure = read_endpoint("127.0.4.1", "18830", answer.endpoint);
  return answer;
}

}  // namespace

const FirmwareProfile mutant_page_is_answer_profile = {
    .name = "mutant-page-is-answer",
    .summary = "reference, but a page of HTML sends it to a compiled-in endpoint",
    .bootstrap = {.read_answer = &read_page},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
