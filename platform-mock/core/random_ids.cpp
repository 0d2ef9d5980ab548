#include "platform-mock/core/random_ids.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view letters_and_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view hex_digits = "0123456789abcdef";

}  // namespace

std::string RandomIds::text(std::size_t length) { return of(letters_and_digits, length); }

std::string RandomIds::hex(std::size_t length) { return of(hex_digits, length); }

std::string RandomIds::uuid() {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view form = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
  constexpr int digits_per_draw = 16;
  std::string out{form};
  std::uint64_t bits = 0;
  int left = 0;
  for (char& c : out) {
    if (c != 'x') continue;
    if (left == 0) {
      bits = random_.next();
      left = digits_per_draw;
    }
    c = digits[bits & 15U];
    bits >>= 4U;
    --left;
  }
  return out;
}

std::string RandomIds::of(std::string_view alphabet, std::size_t length) {
  std::string out;
  out.reserve(length);
  while (out.size() < length) out.push_back(alphabet[random_.below(alphabet.size())]);
  return out;
}

}  // namespace fleetsim::platform
