#include "sim/conformance/discovery.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

#include "sim/conformance/requirements/evidence.hpp"
#include "sim/weather/backoff_class.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;

constexpr Duration settles_within = seconds{8};  // what it subscribes to and publishes once it is online
constexpr Duration moves_within = seconds{45};
constexpr Duration outage_max = std::chrono::hours{6};
constexpr Duration outage_max_in_real_time = seconds{20};
constexpr std::size_t waits_wanted = gaps_kept_max;

class Discoverer {
 public:
  Discoverer(Exam& exam, std::uint16_t can, Discovery& found) : exam_(exam), can_(can), found_(found) {}
  void run();

 private:
  void note(CapabilityKey key, CapabilityValue value) { found_.capabilities.set(key, std::move(value), CapabilityOrigin::discovered); }
  bool is_online() const { return exam_.seen().online() != nullptr; }
  bool can(std::uint16_t needs) const { return (can_ & needs) == needs; }
  void read_session();
  void see_notify();
  void see_power_cut();
  void see_outage();

  Exam& exam_;
  const std::uint16_t can_;
  Discovery& found_;
  /// Whether a wait of the world is one of the host.
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  bool is_real_time() const { return (std::chrono::steady_clock::now() - began_) * 4 > exam_.now().time_since_epoch(); }
};

void Discoverer::run() {
  exam_.power_on();
  exam_.await(exam_.patience().online, [&] { return is_online(); });
  found_.has_shown_life = !exam_.seen().links().empty();
  if (!is_online()) {
    if (!exam_.seen().of(device::Leg::bootstrap).empty()) note(CapabilityKey::bootstraps, true);
    return;
  }
  note(CapabilityKey::bootstraps, !exam_.seen().of(device::Leg::bootstrap).empty());
  exam_.wait(settles_within);
  read_session();
  see_notify();
  if (is_online() && can(needs::power)) see_power_cut();
  if (is_online() && can(needs::network)) see_outage();
}

void Discoverer::read_session() {
  const auto connects = evidence::messages(exam_, "CONNECT", Direction::up);
  if (connects.empty()) return;
  const SeenMessage& connect = *connects.back();
  if (const auto level = connect.number("protocol_level")) note(CapabilityKey::mqtt_level, *level);
  if (const auto keep_alive = connect.number("keep_alive_s")) note(CapabilityKey::keep_alive_s, *keep_alive);
  if (const auto clean = connect.flag("clean_session")) note(CapabilityKey::clean_session, *clean);
  constexpr std::string_view mark = "signmethod=";
  const std::string_view id = connect.text("client_id");
  if (const std::size_t at = id.find(mark); at != std::string_view::npos) {
    const std::string_view rest = id.substr(at + mark.size());
    note(CapabilityKey::sign_method, std::string(rest.substr(0, rest.find_first_of(",|"))));
  }
  note(CapabilityKey::subscribes, !evidence::messages(exam_, "SUBSCRIBE", Direction::up).empty());
  std::set<std::string> qos;
  for (const SeenMessage* const publish : evidence::messages(exam_, "PUBLISH", Direction::up))
    qos.insert(std::to_string(publish->number("qos").value_or(0)));
  if (can(needs::traffic)) note(CapabilityKey::publish_qos, std::vector<std::string>(qos.begin(), qos.end()));
}

void Discoverer::see_notify() {
  const std::size_t home = exam_.bound_at();
  if (exam_.bench().stations().size() < 2) return;
  const std::size_t target = home == 0 ? 1 : 0;
  const Instant since = exam_.now();
  if (!exam_.distribute(target)) return;
  const bool has_moved = exam_.await_online_at(target, since, moves_within) != nullptr;
  if (exam_.notify_sent(since) != nullptr) note(CapabilityKey::answers_notify, exam_.published(exam_.reply_topic(), since) != nullptr);
  note(CapabilityKey::moves, has_moved);
}

void Discoverer::see_power_cut() {
  exam_.cut_power();
  exam_.wait(seconds{2});
  const Instant since = exam_.now();
  exam_.power_on();
  if (exam_.await_online(since, exam_.patience().online) == nullptr) return;
  note(CapabilityKey::keeps_endpoint, exam_.seen().of(device::Leg::bootstrap, since).empty());
}

/// Its place is gone: from the waits between its tries the classifier reads how it spaces them.
void Discoverer::see_outage() {
  const SeenLink& link = *exam_.seen().online();
  const Instant begin = exam_.now();
  evidence::take_down(exam_, link.endpoint);
  const Duration patience = is_real_time() ? outage_max_in_real_time : outage_max;
  evidence::await_for_long(exam_, patience, [&] { return evidence::waits_of_both_legs(exam_, begin).size() >= waits_wanted; });
  std::vector<double> gaps;
  for (const Duration wait : evidence::waits_of_both_legs(exam_, begin)) gaps.push_back(std::chrono::duration<double>(wait).count());
  const BackoffClass shape = classify_backoff(gaps);
  if (shape.shape != BackoffShape::too_few) note(CapabilityKey::backoff, backoff_class_text(shape));
}

}  // namespace

Discovery discover(DutAdapter& adapter, const DiscoveryOptions& options) {
  Discovery found;
  // Not in the catalogue: it is asked for nothing but what it shows.
  const Requirement to_see{.id = "DISCOVERY-01",
                           .level = Level::must,
                           .text = "shows what it does by nature",
                           .clause = {},
                           .needs = static_cast<std::uint16_t>(adapter.can() & needs::traffic)};
  const auto record = adapter.with_bench({.requirement = to_see, .seed = options.seed, .stop = options.stop}, [&](Bench& bench) {
    Exam exam(bench, options.patience);
    Discoverer(exam, adapter.can(), found).run();
  });
  if (!record.ok()) {
    found.problem = record.error();
    return found;
  }
  found.trouble = record->trouble;
  return found;
}

}  // namespace fleetsim::sim
