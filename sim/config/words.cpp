#include "sim/config/words.hpp"

#include <algorithm>

namespace fleetsim::sim {
namespace {

constexpr std::size_t id_bytes_max = 64;
constexpr std::size_t product_key_bytes_max = 32;

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_plain_id(std::string_view text) {
  if (text.empty() || text.size() > id_bytes_max || !is_alnum(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

bool is_product_key(std::string_view text) {
  return !text.empty() && text.size() <= product_key_bytes_max && std::all_of(text.begin(), text.end(), is_alnum);
}

bool is_country_code(std::string_view text) {
  return text.size() == 2 && std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace fleetsim::sim
