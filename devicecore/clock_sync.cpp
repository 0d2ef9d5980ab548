#include "devicecore/clock_sync.hpp"

#include <chrono>

#include "devicecore/decimal.hpp"
#include "devicecore/json_reader.hpp"

namespace fleetsim::device {
namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t milliseconds_max = 10'000'000'000'000'000;  // the year 300,000 and more
constexpr std::uint64_t answer_age_max_ms = 60'000;                 // an older answer says nothing about now

std::uint64_t milliseconds_of(Instant now) {
  return static_cast<std::uint64_t>(std::chrono::floor<milliseconds>(now.time_since_epoch()).count());
}

}  // namespace

void put_clock_request(TextWriter& text, Instant now) { text.put(R"({"deviceSendTime":")").put_number(milliseconds_of(now)).put(R"("})"); }

std::optional<ClockReading> read_clock(ByteView payload, Instant now) {
  JsonReader json;
  if (!json.parse(text_of(payload))) return std::nullopt;
  const auto field = [&json](std::string_view name) {
    return parse_long_decimal(json.text(json.find(json.root(), name)), milliseconds_max);
  };
  const auto sent = field("deviceSendTime");
  const auto heard = field("serverRecvTime");
  const auto answered = field("serverSendTime");
  const std::uint64_t received = milliseconds_of(now);
  if (!sent || !heard || !answered || *sent > received || *answered < *heard) return std::nullopt;
  const std::uint64_t away = received - *sent;
  const std::uint64_t at_server = *answered - *heard;
  if (away > answer_age_max_ms || at_server > away) return std::nullopt;
  const std::uint64_t one_way = (away - at_server) / 2;
  return ClockReading{*answered + one_way, milliseconds{static_cast<std::int64_t>(one_way)}};
}

}  // namespace fleetsim::device
