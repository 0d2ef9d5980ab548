// A device's shadow: what it last reported and what its users desire, kept by the platform as one JSON document with a version. Whoever
// changes it names a version above the one it has seen; an older one is refused, so that nobody overwrites what he does not know.
//
//   Shadow shadow;
//   auto refused = shadow.apply(request, now_s, limits);     // {"method":"update","state":{"reported":{"color":"red"}},"version":1}
//   shadow.document();                               // {"state":{…},"metadata":{…}}
//
// The form of the requests and the codes of the refusals are the platform's.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform-mock/core/counts/limit_kind.hpp"
#include "platform-mock/core/things/thing_limits.hpp"

namespace fleetsim::platform::things {

/// As in the platform's replies.
namespace shadow_code {
inline constexpr std::int32_t bad_json = 400;
inline constexpr std::int32_t no_method = 401;
inline constexpr std::int32_t no_state = 402;
inline constexpr std::int32_t bad_version = 403;
inline constexpr std::int32_t no_reported = 404;
inline constexpr std::int32_t empty_reported = 405;
inline constexpr std::int32_t unknown_method = 406;
inline constexpr std::int32_t empty_shadow = 407;
inline constexpr std::int32_t too_many_attributes = 408;
inline constexpr std::int32_t version_conflict = 409;
}  // namespace shadow_code

/// What becomes of desired attributes that an update does not name. Those that are reported always stay.
enum class DesiredUpdate : std::uint8_t { merged, replaced };

class Shadow {
 public:
  struct Refusal {
    std::int32_t code = 0;
    std::string_view message;             // a literal
    std::optional<LimitKind> limit = {};  // that was reached
  };

  /// Method update or delete. Nothing: it was applied; else nothing has changed.
  std::optional<Refusal> apply(const boost::json::object& request, std::int64_t now_s, const ThingLimits& limits,
                               DesiredUpdate desired_update = DesiredUpdate::merged);

  std::int64_t version() const { return version_; }
  /// When it last changed, Unix time in seconds.
  std::int64_t time_s() const { return time_s_; }
  bool empty() const { return state_[reported].values.empty() && state_[desired].values.empty(); }
  const boost::json::object& reported_state() const { return state_[reported].values; }
  const boost::json::object& desired_state() const { return state_[desired].values; }
  /// `{"state":{"reported":{…},"desired":{…}},"metadata":{"reported":{…},"desired":{…}}}`; a side without attributes is left out.
  boost::json::object document() const;
  /// From a document() that was kept.
  static Shadow restored(const boost::json::object& document, std::int64_t version, std::int64_t time_s);

 private:
  static constexpr std::size_t reported = 0;
  static constexpr std::size_t desired = 1;
  struct Side {
    boost::json::object values;
    boost::json::object times;  // attribute -> {"timestamp": s}
  };

  struct Moment {
    std::int64_t now_s = 0;
    const ThingLimits& limits;
  };
  struct Change {
    std::int64_t version = 0;
    DesiredUpdate desired = DesiredUpdate::merged;
  };
  std::optional<Refusal> update(const boost::json::object& state, const Change& change, const Moment& moment);
  std::optional<Refusal> remove(const boost::json::object& state, std::int64_t version, std::int64_t now_s);
  static std::optional<Refusal> merge(Side& side, const boost::json::value& wanted, const Moment& moment);

  Side state_[2];
  std::int64_t version_ = 0;
  std::int64_t time_s_ = 0;
};

}  // namespace fleetsim::platform::things
