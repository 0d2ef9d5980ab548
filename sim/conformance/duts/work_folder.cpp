#include "sim/conformance/duts/work_folder.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <vector>

namespace fleetsim::sim {
namespace {

namespace files = std::filesystem;

std::string spoil_file(const files::path& path, FlashDamage damage) {
  constexpr std::uint8_t erased = 0xff;
  std::ifstream in(path, std::ios::binary);
  std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
  in.close();
  switch (damage) {
    case FlashDamage::emptied:
      break;
    case FlashDamage::half_written:
      bytes.resize(bytes.size() / 2);
      break;
    case FlashDamage::bit_flipped:
      if (!bytes.empty()) bytes[bytes.size() / 2] ^= 1U;
      break;
    case FlashDamage::erased:
      std::fill(bytes.begin(), bytes.end(), erased);
      break;
  }
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return out.good() ? std::string{} : "cannot write to " + path.string();
}

}  // namespace

WorkFolder::WorkFolder() {
  std::error_code wrong;
  files::path place = files::temp_directory_path(wrong);
  if (wrong) place = "/tmp";
  std::string name = (place / "fleetsim-dut-XXXXXX").string();
  if (::mkdtemp(name.data()) != nullptr) path_ = std::move(name);
}

WorkFolder::~WorkFolder() {
  std::error_code wrong;
  if (!path_.empty()) files::remove_all(path_, wrong);
}

std::string WorkFolder::spoil(FlashDamage damage) const {
  std::error_code wrong;
  if (damage == FlashDamage::emptied) {
    std::error_code stays;  // the first one
    for (files::directory_iterator entry(path_, wrong); !wrong && entry != files::directory_iterator(); entry.increment(wrong)) {
      std::error_code why;
      files::remove_all(entry->path(), why);
      if (why && !stays) stays = why;
    }
    if (!wrong) wrong = stays;
    return wrong ? "cannot empty " + path_ + ": " + wrong.message() : std::string{};
  }
  for (files::recursive_directory_iterator entry(path_, wrong); !wrong && entry != files::recursive_directory_iterator();
       entry.increment(wrong)) {
    std::error_code unknown;
    // What a symbolic link leads to is none of its flash.
    if (entry->symlink_status(unknown).type() != files::file_type::regular) continue;
    if (std::string problem = spoil_file(entry->path(), damage); !problem.empty()) return problem;
  }
  return wrong ? "cannot look into " + path_ + ": " + wrong.message() : std::string{};
}

}  // namespace fleetsim::sim
