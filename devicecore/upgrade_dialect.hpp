// How a firmware goes about upgrades over the air, as data of its profile.
#pragma once

#include <cstdint>

namespace fleetsim::device {

/// After which connects it tells its version.
enum class VersionInform : std::uint8_t { each, first_only, never };

struct UpgradeDialect {
  VersionInform inform = VersionInform::each;
  bool checks_digest = true;
  bool survives_connection = true;  // false: a download dies with the MQTT link it was ordered on
  bool ignores_own_version = true;  // false: what runs already is fetched again
  bool tells_progress = true;
  bool listens_again = true;      // false: an offer is heard on the first connection only
  bool survives_move = true;      // false: told to move while an upgrade is under way, it goes off and stays off
  bool survives_nonsense = true;  // false: a malformed offer makes it restart
};

}  // namespace fleetsim::device
