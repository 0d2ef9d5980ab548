// A bench whose device comes by itself: a board on the desk. Its power is in the hands of a person, if there is one.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "sim/conformance/duts/prompts.hpp"
#include "sim/conformance/duts/socket_bench.hpp"

namespace fleetsim::sim {

class ExternalBench final : public SocketBench {
 public:
  /// `is_off`: as far as we know; it outlives the bench, for the next case finds the device as this one leaves it.
  ExternalBench(const SocketBenchPlan& plan, Prompts& person, std::chrono::seconds patience, bool& is_off)
      : SocketBench(plan), person_(person), patience_(patience), is_off_(is_off) {}

  /// Whether it has shown itself within that time.
  bool await_first_link(std::chrono::seconds within);
  /// Its clock is set right again, if it was not. It is sent back to where it belonged when the case began: the next one has a platform of
  /// its own.
  void send_home();
  /// Where the device is to come.
  const platform::Endpoint& door() const { return bootstrap(); }
  ListeningPorts listening() { return stage().ports(); }

  std::string power(PowerOrder order) override;
  std::string reset_to_factory() override;
  std::string set_clock(Duration error) override;

 private:
  void watch(std::vector<pollfd>& watched) override;
  /// Until somebody has done it.
  std::string ask(std::string_view what);

  Prompts& person_;
  std::chrono::seconds patience_;
  bool& is_off_;
  Duration clock_error_{0};  // as we left it
};

}  // namespace fleetsim::sim
