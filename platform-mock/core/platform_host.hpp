// Where a platform runs: on sockets and a thread of its own (platform-mock/server), or inside a simulation. What is asked of either is
// the same: where its endpoints are, and to do something in between two of its steps.
//
//   host.endpoints();
//   host.call([](Platform& platform, Output& output, Instant now) { ... });
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/output.hpp"
#include "platform-mock/core/platform.hpp"

namespace fleetsim::platform {

struct Endpoint {
  std::string name;     // instance id, "bootstrap", "management" or "metrics"
  std::string address;  // where it really listens
  std::uint16_t port = 0;
  std::string advertised_host;  // may hold {pk}, which stands for the device's product key
  bool plain = false;
  bool tls = false;
};

class PlatformHost {
 public:
  virtual ~PlatformHost() = default;

  /// "bootstrap" first, then the instances in the order of the configuration.
  virtual const std::vector<Endpoint>& endpoints() const = 0;
  /// PEM of the CA that signed the listeners' certificates; empty when there is no TLS to verify.
  virtual const std::string& ca_pem() const = 0;
  /// name -> address for every advertised name that is not an address itself.
  virtual const std::vector<std::pair<std::string, std::string>>& hosts() const = 0;
  /// Runs `work` between two steps of the platform and waits for it. Not from within such work.
  virtual void call(const std::function<void(Platform&, Output&, Instant)>& work) = 0;
  /// Its process dies as it is: connections are reset, and what no store has kept is gone. Nobody reaches it until come_back(); who asks it
  /// through call() meanwhile sees what will be there then. The error says why that cannot be; empty: it is done.
  virtual std::string crash() { return "this platform cannot be made to crash"; }
  /// Where it was before. The error says why it cannot be reached.
  virtual std::string come_back() { return {}; }
  /// CPU the platform has used, in microseconds; 0 where nobody can tell it apart.
  virtual std::uint64_t cpu_microseconds() = 0;
  /// Refuses new devices and calls, waits for what is under way, at most `drain`. Idempotent.
  virtual void stop(std::chrono::milliseconds drain) = 0;
};

}  // namespace fleetsim::platform
