#include "platform-mock/server/country_database.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <maxminddb.h>
#include <netinet/in.h>
#include <unordered_map>
#include <utility>

namespace fleetsim::platform {
namespace {

constexpr std::string_view install_hint =
    "tools/install-deps.sh puts one at node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb; "
    "set geo.database to a MaxMind-DB file, or leave it out and list geo.blocks";

CountryDatabaseError cannot(std::string_view verb, const std::string& path, std::string_view why) {
  std::string what{"cannot "};
  what.append(verb).append(" country database ").append(path).append(": ").append(why);
  return {std::move(what), std::string{install_hint}};
}

std::optional<std::string_view> text_at(MMDB_entry_s entry, const char* const* path) {
  MMDB_entry_data_s data{};
  if (MMDB_aget_value(&entry, &data, path) != MMDB_SUCCESS) return std::nullopt;
  if (!data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING) return std::nullopt;
  return std::string_view{data.utf8_string, data.data_size};
}

/// The code in a record, under whichever name the file has it. "ZZ" and "" stand for no country.
std::optional<std::string_view> country_in(const MMDB_entry_s& entry) {
  static constexpr std::array<const char*, 2> flat{"country_code", nullptr};
  static constexpr std::array<const char*, 3> nested{"country", "iso_code", nullptr};
  auto code = text_at(entry, flat.data());
  if (!code) code = text_at(entry, nested.data());
  if (!code || code->size() != 2 || *code == "ZZ") return std::nullopt;
  return code;
}

std::array<std::uint8_t, 16> with_bit(std::array<std::uint8_t, 16> bytes, unsigned position) {
  bytes[position / 8] = static_cast<std::uint8_t>(bytes[position / 8] | (0x80U >> (position % 8)));
  return bytes;
}

}  // namespace

class CountryDatabase::File {
 public:
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (open_) MMDB_close(&handle_);
  }

  int open(const std::string& path) {
    const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &handle_);
    open_ = status == MMDB_SUCCESS;
    return status;
  }
  const MMDB_s& handle() const { return handle_; }

 private:
  MMDB_s handle_{};
  bool open_ = false;
};

namespace {

/// Visits every network of the search tree once, in order of address, without recursion.
class Walk {
 public:
  explicit Walk(const MMDB_s& handle) : handle_(handle), v6_(handle.metadata.ip_version == 6) {}

  /// Calls visit(block, entry) for each; false from it ends the walk. False when the file is damaged.
  template <class Visit>
  bool run(Visit visit) {
    std::vector<Step> stack;
    stack.push_back({0, 0, {}});
    while (!stack.empty()) {
      const Step step = stack.back();
      stack.pop_back();
      MMDB_search_node_s node{};
      if (step.depth >= depth_max() || MMDB_read_node(&handle_, static_cast<std::uint32_t>(step.node), &node) != MMDB_SUCCESS) return false;
      if (!child(stack, {node.right_record, step.depth + 1U, with_bit(step.bits, step.depth)}, node.right_record_type,
                 node.right_record_entry) ||
          !child(stack, {node.left_record, step.depth + 1U, step.bits}, node.left_record_type, node.left_record_entry))
        return false;
      // The left child was pushed last and so comes first; networks that have come to the top are in order.
      while (!stack.empty() && stack.back().entry) {
        const Step leaf = stack.back();
        stack.pop_back();
        if (!visit(block_of(leaf), *leaf.entry)) return true;
      }
    }
    return true;
  }

 private:
  struct Step {
    std::uint64_t node = 0;
    unsigned depth = 0;
    std::array<std::uint8_t, 16> bits{};
    std::optional<MMDB_entry_s> entry{};
  };

  unsigned depth_max() const { return v6_ ? 128 : 32; }

