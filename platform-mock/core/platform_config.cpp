#include "platform-mock/core/platform_config.hpp"

namespace fleetsim::platform {}
