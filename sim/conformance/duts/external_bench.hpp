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
  ExternalBench(const SocketBenchPlan& plan, Prompts& person, std::chrono::seconds patience)
      : SocketBench(plan), person_(person), patience_(patience) {}

  /// Whether it has shown itself within that time.
  bool await_first_link(std::chrono::seconds within);
  /// It is sent back to where it belonged when the case began: the next one has a platform of its own.
  void send_home();
  /// Where the device is to come.
  const platform::Endpoint& door() const { return bootstrap(); }
  ListeningPorts listening() { return stage().ports(); }

  std::string power(PowerOrder order) override;
  std::string reset_to_factory() override;

 private:
  void watch(std::vector<pollfd>& watched) override;
  /// Until somebody has done it.
  std::string ask(std::string_view what);

  Prompts& person_;
  std::chrono::seconds patience_;
  bool is_off_ = false;  // as far as we know
};

}  // namespace fleetsim::sim
