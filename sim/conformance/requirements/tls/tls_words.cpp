#include "sim/conformance/requirements/tls/tls_words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>

namespace fleetsim::sim::tls_words {
namespace {

constexpr std::size_t refusals_wanted = 2;              // one may be luck; a device that looks once only shows at the second
constexpr Duration settling = std::chrono::seconds{2};  // what is on its way arrives, and who trusts says something

/// False: it took one.
bool expect_certificates_refused(Exam& exam, device::Leg leg, Instant since, std::string_view what) {
  const auto links = await_spoken(exam, leg, since, refusals_wanted);
  if (links.empty()) return true;
  if (std::none_of(links.begin(), links.end(), [](const SeenLink* link) { return is_shown_certificate(*link); })) {
    exam.inconclusive("no handshake came so far that a certificate was shown: " + tls_outcome(*links.front()->tls));
    return true;
  }
  return expect_broken_off(exam, links, what);
}

}  // namespace

std::vector<const SeenLink*> spoken(const Exam& exam, device::Leg leg, Instant since) {
  std::vector<const SeenLink*> found;
  for (const SeenLink* link : exam.seen().of(leg, since))
    if (link->tls && (link->tls->up.records() > 0 || !link->tls->up.is_tls())) found.push_back(link);
  return found;
}

std::vector<const SeenLink*> await_spoken(Exam& exam, device::Leg leg, Instant since, std::size_t links) {
  const auto is_trusting = [&] {
    const auto all = spoken(exam, leg, since);
    return std::any_of(all.begin(), all.end(), [](const SeenLink* link) { return link->tls->is_done() || !link->tls->up.is_tls(); });
  };
  exam.await(exam.patience().recovery, [&] { return is_trusting() || spoken(exam, leg, since).size() > links; });
  exam.wait(settling);
  if (is_trusting() || spoken(exam, leg, since).size() >= links) return spoken(exam, leg, since);
  exam.inconclusive(fmt::format("it began fewer than {} handshakes in {}", links, seconds_words(exam.patience().recovery)));
  return {};
}

void spoil(Exam& exam, device::Leg leg, std::string_view kind, std::size_t station) {
  exam.misbehave(kind, {}, [&](platform::MisbehaviourRule& rule) {
    rule.endpoint = leg == device::Leg::bootstrap ? std::string("bootstrap") : exam.bench().stations()[station].instance;
  });
}

bool is_shown_certificate(const SeenLink& link) {
  const auto& chosen = link.tls->down.server_hello();
  return link.tls->down.has_certificate() || (chosen && chosen->version > tls_1_2 && link.tls->down.application_records() > 0);
}

void expect_refused(Exam& exam, device::Leg leg, std::string_view kind, std::string_view what) {
  spoil(exam, leg, kind);
  const Instant since = exam.now();
  exam.power_on();
  expect_certificates_refused(exam, leg, since, what);
}

void expect_refused_on_both_legs(Exam& exam, std::string_view kind, std::string_view what) {
  for (const device::Leg leg : {device::Leg::bootstrap, device::Leg::mqtt}) {
    spoil(exam, leg, kind, exam.bound_at());
    const Instant since = exam.now();
    if (leg == device::Leg::bootstrap) exam.power_on();
    // Who asks no bootstrap is looked at on the other leg all the same.
    if (!expect_certificates_refused(exam, leg, since, what)) return;
    exam.heal();
  }
}

bool is_trusted(const SeenLink& link) {
  const auto is_up = [](const SeenMessage& message) { return message.direction == Direction::up; };
  return link.tls->is_done() && (!link.is_over() || std::any_of(link.messages.begin(), link.messages.end(), is_up));
}

bool expect_broken_off(Exam& exam, const std::vector<const SeenLink*>& links, std::string_view what) {
  for (const SeenLink* link : links)
    if (!exam.expect(!is_trusted(*link), fmt::format("the link broken off, and nothing said on it, with {}", what),
                     fmt::format("{}: {}, {} messages", link_name(exam, *link), tls_outcome(*link->tls), link->messages.size())))
      return false;
  const auto clear = std::find_if(links.begin(), links.end(), [](const SeenLink* link) { return !link->tls->up.is_tls(); });
  if (clear != links.end())
    exam.inconclusive(fmt::format("{} is in the clear: there is no handshake that it could break off", link_name(exam, **clear)));
  if (std::none_of(links.begin(), links.end(), [](const SeenLink* link) { return link->is_over(); }))
    exam.inconclusive("none of its links had ended");
  return true;
}

void expect_nothing_said(Exam& exam, const std::vector<const SeenLink*>& links) {
  for (const SeenLink* link : links) {
    // By TLS 1.3 an alert, too, looks like data from outside: there counts what the platform could read.
    const auto& chosen = link->tls->down.server_hello();
    const std::uint64_t records = chosen && chosen->version > tls_1_2 ? 0 : link->tls->up.application_records();
    if (!exam.expect(records == 0 && link->tls->up.is_tls() && link->messages.empty(),
                     "nothing from the device but handshake and alerts on a link that it must not trust",
                     fmt::format("{}: {} records of application data, {} bytes in the clear, {} messages", link_name(exam, *link), records,
                                 link->tls->up.clear_bytes(), link->messages.size())))
      return;
  }
}

std::vector<const SeenLink*> all_hellos(Exam& exam) {
  std::vector<const SeenLink*> found;
  for (const device::Leg leg : {device::Leg::bootstrap, device::Leg::mqtt})
    for (const SeenLink* link : spoken(exam, leg))
      if (link->tls->offered() != nullptr) found.push_back(link);
  if (found.empty()) exam.inconclusive("it sent no hello that could be read");
  return found;
}

bool is_well(Exam& exam) {
  if (!exam.comes_online()) return false;
  exam.wait(std::chrono::minutes{2});
  exam.cut_power();
  exam.wait(std::chrono::minutes{2});
  return true;
}

bool moves_well(Exam& exam) {
  if (!exam.comes_online()) return false;
  exam.wait(std::chrono::minutes{2});
  const Instant told = exam.now();
  if (!exam.distribute(1)) return false;
  if (exam.await_online_at(1, told, exam.patience().recovery) != nullptr) return true;
  exam.inconclusive("the device does not move even when all is well");
  return false;
}

std::string link_name(Exam& exam, const SeenLink& link) {
  const auto& stations = exam.bench().stations();
  const std::string place = link.is_bootstrap() || link.endpoint >= stations.size() ? "bootstrap" : stations[link.endpoint].instance;
  return fmt::format("{} #{}", place, link.connection);
}

void examine_silence(Exam& exam, std::string_view kind) {
  for (const device::Leg leg : {device::Leg::mqtt, device::Leg::bootstrap}) {
    spoil(exam, leg, kind);
    const Instant since = exam.now();
    exam.cut_power();
    exam.wait(std::chrono::minutes{2});
    exam.power_on();
    if (leg == device::Leg::mqtt) {
      // Who never comes to this leg may say too much on the other one.
      expect_nothing_said(exam, await_spoken(exam, leg, since, 2));
    } else if (exam.await(exam.patience().recovery, [&] { return spoken(exam, leg, since).size() > 1; })) {
      expect_nothing_said(exam, spoken(exam, leg, since));
    }
  }
}

}  // namespace fleetsim::sim::tls_words
