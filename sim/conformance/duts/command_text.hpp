// The command of a device that is a program: split into words as a shell would do it, without one; and the places in it that the bench
// fills in.
//
//   const auto words = split_command("./dut --host {bootstrap_host} --name 'my device'");
//   const auto word = fill_in((*words)[2], {{"bootstrap_host", "127.0.0.1"}});       // the error says which places there are
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "devicecore/base/result.hpp"

namespace fleetsim::sim {

/// Words are parted by white space; '…' keeps all as it is, "…" likewise but for \" and \\, and \ keeps one character.
Result<std::vector<std::string>, std::string> split_command(std::string_view command);

using Placeholders = std::map<std::string, std::string, std::less<>>;

/// {name} of lower-case letters, digits and _ is a place; all else between braces stays: {"a": 1}. {{ is a brace.
Result<std::string, std::string> fill_in(std::string_view word, const Placeholders& places);
/// Whether any of the words has {place} in it: who wants to know it says that it lives by it.
bool names_place(const std::vector<std::string>& words, std::string_view place);

}  // namespace fleetsim::sim
