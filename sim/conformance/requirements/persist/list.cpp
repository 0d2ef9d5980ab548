#include "sim/conformance/requirements/persist/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> persist_requirements() {
  static const std::array all = {
      requirement::persist_stored_first(),
      requirement::persist_without_bootstrap(),
      requirement::persist_moved_while_off(),
      requirement::persist_cut_after_notify(),
      requirement::persist_cut_after_reply(),
      requirement::persist_cut_after_answer(),
      requirement::persist_store_before_connect(),
      requirement::persist_cut_while_connecting(),
      requirement::persist_torn_write(),
      requirement::persist_many_cuts(),
      requirement::persist_flash_emptied(),
      requirement::persist_half_written(),
      requirement::persist_bit_flipped(),
      requirement::persist_flash_erased(),
      requirement::persist_reset(),
      requirement::persist_same_session(),
      requirement::persist_same_answer(),
  };
  return all;
}

}  // namespace fleetsim::sim
