// The names of the listeners: loopback and realistic, for devices, certificates and hosts maps.
#include <algorithm>
#include <gtest/gtest.h>

#include "server_fixture.hpp"

#include "platform-mock/core/endpoint_names.hpp"

namespace fleetsim::platform {
namespace {

BoundAddresses bound() { return {.instances = {"127.0.21.1", "127.0.21.2", "127.0.21.3"}, .bootstrap = "127.0.21.9", .management = {}}; }

EndpointNames realistic() {
  PlatformConfig config = three_instances();
  config.names = AdvertisedNames::realistic;
  return {config, bound()};
}

bool contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

TEST(EndpointNames, LoopbackNamesAreTheAddresses) {
  const EndpointNames names(three_instances(), bound());
  EXPECT_EQ(names.instance_host(1), "127.0.21.2");
  EXPECT_EQ(names.bootstrap_host(), "127.0.21.9");
  EXPECT_TRUE(names.hosts_map().empty());
  EXPECT_EQ(names.address_of("127.0.21.2"), "127.0.21.2");
}

TEST(EndpointNames, RealisticNamesAreThoseOfTheField) {
  const EndpointNames names = realistic();
  EXPECT_EQ(names.instance_host(0), "{pk}.iot-as-mqtt.cn-shanghai.aliyuncs.com");
  EXPECT_EQ(names.instance_host(2), "iot-060a0b.mqtt.iothub.aliyuncs.com");
  EXPECT_EQ(names.bootstrap_host(), "iot-auth-global.aliyuncs.com");
}

TEST(EndpointNames, TheHostsMapHasEachProductAtEachPublicInstance) {
  const std::vector<std::pair<std::string, std::string>> expected = {{"iot-auth-global.aliyuncs.com", "127.0.21.9"},
                                                                     {"public.iot-as-mqtt.cn-shanghai.aliyuncs.com", "127.0.21.1"},
                                                                     {"a1TestPK001.iot-as-mqtt.cn-shanghai.aliyuncs.com", "127.0.21.1"},
                                                                     {"public.iot-as-mqtt.ap-southeast-1.aliyuncs.com", "127.0.21.2"},
                                                                     {"a1TestPK001.iot-as-mqtt.ap-southeast-1.aliyuncs.com", "127.0.21.2"},
                                                                     {"iot-060a0b.mqtt.iothub.aliyuncs.com", "127.0.21.3"}};
  EXPECT_EQ(realistic().hosts_map(), expected);
}

TEST(EndpointNames, FindsTheAddressOfAnyProductsName) {
  const EndpointNames names = realistic();
  EXPECT_EQ(names.address_of("a1Other.iot-as-mqtt.ap-southeast-1.aliyuncs.com"), "127.0.21.2");
  EXPECT_EQ(names.address_of("iot-auth-global.aliyuncs.com"), "127.0.21.9");
  EXPECT_EQ(names.address_of("iot-060a0b.mqtt.iothub.aliyuncs.com"), "127.0.21.3");
  EXPECT_EQ(names.address_of("a.b.iot-as-mqtt.ap-southeast-1.aliyuncs.com"), std::nullopt);
  EXPECT_EQ(names.address_of(".iot-as-mqtt.ap-southeast-1.aliyuncs.com"), std::nullopt);
  EXPECT_EQ(names.address_of("a1Other.iot-as-mqtt.eu-central-1.aliyuncs.com"), std::nullopt);
}

TEST(EndpointNames, TheCertificateStandsForAllOfThem) {
  const CertificateNames names = realistic().certificate_names();
  EXPECT_TRUE(contains(names.dns, "localhost"));
  EXPECT_TRUE(contains(names.dns, "*.iot-as-mqtt.ap-southeast-1.aliyuncs.com"));
  EXPECT_TRUE(contains(names.dns, "*.mqtt.iothub.aliyuncs.com"));
  EXPECT_TRUE(contains(names.dns, "iot-auth-global.aliyuncs.com"));
  for (const char* address : {"127.0.0.1", "127.0.21.1", "127.0.21.2", "127.0.21.3", "127.0.21.9"})
    EXPECT_TRUE(contains(names.addresses, address)) << address;
}

TEST(EndpointNames, AListenerOnAllAddressesIsReachedAtLoopback) {
  const EndpointNames names(three_instances(), {.instances = {"0.0.0.0", "::", "127.0.21.3"}, .bootstrap = "0.0.0.0", .management = {}});
  EXPECT_EQ(names.instance_host(0), "127.0.0.1");
  EXPECT_EQ(names.instance_host(1), "::1");
  EXPECT_EQ(names.bootstrap_host(), "127.0.0.1");
}

}  // namespace
}  // namespace fleetsim::platform
