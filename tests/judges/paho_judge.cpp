// Paho MQTT C++ as one device, nothing of the project in it: connects, subscribes, publishes QoS 1, prints the answer.
// usage: paho_judge URI CLIENT_ID USERNAME PASSWORD POST_TOPIC REPLY_TOPIC CA_FILE
#include <chrono>
#include <iostream>
#include <mqtt/async_client.h>
#include <string>
#include <vector>

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv, argv + argc);
  if (args.size() != 8) return 2;
  const auto deadline = std::chrono::seconds{20};
  try {
    mqtt::async_client client(args[1], args[2]);
    client.start_consuming();
    auto options = mqtt::connect_options_builder().mqtt_version(MQTTVERSION_3_1_1).user_name(args[3]).password(args[4]);
    options.keep_alive_interval(std::chrono::seconds{60}).clean_session(true);
    if (args[1].rfind("ssl://", 0) == 0) {
      options.ssl(mqtt::ssl_options_builder().trust_store(args[7]).enable_server_cert_auth(true).finalize());
    }
    if (!client.connect(options.finalize())->wait_for(deadline)) return 3;
    if (!client.subscribe(args[6], 1)->wait_for(deadline)) return 4;
    if (!client.publish(args[5], R"({"id":"77","version":"1.0","params":{"power":1},"method":"thing.event.property.post"})", 1, false)
             ->wait_for(deadline)) {
      return 5;
    }
    mqtt::const_message_ptr answer;
    if (!client.try_consume_message_for(&answer, deadline) || !answer) return 6;
    std::cout << answer->get_payload_str() << '\n';
    return client.disconnect()->wait_for(deadline) ? 0 : 7;
  } catch (const mqtt::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
