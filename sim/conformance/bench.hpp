// Where an exam takes place: one device under test, a platform of its own, the network between them, and time. The contract that every
// adapter fulfils; what a procedure does with it is in exam.hpp.
//
//   bench.power(Power::on);
//   while (!bench.seen().online() && bench.pass(bench.look())) {}
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/time.hpp"
#include "platform-mock/core/platform.hpp"
#include "sim/conformance/seen.hpp"
#include "sim/faults/fault_spec.hpp"

namespace fleetsim::sim {

/// Who the device under test is.
struct Candidate {
  std::string product_key;
  std::string device_name;
  std::string device_secret;  // never printed
  std::string product_secret;
};

/// Where it may be distributed to, in the order of the platform's configuration; the first one is its home.
struct Station {
  std::string instance;
  std::string region;
  std::string host;
  std::uint16_t port = 0;
  std::string address{};  // what the host's name leads to
};

enum class PowerOrder : std::uint8_t { on, off, cut };

/// What has become of the records that a device keeps: gone; the second half of each never written; one bit of each another one; all their
/// bytes as an erased flash has them.
enum class FlashDamage : std::uint8_t { emptied, half_written, bit_flipped, erased };

/// Firmware that the bench's platform serves, as an offer names it.
struct FirmwareImage {
  std::string url;
  std::uint64_t size = 0;
  std::string md5;  // hex digits
};

class Bench {
 public:
  Bench() = default;
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;
  virtual ~Bench() = default;

  virtual const Candidate& candidate() const = 0;
  virtual const std::vector<Station>& stations() const = 0;

  virtual Instant now() const = 0;
  /// Lets so much time pass. False: the exam is stopped, or out of time.
  virtual bool pass(Duration duration) = 0;
  /// How long to wait between two looks at what is going on.
  virtual Duration look() const = 0;
  /// What the network has seen so far; valid until time passes.
  virtual const Seen& seen() const = 0;

  // The device. The error says why it could not be done; empty: done.
  virtual std::string power(PowerOrder order) = 0;
  virtual std::string reset_to_factory() = 0;
  /// While it is off.
  virtual std::string spoil_flash(FlashDamage /*damage*/) { return "what this device keeps cannot be reached"; }
  /// Its time of day from here on: so much fast, or slow. It is right at first. What its waits are measured by runs on as it did.
  virtual std::string set_clock(Duration /*error*/) { return "this device's clock cannot be set"; }
  /// While it is on, too.
  virtual bool sets_running_clock() const { return true; }
  /// So far. Nothing: they cannot be seen.
  virtual std::optional<std::uint64_t> flash_writes() { return std::nullopt; }

  // The platform and the network.
  /// Between two of the platform's steps.
  virtual void with_platform(const std::function<void(platform::Platform&, platform::Output&, Instant)>& work) = 0;
  virtual std::string misbehave(const platform::MisbehaviourRule& rule) = 0;
  virtual std::string inject(const FaultSpec& fault) = 0;
  /// For whoever is to be upgraded. Nothing: this bench serves none.
  virtual std::optional<FirmwareImage> firmware_image() { return std::nullopt; }
  /// Ends every misbehaviour and every fault.
  virtual void heal() = 0;
  /// How often those of that kind acted that heal() has ended: what they were to bring about may never have come.
  std::uint64_t acted(std::string_view kind) const {
    const auto found = acted_.find(kind);
    return found == acted_.end() ? 0 : found->second;
  }

 protected:
  /// Two of a kind are named "kind" and "kind-2".
  void count_healed(std::string_view name, std::uint64_t times) { acted_[std::string(name.substr(0, name.find('-')))] += times; }

 private:
  std::map<std::string, std::uint64_t, std::less<>> acted_;  // by kind
};

}  // namespace fleetsim::sim
