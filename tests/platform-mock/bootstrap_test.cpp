#include "platform-mock/core/bootstrap.hpp"

#include "tests/platform-mock/placement_world.hpp"

namespace fleetsim::platform {
namespace {

struct BootstrapWorld : PlacementWorld {
  explicit BootstrapWorld(const PlatformConfig& wanted = placement_config())
      : PlacementWorld(wanted), service(config, registry, distribution) {
    std::uint16_t port = 1880;
    for (const std::string_view instance : {shanghai, singapore, virginia, frankfurt, own_enterprise, other_enterprise})
      service.advertise(at(instance), {"127.0.2." + std::to_string(port - 1879), ++port});
  }
  /// The JSON body of the answer to one POST.
  std::string post(std::string_view form, const IpAddress& peer = nowhere(), std::string_view path = "/auth/bootstrap") {
    return std::string{service.answer({HttpMethod::post, path, form}, peer, output).body};
  }
  std::string get(std::string_view path) { return std::string{service.answer({HttpMethod::get, path, {}}, nowhere(), output).body}; }
  std::string ask(std::string_view name, const IpAddress& peer = nowhere()) {
    return post("productKey=" + std::string{test_product} + "&deviceName=" + std::string{name}, peer);
  }
  BootstrapService service;
};

std::string success(std::string_view host, int port) {
  return R"({"code":200,"data":{"resources":{"mqtt":{"host":")" + std::string{host} + R"(","port":)" + std::to_string(port) +
         R"(}}},"message":"success"})";
}
const std::string shanghai_answer = success("127.0.2.1", 1881);
const std::string singapore_answer = success("127.0.2.2", 1882);
const std::string frankfurt_answer = success("127.0.2.4", 1884);
const std::string not_found = R"({"code":6100,"message":"device not found"})";

TEST(Bootstrap, AnswersTheRequestsThatDevicesInTheFieldSend) {
  BootstrapWorld world;
  // The C SDK 4.x, the 3.2 one, the "Living" one with its timestamp, and a gateway that sends the least (wire page §1.1).
  EXPECT_EQ(world.post("productKey=a1TestPK001&deviceName=dev1&clientId=a1TestPK001.dev1&resources=mqtt"), shanghai_answer);
  EXPECT_EQ(world.post("productKey=a1TestPK001,deviceName=dev1"), R"({"code":460,"message":"deviceName is missing"})");
  EXPECT_EQ(world.post("productKey=a1TestPK001&deviceName=dev1&clientId=x&timestamp=2524608000000&resources=mqtt"), shanghai_answer);
  EXPECT_EQ(world.post("productKey=a1TestPK001&deviceName=dev1"), shanghai_answer);
  EXPECT_EQ(world.post("deviceName=dev1&productKey=a1TestPK001&resources=coap,mqtt"), shanghai_answer);
  EXPECT_EQ(world.service.answered(), 4U);
}

TEST(Bootstrap, RefusesWithTheHttpStatusThatIsSet) {
  PlatformConfig config = placement_config();
  const auto status_of = [&](std::string_view form) {
    BootstrapWorld world(config);
    return world.service.answer({HttpMethod::post, "/auth/bootstrap", form}, nowhere(), world.output).status;
  };
  EXPECT_EQ(status_of("productKey=a1TestPK001&deviceName=ghost"), 200);
  config.bootstrap_error_status = 404;
  EXPECT_EQ(status_of("productKey=a1TestPK001&deviceName=ghost"), 404);
  EXPECT_EQ(status_of("deviceName=dev1"), 404);
  EXPECT_EQ(status_of("productKey=a1TestPK001&deviceName=dev1"), 200);
}

TEST(Bootstrap, TakesBareAndEncodedNames) {
  BootstrapWorld world;
  ASSERT_FALSE(world.registry.add_device(test_product, "00:1a@x", "s").has_value());
  EXPECT_EQ(world.ask("00:1a@x"), shanghai_answer);
  EXPECT_EQ(world.ask("00%3A1a%40x"), shanghai_answer);
}

TEST(Bootstrap, SaysWhyItCannot) {
  BootstrapWorld world;
  EXPECT_EQ(world.ask("ghost"), not_found);
  EXPECT_EQ(world.post("productKey=a1NoProduct&deviceName=dev1"), not_found);
  EXPECT_EQ(world.ask(std::string(1000, 'x')), not_found);
  EXPECT_EQ(world.post("deviceName=dev1"), R"({"code":460,"message":"productKey is missing"})");
  EXPECT_EQ(world.post(""), R"({"code":460,"message":"productKey is missing"})");
  EXPECT_EQ(world.post("productKey=a1TestPK001&deviceName=dev1&resources=coap"),
            R"({"code":460,"message":"resources: only mqtt is offered"})");
  EXPECT_EQ(world.service.refused(), 6U);
  EXPECT_EQ(world.output.of(PlatformEventKind::bootstrap_refused).size(), 6U);
}

TEST(Bootstrap, TheCodeForAnUnknownDeviceIsASetting) {
  PlatformConfig config = placement_config();
  config.bootstrap_error_code = 521;
  BootstrapWorld world(config);
  EXPECT_EQ(world.ask("ghost"), R"({"code":521,"message":"device not found"})");
}

TEST(Bootstrap, AnInstanceThatListensNowhereIsNotNamed) {
  BootstrapWorld world;
  world.service.advertise(world.at(shanghai), {});
  EXPECT_EQ(world.ask("dev1"), R"({"code":500,"message":"the instance has no endpoint yet"})");
  EXPECT_EQ(world.get("/auth/bootstrap/regionId/0"), R"({"code":500,"message":"the instance has no endpoint yet"})");
}

TEST(Bootstrap, FollowsPlacementAndAddress) {
  BootstrapWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  world.must_create(PlacementWorld::nearest_request({shanghai, singapore, frankfurt}, {"dev2"}));
  EXPECT_EQ(world.ask("dev1"), singapore_answer);
  EXPECT_EQ(world.ask("dev2", in_germany()), frankfurt_answer);
  EXPECT_EQ(world.ask("dev2", in_china()), shanghai_answer);
  EXPECT_EQ(world.ask("dev3", in_germany()), shanghai_answer);
  const auto told = world.output.of(PlatformEventKind::bootstrap_answered);
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[1].instance, frankfurt);
  EXPECT_EQ(told[1].region, "eu-central-1");
  EXPECT_EQ(told[1].device_name, "dev2");
  EXPECT_EQ(told[1].reason.substr(0, 32), "nearest of 3: DE -> eu-central-1");
}

std::string snapshot(const PlacementWorld& world) {
  std::string text;
  for (std::uint32_t i = 0; i < world.registry.device_count(); ++i) {
    const DeviceRecord& record = world.registry.device(DeviceIndex{i});
    text += record.name + ":" + std::to_string(record.placement.index()) + std::to_string(record.moves) + (record.activated ? "a" : "-") +
            std::to_string(static_cast<int>(record.handover_step));
    if (const auto* bound = std::get_if<Bound>(&record.placement)) text += "@" + std::to_string(bound->at.value);
    if (const auto* handover = std::get_if<Handover>(&record.placement)) text += "!" + std::to_string(handover->job.value);
    for (std::uint32_t at = 0; at < world.registry.instance_count(); ++at) {
      text += std::to_string(static_cast<int>(world.distribution.admit(DeviceIndex{i}, InstanceIndex{at}, in_germany())));
      text += world.registry.residence(DeviceIndex{i}, Place{InstanceIndex{at}, record.account}) != nullptr ? "r" : ".";
    }
    text += "\n";
  }
  return text + std::to_string(world.distribution.devices_in_handover()) + "/" + std::to_string(world.distribution.commits());
}

TEST(Bootstrap, ARequestNeverChangesState) {
  BootstrapWorld world;
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  world.must_create(PlacementWorld::nearest_request({shanghai, singapore, frankfurt}, {"dev2", "dev3"}));
  world.commit("dev3", frankfurt, in_germany());
  const std::string before = snapshot(world);
  for (const IpAddress& peer : {in_germany(), in_china(), nowhere()})
    for (const char* name : {"dev1", "dev2", "dev3", "dev4", "ghost"}) world.ask(name, peer);
  world.get("/auth/bootstrap/regionId/3");
  EXPECT_EQ(snapshot(world), before);
}

TEST(Bootstrap, RealisticNamesCarryTheProductKey) {
  BootstrapWorld world;
  world.service.advertise(world.at(shanghai), {"{pk}.iot-as-mqtt.cn-shanghai.aliyuncs.com", 1883});
  EXPECT_EQ(world.ask("dev1"), success("a1TestPK001.iot-as-mqtt.cn-shanghai.aliyuncs.com", 1883));
  EXPECT_EQ(world.get("/auth/bootstrap/regionId/0"), success("public.iot-as-mqtt.cn-shanghai.aliyuncs.com", 1883));
}

TEST(Bootstrap, TheRegionFormNamesTheRegionsPublicInstance) {
  BootstrapWorld world;
  EXPECT_EQ(world.get("/auth/bootstrap/regionId/1"), singapore_answer);
  EXPECT_EQ(world.get("/auth/bootstrap/regionId/4"), frankfurt_answer);
  EXPECT_EQ(world.get("/auth/bootstrap/regionId/2"), R"({"code":460,"message":"the region has no public instance"})")
      << "there is an enterprise instance in Tokyo, which is nobody's by default";
  for (const char* number : {"21", "99999999999", "", "x", "-1", "1/2"})
    EXPECT_EQ(world.get("/auth/bootstrap/regionId/" + std::string{number}), R"({"code":460,"message":"there is no region of this number"})")
        << number;
}

TEST(Bootstrap, OtherPathsAndMethodsAreTurnedAway) {
  BootstrapWorld world;
  const auto status = [&](HttpMethod method, std::string_view target) {
    return world.service.answer({method, target, "productKey=a1TestPK001&deviceName=dev1"}, nowhere(), world.output).status;
  };
  EXPECT_EQ(status(HttpMethod::post, "/"), 404);
  EXPECT_EQ(status(HttpMethod::post, "/auth/bootstrapx"), 404);
  EXPECT_EQ(status(HttpMethod::get, "/auth/bootstrap/other/3"), 404);
  EXPECT_EQ(status(HttpMethod::get, "/auth/bootstrap"), 405);
  EXPECT_EQ(status(HttpMethod::head, "/auth/bootstrap"), 405);
  EXPECT_EQ(status(HttpMethod::other, "/auth/bootstrap"), 405);
  EXPECT_EQ(status(HttpMethod::post, "/auth/bootstrap/regionId/3"), 405);
  EXPECT_EQ(status(HttpMethod::post, "/auth/bootstrap?x=1"), 200);
  EXPECT_EQ(world.service.answer({HttpMethod::get, "/auth/bootstrap", {}}, nowhere(), world.output).allow, "POST");
}

// The C SDK gives up on a header line above 128 bytes, on other cases of "Content-Length: " and on chunks (wire page §1.3).
TEST(Bootstrap, TheWholeAnswerIsWhatTheCSdkCanRead) {
  BootstrapWorld world;
  HttpConnection connection = world.service.accept(Instant{});
  const auto step = world.service.received(connection, nowhere(),
                                           bytes_of("POST /auth/bootstrap HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 38\r\n\r\n"
                                                    "productKey=a1TestPK001&deviceName=dev1"),
                                           Instant{}, world.output);
  const std::string answer{text_of(step.bytes)};
  EXPECT_EQ(answer, "HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\nContent-Length: 95\r\n\r\n" + shanghai_answer);
  EXPECT_FALSE(step.close);
  EXPECT_EQ(shanghai_answer.find(": "), std::string::npos);
}

TEST(Bootstrap, AViolationIsToldOnceWithoutWhatThePeerSent) {
  BootstrapWorld world;
  HttpConnection connection = world.service.accept(Instant{});
  const auto step = world.service.received(connection, nowhere(), bytes_of("\x16\x03\x01secret\r\n\r\n"), Instant{}, world.output);
  EXPECT_TRUE(step.close);
  EXPECT_EQ(text_of(step.bytes).substr(0, 24), "HTTP/1.1 400 Bad Request");
  world.service.received(connection, nowhere(), bytes_of("more"), Instant{}, world.output);
  const auto told = world.output.of(PlatformEventKind::protocol_violation);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].reason, "HTTP request is malformed");
}

