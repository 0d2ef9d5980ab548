#include "sim/live/paho_transport.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <mqtt/async_client.h>
#include <thread>
#include <utility>

#include "devicecore/mqtt_text.hpp"

namespace fleetsim::sim {

using device::LinkEnd;
using Outcome = device::MqttEngine::PublishOutcome;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int connect_timeout_s = 10;
constexpr int flush_timeout_ms = 1000;  // for what was published before an orderly end
constexpr int in_flight_max = 16;
constexpr int connack_refusal_max = 5;  // MQTT 3.1.1 §3.2.2.3: codes 1..5
constexpr std::chrono::milliseconds retire_grace{1000};
constexpr std::chrono::milliseconds callback_grace{50};
constexpr std::size_t retired_max = 100'000;

/// A token and its QoS, in the pointer that Paho carries for us.
void* context_of(device::Token token, device::Qos qos) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): Paho carries one pointer a message, and an integer is all we need back.
  return reinterpret_cast<void*>((static_cast<std::uintptr_t>(qos) << 32) | token);
}
device::Token token_of(const mqtt::token& token) {
  return static_cast<device::Token>(reinterpret_cast<std::uintptr_t>(token.get_user_context()));
}
/// What Paho takes at no time is told apart from what it has no room for now; a lost connection is told by itself.
Outcome outcome_of(const mqtt::exception& refusal) {
  return refusal.get_return_code() == MQTTASYNC_BAD_UTF8_STRING ? Outcome::invalid : Outcome::no_room;
}

bool wants_acknowledgement(const mqtt::token& token) { return (reinterpret_cast<std::uintptr_t>(token.get_user_context()) >> 32) != 0; }

}  // namespace

void PahoInbox::put(PahoNotice notice) {
  const std::lock_guard lock(mutex_);
  add(std::move(notice));
}

bool PahoInbox::put_message(PahoNotice message) {
  const std::lock_guard lock(mutex_);
  if (!wake_) return true;  // nobody misses it any more
  const std::size_t bytes = sizeof(PahoNotice) + message.topic.size() + message.detail.size();
  if (bytes > bytes_max_ - message_bytes_) return false;
  message_bytes_ += bytes;
  add(std::move(message));
  return true;
}

void PahoInbox::add(PahoNotice notice) {
  if (!wake_) return;
  notices_.push_back(std::move(notice));
  if (notices_.size() == 1) wake_();
}

std::vector<PahoNotice> PahoInbox::take() {
  const std::lock_guard lock(mutex_);
  message_bytes_ = 0;
  return std::exchange(notices_, {});
}

void PahoInbox::close() {
  const std::lock_guard lock(mutex_);
  wake_ = nullptr;
  message_bytes_ = 0;
  notices_.clear();
}

namespace {

/// One connection. Paho's threads call into it, so it lives until none of them can any more: see Retired.
class Session final : public mqtt::iaction_listener {
 public:
  Session(const device::MqttOpen& where, const device::MqttConnect& who, const PahoTransport::Options& options, std::uint32_t number)
      : inbox_(options.inbox),
        slot_(options.slot),
        number_(number),
        client_((where.tls ? "ssl://" : "tcp://") + std::string(where.host) + ":" + std::to_string(where.port),
                std::string(who.client_id)) {
    client_.set_message_callback([this](const mqtt::const_message_ptr& message) { heard(*message); });
    client_.set_connection_lost_handler([this](const std::string& cause) { put({.kind = PahoNotice::Kind::closed, .detail = cause}); });
    mqtt::connect_options how;
    how.set_clean_session(who.clean_session);
    how.set_keep_alive_interval(who.keep_alive_s);
    how.set_connect_timeout(connect_timeout_s);
    how.set_max_inflight(in_flight_max);
    how.set_mqtt_version(MQTTVERSION_3_1_1);
    how.set_automatic_reconnect(false);
    if (!who.username.empty()) how.set_user_name(std::string(who.username));
    if (!who.password.empty()) how.set_password(std::string(who.password));
    if (where.tls) {
      mqtt::ssl_options trust;
      trust.set_trust_store(options.ca_file);
      trust.set_enable_server_cert_auth(true);
      trust.set_verify(true);
      how.set_ssl(trust);
    }
    client_.connect(how, nullptr, *this);
  }

  mqtt::async_client& client() { return client_; }
  void leave() { client_.disconnect(flush_timeout_ms, nullptr, *this); }

 private:
  void put(PahoNotice notice) {
    notice.slot = slot_;
    notice.session = number_;
    inbox_->put(std::move(notice));
  }

