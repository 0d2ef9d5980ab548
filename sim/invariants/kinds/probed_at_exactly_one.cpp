// Asked with its own valid credentials at every instance, one after the other, a device that is in no handover is accepted at exactly one.
// Who probes leaves out devices in handover (a probe would move them) and those that have no credentials yet, and asks again where the
// answer was "later" (code 3, or the limit of connects a minute).
#include <fmt/format.h>

#include "sim/invariants/list.hpp"

namespace fleetsim::sim {
namespace {

class ProbedAtExactlyOne final : public Invariant {
 public:
  explicit ProbedAtExactlyOne(const Post& post) : Invariant("probed_at_exactly_one", post) {}

  void on_probe(const ProbeNews& news) override {
    exercised();
    if (news.accepted.size() == 1 && news.no_answer.empty()) return;
    std::string words = news.accepted.empty() ? std::string{"accepted nowhere"} : "accepted at " + names(news.accepted);
    if (!news.no_answer.empty()) words += "; no answer from " + names(news.no_answer);
    violated(news.device, news.at, std::move(words));
  }

 private:
  std::string names(std::span<const std::uint16_t> instances) const {
    std::string text;
    for (const std::uint16_t instance : instances) {
      if (!text.empty()) text += ", ";
      text += facts().instance_name(instance);
    }
    return text;
  }
};

}  // namespace

InvariantKind invariant_kind::probed_at_exactly_one() {
  return {.name = "probed_at_exactly_one",
          .what = "a CONNECT with valid credentials at every instance is accepted at exactly one",
          .clause = "RULES.md 37",
          .seats = Seats::platform,
          .make = [](const Post& post, Seat) -> std::unique_ptr<Invariant> { return std::make_unique<ProbedAtExactlyOne>(post); }};
}

}  // namespace fleetsim::sim
