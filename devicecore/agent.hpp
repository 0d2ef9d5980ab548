// The agent: everything a device decides. Bootstrap, notify, endpoint storage, back-off, the thing model. It speaks MQTT in
// messages and HTTP in bytes, so any MQTT engine can serve it (ours, or Paho).
//
//   AgentRequests requests;
//   agent.step(context, MqttConnected{0, false}, requests);   // link actions of the bootstrap leg, flash writes and reports
//                                                             // go to context.workspace; MQTT requests go to `requests`
//   for (const MqttRequest& request : requests.all()) ...     // obey them in order; for each publish say request_sent() or
//                                                             // request_rejected(), for a refused subscribe request_rejected()
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "devicecore/agent_state.hpp"
#include "devicecore/alink.hpp"
#include "devicecore/backoff.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/bootstrap_client.hpp"
#include "devicecore/endpoint_store.hpp"
#include "devicecore/gateway.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/io.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/mqtt_engine.hpp"
#include "devicecore/mqtt_messages.hpp"
#include "devicecore/step_context.hpp"
#include "devicecore/upgrade_client.hpp"

namespace fleetsim::device {

struct SecretAnswer;

using MqttRequest = std::variant<MqttOpen, MqttConnect, MqttSubscribe, MqttUnsubscribe, MqttPublish, MqttDisconnect, MqttAbort, MqttForget>;

/// What the agent asks of its engine in one step, in order.
class AgentRequests {
 public:
  static constexpr std::size_t capacity = 12;
  bool push(const MqttRequest& request) {
    if (count_ == capacity) return false;
    requests_[count_++] = request;
    return true;
  }
  std::span<const MqttRequest> all() const { return {requests_.data(), count_}; }
  void clear() { count_ = 0; }

 private:
  std::array<MqttRequest, capacity> requests_{};
  std::size_t count_ = 0;
};

/// Tokens with this bit are the agent's own; an application's command that has it set is rejected.
inline constexpr Token agent_token_bit = 0x80000000U;
inline constexpr Token post_token_bit = 0x40000000U;                         // with agent_token_bit; the rest is the place in posts_
inline constexpr Token own_subscribe_token = agent_token_bit | 0x20000000U;  // the rest is the number of the filter
inline constexpr Token own_publish_token = agent_token_bit | 1;
inline constexpr Token own_notify_reply_token = agent_token_bit | 2;
inline constexpr Token own_shadow_token = agent_token_bit | 3;
constexpr bool is_own_filter(Token token) { return (token & (own_subscribe_token | post_token_bit)) == own_subscribe_token; }

class Agent {
 public:
  explicit Agent(const Identity& identity) : identity_(identity) {}

  /// Inputs of the shell. LinkOpened, LinkReceived and LinkClosed here are of Leg::bootstrap only.
  /// Returns how many bytes of LinkReceived were consumed.
  std::size_t step(const StepContext& context, const Input& input, AgentRequests& requests);
  /// Events of the MQTT engine.
  void step(const StepContext& context, const EngineEvent& event, AgentRequests& requests);
  /// The engine took a publish that the agent asked for: reports it as published. Call within the same step.
  void request_sent(const StepContext& context, const MqttPublish& publish);
  /// The engine could not take a publish or subscribe that the agent asked for.
  void request_rejected(const StepContext& context, Token token, Failure why);

  Instant next_deadline() const { return std::min({deadline_, upgrade_.next_deadline(), gateway_.next_deadline()}); }
  void release(BlockPool& pool) {
    client_.release(pool);
    upgrade_.release(pool);
  }

  const Identity& identity() const { return identity_; }
  AgentState state() const { return state_; }

 private:
  /// What follows when the link that is being left has closed, or when the wait is over.
  enum class Next : std::uint8_t { connect_after_wait, bootstrap_after_wait, bootstrap_at_once, connect_when_stored, reboot, restart };
  static constexpr Duration reboot_time = std::chrono::seconds{2};

  static constexpr Token request_mark = agent_token_bit;  // in a Post: no property
  static constexpr std::size_t sub_device_params_bytes_max = 512;

  /// A message of the platform that is answered and told to the application.
  struct Order {
    EventKind event;
    AlinkTopic reply;
  };
  struct Post {
    std::uint32_t id = 0;  // 0: free
    Token token = 0;
  };