  void heard(const mqtt::message& message) {
    if (flooded_) return;
    const bool kept = inbox_->put_message({.slot = slot_,
                                           .session = number_,
                                           .kind = PahoNotice::Kind::message,
                                           .code = static_cast<std::uint8_t>(message.get_qos()),
                                           .flag = message.is_duplicate(),
                                           .topic = message.get_topic(),
                                           .detail = message.get_payload_str()});
    if (kept) return;
    flooded_ = true;
    put({.kind = PahoNotice::Kind::closed, .end = LinkEnd::no_resources, .detail = "more messages came than the inbox holds"});
  }

  void on_success(const mqtt::token& token) override {
    switch (token.get_type()) {
      case mqtt::token::CONNECT:
        put({.kind = PahoNotice::Kind::connected, .code = 0, .flag = token.get_connect_response().is_session_present()});
        break;
      case mqtt::token::SUBSCRIBE: {
        const auto codes = token.get_subscribe_response().get_reason_codes();
        put({.kind = PahoNotice::Kind::subscribed,
             .code = codes.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(codes.front()),
             .token = token_of(token)});
        break;
      }
      case mqtt::token::UNSUBSCRIBE:
        put({.kind = PahoNotice::Kind::unsubscribed, .token = token_of(token)});
        break;
      case mqtt::token::PUBLISH:
        if (wants_acknowledgement(token)) put({.kind = PahoNotice::Kind::acknowledged, .token = token_of(token)});
        break;
      case mqtt::token::DISCONNECT:
        put({.kind = PahoNotice::Kind::disconnected, .end = LinkEnd::closed_by_us});
        break;
    }
  }

  void on_failure(const mqtt::token& token) override {
    switch (token.get_type()) {
      case mqtt::token::CONNECT:
        connect_failed(token.get_return_code());
        break;
      case mqtt::token::SUBSCRIBE:
        put({.kind = PahoNotice::Kind::subscribed, .code = 0x80, .token = token_of(token)});
        break;
      case mqtt::token::DISCONNECT:
        put({.kind = PahoNotice::Kind::disconnected, .end = LinkEnd::closed_by_us});
        break;
      case mqtt::token::UNSUBSCRIBE:
      case mqtt::token::PUBLISH:
        break;  // the connection is lost, which is told by itself
    }
  }

  void connect_failed(int code) {
    if (code >= 1 && code <= connack_refusal_max) {
      put({.kind = PahoNotice::Kind::connected, .code = static_cast<std::uint8_t>(code)});
      put({.kind = PahoNotice::Kind::closed});
      return;
    }
    put({.kind = PahoNotice::Kind::closed, .end = LinkEnd::refused, .detail = "Paho could not connect, its code " + std::to_string(code)});
  }

  std::shared_ptr<PahoInbox> inbox_;
  std::uint32_t slot_;
  std::uint32_t number_;
  bool flooded_ = false;  // a message of it was lost: it is at its end. Touched by Paho's receiving thread only
  mqtt::async_client client_;
};

/// Connections that have ended. A callback of Paho may still be on its way out of them, and nothing says when it has left: so they
/// are kept for a while before they are destroyed.
class Retired {
 public:
  static Retired& instance() {
    static Retired retired;
    return retired;
  }
  void take(std::unique_ptr<Session> session) {
    const std::lock_guard lock(mutex_);
    const Clock::time_point now = Clock::now();
    std::erase_if(sessions_, [now](const Entry& entry) { return now - entry.since > retire_grace; });
    if (sessions_.size() >= retired_max) sessions_.erase(sessions_.begin());
    sessions_.push_back({now, std::move(session)});
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    sessions_.clear();
  }

 private:
  struct Entry {
    Clock::time_point since;
    std::unique_ptr<Session> session;
  };
  std::mutex mutex_;
  std::vector<Entry> sessions_;
};

}  // namespace

struct PahoTransport::Parts {
  enum class State : std::uint8_t { idle, opened, connecting, connected, leaving };

  explicit Parts(Options wanted) : options(std::move(wanted)) {}

  void tell_closed(LinkEnd end, std::string detail) {
    options.inbox->put(
        {.slot = options.slot, .session = number, .kind = PahoNotice::Kind::closed, .end = end, .detail = std::move(detail)});
  }
  void retire() {
    if (session) Retired::instance().take(std::move(session));
  }
  /// Paho cannot cut a connection; to say good-bye is the nearest.
  void leave() const {
    if (!session) return;
    try {
      session->leave();
    } catch (const mqtt::exception&) {  // not connected yet, or not any more: it goes when it is destroyed
    }
  }

