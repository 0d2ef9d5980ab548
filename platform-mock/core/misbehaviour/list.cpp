#include "platform-mock/core/misbehaviour/list.hpp"

#include <algorithm>

#include "platform-mock/core/misbehaviour/kinds/kinds.hpp"

namespace fleetsim::platform::misbehaviour {

std::span<const Kind> kinds() {
  static const Kind all[] = {
      bootstrap_status(),
      bootstrap_redirect(),
      bootstrap_empty(),
      bootstrap_code(),
      bootstrap_bad_json(),
      bootstrap_wrong_port(),
      bootstrap_wrong_host(),
      bootstrap_same_host(),
      bootstrap_cut(),
      bootstrap_close(),
      bootstrap_silent(),
      bootstrap_late(),
      bootstrap_slow(),
      bootstrap_split(),
      bootstrap_http(),
      bootstrap_odd_port(),
      mqtt_connack(),
      mqtt_no_connack(),
      mqtt_close(),
      mqtt_kick(),
      mqtt_silent(),
      mqtt_late(),
      notify_duplicate(),
      notify_malformed(),
      mqtt_throttle(),
      tls_expired(),
      tls_wrong_name(),
      tls_unknown_ca(),
      tls_not_yet_valid(),
      tls_self_signed(),
      tls_old_version(),
      tls_silent(),
      tls_plain_text(),
      tls_in_pieces(),
      tls_large(),
      tls_client_only(),
      tls_no_intermediate(),
      tls_leaf_issuer(),
      tls_wide_wildcard(),
      tls_intermediate(),
      tls_tickets(),
      job_jitter(),
      job_stall(),
  };
  return all;
}

const Kind* find_kind(std::string_view name) {
  const auto all = kinds();
  const auto found = std::find_if(all.begin(), all.end(), [name](const Kind& kind) { return kind.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace fleetsim::platform::misbehaviour
