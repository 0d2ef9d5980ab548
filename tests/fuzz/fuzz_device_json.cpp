// JSON from the platform: every parser of the device core on the same text. What a parser accepts must hold together: a notify's id
// fits the reply, and the reply is JSON with that id again.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "devicecore/alink.hpp"
#include "devicecore/bootstrap_messages.hpp"
#include "devicecore/json_reader.hpp"
#include "devicecore/limits.hpp"
#include "devicecore/registration.hpp"
#include "devicecore/secret_slot.hpp"

namespace {

using namespace fleetsim;
using namespace fleetsim::device;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_notify(ByteView payload) {
  const auto notify = parse_notify(payload);
  if (!notify) return;
  require(!notify->id.empty() && notify->id.size() <= limits::alink_id_bytes_max);
  require(read_message_id(payload) == notify->id);
  std::array<std::uint8_t, 256> storage{};
  TextWriter text(storage);
  put_reply(text, notify->verbatim_id, 200);
  require(!text.overflowed());
  JsonReader reply;
  require(reply.parse(text.text()));
  require(reply.verbatim(reply.find(reply.root(), "id")) == notify->verbatim_id);
  require(reply.text(reply.find(reply.root(), "code")) == "200");
}

/// A secret that is taken is one that an identity takes, or one with characters that it refuses; never an empty one.
void check_registration(ByteView payload) {
  const Identity identity = *Identity::parse_unregistered("a1TestPK001", "dev1");
  for (const SecretAnswer& answer : {parse_registration_answer(payload), parse_registration_message(payload, identity)})
    require((answer.failure == Failure::none) == !answer.secret.empty());
}

/// A token that an identity takes comes back from flash as it was.
void check_token(ByteView payload) {
  const Identity unregistered = *Identity::parse_unregistered("a1TestPK001", "dev1");
  const SecretAnswer answer = parse_token_message(payload, unregistered);
  require((answer.failure == Failure::none) == !answer.secret.empty());
  if (answer.failure != Failure::none) return;
  require(!answer.client_id.empty());
  Identity identity = unregistered;
  if (!identity.take_token(answer.client_id.view(), answer.secret.view())) return;
  std::array<std::uint8_t, limits::endpoint_slot_bytes> slot{};
  encode_secret(identity, slot);
  Identity read = unregistered;
  require(decode_secret(slot, read) && read.has_token());
  require(read.device_secret() == answer.secret.view() && read.token_client_id() == answer.client_id.view());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::vector<std::uint8_t> copy(data, data + size);  // of exactly this size: one byte too far is seen
  check_notify(copy);
  check_registration(copy);
  check_token(copy);
  if (const auto reply = parse_reply(copy)) require(JsonReader{}.parse(text_of(copy)));
  const BootstrapAnswer answer = parse_bootstrap_answer(copy);
  if (answer.failure == Failure::none) require(is_valid_host(answer.endpoint.host.view()) && answer.endpoint.port != 0);
  return 0;
}
