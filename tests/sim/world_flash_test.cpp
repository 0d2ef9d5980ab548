// The flash of a simulated device: what was written is read again, byte for byte, however little of it is kept.
#include <algorithm>
#include <gtest/gtest.h>
#include <vector>

#include "sim/world/flash.hpp"

namespace fleetsim::sim {
namespace {

using Bytes = std::vector<std::uint8_t>;

/// A short name between two words, as an endpoint's record is; `fill` tells records apart.
Bytes record(std::uint8_t fill, std::size_t name_bytes) {
  Bytes bytes(device::limits::endpoint_slot_bytes, 0);
  std::fill_n(bytes.begin(), 12 + name_bytes, fill);
  std::fill(bytes.end() - 4, bytes.end(), fill);
  return bytes;
}

Bytes read(const Flash& flash, std::size_t slot) {
  Flash::Room room{};
  const ByteView found = flash.read(slot, room);
  return {found.begin(), found.end()};
}

TEST(Flash, GivesBackEachSlotAsItWasWrittenWhateverTheOthersHold) {
  Flash flash;
  for (std::size_t slot = 0; slot < Flash::slots; ++slot) EXPECT_TRUE(read(flash, slot).empty()) << "never written";
  const Bytes first = record(1, 9);
  const Bytes second = record(2, 40);
  const Bytes secret = record(3, 64);
  flash.write(1, second, FlashWrite::whole);
  flash.write(0, first, FlashWrite::whole);
  flash.write(device::limits::secret_slot, secret, FlashWrite::whole);
  EXPECT_EQ(read(flash, 0), first);
  EXPECT_EQ(read(flash, 1), second);
  EXPECT_EQ(read(flash, device::limits::secret_slot), secret);
  const Bytes longer = record(4, 100);
  flash.write(0, longer, FlashWrite::whole);
  EXPECT_EQ(read(flash, 0), longer);
  EXPECT_EQ(read(flash, 1), second) << "the slots lie behind one another";
  EXPECT_EQ(read(flash, device::limits::secret_slot), secret);
}

TEST(Flash, KeepsWhatWasThereBehindAWriteThatThePowerCut) {
  const Bytes before = record(1, 20);
  const Bytes after = record(2, 9);
  for (std::size_t written = 0; written <= after.size(); ++written) {
    Flash cut;
    cut.write(0, before, FlashWrite::whole);
    cut.write(0, ByteView(after).first(written), FlashWrite::torn);
    Bytes expected(after.begin(), after.begin() + static_cast<std::ptrdiff_t>(written));
    expected.insert(expected.end(), before.begin() + static_cast<std::ptrdiff_t>(written), before.end());
    EXPECT_EQ(read(cut, 0), expected) << written << " bytes were written";
  }
}

TEST(Flash, ReadsNoFurtherThanItWasWritten) {
  Flash flash;
  const Bytes zeros(30, 0);
  flash.write(0, zeros, FlashWrite::torn);
  EXPECT_EQ(read(flash, 0), zeros) << "zeros are bytes like others";
  const Bytes no_zeros(device::limits::endpoint_slot_bytes, 7);
  flash.write(0, no_zeros, FlashWrite::whole);
  EXPECT_EQ(read(flash, 0), no_zeros);
  flash.write(0, ByteView(no_zeros).first(3), FlashWrite::whole);
  EXPECT_EQ(read(flash, 0), Bytes(3, 7));
}

}  // namespace
}  // namespace fleetsim::sim
