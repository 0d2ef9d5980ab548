#include "sim/conformance/requirements/notify/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> notify_requirements() {
  static const std::array all = {
      requirement::notify_is_answered(), requirement::notify_same_id(),         requirement::notify_reply_before_the_end(),
      requirement::notify_twice(),       requirement::notify_unknown_command(),
  };
  return all;
}

}  // namespace fleetsim::sim
