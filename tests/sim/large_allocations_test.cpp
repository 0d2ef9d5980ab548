// The program's own operator new: large blocks are asked to lie in huge pages, small ones are malloc's as ever.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace fleetsim::sim {
namespace {

constexpr std::size_t huge_page_bytes = std::size_t{2} * 1024 * 1024;

/// What the kernel says of the memory around `address`: the line "VmFlags:" of its mapping.
std::string flags_around(std::uintptr_t address) {
  std::ifstream maps("/proc/self/smaps");
  bool is_here = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t first = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::istringstream head(line);
    if (line.find("kB") == std::string::npos && head >> std::hex >> first >> dash >> end && dash == '-')
      is_here = first <= address && address < end;
    if (is_here && line.starts_with("VmFlags:")) return line + " ";
  }
  return {};
}

TEST(LargeAllocations, AreAskedToLieInHugePages) {
  const std::vector<std::uint8_t> block(3 * huge_page_bytes + 1);
  const auto address = reinterpret_cast<std::uintptr_t>(block.data());
  EXPECT_EQ(address % huge_page_bytes, 0U);
  if (std::filesystem::exists("/sys/kernel/mm/transparent_hugepage/enabled")) {
    EXPECT_NE(flags_around(address).find(" hg "), std::string::npos) << flags_around(address);
  }
}

TEST(LargeAllocations, AreFreedAndGrownAsOthersAre) {
  std::vector<std::uint8_t> grows;
  for (std::size_t i = 0; i < 3 * huge_page_bytes; ++i) grows.push_back(static_cast<std::uint8_t>(i * 7));
  for (std::size_t i = 0; i < grows.size(); i += 4099) ASSERT_EQ(grows[i], static_cast<std::uint8_t>(i * 7));
  const auto nothing = std::make_unique<std::uint8_t[]>(0);
  EXPECT_NE(nothing, nullptr);
}

}  // namespace
}  // namespace fleetsim::sim
