#include "sim/conformance/duts/list.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "sim/conformance/duts/core_dut.hpp"
#include "sim/conformance/duts/external_dut.hpp"
#include "sim/conformance/duts/process_dut.hpp"
#include "sim/conformance/duts/virtual_dut.hpp"

namespace fleetsim::sim {
namespace {

struct DutKind {
  std::string_view name;
  std::string_view what;  // empty: the kind alone will do
  Result<std::unique_ptr<DutAdapter>, std::string> (*make)(std::string_view what, const DutOptions& options);
};

constexpr std::array kinds = {
    DutKind{"virtual", "PROFILE", [](std::string_view what, const DutOptions&) { return make_virtual_dut(what); }},
    DutKind{"core", "LIB.so", [](std::string_view what, const DutOptions&) { return make_core_dut(what); }},
    DutKind{"process", "COMMAND", make_process_dut},
    DutKind{"external", "", make_external_dut},
};

}  // namespace

Result<std::unique_ptr<DutAdapter>, std::string> make_dut(std::string_view name, const DutOptions& options) {
  const std::size_t colon = name.find(':');
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const DutKind& kind) { return kind.name == name.substr(0, colon); });
  const bool is_bare = colon == std::string_view::npos;
  if (found != kinds.end() && (!is_bare || found->what.empty())) return found->make(is_bare ? "" : name.substr(colon + 1), options);
  std::string known;
  for (const DutKind& kind : kinds)
    known += fmt::format("{}{}{}{}", known.empty() ? "" : ", ", kind.name, kind.what.empty() ? "" : ":", kind.what);
  return fail(fmt::format("\"{}\" is no device under test; expected {}", name, known));
}

}  // namespace fleetsim::sim
