#include "sim/conformance/requirements/bootstrap/list.hpp"

#include <array>

namespace fleetsim::sim {

std::span<const Requirement> bootstrap_requirements() {
  static const std::array all = {
      requirement::bootstrap_request_form(),
      requirement::bootstrap_no_secret(),
      requirement::bootstrap_names_itself(),
      requirement::bootstrap_form_bytes(),
      requirement::bootstrap_one_host(),
      requirement::bootstrap_comes_first(),
      requirement::bootstrap_again_when_told(),
      requirement::bootstrap_link_ends(),
      requirement::bootstrap_unknown_name(),
      requirement::bootstrap_long_outage(),
      requirement::bootstrap_unanswered_link(),
      requirement::bootstrap_falls_back(),
      requirement::bootstrap_unavailable(),
      requirement::answer_redirected(),
      requirement::answer_refused(),
      requirement::answer_status_counts(),
      requirement::answer_error_code(),
      requirement::answer_empty(),
      requirement::answer_no_json(),
      requirement::answer_cut_json(),
      requirement::answer_no_endpoint(),
      requirement::answer_wrong_types(),
      requirement::answer_too_long(),
      requirement::answer_cut_off(),
      requirement::answer_closed(),
      requirement::answer_silent(),
      requirement::answer_late(),
      requirement::answer_drips(),
      requirement::answer_split(),
      requirement::answer_same_place(),
      requirement::answer_dead_port(),
      requirement::answer_dead_host(),
      requirement::answer_no_host_name(),
      requirement::answer_address(),
      requirement::answer_odd_port(),
      requirement::answer_quoted_port(),
      requirement::answer_chunked(),
      requirement::answer_lower_case(),
      requirement::answer_http_1_0(),
      requirement::answer_continue_first(),
      requirement::answer_retry_after(),
  };
  return all;
}

}  // namespace fleetsim::sim
