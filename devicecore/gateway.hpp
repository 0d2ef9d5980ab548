// The devices behind a gateway. Their list is memory that the shell lends; the gateway logs them in one after the other over its own
// connection, and adds one to its topology first when the platform does not know it there (it never did, or the gateway was moved, which
// clears the topology). Each new connection begins anew.
//
//   gateway.attach(sub_devices);                            // Input AttachSubDevices
//   gateway.connection_began();
//   if (gateway.has_work()) gateway.begin_request(context, id);   // then send request() with what put_params() writes
//   gateway.answered(context, id, code);
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "devicecore/alink_requests.hpp"
#include "devicecore/base/time.hpp"
#include "devicecore/identity.hpp"
#include "devicecore/step_context.hpp"
#include "devicecore/sub_device.hpp"
#include "devicecore/text_writer.hpp"

namespace fleetsim::device {

class Gateway {
 public:
  void attach(std::span<SubDevice> sub_devices);
  void connection_began();
  void connection_ended();

  /// No request is under way, and there is one to send.
  bool has_work() const;
  /// The next request counts as sent with this id. Precondition: has_work().
  void begin_request(const StepContext& context, std::uint32_t id);
  /// Of the request under way.
  AlinkRequest request() const;
  /// Its parameters; false when signing failed.
  bool put_params(const StepContext& context, TextWriter& text) const;

  /// The sub-device that is now online or refused; nullptr when the id is not of the request under way, or there is more to ask.
  const SubDevice* answered(std::uint32_t id, std::int32_t code);
  /// The sub-device whose answer did not come in time.
  const SubDevice* deadline_reached(Instant now);
  Instant next_deadline() const { return deadline_; }
  bool is_waiting_for(std::uint32_t id) const { return id != 0 && id == request_id_; }

 private:
  std::size_t next_place() const;

  std::span<SubDevice> sub_devices_;
  Instant deadline_ = kNever;
  std::uint32_t request_id_ = 0;  // 0: none under way
  std::uint16_t current_ = 0;
};

}  // namespace fleetsim::device
