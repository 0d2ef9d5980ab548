#include "devicecore/endpoint_store.hpp"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace fleetsim::device {
namespace {

using Slot = std::vector<std::uint8_t>;

Endpoint endpoint(std::string_view host, std::uint16_t port = 1883) {
  Endpoint e;
  EXPECT_TRUE(e.host.assign(host));
  e.port = port;
  return e;
}

Slot slot_with(const SlotRecord& record) {
  Slot slot(limits::endpoint_slot_bytes, 0xaa);
  encode_slot(record, slot);
  return slot;
}

Slot erased() { return Slot(limits::endpoint_slot_bytes, 0xff); }

/// Flash and store together, as a board has them.
struct Board {
  EndpointStore store;
  std::array<Slot, 2> flash;
  int writes = 0;

  bool boot() { return store.load(flash[0], flash[1]); }
  /// The write that adopt() asks for, if any.
  std::optional<EndpointStore::Write> adopt(const Endpoint& e) { return store.adopt(e, scratch); }
  void adopt_and_write(const Endpoint& e) {
    const auto write = adopt(e);
    if (!write) return;
    flash[write->slot].assign(write->bytes.begin(), write->bytes.end());
    ++writes;
    EXPECT_TRUE(store.finish_write(write->slot, true));
  }
  std::array<std::uint8_t, limits::endpoint_slot_bytes> scratch{};
};

TEST(EndpointSlot, ReadsBackWhatWasWritten) {
  for (const std::string& host : {std::string("h"), std::string("public.iot-as-mqtt.cn-shanghai.aliyuncs.com"), std::string(128, 'x')}) {
    const auto record = decode_slot(slot_with({endpoint(host, 65535), 0xfffffffeU}));
    ASSERT_TRUE(record) << host;
    EXPECT_EQ(record->endpoint, endpoint(host, 65535));
    EXPECT_EQ(record->sequence, 0xfffffffeU);
  }
}

TEST(EndpointSlot, HasTheLayoutThatFirmwareInTheFieldReads) {
  const Slot slot = slot_with({endpoint("ab", 0x075b), 3});
  const Slot head(slot.begin(), slot.begin() + 14);
  EXPECT_EQ(head, (Slot{'F', 'S', 'E', 'P', 1, 2, 0x07, 0x5b, 0, 0, 0, 3, 'a', 'b'}));
  EXPECT_TRUE(std::all_of(slot.begin() + 14, slot.end() - 4, [](std::uint8_t byte) { return byte == 0; }));
  // CRC-32 (IEEE 802.3) over the first 156 bytes, by python3's binascii.crc32.
  EXPECT_EQ(Slot(slot.end() - 4, slot.end()), (Slot{0x52, 0xa8, 0x27, 0x42}));
}

TEST(EndpointSlot, OneWrongBitAnywhereIsSeen) {
  const Slot good = slot_with({endpoint("host.example"), 9});
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Slot bad = good;
    bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1U << (bit % 8)));
    EXPECT_FALSE(decode_slot(bad)) << "bit " << bit;
  }
}

TEST(EndpointSlot, UncheckedAWrongBitIsBelieved) {
  Slot slot = slot_with({endpoint("a0.example"), 7});
  slot[13] ^= 1;  // the second letter of the host
  EXPECT_FALSE(decode_slot(slot));
  const auto believed = decode_slot(slot, SlotCheck::unchecked);
  ASSERT_TRUE(believed);
  EXPECT_EQ(believed->endpoint.host.view(), "a1.example");
  EXPECT_FALSE(decode_slot(erased(), SlotCheck::unchecked)) << "what has no mark is no record to anybody";
}

TEST(EndpointSlot, WhatIsNoSlotIsRefused) {
  EXPECT_FALSE(decode_slot({}));
  EXPECT_FALSE(decode_slot(erased()));
  EXPECT_FALSE(decode_slot(Slot(limits::endpoint_slot_bytes, 0)));
  Slot slot = slot_with({endpoint("h"), 1});
  slot.pop_back();
  EXPECT_FALSE(decode_slot(slot));
}

TEST(EndpointSlot, ARightChecksumDoesNotMakeNonsenseValid) {
  EXPECT_FALSE(decode_slot(slot_with({endpoint("host", 0), 1})));
  EXPECT_FALSE(decode_slot(slot_with({endpoint("", 1), 1})));
  EXPECT_FALSE(decode_slot(slot_with({endpoint("ho st", 1), 1})));
}

TEST(EndpointStore, AnEmptyFlashHasNoEndpoint) {
  EndpointStore store;
  EXPECT_FALSE(store.load({}, {}));
  EXPECT_TRUE(store.empty());
}

TEST(EndpointStore, TakesTheNewerOfTwoAlsoAcrossTheWrap) {
  struct Case {
    std::uint32_t a, b;
    const char* expected;
  };
  for (const Case& c : {Case{1, 2, "b"}, Case{2, 1, "a"}, Case{0xffffffffU, 0, "b"}, Case{0, 0xffffffffU, "a"}}) {
    EndpointStore store;
    EXPECT_TRUE(store.load(slot_with({endpoint("a"), c.a}), slot_with({endpoint("b"), c.b})));
    EXPECT_EQ(store.current().host.view(), c.expected) << c.a << " " << c.b;
  }
}

