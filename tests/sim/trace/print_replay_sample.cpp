// Writes what a duo lived through for programs that judge it: print_replay_sample text|json|pcap [plain|http|mqtt|v6|pieces|refused|broken]
#include <cstdio>
#include <string>
#include <string_view>

#include "sim/trace/capture.hpp"
#include "sim/trace/timeline_json.hpp"
#include "sim/trace/timeline_text.hpp"
#include "tests/sim/trace/duo.hpp"

namespace {

using namespace fleetsim;
using namespace fleetsim::sim;

DuoSetUp set_up_of(std::string_view story) {
  DuoSetUp set_up;
  if (story == "http") set_up.registration = device::Registration::http;
  if (story == "mqtt") set_up.registration = device::Registration::mqtt;
  set_up.v6 = story == "v6";
  if (story == "pieces") set_up.piece_bytes = 7;
  return set_up;
}

/// Nobody answers at first; later the link breaks once.
bool live_with_trouble(Duo& duo, std::string_view story) {
  duo.ports_answer = story != "refused";
  duo.names_resolve = story != "nameless";
  duo.power_on();
  if (!duo.ports_answer || !duo.names_resolve) duo.run_until([&] { return duo.has_noted("bootstrap_failed"); });
  duo.ports_answer = duo.names_resolve = true;
  if (!duo.run_until([&] { return duo.has_noted("connected"); })) return false;
  duo.break_link(device::Leg::mqtt);
  return duo.run_until([&] { return duo.online_at("iotx-oxssharez200"); });
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view form = argc > 1 ? argv[1] : "text";
  const std::string_view story = argc > 2 ? argv[2] : "plain";
  Duo duo(set_up_of(story));
  const bool trouble = story == "refused" || story == "broken" || story == "nameless";
  if (!(trouble ? live_with_trouble(duo, story) : duo.live())) std::fputs("the duo did not live to the end\n", stderr);
  const Recording recording = duo.recorder.take(Duo::position);
  std::string out;
  if (form == "pcap") {
    const auto bytes = capture_of(recording, kNever);
    out.assign(bytes.begin(), bytes.end());
  } else {
    TimelineHead head = Duo::head();
    head.trace_hash = hex_text(duo.hash.digest());
    const Timeline timeline = timeline_of(recording, head, kNever);
    out = form == "json" ? timeline_json(timeline) : timeline_text(timeline);
  }
  return std::fwrite(out.data(), 1, out.size(), stdout) == out.size() ? 0 : 1;
}