TEST(Bootstrap, ASlowLorisIsShownOut) {
  BootstrapWorld world;
  HttpConnection connection = world.service.accept(Instant{});
  world.service.received(connection, nowhere(), bytes_of("POST /auth"), Instant{}, world.output);
  ASSERT_EQ(connection.deadline(), Instant{} + world.config.limits.http_request_timeout);
  const auto step = world.service.expired(connection, nowhere(), world.output);
  EXPECT_TRUE(step.close);
  EXPECT_EQ(text_of(step.bytes).substr(0, 12), "HTTP/1.1 408");
  EXPECT_EQ(world.output.of(PlatformEventKind::protocol_violation).size(), 1U);
}

TEST(Bootstrap, NoAnswerHasASecret) {
  PlatformConfig config = placement_config();
  config.products[0].devices[0].secret = "TheDeviceSecret";
  config.products[0].secret = "TheProductSecret";
  BootstrapWorld world(config);
  world.must_create(PlacementWorld::region_request(singapore, {"dev1"}));
  std::string all = world.ask("dev1") + world.ask("ghost") + world.get("/auth/bootstrap/regionId/0");
  for (const RecordedEvent& event : world.output.events) all += event.reason + event.device_name + event.product_key;
  EXPECT_EQ(all.find("Secret"), std::string::npos);
}

}  // namespace
}  // namespace fleetsim::platform