TEST(EndpointStore, WritesTheSlotsInTurn) {
  Board board;
  std::vector<int> slots;
  for (const char* host : {"a", "b", "c", "d"}) {
    const auto write = board.adopt(endpoint(host));
    ASSERT_TRUE(write);
    slots.push_back(write->slot);
    EXPECT_TRUE(board.store.write_under_way());
    board.store.finish_write(write->slot, true);
  }
  EXPECT_EQ(slots, (std::vector<int>{0, 1, 0, 1}));
}

TEST(EndpointStore, TheSameEndpointIsNotWrittenAgain) {
  Board board;
  board.adopt_and_write(endpoint("a"));
  board.adopt_and_write(endpoint("a"));
  EXPECT_EQ(board.writes, 1);
  ASSERT_TRUE(board.boot());
  board.adopt_and_write(endpoint("a"));
  EXPECT_EQ(board.writes, 1) << "also not after a power cycle";
  board.adopt_and_write(endpoint("a", 8883));
  EXPECT_EQ(board.writes, 2) << "another port is another endpoint";
}

TEST(EndpointStore, AnOrderToRewriteTakesTheOtherSlotThoughNothingHasChanged) {
  Board board;
  board.adopt_and_write(endpoint("a"));
  const auto again = board.store.rewrite(board.scratch);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->slot, 1);
  EXPECT_FALSE(board.store.rewrite(board.scratch)) << "a busy flash is not asked twice";
  board.flash[again->slot].assign(again->bytes.begin(), again->bytes.end());
  EXPECT_TRUE(board.store.finish_write(again->slot, true));
  ASSERT_TRUE(board.boot());
  EXPECT_EQ(board.store.current(), endpoint("a"));
  Board fresh;
  EXPECT_FALSE(fresh.store.rewrite(fresh.scratch)) << "there is nothing to write";
}

// What the flash holds when the power goes after `written` bytes: the new beginning over an old or an erased end.
void check_torn_write(std::size_t written, bool erases_first) {
  SCOPED_TRACE("cut after byte " + std::to_string(written) + (erases_first ? ", erased first" : ""));
  Board board;
  board.adopt_and_write(endpoint("oldest.example"));
  board.adopt_and_write(endpoint("old.example"));
  const auto write = board.adopt(endpoint("new.example", 8883));
  ASSERT_TRUE(write);
  Slot& slot = board.flash[write->slot];
  if (erases_first) slot = erased();
  std::copy_n(write->bytes.begin(), written, slot.begin());
  Board after;
  after.flash = board.flash;
  ASSERT_TRUE(after.boot());
  const bool whole = written == limits::endpoint_slot_bytes;
  EXPECT_EQ(after.store.current(), whole ? endpoint("new.example", 8883) : endpoint("old.example"));
  // And the device goes on to store what it learns next.
  after.adopt_and_write(endpoint("next.example"));
  ASSERT_TRUE(after.boot());
  EXPECT_EQ(after.store.current(), endpoint("next.example"));
}

TEST(EndpointStore, AWriteTornAtAnyByteLeavesTheOldEndpoint) {
  for (std::size_t written = 0; written <= limits::endpoint_slot_bytes; ++written) {
    check_torn_write(written, false);
    check_torn_write(written, true);
  }
}

TEST(EndpointStore, AFailedWriteIsTriedAgainInTheSameSlot) {
  Board board;
  board.adopt_and_write(endpoint("a"));
  const auto first = board.adopt(endpoint("b"));
  ASSERT_TRUE(first);
  const int slot = first->slot;
  EXPECT_FALSE(board.store.finish_write(first->slot, false));
  EXPECT_EQ(board.store.current(), endpoint("b")) << "in RAM the new one is in force";
  const auto second = board.adopt(endpoint("b"));
  ASSERT_TRUE(second) << "the next answer stores it";
  EXPECT_EQ(second->slot, slot) << "the slot with the last good record is not touched";
}

TEST(EndpointStore, ForgetsByAnEmptyRecordThatOutranksTheOlderOne) {
  Board board;
  board.adopt_and_write(endpoint("a"));
  board.adopt_and_write(endpoint("b"));
  const auto write = board.store.forget(board.scratch);
  ASSERT_TRUE(write);
  board.flash[write->slot].assign(write->bytes.begin(), write->bytes.end());
  EXPECT_TRUE(board.store.finish_write(write->slot, true));
  EXPECT_FALSE(board.boot());
  EXPECT_TRUE(board.store.empty());
  board.adopt_and_write(endpoint("c"));
  ASSERT_TRUE(board.boot());
  EXPECT_EQ(board.store.current(), endpoint("c"));
}

TEST(EndpointStore, ABusyFlashIsNotAskedTwice) {
  Board board;
  const auto write = board.adopt(endpoint("a"));
  ASSERT_TRUE(write);
  const int slot = write->slot;
  EXPECT_FALSE(board.adopt(endpoint("a")));
  EXPECT_FALSE(board.adopt(endpoint("b"))) << "b waits for the next answer";
  EXPECT_FALSE(board.store.finish_write(static_cast<std::uint8_t>(slot), true)) << "a is in flash now, which is not the current one";
  const auto next = board.adopt(endpoint("b"));
  ASSERT_TRUE(next);
  EXPECT_NE(next->slot, slot);
}

TEST(EndpointStore, StraySlotWrittenChangesNothing) {
  Board board;
  EXPECT_FALSE(board.store.finish_write(0, true));
  const auto write = board.adopt(endpoint("a"));
  EXPECT_FALSE(board.store.finish_write(static_cast<std::uint8_t>(1 - write->slot), true));
  EXPECT_TRUE(board.store.write_under_way());
}

}  // namespace
}  // namespace fleetsim::device
