// A conversation with the engine, written once as the happy path; the error paths follow from it.
//
//   Script script;
//   script.act("open", [](EngineBench& b) { b.open(); })
//       .act("link up", [](EngineBench& b) { b.link_opened(); })
//       .expect("10 0e 'MQTT…'")            // exactly these bytes left the engine since the last line
//       .send("20 02 00 00")                // bytes of the server
//       .told({"opened", "connected 0"});   // events since the last told()
//   script.run();
//   script.check_split_at_every_byte();
//   script.check_link_loss_at_every_step();
#pragma once

#include <functional>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/devicecore/engine_bench.hpp"

namespace fleetsim::device::testing {

inline const std::string connack_of_a_kept_session = "20 02 01 00";

class Script {
 public:
  using Work = std::function<void(EngineBench&)>;

  Script& act(std::string what, Work work) {
    lines_.push_back({std::move(what), std::move(work), {}});
    return *this;
  }
  Script& expect(const std::string& notation) {
    return act("expect " + notation, [bytes = wire(notation)](EngineBench& b) { EXPECT_EQ(hex(b.take_sent()), hex(bytes)); });
  }
  Script& told(std::vector<std::string> events) {
    return act("told", [events = std::move(events)](EngineBench& b) { EXPECT_EQ(b.take_events(), events); });
  }
  Script& send(const std::string& notation) {
    lines_.push_back({"send " + notation, {}, wire(notation)});
    return *this;
  }
  Script& wait(Duration time) {
    return act("wait", [time](EngineBench& b) { b.advance(time); });
  }
  /// open, link up, CONNECT of client "c1" with keep-alive 60, CONNACK
  Script& go_online() { return go_online_again(""); }
  /// The same, with `redelivered` leaving as soon as the CONNACK is in.
  Script& go_online_again(const std::string& redelivered, const std::string& connack = "20 02 00 00") {
    act("open", [](EngineBench& b) { b.open(); });
    act("link up", [](EngineBench& b) { b.link_opened(); });
    act("connect", [](EngineBench& b) { b.connect(); });
    expect("10 0e 0004 'MQTT' 04 02 003c 0002 'c1'");
    send(connack);
    expect(redelivered);
    return told({"opened", connack == connack_of_a_kept_session ? "connected 0 session" : "connected 0"});
  }

  void run() const {
    EngineBench bench;
    for (const Line& line : lines_) play(bench, line, {});
    EXPECT_EQ(hex(bench.sent), "") << "bytes that the script does not expect";
    EXPECT_EQ(bench.events, std::vector<std::string>{}) << "events that the script does not expect";
  }

  /// Every message of the server in two pieces, cut at every position, and once in single bytes: nothing else may change.
  void check_split_at_every_byte() const {
    for (std::size_t at = 0; at < lines_.size(); ++at) {
      for (std::size_t cut = 1; cut < lines_[at].bytes.size(); ++cut) {
        SCOPED_TRACE(lines_[at].what + " cut after byte " + std::to_string(cut));
        EngineBench bench;
        for (std::size_t i = 0; i < lines_.size(); ++i) play(bench, lines_[i], i == at ? std::optional(cut) : std::nullopt);
        if (::testing::Test::HasFailure()) return;
      }
    }
    EngineBench bench;
    for (const Line& line : lines_) play_byte_by_byte(bench, line);
  }

  /// The link is lost after every line, and within every message of the server: the engine says so once, keeps only what it must, and
  /// comes back online.
  void check_link_loss_at_every_step() const {
    for (std::size_t lost_after = 1; lost_after <= lines_.size(); ++lost_after) {
      SCOPED_TRACE("link lost after line " + std::to_string(lost_after) + ": " + lines_[lost_after - 1].what);
      EngineBench bench;
      for (std::size_t i = 0; i < lost_after; ++i) play(bench, lines_[i], {});
      if (lost_after < lines_.size() && lines_[lost_after].bytes.size() > 1) bench.feed(ByteView(lines_[lost_after].bytes).first(1));
      lose_and_come_back(bench);
      if (::testing::Test::HasFailure()) return;
    }
  }

 private:
  struct Line {
    std::string what;
    Work work;
    Bytes bytes;  // of the server, when there is no work
  };

  static void play(EngineBench& bench, const Line& line, std::optional<std::size_t> cut) {
    SCOPED_TRACE(line.what);
    if (line.work) {
      line.work(bench);
    } else if (cut) {
      bench.feed(ByteView(line.bytes).first(*cut));
      bench.feed(ByteView(line.bytes).subspan(*cut));
    } else {
      bench.feed(line.bytes);
    }
  }
  static void play_byte_by_byte(EngineBench& bench, const Line& line) {
    SCOPED_TRACE(line.what + " byte by byte");
    if (line.work) line.work(bench);
    for (const std::uint8_t& byte : line.bytes) bench.feed({&byte, 1});
  }
  static void lose_and_come_back(EngineBench& bench) {
    const bool link = bench.engine.state() != MqttLinkState::idle;
    bench.take_events();
    bench.link_closed(LinkEnd::reset);
    const std::vector<std::string> events = bench.take_events();
    ASSERT_EQ(events.size(), link ? 1U : 0U);
    if (link) {
      EXPECT_EQ(events.front().rfind("closed 2", 0), 0U) << events.front();
    }
    EXPECT_EQ(bench.pool.blocks_in_use(), bench.engine.publishes_in_flight()) << "only unacknowledged publishes may keep a block";
    EXPECT_EQ(bench.engine.next_deadline(), kNever);
    bench.link_closed(LinkEnd::reset);
    EXPECT_TRUE(bench.take_events().empty()) << "a second LinkClosed must not be told";
    bench.go_online();
    EXPECT_EQ(bench.engine.state(), MqttLinkState::connected);
  }

  std::vector<Line> lines_;
};

}  // namespace fleetsim::device::testing
