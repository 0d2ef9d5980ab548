// A gateway shows that it knows a sub-device: the signature that the sub-device itself would log in with.
//
//   if (!proves_sub_device(world, sub_device, entry)) refuse();   // entry: {"clientId","timestamp","signmethod","sign",…}
#pragma once

#include <boost/json/value.hpp>

#include "platform-mock/core/mqtt/services/service.hpp"

namespace fleetsim::platform::mqtt {

bool proves_sub_device(const ServiceWorld& world, DeviceIndex sub_device, const boost::json::value& entry);

}  // namespace fleetsim::platform::mqtt
