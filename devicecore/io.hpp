// The whole contract between a device and its shell: inputs go into Device::step, actions come out. See device.hpp.
// All views are borrowed: an input's until step returns, an action's until the next step with the same workspace.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "devicecore/alink_requests.hpp"
#include "devicecore/base/bytes.hpp"
#include "devicecore/device_event.hpp"
#include "devicecore/link.hpp"
#include "devicecore/mqtt_messages.hpp"
#include "devicecore/shadow.hpp"
#include "devicecore/sub_device.hpp"

namespace fleetsim::device {

// --- inputs -------------------------------------------------------------------------------------------------------
struct PowerOn {  // the flash as it is found: slots 0 and 1, and limits::secret_slot; each endpoint_slot_bytes or empty (never written)
  ByteView slot_a;
  ByteView slot_b;
  ByteView secret{};  // only a device that registers has it
};
struct LinkOpened {
  Leg leg;
};
struct LinkReceived {
  Leg leg;
  ByteView bytes;
};  // step says how many bytes it consumed; give it the rest again
struct LinkClosed {
  Leg leg;
  LinkEnd end;
};  // exactly once for every OpenLink, also after CloseLink and AbortLink
struct SlotWritten {
  std::uint8_t slot;
  bool ok;
};
struct ImageWritten {
  bool ok;
};  // once for every WriteImage
struct DeadlineReached {};
struct PublishCommand {
  std::string_view topic;
  ByteView payload;
  Qos qos;
  Token token;
};
struct PostProperty {
  std::string_view params_json;
  Token token;
};
struct SubscribeCommand {
  std::string_view filter;
  Qos qos;
  Token token;
};
struct UnsubscribeCommand {
  std::string_view filter;
  Token token;
};
struct AlinkCommand {  // another request of the thing model; `name` is an event's, params_json a JSON value
  AlinkRequest what;
  std::string_view name;
  std::string_view params_json;
  Token token;
};
struct ShadowCommand {  // one at a time: a reply names no request
  ShadowRequest request;
  Token token{};
};
struct ReadClock {};
struct AttachSubDevices {  // lent until others are attached, or the device is off
  std::span<SubDevice> sub_devices;
};
struct PowerOff {};  // orderly: DISCONNECT, close, then Event powered_off. A power cut is no input: the shell drops the device.

using Input =
    std::variant<PowerOn, LinkOpened, LinkReceived, LinkClosed, SlotWritten, ImageWritten, DeadlineReached, PublishCommand, PostProperty,
                 SubscribeCommand, UnsubscribeCommand, AlinkCommand, ShadowCommand, ReadClock, AttachSubDevices, PowerOff>;

// --- actions ------------------------------------------------------------------------------------------------------
struct OpenLink {
  Leg leg{};
  bool tls = false;
  std::uint16_t port = 0;
  std::string_view host;
};
struct SendBytes {
  Leg leg;
  ByteView bytes;
};
struct CloseLink {
  Leg leg;
};  // when everything sent so far is out: close in an orderly way
struct AbortLink {
  Leg leg;
};  // at once
struct WriteSlot {
  std::uint8_t slot;
  ByteView bytes;
};
struct WriteImage {  // a part of a firmware image; the first one, at offset 0, begins a new image
  std::uint32_t offset;
  std::uint32_t size;  // of the whole image
  ByteView bytes;
};
struct RestartInto {  // the image written is whole and right: boot it. The device is off; it comes back by a PowerOn of a new Device.
  std::string_view version;
};
struct Report {
  Event event;
};

using Action = std::variant<OpenLink, SendBytes, CloseLink, AbortLink, WriteSlot, WriteImage, RestartInto, Report>;

}  // namespace fleetsim::device
