#include "sim/conformance/discovery.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <set>
#include <vector>

#include "sim/conformance/requirements/evidence.hpp"
#include "sim/trace/plain_text.hpp"
#include "sim/weather/backoff_class.hpp"

namespace fleetsim::sim {
namespace {

using std::chrono::seconds;

constexpr Duration settles_within = seconds{6};     // what it subscribes to and publishes once it is online
constexpr Duration publishes_within = seconds{30};  // who does it seldom is not one who never does
constexpr Duration moves_within = seconds{45};
constexpr Duration outage_max = std::chrono::hours{6};
constexpr int outage_share_of_a_case = 8;            // where cases are short, for somebody waits for them
constexpr Duration says_hello_within = seconds{20};  // of power, or it is none of those who speak TLS first
constexpr std::size_t waits_wanted = gaps_kept_max;
constexpr std::size_t sign_method_bytes_shown = 64;

/// RFC 8701: values that stand in a hello so that servers learn to bear unknown ones; and those that only signal something.
bool is_grease(std::uint16_t value) {
  constexpr std::uint16_t renegotiation_info = 0x00ff;
  constexpr std::uint16_t fallback = 0x5600;
  return ((value & 0x0f0fU) == 0x0a0a && (value >> 8U) == (value & 0xffU)) || value == renegotiation_info || value == fallback;
}

class Discoverer {
 public:
  Discoverer(Exam& exam, const DutAdapter& adapter, const std::atomic<bool>* stop, Discovery& found)
      : exam_(exam), adapter_(adapter), stop_(stop), found_(found) {}
  /// Its first session: on a bench without TLS, if it can be had.
  void see_session();
  /// A move, a power cut, an outage: after the session, or on a bench of its own.
  void see_trouble();
  void see_all() {
    see_session();
    see_trouble();
  }
  /// On a bench with TLS.
  void see_tls();

 private:
  /// What was not seen because the run was halted says nothing.
  void note(CapabilityKey key, CapabilityValue value) {
    if (stop_ == nullptr || !stop_->load()) found_.capabilities.set(key, std::move(value), CapabilityOrigin::discovered);
  }
  bool is_online() const { return exam_.seen().online() != nullptr; }
  bool can(std::uint16_t needs) const { return (adapter_.can() & needs) == needs; }
  void read_session();
  void read_hellos();
  void see_notify();
  void see_power_cut();
  void see_outage();

  Exam& exam_;
  const DutAdapter& adapter_;
  const std::atomic<bool>* stop_;
  Discovery& found_;
};

void Discoverer::see_session() {
  exam_.power_on();
  exam_.await(exam_.patience().online, [&] { return is_online(); });
  found_.has_shown_life = !exam_.seen().links().empty();
  if (!is_online()) {
    if (!exam_.seen().of(device::Leg::bootstrap).empty()) note(CapabilityKey::bootstraps, true);
    return;
  }
  note(CapabilityKey::bootstraps, !exam_.seen().of(device::Leg::bootstrap).empty());
  exam_.wait(settles_within);
  if (can(needs::traffic)) exam_.await(publishes_within, [&] { return !evidence::confirmed_publishes(exam_).empty(); });
  read_session();
  read_hellos();
}

void Discoverer::see_trouble() {
  if (!exam_.comes_online()) return;
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
    note(CapabilityKey::sign_method, plain_text(rest.substr(0, rest.find_first_of(",|")), sign_method_bytes_shown));
  }
  note(CapabilityKey::subscribes, !evidence::messages(exam_, "SUBSCRIBE", Direction::up).empty());
  std::set<std::string> qos;
  for (const SeenMessage* const publish : evidence::messages(exam_, "PUBLISH", Direction::up))
    qos.insert(std::to_string(publish->number("qos").value_or(0)));
  if (can(needs::traffic)) note(CapabilityKey::publish_qos, std::vector<std::string>(qos.begin(), qos.end()));
}

/// What it offers: what came of it depends on the platform, too.
void Discoverer::read_hellos() {
  std::set<std::string> versions;
  std::set<std::string> suites;
  bool is_seen = false;
  for (const SeenLink& link : exam_.seen().links()) {
    if (!link.tls) continue;
    is_seen = is_seen || link.tls->offered() != nullptr || !link.tls->up.is_tls();
    if (link.tls->offered() == nullptr) continue;
    for (const std::uint16_t version : link.tls->offered()->versions)
      if (!is_grease(version)) versions.insert(tls_version_name(version));
    for (const std::uint16_t suite : link.tls->offered()->suites)
      if (!is_grease(suite)) suites.insert(fmt::format("0x{:04x}", suite));
  }
  if (!is_seen) return;
  note(CapabilityKey::tls_versions, std::vector<std::string>(versions.begin(), versions.end()));
  note(CapabilityKey::tls_suites, std::vector<std::string>(suites.begin(), suites.end()));
}

void Discoverer::see_tls() {
  exam_.power_on();
  const auto both_legs = [&] {
    const SeenLink* const mqtt = exam_.seen().last(device::Leg::mqtt);
    return mqtt != nullptr && mqtt->tls && mqtt->tls->offered() != nullptr;
  };
  exam_.await(says_hello_within, both_legs);
  read_hellos();
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
  evidence::await_for_long(exam_, std::min(outage_max, adapter_.lasts_max() / outage_share_of_a_case),
                           [&] { return evidence::waits_of_both_legs(exam_, begin).size() >= waits_wanted; });
  std::vector<double> gaps;
  for (const Duration wait : evidence::waits_of_both_legs(exam_, begin)) gaps.push_back(std::chrono::duration<double>(wait).count());
  const BackoffClass shape = classify_backoff(gaps);
  if (shape.shape != BackoffShape::too_few) note(CapabilityKey::backoff, backoff_class_text(shape));
}

/// One bench, and what is seen on it.
void look(DutAdapter& adapter, const DiscoveryOptions& options, std::uint16_t needs, void (Discoverer::*see)(), Discovery& found) {
  // Not in the catalogue: it is asked for nothing but what it shows.
  const Requirement to_see{.id = "DISCOVERY-01",
                           .level = Level::must,
                           .text = "shows what it does by nature",
                           .clause = {},
                           .needs = static_cast<std::uint16_t>(adapter.can() & needs)};
  const auto record = adapter.with_bench({.requirement = to_see, .seed = options.seed, .stop = options.stop}, [&](Bench& bench) {
    Exam exam(bench, options.patience);
    (Discoverer(exam, adapter, options.stop, found).*see)();
  });
  if (!record.ok()) {
    found.problem = record.error();
  } else if (found.trouble.empty()) {
    found.trouble = record->trouble;
  }
}

}  // namespace

Discovery discover(DutAdapter& adapter, const DiscoveryOptions& options) {
  Discovery found;
  look(adapter, options, needs::traffic, adapter.in_parallel() ? &Discoverer::see_session : &Discoverer::see_all, found);
  return found;
}

Capabilities discover_more(DutAdapter& adapter, const DiscoveryOptions& options) {
  Discovery found;
  if (!adapter.in_parallel()) return found.capabilities;
  if ((adapter.can() & needs::tls) != 0) look(adapter, options, needs::tls, &Discoverer::see_tls, found);
  look(adapter, options, needs::nothing, &Discoverer::see_trouble, found);
  return found.capabilities;
}

}  // namespace fleetsim::sim
