// netem's `loss random` and `loss gemodel`: a link that is good or bad, and loses another share in each.
#include "sim/faults/list.hpp"

namespace fleetsim::sim {
namespace {

constexpr int syn_retries_max = 6;  // as Linux does it; then the opening is given up
constexpr Duration syn_timeout = std::chrono::seconds{1};

class Loss final : public Fault {
 public:
  explicit Loss(const FaultArguments& arguments)
      : to_bad_(arguments.share("p")),
        to_good_(arguments.has("r") ? arguments.share("r") : share_whole - to_bad_),
        lost_in_bad_(arguments.share("1-h")),
        lost_in_good_(arguments.has("loss") ? arguments.share("loss") : arguments.share("1-k")) {}

  /// A SYN comes a second and more after the one before, which is long for a burst: each is lost with the share of the long run.
  OpenFate open(const LinkMoment& moment, RandomStream& random) const override {
    const std::uint64_t share = long_run_share();
    const int ways = moment.direction == FaultDirection::both ? 2 : 1;
    Duration delay{0};
    Duration wait = syn_timeout;
    for (int tries = 0; tries <= syn_retries_max; ++tries) {
      bool lost = false;
      for (int way = 0; way < ways; ++way) lost |= drawn(share, random);
      if (!lost) return {.delay = delay};
      delay += wait;
      wait *= 2;
    }
    return {.kind = OpenFate::Kind::unanswered};
  }

  SegmentFate segment(const LinkMoment&, const Segment&, FaultMemory& memory, RandomStream& random) const override {
    const bool is_bad = memory.value != 0;
    // The state changes first, yet this segment fares as in the state before: so it is in netem.
    if (drawn(is_bad ? to_good_ : to_bad_, random)) memory.value = is_bad ? 0 : 1;
    return {.lost = drawn(is_bad ? lost_in_bad_ : lost_in_good_, random)};
  }

 private:
  std::uint64_t long_run_share() const {
    if (to_bad_ == 0) return lost_in_good_;
    // Shares go up to 2^32: halved first, their products fit.
    const std::uint64_t bad = ((to_bad_ >> 1) << 32) / (((to_bad_ + to_good_) >> 1) + 1);
    return (bad * (lost_in_bad_ >> 1) + (share_whole - bad) * (lost_in_good_ >> 1)) >> 31;
  }

  std::uint64_t to_bad_;
  std::uint64_t to_good_;
  std::uint64_t lost_in_bad_;
  std::uint64_t lost_in_good_;
};

void check_loss(const FaultArguments& arguments, std::vector<FaultKind::Mistake>& mistakes) {
  if (arguments.has("loss") == arguments.has("p"))
    mistakes.push_back({"loss", "expected either loss, a share, or p, for the Gilbert-Elliott model"});
  if (arguments.has("p")) return;
  for (const std::string_view name : {"r", "1-h", "1-k"})
    if (arguments.has(name)) mistakes.push_back({name, "is of the Gilbert-Elliott model: it goes with p"});
}

}  // namespace

FaultKind fault_kind::loss() {
  static constexpr FaultParameter parameters[] = {share_parameter("loss", "of the segments, each for itself"),
                                                  share_parameter("p", "Gilbert-Elliott: from good to bad, at each segment"),
                                                  share_parameter("r", "from bad to good; 1 - p unless told otherwise"),
                                                  share_parameter("1-h", "lost while bad", static_cast<std::int64_t>(share_whole)),
                                                  share_parameter("1-k", "lost while good")};
  return {.name = "loss",
          .summary = "segments are lost and sent again; each for itself, or in bursts",
          .parameters = parameters,
          .has_direction = true,
          .has_memory = true,
          .make = [](const FaultArguments& arguments) -> std::unique_ptr<Fault> { return std::make_unique<Loss>(arguments); },
          .check = check_loss};
}

}  // namespace fleetsim::sim
