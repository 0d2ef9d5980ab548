// Topic filters of MQTT 3.1.1 §4.7: are they well-formed, and do they match a topic.
//
//   matches("/sys/a1/d1/thing/event/+/post_reply", topic);
#pragma once

#include <string_view>

namespace fleetsim::platform::mqtt {

/// `+` only as a whole level, `#` only as the whole last level, not empty.
bool is_well_formed_filter(std::string_view filter);

/// Precondition: the filter is well-formed and the topic has no wildcards. Topics that begin with `$` match no leading wildcard.
bool matches(std::string_view filter, std::string_view topic);

}  // namespace fleetsim::platform::mqtt
