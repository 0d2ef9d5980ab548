// Random conversations, random pieces: how bytes are cut may never change what happens.
#include <random>

#include "tests/devicecore/scripted_peer.hpp"

namespace fleetsim::device::testing {
namespace {

struct SplitOutcome {
  std::vector<std::string> events;
  std::string sent;
  int aborts = 0;
  bool operator==(const SplitOutcome&) const = default;
};

void append(Bytes& stream, const Bytes& bytes) { stream.insert(stream.end(), bytes.begin(), bytes.end()); }

Bytes random_publish(std::mt19937& random) {
  static constexpr std::size_t sizes[] = {0, 1, 3, 100, 127, 128, 300, 1100, 9000};
  const Bytes payload(sizes[random() % 9], static_cast<std::uint8_t>('a' + random() % 26));
  const Qos qos = random() % 2 == 0 ? Qos::at_most_once : Qos::at_least_once;
  Bytes packet(payload.size() + 64);
  packet.resize(mqtt::encode_publish({"topic/of/it", payload, qos, 0}, static_cast<std::uint16_t>(1 + random() % 999), packet));
  return packet;
}

/// A stream that a server might send; once in a while with a broken packet at its end.
Bytes random_stream(std::mt19937& random) {
  Bytes stream;
  const std::size_t packets = 1 + random() % 12;
  for (std::size_t i = 0; i < packets; ++i) {
    switch (random() % 5) {
      case 0:
        append(stream, wire("d0 00"));
        break;
      case 1:
        append(stream, Bytes{0x40, 0x02, 0x00, static_cast<std::uint8_t>(1 + random() % 20)});
        break;
      default:
        append(stream, random_publish(random));
        break;
    }
  }
  if (random() % 4 == 0) {
    Bytes broken = random_publish(random);
    broken[random() % std::min<std::size_t>(broken.size(), 6)] ^= static_cast<std::uint8_t>(1U << (random() % 8));
    append(stream, broken);
  }
  return stream;
}

template <class NextPiece>
SplitOutcome outcome_of(const Bytes& stream, NextPiece next_piece) {
  EngineBench bench;
  bench.go_online();
  for (Token token = 1; token <= 10; ++token) bench.publish("t", "x", Qos::at_least_once, token);
  ByteView rest = stream;
  while (!rest.empty()) {
    const std::size_t piece = std::min(rest.size(), next_piece());
    bench.feed(rest.first(piece));
    bench.serve_deadlines(bench.now);
    rest = rest.subspan(piece);
  }
  return {bench.take_events(), hex(bench.take_sent()), bench.aborts};
}

TEST(EngineProperty, AnySplitOfAnyStreamGivesTheSameEvents) {
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const Bytes stream = random_stream(random);
    const SplitOutcome whole = outcome_of(stream, [&] { return stream.size(); });
    const std::size_t piece_max = 1 + random() % 200;
    EXPECT_EQ(outcome_of(stream, [&] { return 1 + random() % piece_max; }), whole);
    EXPECT_EQ(outcome_of(stream, [] { return std::size_t{7}; }), whole);
    ASSERT_FALSE(HasFailure());
  }
}

TEST(EngineProperty, RandomBytesNeverDoMoreThanEndTheLink) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    EngineBench bench({.small = 2});
    bench.go_online();
    Bytes stream(1 + random() % 40);
    for (std::uint8_t& byte : stream) byte = static_cast<std::uint8_t>(random());
    bench.feed(stream);
    bench.link_closed(LinkEnd::reset);
    ASSERT_EQ(bench.pool.blocks_in_use(), 0U) << "seed " << seed;
    ASSERT_FALSE(HasFailure());
  }
}

/// The id of the n-th of the publishes of "x" to "t" that were sent.
std::uint16_t packet_id(const Bytes& sent, std::size_t n) {
  constexpr std::size_t publish_bytes = 8;
  constexpr std::size_t id_at = 5;
  const std::size_t at = n * publish_bytes + id_at;
  return static_cast<std::uint16_t>(sent.at(at) << 8 | sent.at(at + 1));
}

/// Reconnects to a server that kept the session, or to one that did not: there all that is open goes out anew, with ids of its own.
void reconnect(EngineBench& bench, std::vector<std::uint16_t>& open_ids, bool session_kept) {
  bench.link_closed(LinkEnd::reset);
  bench.open();
  bench.link_opened();
  bench.connect();
  bench.take_sent();
  bench.feed(wire(session_kept ? "20 02 01 00" : "20 02 00 00"));
  bench.take_events();
  const Bytes sent = bench.take_sent();
  ASSERT_EQ(sent.size(), open_ids.size() * 8);
  for (std::size_t i = 0; i < open_ids.size(); ++i) {
    EXPECT_EQ(sent[i * 8], session_kept ? 0x3a : 0x32);
    if (session_kept) {
      EXPECT_EQ(packet_id(sent, i), open_ids[i]);
    }
    open_ids[i] = packet_id(sent, i);
  }
}

/// Publishes, acknowledgements in any order, lost links and time: every token is acknowledged once, nothing leaks, ids stay unique.
TEST(EngineProperty, EveryPublishIsAcknowledgedOnceThroughLostLinks) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    EngineBench bench;
    bench.go_online();
    std::vector<std::uint16_t> open_ids;
    Token accepted = 0;
    std::size_t acknowledged = 0;
    const auto acknowledge = [&](std::size_t at) {
      bench.feed(Bytes{0x40, 0x02, static_cast<std::uint8_t>(open_ids[at] >> 8), static_cast<std::uint8_t>(open_ids[at] & 0xffU)});
      open_ids.erase(open_ids.begin() + static_cast<std::ptrdiff_t>(at));
      acknowledged += bench.take_events().size();
    };
    for (int round = 0; round < 200; ++round) {
      const auto choice = random() % 10;
      if (choice < 5) {
        bench.take_sent();
        if (bench.publish("t", "x", Qos::at_least_once, accepted) == MqttEngine::PublishOutcome::sent) {
          ++accepted;
          open_ids.push_back(packet_id(bench.take_sent(), 0));
        }
      } else if (choice < 8) {
        if (!open_ids.empty()) acknowledge(random() % open_ids.size());
      } else if (choice == 8) {
        reconnect(bench, open_ids, random() % 2 == 0);
      } else {
        bench.advance(seconds{random() % 20});
        bench.feed(wire("d0 00"));
      }
      ASSERT_FALSE(HasFailure());
      ASSERT_EQ(bench.engine.publishes_in_flight(), open_ids.size());
      ASSERT_EQ(bench.pool.blocks_in_use(), open_ids.size());
    }
    while (!open_ids.empty()) acknowledge(0);
    EXPECT_EQ(acknowledged, accepted);
  }
}

}  // namespace
}  // namespace fleetsim::device::testing
