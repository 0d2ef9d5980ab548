// What invariants have found: a bounded list of violations with their words, and a count of the rest. Violations of several threads are
// put in one order, that of (time, device, name), so that a report does not tell how many threads there were.
//
//   log.add("accepted_by_exactly_one", 7, now, "accepted at a and b");
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

struct Violation {
  std::string_view invariant;  // a literal
  std::uint32_t device = 0;    // position in the roster
  Instant at{};
  std::string words{};
};

class ViolationLog {
 public:
  static constexpr std::size_t kept_max = 64;

  void add(std::string_view invariant, std::uint32_t device, Instant at, std::string words);
  void merge(const ViolationLog& other);

  /// The first ones.
  const std::vector<Violation>& kept() const { return kept_; }
  std::uint64_t total() const { return total_; }

 private:
  void keep_first();

  std::vector<Violation> kept_;
  std::uint64_t total_ = 0;
};

}  // namespace fleetsim::sim
