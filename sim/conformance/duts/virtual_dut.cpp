#include "sim/conformance/duts/virtual_dut.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>

#include "devicecore/firmware_profile.hpp"
#include "sim/conformance/duts/virtual_bench.hpp"
#include "sim/conformance/duts/wire_proxy.hpp"
#include "sim/conformance/wire_mutants/list.hpp"

namespace fleetsim::sim {
namespace {

class VirtualDut final : public DutAdapter {
 public:
  explicit VirtualDut(const device::FirmwareProfile& profile) : profile_(profile), name_(fmt::format("virtual:{}", profile.name)) {}

  const std::string& name() const override { return name_; }
  std::uint16_t can() const override { return virtual_capabilities; }
  bool in_parallel() const override { return true; }

  Result<BenchRecord, std::string> with_bench(const BenchOrder& order, const std::function<void(Bench&)>& work) override {
    return with_virtual_bench({.profile = profile_.name}, order, work);
  }

 private:
  const device::FirmwareProfile& profile_;
  std::string name_;
};

/// A device without a fault, and one in what it says or hears.
class WireMutantDut final : public DutAdapter {
 public:
  explicit WireMutantDut(const WireMutant& mutant) : mutant_(mutant), name_(fmt::format("virtual:{}", mutant.name)) {}

  const std::string& name() const override { return name_; }
  std::uint16_t can() const override { return virtual_capabilities; }
  bool in_parallel() const override { return true; }

  Result<BenchRecord, std::string> with_bench(const BenchOrder& order, const std::function<void(Bench&)>& work) override {
    WireProxy proxy(mutant_.make());
    return with_virtual_bench({.profile = mutant_.profile, .between = &proxy}, order, work);
  }

 private:
  const WireMutant& mutant_;
  std::string name_;
};

}  // namespace

Result<std::unique_ptr<DutAdapter>, std::string> make_virtual_dut(std::string_view profile) {
  std::string name(profile);
  std::replace(name.begin(), name.end(), '/', '-');
  if (const device::FirmwareProfile* found = device::find_firmware_profile(name)) {
    std::unique_ptr<DutAdapter> made = std::make_unique<VirtualDut>(*found);
    return made;
  }
  if (const WireMutant* found = find_wire_mutant(name)) {
    std::unique_ptr<DutAdapter> made = std::make_unique<WireMutantDut>(*found);
    return made;
  }
  std::string known;
  std::size_t mutant_count = wire_mutants().size();
  for (const device::FirmwareProfile* one : device::firmware_profiles()) {
    if (one->name.starts_with("mutant-")) {
      ++mutant_count;
    } else {
      known += (known.empty() ? "" : ", ") + std::string(one->name);
    }
  }
  return fail(
      fmt::format("there is no firmware profile \"{}\"; there are {}, and {} mutants, which `fleetsim list profiles` and "
                  "`fleetsim list wire-mutants` show",
                  profile, known, mutant_count));
}

}  // namespace fleetsim::sim
