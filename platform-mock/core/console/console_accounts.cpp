// Accounts: who is signed in, the inbox that stands for the recipient's phone, codes, firmware files.
#include <boost/json/array.hpp>

#include "platform-mock/core/console/console_operations.hpp"

namespace fleetsim::platform::console {
namespace {

boost::json::object account_json(const ConsoleCall& call, AccountIndex account) {
  return {{"id", call.account_id(account)}, {"name", call.registry().account(account).name}};
}

}  // namespace

ConsoleResult who_am_i(ConsoleCall& call) { return ConsoleContent{.json = account_json(call, call.account)}; }

ConsoleResult read_inbox(ConsoleCall& call) {
  boost::json::array messages;
  for (const InboxMessage& message : call.platform.distribution().codes().inbox(call.account))
    messages.push_back(boost::json::object{{"from", account_json(call, message.from)},
                                           {"verification_code", message.code},
                                           {"sent_ms", call.unix_ms(message.sent)},
                                           {"expires_ms", call.unix_ms(message.expires)}});
  return ConsoleContent{.json = {{"messages", std::move(messages)}}};
}

ConsoleResult send_code(ConsoleCall& call) {
  JsonFields fields(call.body, "");
  const auto recipient = target_account(call, fields);
  if (auto wrong = fields.finish()) return fail(std::move(*wrong));
  if (!recipient) return fail(recipient.error());
  call.platform.distribution().codes().send(call.account, *recipient, call.now);
  const Instant expires = call.now + call.config.limits.verification_code_lifetime;
  return ConsoleContent{.status = 201, .json = {{"sent_to", account_json(call, *recipient)}, {"expires_ms", call.unix_ms(expires)}}};
}

ConsoleResult hand_over_firmware(ConsoleCall& call) {
  JsonFields fields(call.body, "");
  const auto recipient = target_account(call, fields);
  const std::string file = fields.text("file");
  if (auto wrong = fields.finish()) return fail(std::move(*wrong));
  if (!recipient) return fail(recipient.error());
  FirmwareGrants& grants = call.platform.distribution().firmware_grants();
  if (!grants.hand_over(call.account, *recipient, file))
    return fail(grants.full() ? refuse({"iot.system.IllegalRequest", "too many firmware files are handed over", LimitKind::firmware_grants})
                              : bad_parameter("file must be the digest of a firmware, 1 to 128 characters"));
  return ConsoleContent{.status = 201, .json = {{"file", file}, {"handed_to", account_json(call, *recipient)}}};
}

}  // namespace fleetsim::platform::console
