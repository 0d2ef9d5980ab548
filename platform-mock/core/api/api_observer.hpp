// Who is told of each call of the management API once it is answered: what was asked, what came of it, and when it was asked. The core has
// no clock of its own; whoever listens has one, and so knows how long the answer took.
//
//   platform.observe_api(&observer);   // it must outlive the platform; null: nobody
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "devicecore/base/time.hpp"

namespace fleetsim::platform {

/// The code of a call that did what it was asked to.
inline constexpr std::string_view api_success = "Success";

struct AnsweredCall {
  std::optional<std::size_t> action;  // its row in action_table(); nothing for a request that names none that is served
  std::string_view code;              // api_success, or the refusal's: literals of the code, a few dozen
  Instant asked{};                    // when the request was complete
};

class ApiObserver {
 public:
  virtual ~ApiObserver() = default;
  virtual void answered(const AnsweredCall& call) = 0;
};

}  // namespace fleetsim::platform