  Options options;
  State state = State::idle;
  std::uint32_t number = 0;
  std::unique_ptr<Session> session;
  std::string host;
  std::uint16_t port = 0;
  bool tls = false;
};

PahoTransport::PahoTransport(Options options) : parts_(std::make_unique<Parts>(std::move(options))) {}

PahoTransport::~PahoTransport() { parts_->retire(); }

void PahoTransport::open(const device::MqttOpen& request) {
  parts_->retire();
  ++parts_->number;
  parts_->host = std::string(request.host);
  parts_->port = request.port;
  parts_->tls = request.tls;
  parts_->state = Parts::State::opened;
}

void PahoTransport::connect(const device::MqttConnect& request) {
  parts_->state = Parts::State::connecting;
  try {
    parts_->session =
        std::make_unique<Session>(device::MqttOpen{parts_->host, parts_->port, parts_->tls}, request, parts_->options, parts_->number);
  } catch (const std::exception& error) {
    parts_->tell_closed(LinkEnd::no_resources, error.what());
  }
}

Outcome PahoTransport::publish(const device::MqttPublish& request) {
  if (parts_->state != Parts::State::connected) return Outcome::not_connected;
  if (!device::mqtt::is_topic_name(request.topic)) return Outcome::invalid;  // Paho would send it, and the server would hang up
  try {
    const auto message = mqtt::make_message(std::string(request.topic), request.payload.data(), request.payload.size(),
                                            request.qos == device::Qos::at_least_once ? 1 : 0, false);
    parts_->session->client().publish(message, context_of(request.token, request.qos), *parts_->session);
    return Outcome::sent;
  } catch (const mqtt::exception& refusal) {
    return outcome_of(refusal);
  }
}

Outcome PahoTransport::subscribe(const device::MqttSubscribe& request) {
  if (parts_->state != Parts::State::connected) return Outcome::not_connected;
  try {
    parts_->session->client().subscribe(std::string(request.filter), request.qos == device::Qos::at_least_once ? 1 : 0,
                                        context_of(request.token, request.qos), *parts_->session);
    return Outcome::sent;
  } catch (const mqtt::exception& refusal) {
    return outcome_of(refusal);
  }
}

Outcome PahoTransport::unsubscribe(const device::MqttUnsubscribe& request) {
  if (parts_->state != Parts::State::connected) return Outcome::not_connected;
  try {
    parts_->session->client().unsubscribe(std::string(request.filter), context_of(request.token, device::Qos::at_most_once),
                                          *parts_->session);
    return Outcome::sent;
  } catch (const mqtt::exception& refusal) {
    return outcome_of(refusal);
  }
}

void PahoTransport::disconnect() {
  if (parts_->state != Parts::State::connected) {
    abort();
    return;
  }
  parts_->state = Parts::State::leaving;
  try {
    parts_->session->leave();
  } catch (const mqtt::exception&) {
    parts_->tell_closed(LinkEnd::closed_by_us, {});
  }
}

void PahoTransport::abort() {
  if (parts_->state == Parts::State::idle) return;
  if (parts_->state != Parts::State::leaving) parts_->leave();
  parts_->state = Parts::State::leaving;
  parts_->tell_closed(LinkEnd::closed_by_us, {});
}

bool PahoTransport::accept(const PahoNotice& notice) {
  if (parts_->state == Parts::State::idle || notice.session != parts_->number) return false;
  switch (notice.kind) {
    case PahoNotice::Kind::connected:
      if (parts_->state != Parts::State::connecting) return false;
      if (notice.code == 0) parts_->state = Parts::State::connected;
      return true;
    case PahoNotice::Kind::subscribed:
    case PahoNotice::Kind::unsubscribed:
    case PahoNotice::Kind::acknowledged:
    case PahoNotice::Kind::message:
      return parts_->state == Parts::State::connected;
    case PahoNotice::Kind::closed:
    case PahoNotice::Kind::disconnected:
      break;
  }
  // Ended by this side, without the server's knowledge.
  if (notice.end == LinkEnd::no_resources) parts_->leave();
  parts_->state = Parts::State::idle;
  parts_->retire();
  return true;
}

bool PahoTransport::in_use() const { return parts_->state != Parts::State::idle; }

void paho_quiesce() {
  std::this_thread::sleep_for(callback_grace);  // Paho says nothing when its last callback returns
  Retired::instance().clear();
}

}  // namespace fleetsim::sim
