#include "sim/live/proxy_header.hpp"

#include <algorithm>

namespace fleetsim::sim {
namespace {

constexpr std::array<std::uint8_t, 12> signature = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
constexpr std::uint8_t version_2_proxy = 0x21;
constexpr std::uint8_t tcp_over_v4 = 0x11;
constexpr std::uint8_t tcp_over_v6 = 0x21;

class Writer {
 public:
  explicit Writer(std::span<std::uint8_t> out) : out_(out) {}
  void byte(std::uint8_t value) { out_[used_++] = value; }
  void number(std::uint16_t value) {
    byte(static_cast<std::uint8_t>(value >> 8));
    byte(static_cast<std::uint8_t>(value & 0xffU));
  }
  void bytes(ByteView bytes) {
    std::copy(bytes.begin(), bytes.end(), out_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += bytes.size();
  }
  ByteView written() const { return ByteView(out_).first(used_); }

 private:
  std::span<std::uint8_t> out_;
  std::size_t used_ = 0;
};

}  // namespace

ByteView write_proxy_header(const ProxyEnd& source, const ProxyEnd& destination, std::span<std::uint8_t, proxy_header_bytes_max> out) {
  const bool v4 = source.address.is_v4() && destination.address.is_v4();
  const std::size_t skipped = v4 ? 12 : 0;  // the v4-mapped prefix
  const std::size_t address_bytes = 16 - skipped;
  Writer writer(out);
  writer.bytes(signature);
  writer.byte(version_2_proxy);
  writer.byte(v4 ? tcp_over_v4 : tcp_over_v6);
  writer.number(static_cast<std::uint16_t>(2 * address_bytes + 4));
  writer.bytes(ByteView(source.address.bytes()).subspan(skipped));
  writer.bytes(ByteView(destination.address.bytes()).subspan(skipped));
  writer.number(source.port);
  writer.number(destination.port);
  return writer.written();
}

}  // namespace fleetsim::sim
