// What is known of a product beside its name and key. This is the part that a distribution copies to other places, where it can be read
// and not changed: information, topic categories, features (TSL), parsing script.
//
//   ProductData data;
//   data.node_type = NodeType::gateway;
//   data.topics.push_back({"/${productKey}/${deviceName}/user/update", TopicOperation::publish, "news of the device"});
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fleetsim::platform {

enum class NodeType : std::uint8_t { device, gateway };
enum class DataFormat : std::uint8_t { custom, alink_json };
enum class AuthType : std::uint8_t { secret, id2, x509 };
enum class TopicOperation : std::uint8_t { publish, subscribe, both };
/// Whether devices may fetch their secret with the product's secret.
enum class DynamicRegistration : std::uint8_t { off, on };

struct TopicCategory {
  std::string topic;  // "/${productKey}/${deviceName}/user/update"
  TopicOperation operation = TopicOperation::publish;
  std::string description;
  std::uint32_t id = 0;  // within its product; 0: it has none yet
};

struct ProductData {
  NodeType node_type = NodeType::device;
  DataFormat data_format = DataFormat::alink_json;
  AuthType auth_type = AuthType::secret;
  DynamicRegistration dynamic_registration = DynamicRegistration::off;
  std::string description;
  std::vector<TopicCategory> topics;
  std::string tsl;             // JSON text; stored as it was given
  std::string parsing_script;  // stored, not run
};

}  // namespace fleetsim::platform
