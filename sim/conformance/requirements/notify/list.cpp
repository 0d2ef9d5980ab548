#include "sim/conformance/requirements/notify/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> notify_requirements() {
  static const std::array all = {
      requirement::notify_is_answered(),          requirement::notify_same_id(),
      requirement::notify_reply_before_the_end(), requirement::notify_twice(),
      requirement::notify_unknown_command(),      requirement::notify_any_id(),
      requirement::notify_number_as_id(),         requirement::notify_other_members(),
      requirement::notify_white_space(),          requirement::notify_namesakes(),
      requirement::notify_without_command(),      requirement::notify_malformed(),
      requirement::notify_command_no_number(),    requirement::notify_without_id(),
      requirement::notify_acknowledged(),         requirement::notify_push_elsewhere(),
      requirement::notify_push_unusable(),        requirement::notify_other_method(),
      requirement::notify_while_it_asks(),        requirement::notify_long(),
  };
  return all;
}

}  // namespace fleetsim::sim
