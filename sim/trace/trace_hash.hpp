// A running hash over what the wire said: the same events in the same order give the same 128 bits, whatever the compiler, the build or
// the number of threads; any other byte, moment, link or order gives others. One hash for each thread's share of the world (a shard of
// devices, the platform); combined() folds them in the order given, which must follow from the fleet alone, never from the threads.
//
//   TraceHash hash;                                    // a WireTap: hand it to the links of one shard
//   hash.on_wire(event);
//   std::string text = hex_text(combined(digests));    // digests of shard 0 .. K-1, then the platform's
//
// It is no cryptographic hash: it tells runs apart that differ by chance or by a bug, not by malice. Words are read as the machine has
// them: little-endian machines only, which the source asserts.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sim/trace/wire_event.hpp"

namespace fleetsim::sim {

struct TraceDigest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const TraceDigest&, const TraceDigest&) = default;
};

class TraceHash final : public WireTap {
 public:
  virtual ~TraceHash() = default;

  /// Covers when, which device, leg and connection, who tells, what, which way, the endpoint, every byte; of `opening` the addresses and
  /// ports too, which stay the same as long as the link lives; of `failed` the reason.
  void on_wire(const WireEvent& event) override;
  /// As any other, told from those by its connection, which is 0.
  void on_kept_back(const WireEvent& event) override { on_wire(event); }

  /// Of all events so far; more may follow.
  TraceDigest digest() const;
  std::uint64_t events() const { return events_; }

 private:
  void mix(std::uint64_t first, std::uint64_t second, std::uint64_t third, std::uint64_t fourth);
  void mix_bytes(ByteView bytes);

  // Two lanes that do not wait for one another; any odd-looking words will do as their beginning.
  std::uint64_t lane_a_ = 0x2d358dccaa6c78a5U;
  std::uint64_t lane_b_ = 0x8bb84b93962eacc9U;
  std::uint64_t events_ = 0;
};

/// One digest of many, in this order. Of none: a digest like any other.
TraceDigest combined(std::span<const TraceDigest> parts);

/// 32 hexadecimal digits, lower case.
std::string hex_text(const TraceDigest& digest);

}  // namespace fleetsim::sim
