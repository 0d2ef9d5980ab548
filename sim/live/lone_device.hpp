// One device of ours as a program: the core, its links on sockets, its flash in files. It runs on the calling thread until it is switched
// off.
//
//   LoneDevice device(identity, {.profile = "reference", .bootstrap_host = "127.0.0.1", ...});
//   const std::string problem = device.run(stop_descriptor);    // empty: it was switched off in an orderly way
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "devicecore/base/time.hpp"
#include "devicecore/device_config.hpp"
#include "devicecore/identity.hpp"

namespace fleetsim::sim {

struct LoneDeviceOptions {
  std::string profile = "reference";
  std::string bootstrap_host;  // empty: it has nothing but its home
  std::uint16_t bootstrap_port = 443;
  bool bootstrap_tls = true;
  bool mqtt_tls = true;
  std::string ca_pem{};  // trusted; needed for TLS
  std::string home_host{};
  std::uint16_t home_port = 0;
  std::string flash_folder;
  std::uint16_t keep_alive_s = 60;
  Duration publish_every{0};       // a property post with QoS 1 while it is online; 0: never
  std::string firmware_version{};  // told to the platform; then it takes upgrades, too
  double time_scale = 1;           // of all its waits: 0.1 makes a second of its own a tenth of ours
  std::string clock_file{};        // how wrong its time of day is, in seconds: "-86400"; read whenever that is wanted. Empty: clock_offset
  Duration clock_offset{0};        // how wrong it is, else
  std::uint64_t seed = 1;
  std::function<void(std::string_view)> log{};  // a line for people; never a secret
};

class LoneDevice {
 public:
  LoneDevice(const device::Identity& identity, LoneDeviceOptions options);
  ~LoneDevice();
  LoneDevice(const LoneDevice&) = delete;
  LoneDevice& operator=(const LoneDevice&) = delete;

  /// Until `stop_descriptor` is readable; then it says good-bye. What the environment lacks; empty: nothing.
  std::string run(int stop_descriptor);

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace fleetsim::sim
