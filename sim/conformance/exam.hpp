// What a procedure has in its hands: the bench, words for what is done again and again, and the verdict that it comes to.
//
//   void examine(Exam& exam) {
//     if (!exam.comes_online()) return;                       // then nothing can be judged, and the exam knows
//     exam.distribute(1);
//     const SeenMessage* reply = exam.await_reply();
//     exam.expect(reply != nullptr, "a notify_reply within 10 s", "none");
//   }
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/conformance/bench.hpp"
#include "sim/conformance/verdict.hpp"

namespace fleetsim::sim {

/// How long a device may take for what it must do at once, and for what it may have to wait for. Each can be set for a slow device.
struct Patience {
  Duration answer = std::chrono::seconds{10};   // to a message
  Duration online = std::chrono::minutes{2};    // from power on, or from the moment when nothing stands in its way
  Duration recovery = std::chrono::minutes{6};  // after something went wrong: the longest wait of its back-off, and then some
};

class Exam {
 public:
  Exam(Bench& bench, const Patience& patience) : bench_(bench), patience_(patience) {}

  Bench& bench() { return bench_; }
  const Seen& seen() const { return bench_.seen(); }
  const Candidate& candidate() const { return bench_.candidate(); }
  const Patience& patience() const { return patience_; }
  Instant now() const { return bench_.now(); }

  // Time.
  void wait(Duration duration) { bench_.pass(duration); }
  /// Until `met` holds, at most so long. Whether it does. It is asked when something new was seen, and once more at the end.
  bool await(Duration within, const std::function<bool()>& met) { return await_in_steps(within, bench_.look(), met); }
  bool await_in_steps(Duration within, Duration step, const std::function<bool()>& met);

  // The device.
  void power_on() { order(PowerOrder::on); }
  void power_off() { order(PowerOrder::off); }
  void cut_power() { order(PowerOrder::cut); }
  /// What it kept is gone, and it is off: the next power is its first one. What was burned in stays.
  void reset_to_factory();
  /// While it is off.
  void spoil_flash(FlashDamage damage);
  /// Its time of day: so much fast, or slow; zero: right. A device whose clock can be set only while it is off is switched off for that.
  void set_clock(Duration error);
  /// How often it has written to its flash so far. Nothing: that cannot be seen, and nothing can be judged.
  std::optional<std::uint64_t> flash_writes();
  /// Powered on if it is not, and accepted somewhere. False: it was not in time, and nothing can be judged.
  bool comes_online();
  /// Accepted at that station by a CONNECT that came after `since`.
  const SeenLink* await_online_at(std::size_t station, Instant since, Duration within);
  const SeenLink* await_online(Instant since, Duration within);

  // The platform.
  /// A job that moves it from where it is bound to that station. False: the platform refused, and nothing can be judged.
  bool distribute(std::size_t station);
  /// The station where the platform has it bound.
  std::size_t bound_at();
  void misbehave(std::string_view kind, std::vector<platform::misbehaviour::Argument> arguments = {},
                 const std::function<void(platform::MisbehaviourRule&)>& more = {});
  void inject(std::string_view kind, std::vector<FaultArgument> arguments = {}, const std::function<void(FaultSpec&)>& more = {});
  void heal() { bench_.heal(); }
  /// What is done wrong is what the requirement is about: of that which never touched the device a pass would say nothing, and is none.
  /// But for this kind, which a device that does right need not meet.
  void may_never_act(std::string_view kind) { optional_.emplace(kind); }
  /// A message on a topic of the device, as the platform's users send it, as soon as it listens. False: it does not.
  bool send(std::string_view topic, std::string_view payload, std::uint8_t qos = 0);
  /// thing/bootstrap/notify with exactly this payload.
  bool send_notify(std::string_view payload, std::uint8_t qos = 0);

  // Topics of the device: "/sys/{pk}/{dn}/" and so on.
  std::string system_topic(std::string_view tail) const;
  std::string notify_topic() const { return system_topic("thing/bootstrap/notify"); }
  std::string reply_topic() const { return system_topic("thing/bootstrap/notify_reply"); }
  /// What the device has published on the topic since then, the first of it; null: nothing.
  const SeenMessage* published(std::string_view topic, Instant since = {}) const;
  const SeenMessage* await_published(std::string_view topic, Instant since, Duration within);
  /// The first notify that went down since then.
  const SeenMessage* notify_sent(Instant since) const;
  /// All bootstrap requests that arrived since then.
  std::vector<const SeenMessage*> bootstrap_requests(Instant since = {}) const;

  // The verdict. What is found first counts most, but all of it is told.
  /// False: it fails.
  bool expect(bool holds, std::string_view expected, std::string actual);
  void fail(std::string_view expected, std::string actual) { expect(false, expected, std::move(actual)); }
  void warn(std::string_view expected, std::string actual);
  /// This device has no such thing.
  void not_applicable(std::string why) { set(ExamVerdict::not_applicable, std::move(why)); }
  /// It never came so far.
  void inconclusive(std::string why) { set(ExamVerdict::inconclusive, std::move(why)); }

  /// The procedure is over: ends all that is wrong, and looks whether it ever was.
  void finish();
  ExamVerdict verdict() const;
  const std::vector<Finding>& findings() const { return findings_; }
  const std::string& reason() const { return reason_; }

 private:
  void order(PowerOrder what);
  void set(ExamVerdict verdict, std::string why);

  Bench& bench_;
  const Patience patience_;
  std::set<std::string, std::less<>> done_wrong_;  // kinds of misbehaviour and faults
  std::set<std::string, std::less<>> optional_;    // of them
  std::vector<Finding> findings_;
  bool has_failed_ = false;
  ExamVerdict verdict_ = ExamVerdict::pass;  // but for what was found
  std::string reason_;
  bool is_on_ = false;
};

/// "12.3 s", for findings.
std::string seconds_words(Duration duration);
/// "bound to be": a value of a flat JSON member as it stands, quotes and all; empty: it is not there.
std::string_view json_member(std::string_view json, std::string_view name);

}  // namespace fleetsim::sim