  // the life: agent.cpp
  void power_on(const StepContext& context, const PowerOn& flash, AgentRequests& requests);
  void power_off(const StepContext& context, AgentRequests& requests);
  void https_opened(const StepContext& context, AgentRequests& requests);
  void https_received(const StepContext& context, ByteView bytes, AgentRequests& requests);
  void https_closed(const StepContext& context, LinkEnd end, AgentRequests& requests);
  void finish_power_off(const StepContext& context);
  void deadline_reached(const StepContext& context, AgentRequests& requests);
  void go_to(AgentState to);
  void wait_then(const StepContext& context, Next next);
  void leave(const StepContext& context, Next next);
  void left(const StepContext& context, AgentRequests& requests);
  bool has_link() const { return !client_.idle() || upgrade_.has_link() || mqtt_link_open_; }
  void reboot(const StepContext& context, AgentRequests& requests);
  void abort_links(const StepContext& context, AgentRequests& requests);
  void move(const StepContext& context, Next at_once, Next after_wait);
  bool is_fixed(const StepContext& context) const;
  std::string_view mqtt_host(const StepContext& context) const;
  std::uint16_t mqtt_port(const StepContext& context) const;

  // where to connect: agent_endpoint.cpp
  void start_bootstrap(const StepContext& context);
  void bootstrap_progressed(const StepContext& context, const BootstrapOutcome& outcome, AgentRequests& requests);
  void adopt(const StepContext& context, const Endpoint& endpoint, AgentRequests& requests);
  void keep(const StepContext& context, const Endpoint& endpoint);
  void forget_endpoint(const StepContext& context);
  static void write(const StepContext& context, const std::optional<EndpointStore::Write>& record);
  void begin_storing(const StepContext& context, AgentRequests& requests);
  void go_on_when_stored(const StepContext& context, AgentRequests& requests);
  void slot_written(const StepContext& context, const SlotWritten& written, AgentRequests& requests);
  void endpoint_push_arrived(const StepContext& context, ByteView payload, AgentRequests& requests);

  // the device's own secret: agent_registration.cpp
  enum class SecretWrite : std::uint8_t { none, under_way, failed };
  void begin(const StepContext& context, Next then, AgentRequests& requests);
  void start_registration(const StepContext& context);
  void registration_progressed(const StepContext& context, const BootstrapOutcome& outcome, AgentRequests& requests);
  void registration_arrived(const StepContext& context, const MqttMessage& message, AgentRequests& requests);
  bool registers() const { return !identity_.has_secret() || renews_token_; }
  bool registers_at_own_endpoint(const StepContext& context) const;
  bool keep_secret(const StepContext& context, const SecretAnswer& answer);
  void keep_registration_endpoint(const StepContext& context);
  Next after_registration_failure(const StepContext& context);
  bool token_is_doubted(const StepContext& context, std::uint8_t connack_code);
  bool may_renew_token(const StepContext& context) const;
  void secret_written(const StepContext& context, bool ok);
  bool secret_is_safe(const StepContext& context);
  bool writes_flash() const { return store_.write_under_way() || secret_write_ == SecretWrite::under_way; }

  // the MQTT link: agent_connection.cpp
  static Duration connect_timeout(const StepContext& context);
  void start_connecting(const StepContext& context, AgentRequests& requests);
  void go_online(const StepContext& context, const MqttConnected& answer, AgentRequests& requests);
  void mqtt_opened(const StepContext& context, AgentRequests& requests);
  void mqtt_answered(const StepContext& context, const MqttConnected& answer, AgentRequests& requests);
  void mqtt_closed(const StepContext& context, const MqttClosed& closed, AgentRequests& requests);
  Next after_connect_failure(const StepContext& context, Failure why, LinkEnd end);
  void forgive_if_stable(const StepContext& context);

  // upgrades over the air: agent_upgrade.cpp
  void inform_version(const StepContext& context, AgentRequests& requests);
  void resume_upgrade(const StepContext& context, AgentRequests& requests);
  bool upgrade_offered(const StepContext& context, ByteView payload, AgentRequests& requests);
  void upgrade_went(const StepContext& context, const UpgradeOutcome& outcome, AgentRequests& requests);
  void tell_progress(const StepContext& context, std::int8_t step, AgentRequests& requests);
  void restart(const StepContext& context, AgentRequests& requests);

