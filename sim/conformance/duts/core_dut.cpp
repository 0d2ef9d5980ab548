#include "sim/conformance/duts/core_dut.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <utility>

#include "sim/conformance/duts/call_watch.hpp"
#include "sim/conformance/duts/core_device.hpp"
#include "sim/conformance/duts/core_library.hpp"
#include "sim/conformance/duts/virtual_bench.hpp"

namespace fleetsim::sim {
namespace {

/// With one call, of the host's time.
constexpr std::chrono::seconds patience{10};

class CoreDut final : public DutAdapter {
 public:
  CoreDut(std::shared_ptr<const CoreLibrary> library, std::string_view path)
      : library_(std::move(library)), name_(fmt::format("core:{}", path)), watch_(name_, patience) {}

  const std::string& name() const override { return name_; }
  std::uint16_t can() const override { return virtual_capabilities; }
  bool in_parallel() const override { return true; }

  Result<BenchRecord, std::string> with_bench(const BenchOrder& order, const std::function<void(Bench&)>& work) override {
    CoreRecord core;
    const ForeignMaker make = [&](const DeviceSpec& spec, const RunRuntime& runtime) -> std::unique_ptr<ForeignDevice> {
      return std::make_unique<CoreDevice>(library_, spec, runtime, core, watch_);
    };
    auto record = with_virtual_bench({.profile = "reference", .foreign = &make}, order, work);
    if (!record) return record;
    record->trouble = core.trouble;
    add_log(core, record->timeline);
    return record;
  }

 private:
  /// Each line at its moment, in front of what the wire told then.
  static void add_log(const CoreRecord& core, Timeline& timeline) {
    std::vector<TimelineEntry> entries;
    entries.reserve(timeline.entries.size() + core.log.size());
    auto line = core.log.begin();
    const auto add_until = [&](Instant moment) {
      for (; line != core.log.end() && line->at <= moment; ++line) {
        TimelineEntry entry;
        entry.at.device = line->at;
        entry.note = {.at = line->at, .kind = "log", .detail = line->text};
        entries.push_back(std::move(entry));
      }
    };
    for (TimelineEntry& entry : timeline.entries) {
      if (entry.at.known()) add_until(entry.at.first());
      entries.push_back(std::move(entry));
    }
    add_until(kNever);
    timeline.entries = std::move(entries);
    timeline.notes_left_out += core.lines_left_out;
  }

  std::shared_ptr<const CoreLibrary> library_;
  std::string name_;
  CallWatch watch_;
};

}  // namespace

Result<std::unique_ptr<DutAdapter>, std::string> make_core_dut(std::string_view path) {
  CallWatch watch(fmt::format("core:{}", path), patience);
  const auto load = [&] {
    const CallWatch::Call call(watch.caller(), "loading it");  // whatever it does by itself then, too
    return CoreLibrary::open(std::string(path));
  };
  auto library = load();
  if (!library) return fail(std::move(library).error());
  std::unique_ptr<DutAdapter> made = std::make_unique<CoreDut>(std::move(*library), path);
  return made;
}

}  // namespace fleetsim::sim
