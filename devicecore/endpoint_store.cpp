#include "devicecore/endpoint_store.hpp"

#include <cstddef>
#include <cstring>

#include "devicecore/checksum.hpp"

namespace fleetsim::device {
namespace {

// One slot, numbers most significant byte first:
//    0  4  "FSEP"
//    4  1  format version
//    5  1  host length, 1..128
//    6  2  port
//    8  4  sequence
//   12 128 host, zeros behind it
//  140 16  zeros
//  156  4  CRC-32 (IEEE 802.3) of all before it
constexpr std::uint8_t magic[4] = {'F', 'S', 'E', 'P'};
constexpr std::uint8_t format_version = 1;
constexpr std::size_t version_at = 4;
constexpr std::size_t host_size_at = 5;
constexpr std::size_t port_at = 6;
constexpr std::size_t sequence_at = 8;
constexpr std::size_t host_at = 12;
constexpr std::size_t checksum_at = limits::endpoint_slot_bytes - 4;
static_assert(host_at + limits::host_bytes_max <= checksum_at);

void put_number(MutableBytes out, std::uint32_t value) {
  for (std::size_t i = out.size(); i > 0; --i) {
    out[i - 1] = static_cast<std::uint8_t>(value & 0xffU);
    value >>= 8;
  }
}

std::uint32_t get_number(ByteView bytes) {
  std::uint32_t value = 0;
  for (const std::uint8_t byte : bytes) value = (value << 8) | byte;
  return value;
}

/// Serial number arithmetic: right across the wrap.
bool is_newer(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

}  // namespace

void encode_slot(const SlotRecord& record, MutableBytes out) {
  out = out.first(limits::endpoint_slot_bytes);
  for (std::uint8_t& byte : out) byte = 0;
  const std::string_view host = record.endpoint.host.view();
  std::memcpy(out.data(), magic, sizeof magic);
  out[version_at] = format_version;
  out[host_size_at] = static_cast<std::uint8_t>(host.size());
  put_number(out.subspan(port_at, 2), record.endpoint.port);
  put_number(out.subspan(sequence_at, 4), record.sequence);
  std::memcpy(out.data() + host_at, host.data(), host.size());
  put_number(out.subspan(checksum_at, 4), crc32(out.first(checksum_at)));
}

std::optional<SlotRecord> decode_slot(ByteView slot, SlotCheck check) {
  if (slot.size() != limits::endpoint_slot_bytes) return std::nullopt;
  if (std::memcmp(slot.data(), magic, sizeof magic) != 0 || slot[version_at] != format_version) return std::nullopt;
  const bool is_sealed = get_number(slot.subspan(checksum_at, 4)) == crc32(slot.first(checksum_at));
  if (!is_sealed && check == SlotCheck::whole) return std::nullopt;

  const std::size_t host_size = slot[host_size_at];
  if (host_size > limits::host_bytes_max) return std::nullopt;
  SlotRecord record;
  record.endpoint.port = static_cast<std::uint16_t>(get_number(slot.subspan(port_at, 2)));
  record.sequence = get_number(slot.subspan(sequence_at, 4));
  const std::string_view host = text_of(slot.subspan(host_at, host_size));
  // A right checksum proves that the bytes are those written, not that a sane firmware wrote them.
  const bool is_empty = host.empty() && record.endpoint.port == 0;
  if (!is_empty && (!is_valid_host(host) || record.endpoint.port == 0)) return std::nullopt;
  record.endpoint.host.assign(host);
  return record;
}

bool EndpointStore::load(ByteView slot_a, ByteView slot_b, SlotCheck check) {
  *this = EndpointStore{};
  const std::optional<SlotRecord> a = decode_slot(slot_a, check);
  const std::optional<SlotRecord> b = decode_slot(slot_b, check);
  if (!a && !b) return false;
  const bool take_b = b && (!a || is_newer(b->sequence, a->sequence));
  const SlotRecord& newest = take_b ? *b : *a;
  current_ = newest.endpoint;
  newest_sequence_ = newest.sequence;
  newest_slot_ = take_b ? 1 : 0;
  current_is_stored_ = true;
  return !empty();
}

std::optional<EndpointStore::Write> EndpointStore::adopt(const Endpoint& endpoint, MutableBytes scratch) {
  const bool changed = !(endpoint == current_);
  if (!changed && (current_is_stored_ || write_ == WriteState::of_current)) return std::nullopt;
  if (changed) {
    current_ = endpoint;
    current_is_stored_ = false;
    if (write_ == WriteState::of_current) write_ = WriteState::of_former;
  }
  return begin_write(scratch);
}

std::optional<EndpointStore::Write> EndpointStore::rewrite(MutableBytes scratch) {
  if (empty()) return std::nullopt;
  return begin_write(scratch);
}

std::optional<EndpointStore::Write> EndpointStore::begin_write(MutableBytes scratch) {
  // A driver that is still busy cannot take another record. The device goes on without: the next bootstrap stores again.
  if (write_ != WriteState::none || scratch.size() < limits::endpoint_slot_bytes) return std::nullopt;

  written_slot_ = newest_slot_ == 0 ? 1 : 0;
  write_ = WriteState::of_current;
  encode_slot({current_, newest_sequence_ + 1}, scratch);
  return Write{written_slot_, scratch.first(limits::endpoint_slot_bytes)};
}

std::optional<EndpointStore::Write> EndpointStore::forget(MutableBytes scratch) { return adopt(Endpoint{}, scratch); }

bool EndpointStore::finish_write(std::uint8_t slot, bool ok) {
  if (write_ == WriteState::none || slot != written_slot_) return false;
  const bool of_current = write_ == WriteState::of_current;
  write_ = WriteState::none;
  if (!ok) return false;
  newest_slot_ = slot;
  ++newest_sequence_;
  current_is_stored_ = of_current;
  return of_current;
}

}  // namespace fleetsim::device