  bool child(std::vector<Step>& stack, Step step, std::uint8_t type, const MMDB_entry_s& entry) {
    switch (type) {
      case MMDB_RECORD_TYPE_SEARCH_NODE:
        if (!is_alias(step)) stack.push_back(step);
        return true;
      case MMDB_RECORD_TYPE_DATA:
        step.entry = entry;
        stack.push_back(step);
        return true;
      case MMDB_RECORD_TYPE_EMPTY:
        return true;
      default:
        return false;
    }
  }

  /// IPv4 lives at ::/96; other places (::ffff:0:0/96, 2002::/16, …) may point into it again and would give every block twice.
  bool is_alias(const Step& step) const {
    if (!v6_ || handle_.ipv4_start_node.netmask != 96 || step.node != handle_.ipv4_start_node.node_value) return false;
    return step.depth != 96 || step.bits != std::array<std::uint8_t, 16>{};
  }

  CidrBlock block_of(const Step& step) const {
    if (!v6_) {
      std::uint32_t v4 = 0;
      for (std::size_t i = 0; i < 4; ++i) v4 = (v4 << 8) | step.bits[i];
      return {IpAddress::from_v4(v4), static_cast<std::uint8_t>(96 + step.depth)};
    }
    static constexpr std::array<std::uint8_t, 12> zeros{};
    const bool v4 = step.depth >= 96 && std::memcmp(step.bits.data(), zeros.data(), zeros.size()) == 0;
    std::array<std::uint8_t, 16> bits = step.bits;
    if (v4) bits[10] = bits[11] = 0xff;
    return {IpAddress{bits}, static_cast<std::uint8_t>(step.depth)};
  }

  const MMDB_s& handle_;
  bool v6_;
};

}  // namespace

Result<std::unique_ptr<CountryDatabase>, CountryDatabaseError> CountryDatabase::open(const std::string& path) {
  auto file = std::make_unique<File>();
  const int status = file->open(path);
  if (status == MMDB_FILE_OPEN_ERROR) return fail(cannot("open", path, std::strerror(errno)));
  if (status != MMDB_SUCCESS) return fail(cannot("read", path, MMDB_strerror(status)));
  bool has_country = false;
  int looked_at = 0;
  constexpr int records_tried = 1000;
  const bool intact = Walk{file->handle()}.run([&](const CidrBlock&, const MMDB_entry_s& entry) {
    has_country = country_in(entry).has_value();
    return !has_country && ++looked_at < records_tried;
  });
  if (!intact) return fail(cannot("read", path, "its search tree is damaged"));
  if (!has_country) return fail(cannot("use", path, "its records have no country code"));
  return std::unique_ptr<CountryDatabase>(new CountryDatabase(std::move(file)));
}

CountryDatabase::CountryDatabase(std::unique_ptr<File> file) : file_(std::move(file)) {}
CountryDatabase::~CountryDatabase() = default;

std::optional<std::string_view> CountryDatabase::country_of(const IpAddress& address) const {
  int error = MMDB_SUCCESS;
  MMDB_lookup_result_s found{};
  if (address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_addr.s_addr = htonl(address.v4());
    found = MMDB_lookup_sockaddr(&file_->handle(), reinterpret_cast<const sockaddr*>(&v4), &error);
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    std::memcpy(v6.sin6_addr.s6_addr, address.bytes().data(), address.bytes().size());
    found = MMDB_lookup_sockaddr(&file_->handle(), reinterpret_cast<const sockaddr*>(&v6), &error);
  }
  if (error != MMDB_SUCCESS || !found.found_entry) return std::nullopt;
  return country_in(found.entry);
}

std::vector<CidrBlock> CountryDatabase::blocks_of(std::string_view country) const {
  std::vector<CidrBlock> blocks;
  std::unordered_map<std::uint32_t, bool> wanted;  // by record: a file keeps one record a country
  Walk{file_->handle()}.run([&](const CidrBlock& block, const MMDB_entry_s& entry) {
    const auto [at, fresh] = wanted.try_emplace(entry.offset, false);
    if (fresh) at->second = country_in(entry) == country;
    if (at->second) blocks.push_back(block);
    return true;
  });
  return blocks;
}

}  // namespace fleetsim::platform
