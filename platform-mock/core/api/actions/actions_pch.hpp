// What nearly every action includes, compiled once for all of them. An action names its own includes as well: other builds do without this.
#pragma once

#include "platform-mock/core/api/actions/actions.hpp"
#include "platform-mock/core/mqtt/device_desk.hpp"
#include "platform-mock/core/ota/upgrades.hpp"
#include "platform-mock/core/things/thing_store.hpp"
