// The console's API as a part of the management endpoint. There are no passwords here: who asks names the account that is signed in, by
// id, in the header X-Fleetsim-Account.
//
//   ConsolePart console(config, platform);
//   management.add("/console/api", console);
#pragma once

#include "platform-mock/core/console/console_api.hpp"
#include "platform-mock/core/http/http_part.hpp"

namespace fleetsim::platform {

inline constexpr std::string_view console_session_header = "x-fleetsim-account";

class ConsolePart final : public HttpPart {
 public:
  /// Both must outlive this.
  ConsolePart(const PlatformConfig& config, Platform& platform) : platform_(platform), api_(config, platform) {}

  void set_unix_epoch_ms(std::int64_t unix_ms) { api_.set_unix_epoch_ms(unix_ms); }
  HttpAnswer answer(const HttpCall& call) override;
  /// Every call is refused with 503 from now on.
  void refuse_newcomers() { draining_ = true; }

 private:
  Platform& platform_;
  ConsoleApi api_;
  bool draining_ = false;
  ConsoleAnswer last_;  // what the last answer's views look at
};

}  // namespace fleetsim::platform
