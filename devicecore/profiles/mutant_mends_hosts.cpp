// The reference, but that it makes a host of what is none: it cuts off schemes, paths and spaces.
#include "devicecore/flat_json.hpp"
#include "devicecore/profiles/list.hpp"

namespace fleetsim::device {
namespace {

BootstrapAnswer read_mended(ByteView body) {
  BootstrapAnswer answer = parse_bootstrap_answer(body);
  if (answer.failure != Failure::endpoint_invalid) return answer;
  const auto host = find_flat(text_of(body), "host");
  const auto port = find_flat(text_of(body), "port");
  if (!host || !port) return answer;
  std::string_view rest = *host;
  if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) rest.remove_prefix(scheme + 3);
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  while (!rest.empty() && (rest.back() == ' ' || rest.back() == '/')) rest.remove_suffix(1);
  answer.failure = read_endpoint(rest, *port, answer.endpoint);
  return answer;
}

}  // namespace

const FirmwareProfile mutant_mends_hosts_profile = {
    .name = "mutant-mends-hosts",
    .summary = "reference, but it mends a host that is none",
    .bootstrap = {.read_answer = &read_mended},
    .notify = {.obeys_endpoint_push = true},
};

}  // namespace fleetsim::device
