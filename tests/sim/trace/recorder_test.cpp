// What is kept of chosen devices: all of theirs and nobody else's, in an order that no thread decides, within its limits.
#include "sim/trace/recorder.hpp"

#include <array>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

namespace fleetsim::sim {
namespace {

WireEvent said(std::uint32_t device, WireEnd teller, std::int64_t us, ByteView bytes = {}) {
  WireEvent event;
  event.at = Instant{Duration{us}};
  event.device = device;
  event.teller = teller;
  event.kind = WireKind::bytes;
  event.bytes = bytes;
  return event;
}

/// "d0:1 p1:2": teller, sequence, bytes.
std::string order_of(const Recording& recording) {
  std::string text;
  for (const RecordedEvent& recorded : recording.events) {
    text += recorded.event.teller == WireEnd::device ? "d" : "p";
    text += std::to_string(recorded.sequence) + ":" + std::to_string(recorded.bytes.size()) + " ";
  }
  return text;
}

TEST(TraceRecorder, KeepsTheChosenDevicesOnly) {
  TraceRecorder recorder({9, 3});
  const std::array<std::uint8_t, 2> bytes{1, 2};
  for (std::uint32_t device = 0; device < 12; ++device) recorder.on_wire(said(device, WireEnd::device, 5, bytes));
  recorder.note({.device = 4, .kind = "connected"});
  EXPECT_TRUE(recorder.wants(3));
  EXPECT_FALSE(recorder.wants(4));
  EXPECT_EQ(order_of(recorder.take(3)), "d0:2 ");
  EXPECT_EQ(order_of(recorder.take(9)), "d0:2 ");
  EXPECT_EQ(order_of(recorder.take(4)), "");
  EXPECT_TRUE(recorder.take(4).notes.empty());
}

TEST(TraceRecorder, OrdersByTimeTellerAndSequenceWhateverThreadCameFirst) {
  for (const bool platform_first : {false, true}) {
    TraceRecorder recorder({1});
    const auto device_tells = [&] {
      for (const std::int64_t us : {10, 10, 30}) recorder.on_wire(said(1, WireEnd::device, us));
    };
    const auto platform_tells = [&] {
      for (const std::int64_t us : {5, 10, 40}) recorder.on_wire(said(1, WireEnd::platform, us));
    };
    std::thread first(platform_first ? std::function<void()>(platform_tells) : device_tells);
    first.join();
    std::thread second(platform_first ? std::function<void()>(device_tells) : platform_tells);
    second.join();
    EXPECT_EQ(order_of(recorder.take(1)), "p0:0 d0:0 d1:0 p1:0 d2:0 p2:0 ");
  }
}

TEST(TraceRecorder, KeepsABeginningWithoutGapsAndCountsTheRest) {
  TraceRecorder recorder({1}, {.bytes_max = 10, .events_max = 3});
  const std::vector<std::uint8_t> six(6, 0);
  const std::vector<std::uint8_t> one(1, 0);
  recorder.on_wire(said(1, WireEnd::device, 1, six));
  recorder.on_wire(said(1, WireEnd::device, 2, six));  // too many bytes
  recorder.on_wire(said(1, WireEnd::device, 3, one));  // would fit, but behind a gap
  for (std::int64_t us = 1; us <= 5; ++us) recorder.on_wire(said(1, WireEnd::platform, us, one));
  for (int i = 0; i < 5; ++i) recorder.note({.device = 1, .kind = "x"});
  const Recording recording = recorder.take(1);
  EXPECT_EQ(order_of(recording), "d0:6 p0:1 p1:1 p2:1 ");
  EXPECT_EQ(recording.events_left_out, 4U);
  EXPECT_EQ(recording.notes.size(), 3U);
  EXPECT_EQ(recording.notes_left_out, 2U);
}

TEST(TraceRecorder, AtOneMomentTheDeviceComesFirstHoweverMuchItHasToldBefore) {
  TraceRecorder recorder({1});
  recorder.on_wire(said(1, WireEnd::platform, 10));
  recorder.on_wire(said(1, WireEnd::device, 5));
  recorder.on_wire(said(1, WireEnd::device, 10));
  for (const char* const kind : {"a", "b"})
    recorder.note({.at = Instant{Duration{7}}, .device = 1, .side = EventSide::platform, .kind = kind});
  recorder.note({.at = Instant{Duration{7}}, .device = 1, .side = EventSide::device, .kind = "c"});
  const Recording so_far = recorder.look(1);
  const Recording recording = recorder.take(1);
  EXPECT_EQ(order_of(recording), "d0:0 d1:0 p0:0 ");
  std::string notes;
  for (const TraceNote& note : recording.notes) notes += note.kind;
  EXPECT_EQ(notes, "cab");
  EXPECT_EQ(order_of(so_far), order_of(recording)) << "who looks takes nothing";
  EXPECT_EQ(so_far.notes.size(), 3U);
}

TEST(TraceRecorder, KeepsWhatJustFits) {
  TraceRecorder recorder({1}, {.bytes_max = 10, .events_max = 3});
  recorder.on_wire(said(1, WireEnd::device, 1, std::vector<std::uint8_t>(10, 0)));
  EXPECT_EQ(recorder.take(1).events.size(), 1U);
}

}  // namespace
}  // namespace fleetsim::sim
