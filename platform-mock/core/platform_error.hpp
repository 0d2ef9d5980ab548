// Why the platform refuses what somebody asked of it: the platform's own code, and words for people.
//
//   return fail(PlatformError{"iot.system.InstanceIdSame", "source and target are both \"iotx-oxssharez200\""});
#pragma once

#include <string>

namespace fleetsim::platform {

struct PlatformError {
  std::string code;     // iot.system.InstanceIdSame, …
  std::string message;  // what, which, what was expected
};

}  // namespace fleetsim::platform
