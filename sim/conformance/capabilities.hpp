// What a device does by nature, as a discovery run found out from the wire (discovery.hpp) or a capability file declares
// (capabilities_file.hpp): part of every report, and the reason why a requirement does not apply.
//
//   capabilities.set(CapabilityKey::keep_alive_s, std::int64_t{60}, CapabilityOrigin::discovered);
//   if (const std::string why = capabilities.lacking(requirement.wants); !why.empty()) …   // "it subscribes to nothing, as was found out"
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fleetsim::sim {

enum class CapabilityKey : std::uint8_t {
  bootstraps,      // asks the bootstrap endpoint as it leaves the factory
  answers_notify,  // thing/bootstrap/notify is answered
  moves,           // it comes to the place where it was distributed
  keeps_endpoint,  // after a power cut it connects without a bootstrap
  mqtt_level,
  keep_alive_s,
  clean_session,
  sign_method,
  subscribes,  // else it relies on what the platform subscribes it to
  publish_qos,
  backoff,
  tls_versions,
  tls_suites,
};
inline constexpr std::size_t capability_count = static_cast<std::size_t>(CapabilityKey::tls_suites) + 1;

enum class CapabilityKind : std::uint8_t { truth, number, text, texts };
enum class CapabilityOrigin : std::uint8_t { unknown, discovered, declared };

/// monostate: nobody knows.
using CapabilityValue = std::variant<std::monostate, bool, std::int64_t, std::string, std::vector<std::string>>;

struct Capability {
  CapabilityValue value{};
  CapabilityOrigin origin = CapabilityOrigin::unknown;
};

/// "keep_alive_s", as files have it.
std::string_view capability_name(CapabilityKey key);
/// For people: "keep-alive in seconds".
std::string_view capability_words(CapabilityKey key);
CapabilityKind capability_kind(CapabilityKey key);
std::optional<CapabilityKey> find_capability(std::string_view name);
constexpr CapabilityKey capability_at(std::size_t index) { return static_cast<CapabilityKey>(index); }
std::string_view origin_word(CapabilityOrigin origin);
/// Of a list, people are shown so many.
inline constexpr std::size_t capability_texts_shown_max = 8;
/// "yes", "60", "0, 1"; "?" when nobody knows.
std::string capability_text(const CapabilityValue& value);

class Capabilities {
 public:
  const Capability& operator[](CapabilityKey key) const { return all_[static_cast<std::size_t>(key)]; }
  void set(CapabilityKey key, CapabilityValue value, CapabilityOrigin origin);
  /// Takes what the other one knows, where nobody here does.
  void add(const Capabilities& others);
  /// What the other one declares counts more than what is here.
  void override_by(const Capabilities& declared);

  /// Of a requirement's wants: what the device is known to lack, and how it is known; empty: nothing.
  std::string lacking(std::uint16_t wants) const;
  /// Whether somebody has declared that the device does all of it.
  bool are_declared(std::uint16_t wants) const;
  bool is_known() const;

 private:
  std::array<Capability, capability_count> all_{};
};

/// A line each of what is known, for people.
std::string capabilities_text(const Capabilities& capabilities);

}  // namespace fleetsim::sim