  // the thing model: agent_things.cpp
  bool take_thing_command(const StepContext& context, const Input& input, AgentRequests& requests);
  std::string_view write_request_topic(Workspace& workspace, AlinkRequest what, std::string_view name) const;
  void send_request(const StepContext& context, const AlinkCommand& command, AgentRequests& requests);
  void send_shadow(const StepContext& context, const ShadowCommand& command, AgentRequests& requests);
  void ask_for_the_time(const StepContext& context, AgentRequests& requests);
  bool thing_message_arrived(const StepContext& context, AlinkTopic topic, ByteView payload, AgentRequests& requests);
  bool reply_arrived(const StepContext& context, ByteView payload, AgentRequests& requests);
  bool order_arrived(const StepContext& context, const Order& order, ByteView payload, AgentRequests& requests);
  bool shadow_arrived(const StepContext& context, ByteView payload);
  static bool time_arrived(const StepContext& context, ByteView payload);
  void attach(const StepContext& context, const AttachSubDevices& command, AgentRequests& requests);
  void log_in_sub_devices(const StepContext& context, AgentRequests& requests);
  static void report_sub_device(const StepContext& context, const SubDevice* done);

  // messages and commands: agent_messages.cpp
  bool take_command(const StepContext& context, const Input& input, AgentRequests& requests);
  std::string_view write_topic(Workspace& workspace, AlinkTopic kind) const;
  static bool publish(const StepContext& context, std::string_view topic, const TextWriter& text, AgentRequests& requests,
                      Token token = own_publish_token);
  std::uint32_t next_message_id();
  bool may_send(const StepContext& context, Token token) const;
  void post_property(const StepContext& context, const PostProperty& command, AgentRequests& requests);
  void message_arrived(const StepContext& context, const MqttMessage& message, AgentRequests& requests);
  void notify_arrived(const StepContext& context, ByteView payload, AgentRequests& requests);
  void obey_notify(const StepContext& context, AgentRequests& requests);
  struct Reply {
    AlinkTopic topic;
    std::string_view verbatim_id;
    std::uint32_t code = 0;
    Token token = own_publish_token;
  };
  bool answer(const StepContext& context, const Reply& reply, AgentRequests& requests);
  static std::size_t own_filters(const StepContext& context);
  std::string_view write_own_filter(const StepContext& context, std::size_t number) const;
  void subscribe_more(const StepContext& context, AgentRequests& requests);
  void own_filter_answered(const StepContext& context, const MqttSubscribed& answer, AgentRequests& requests);
  void own_filter_rejected(const StepContext& context, std::size_t number, Failure why);

  Instant deadline_ = kNever;
  Instant online_since_ = kNever;
  BootstrapClient client_;
  UpgradeClient upgrade_;  // has the HTTPS leg only while online
  std::array<Post, limits::property_posts_in_flight_max> posts_{};
  Gateway gateway_;
  std::uint32_t last_message_id_ = 0;
  Token shadow_token_ = 0;  // of the request that waits for its reply
  EndpointStore store_;
  Identity identity_;
  AgentState state_ = AgentState::off;
  Next next_ = Next::connect_after_wait;
  Backoff backoff_;
  std::uint8_t endpoint_failures_ = 0;
  std::uint8_t token_refusals_ = 0;  // since it was online last
  std::uint8_t quick_moves_ = 0;
  std::uint8_t next_subscription_ = 0;  // of its own filters
  std::uint8_t connections_ = 0;        // since it has power, two at most: the first is another one to some firmware
  std::uint16_t retry_after_s_ = 0;     // what the bootstrap endpoint asked for when it refused
  std::int8_t owed_step_ = 0;           // of an upgrade, that could not be told while offline
  SecretWrite secret_write_ = SecretWrite::none;
  bool begins_when_stored_ = false;  // it is the secret that is being stored: the way to an endpoint begins then
  bool renews_token_ = false;        // the next CONNECT asks for another one, while the old one is kept
  bool restarting_ = false;
  bool mqtt_link_open_ = false;      // from MqttOpen until MqttClosed
  bool endpoint_unchanged_ = false;  // the bootstrap answered what we had
  bool patience_over_ = false;       // storing or powering off took too long: the flash is waited for no more
};

}  // namespace fleetsim::device
