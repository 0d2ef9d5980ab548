// What stands in the way of a run: the machine does not allow it. Python's fleetsim.RunError.
#pragma once

#include <string>

namespace fleetsim::python {

struct ObstacleError {
  std::string what;
  std::string hint;
};

}  // namespace fleetsim::python
