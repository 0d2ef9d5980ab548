// How wrong a device's time of day is, as somebody outside says who sets it while the device runs: a file with seconds in it, "-86400" or
// "+120", as libfaketime has it. It is read anew whenever it is another one.
//
//   ClockFile clock("/tmp/clock", Duration{0});
//   const Duration error = clock.error();       // what cannot be read changes nothing
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <utility>

#include "devicecore/base/time.hpp"

namespace fleetsim::sim {

/// Whole seconds, with a sign or without one; white space around them. Nothing: it is none, or beyond a hundred years.
std::optional<Duration> clock_error_of(std::string_view text);

class ClockFile {
 public:
  /// An empty path: `error` for ever.
  ClockFile(std::string path, Duration error) : path_(std::move(path)), error_(error) {}

  Duration error();

 private:
  std::string path_;
  Duration error_;
  struct stat seen_ {};  // of what was read last
};

}  // namespace fleetsim::sim
