// What the person who examines says of the device, beyond its name.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace fleetsim::sim {

/// Which legs of a device in real time speak TLS, unless a requirement is about it.
enum class DutTls : std::uint8_t { off, bootstrap, mqtt, both };

struct DutOptions {
  // Of devices in real time.
  std::optional<double> time_scale{};   // 0.1: the device waits ten times as short, and so does the exam; nothing: as the kind has it
  std::chrono::seconds case_time{210};  // of ours: what must last longer is not examined
  DutTls tls = DutTls::off;
  // Of a device that comes by itself.
  std::string address = "127.0.0.1";   // of this host, as the device sees it
  std::uint16_t port = 0;              // of the bootstrap endpoint, stations have those that follow; 0: whatever is free
  std::string answers_file{};          // instead of a person; empty: whoever sits at the terminal
  std::chrono::seconds patience{300};  // with that person
};

}  // namespace fleetsim::sim
