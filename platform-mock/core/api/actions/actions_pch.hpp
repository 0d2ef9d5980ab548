// What the actions' headers need of the standard library and of Boost, precompiled: reading it costs more than the rest of an action.
// Nothing of the project stands here: a compiler cache may hand out a precompiled header that is older than a comment in it.
#pragma once

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <charconv>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>
