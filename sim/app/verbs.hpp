// What each verb does; each returns the exit code of the program.
#pragma once

#include "sim/app/command_line.hpp"

namespace fleetsim::sim {

int run_verb(const RunVerb& verb);
int validate_verb(const ValidateVerb& verb);
int platform_verb(const PlatformVerb& verb);
int replay_verb(const ReplayVerb& verb);
int list_verb(const ListVerb& verb);
int sweep_verb(const SweepVerb& verb);
int conform_verb(const ConformVerb& verb);
int device_verb(const DeviceVerb& verb);
int version_verb();

}  // namespace fleetsim::sim
