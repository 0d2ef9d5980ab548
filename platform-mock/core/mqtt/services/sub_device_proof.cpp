#include "platform-mock/core/mqtt/services/sub_device_proof.hpp"

#include "platform-mock/core/mqtt/services/params_tree.hpp"

namespace fleetsim::platform::mqtt {

bool proves_sub_device(const ServiceWorld& world, DeviceIndex sub_device, const boost::json::value& entry) {
  ClientIdFields fields;
  fields.id = text_in(entry, "clientId");
  // Both spellings are in use: signmethod in thing/topo/add, signMethod in combine/login.
  fields.sign_method = text_in(entry, "signmethod");
  if (fields.sign_method.empty()) fields.sign_method = text_in(entry, "signMethod");
  if (fields.id.size() > client_id_bytes_max) return false;
  if (const std::string_view timestamp = text_in(entry, "timestamp"); !timestamp.empty()) fields.timestamp = timestamp;
  if (fields.timestamp && fields.timestamp->size() > timestamp_bytes_max) return false;
  return signature_matches(world.hmac, fields, names_of(world.registry, sub_device), world.registry.device(sub_device).secret,
                           bytes_of(text_in(entry, "sign")));
}

}  // namespace fleetsim::platform::mqtt
