#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

class DnsFailure final : public Fault {
 public:
  OpenFate open(const LinkMoment&, RandomStream&) const override { return {.kind = OpenFate::Kind::name_unknown}; }
};

}  // namespace

FaultKind fault_kind::dns_failure() {
  return {.name = "dns_failure",
          .summary = "names of endpoints lead nowhere; links that are open stay",
          .make = [](const FaultArguments&) -> std::unique_ptr<Fault> { return std::make_unique<DnsFailure>(); }};
}

}  // namespace fleetsim::sim
