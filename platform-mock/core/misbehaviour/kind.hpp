// A kind of misbehaviour: its name, what can be set about it, and what it makes of a situation. One file each in kinds/, named in the one
// list, list.cpp; README.md tells how to add one.
//
//   Kind bootstrap_status() {
//     return {.name = "bootstrap_status", .summary = "an HTTP status instead of the answer", .parameters = parameters,
//             .behaviour = Behaviour<BootstrapAnswer>{.act = act}};
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <variant>

#include "platform-mock/core/misbehaviour/arguments.hpp"
#include "platform-mock/core/misbehaviour/situations.hpp"

namespace fleetsim::platform::misbehaviour {

template <class Situation>
struct Behaviour {
  /// Whether this situation is one of the kind's: only those are counted as calls. Null: all are.
  bool (*concerns)(const Arguments& arguments, const Situation& situation) = nullptr;
  /// Changes what is about to happen.
  void (*act)(const Arguments& arguments, Situation& situation) = nullptr;
};

using AnyBehaviour = std::variant<Behaviour<BootstrapAnswer>, Behaviour<ConnectAnswer>, Behaviour<OutgoingPacket>, Behaviour<UplinkMessage>,
                                  Behaviour<TlsHandshake>, Behaviour<JobDevice>>;
inline constexpr std::size_t situation_count = std::variant_size_v<AnyBehaviour>;

struct Kind {
  std::string_view name;
  std::string_view summary;
  std::span<const Parameter> parameters = {};
  AnyBehaviour behaviour;
};

/// The place of a situation in AnyBehaviour.
template <class Situation, std::size_t at = 0>
constexpr std::size_t situation_index() {
  if constexpr (std::is_same_v<std::variant_alternative_t<at, AnyBehaviour>, Behaviour<Situation>>) {
    return at;
  } else {
    return situation_index<Situation, at + 1>();
  }
}

}  // namespace fleetsim::platform::misbehaviour
