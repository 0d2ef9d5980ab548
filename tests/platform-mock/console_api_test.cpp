// The console's API: each operation, and what it refuses.
#include <fstream>
#include <iterator>
#include <set>

#include "tests/platform-mock/console_world.hpp"

namespace fleetsim::platform {
namespace {

constexpr std::string_view to_singapore = R"({"product":"a1TestPK001","source":{"instance":"iotx-oxssharez200"},
  "targets":[{"instance":"iotx-oxssharez400"}],"devices":["dev1","ghost"]})";

std::string cross_body(const std::string& code, const std::string& more = {}) {
  return R"({"method":"cross_account","target_account_name":"others","verification_code":")" + code +
         R"(","product":"a1TestPK001","source":{"region":"cn-shanghai","instance":"iotx-oxssharez200"},)" +
         R"("targets":[{"region":"ap-southeast-1"}],"devices":["dev1"])" + more + "}";
}

TEST(Console, AsksForAnAccountAndKnowsItsPaths) {
  ConsoleWorld world;
  EXPECT_EQ(world.get("", "/account").status, 401U);
  EXPECT_EQ(world.get("nobody", "/jobs").status, 401U);
  EXPECT_EQ(world.get(makers, "/account").text("/name"), "makers");
  EXPECT_EQ(world.get(makers, "/nothing").status, 404U);
  EXPECT_EQ(world.get(makers, "/account/").status, 404U);
  EXPECT_EQ(world.ask(makers, "DELETE", "/jobs").status, 405U);
}

TEST(Console, BodiesThatAreNoneAreRefusedWithWhatIsWrong) {
  ConsoleWorld world;
  const auto message = [&](std::string_view body) {
    const Answered answer = world.post(makers, "/jobs", body);
    EXPECT_EQ(answer.status, 400U) << body;
    return answer.text("/message");
  };
  EXPECT_EQ(message(""), "the body must be a JSON object");
  EXPECT_EQ(message("[]"), "the body must be a JSON object");
  EXPECT_EQ(message(R"({"a":[[[[[[[[[[1]]]]]]]]]]})"), "the body must be a JSON object") << "too deep";
  EXPECT_EQ(message(R"({})"), "source must be an object with the source's instance");
  EXPECT_EQ(message(R"({"product":1})"), "product must be a text");
  EXPECT_EQ(message(R"({"policy":"best","source":{}})"), "policy must be region or nearest_access");
  EXPECT_EQ(message(R"({"source":{},"device":[]})"), "device is unknown");
  EXPECT_EQ(message(R"({"product":"p","source":{"id":"x"}})"), "source.id is unknown");
  EXPECT_EQ(message(R"({"product":"p","source":{},"targets":[1]})"), "targets[0] must be an object");
  EXPECT_EQ(message(R"({"product":"p","source":{},"devices":["dev1",2]})"), "devices[1] must be a text");
  EXPECT_EQ(message(R"({"product":"p","source":{},"devices":[],"device_list":""})"),
            "devices must be left out where there is a device_list");
}

TEST(ConsoleJobs, AreCreatedListedShownAndRecorded) {
  ConsoleWorld world;
  world.api.set_unix_epoch_ms(1'000'000);
  world.now = moment(2s);
  const Answered created = world.post(makers, "/jobs", to_singapore);
  ASSERT_EQ(created.status, 201U) << created.body;
  EXPECT_EQ(created.text("/state"), "distributed");
  EXPECT_EQ(created.text("/targets/0/region"), "ap-southeast-1");
  EXPECT_EQ(created.number("/devices/handed_over"), 1);
  EXPECT_EQ(created.number("/devices/failed"), 1);
  EXPECT_EQ(created.number("/created_ms"), 1'002'000);
  const std::string id = created.text("/id");
  EXPECT_EQ(world.get(makers, "/jobs/" + id).body, created.body);
  const Answered record = world.get(makers, "/jobs/" + id + "/record");
  EXPECT_EQ(record.content_type, "text/csv; charset=utf-8");
  EXPECT_EQ(record.body, "DeviceName,Code,Message\r\ndev1,200,\r\nghost,6100,there is no such device\r\n");
  EXPECT_EQ(world.get(makers, "/jobs").number("/total"), 1);
  EXPECT_EQ(world.get(makers, "/jobs?state=failed").number("/total"), 0);
}

TEST(ConsoleJobs, OfAnotherAccountAreNone) {
  ConsoleWorld world;
  const std::string id = world.post(makers, "/jobs", to_singapore).text("/id");
  EXPECT_EQ(world.get(others, "/jobs").number("/total"), 0);
  for (const std::string path : {"", "/record"}) EXPECT_EQ(world.get(others, "/jobs/" + id + path).status, 404U) << path;
  for (const std::string path : {"/retry", "/delete"}) EXPECT_EQ(world.post(others, "/jobs/" + id + path).status, 404U) << path;
  EXPECT_EQ(world.get(makers, "/jobs/" + id).status, 200U);
}

TEST(ConsoleJobs, ArePaged) {
  ConsoleWorld world;
  for (int i = 0; i < 5; ++i) ASSERT_EQ(world.post(makers, "/jobs", to_singapore).status, 201U);
  const Answered second = world.get(makers, "/jobs?page=2&page_size=2");
  EXPECT_EQ(second.number("/total"), 5);
  EXPECT_EQ(second.at("/jobs").as_array().size(), 2U);
  EXPECT_EQ(world.get(makers, "/jobs?page=3&page_size=2").at("/jobs").as_array().size(), 1U);
  for (const std::string query : {"page=0", "page=x", "page_size=0", "page_size=201", "page=99999999999999999999"})
    EXPECT_EQ(world.get(makers, "/jobs?" + query).text("/code"), "iot.common.InvalidPageParams") << query;
}

TEST(ConsoleJobs, CrossAccountsWithACodeFromTheInbox) {
  ConsoleWorld world;
  EXPECT_EQ(world.post(makers, "/jobs", cross_body("")).text("/code"), "iot.check.InvalidFormattedParameter");
  EXPECT_EQ(world.post(makers, "/jobs", cross_body("123456")).status, 409U) << "none was sent";
  const std::string code = world.code();
  EXPECT_EQ(world.post(makers, "/jobs", cross_body(code, R"(,"policy":"nearest_access")")).status, 400U);
  const Answered created = world.post(makers, "/jobs", cross_body(code));
  ASSERT_EQ(created.status, 201U) << created.body;
  EXPECT_EQ(created.text("/target_account"), others);
  EXPECT_EQ(created.text("/targets/0/instance"), singapore) << "the public instance by default";
  EXPECT_EQ(created.body.find(code), std::string::npos);
  EXPECT_EQ(world.post(makers, "/jobs", cross_body(code)).status, 409U) << "used";
  EXPECT_TRUE(world.get(makers, "/inbox").at("/messages").as_array().empty());
}

TEST(ConsoleJobs, TakeTheirDevicesFromAFile) {
  ConsoleWorld world;
  EXPECT_EQ(world.get(makers, "/device-lists/template").body, "DeviceName\r\n");
  const Answered read = world.post(makers, "/device-lists", "DeviceName\r\ndev1\r\ndev2\r\n");
  EXPECT_EQ(boost::json::serialize(read.at("/devices")), R"(["dev1","dev2"])");
  const std::string body = R"({"product":"a1TestPK001","source":{"instance":"iotx-oxssharez200"},)"
                           R"("targets":[{"instance":"iotx-oxssharez400"}],"device_list":)";
  EXPECT_EQ(world.post(makers, "/jobs", body + R"("DeviceName\ndev1\ndev2\n"})").number("/devices/handed_over"), 2);
  const Answered bad = world.post(makers, "/jobs", body + R"("DeviceName\ndev3\ndev3\n?\n"})");
  EXPECT_EQ(bad.status, 400U);
  EXPECT_EQ(bad.at("/problems").as_array().size(), 2U);
  EXPECT_EQ(bad.number("/problems/0/line"), 3);
  EXPECT_EQ(world.post(makers, "/device-lists", std::string(5 * 1024 * 1024, 'x')).text("/problems/0/message"),
            "the file has 5242880 bytes; at most 1048576");
}

TEST(ConsoleJobs, FailOnDemandAndAreRetriedAndDeleted) {
  ConsoleWorld world;
  EXPECT_EQ(world.post(makers, "/job-faults", R"({"fault":"rain","before_device":0})").status, 400U);
  ASSERT_EQ(world.post(makers, "/job-faults", R"({"fault":"jitter","before_device":0})").status, 201U);
  const Answered failed = world.post(makers, "/jobs", to_singapore);
  EXPECT_EQ(failed.text("/state"), "failed");
  EXPECT_EQ(failed.number("/devices/waiting"), 2);
  EXPECT_FALSE(failed.at("/stuck").as_bool());
  const std::string path = "/jobs/" + failed.text("/id");
  EXPECT_EQ(world.post(makers, path + "/retry").text("/state"), "distributed");
  EXPECT_EQ(world.post(makers, path + "/retry").status, 409U);
  EXPECT_EQ(world.post(makers, path + "/delete").status, 200U);
  EXPECT_EQ(world.get(makers, path).status, 404U);
}

TEST(ConsoleJobs, ThatGoOnOnlyWhenTheyAreRetriedAreStuck) {
  ConsoleWorld world;
  ASSERT_EQ(world.post(makers, "/job-faults", R"({"fault":"stall","before_device":1})").status, 201U);
  const Answered stuck = world.post(makers, "/jobs", to_singapore);
  EXPECT_EQ(stuck.text("/state"), "distributing");
  EXPECT_TRUE(stuck.at("/stuck").as_bool());
}

TEST(ConsoleJobs, UnderWayCannotBeDeletedAndGoOnWithTime) {
  PlatformConfig config = placement_config();
  config.limits.devices_per_batch = 1;
  config.limits.job_batch_interval = 1s;
  ConsoleWorld world(config);
  const Answered created = world.post(makers, "/jobs", to_singapore);
  EXPECT_EQ(created.text("/state"), "distributing");
  const std::string path = "/jobs/" + created.text("/id");
  EXPECT_NE(world.post(makers, path + "/delete").text("/message").find("cannot be cancelled"), std::string::npos);
  EXPECT_EQ(world.platform.next_deadline(), moment(1s));
  world.platform.advance(moment(1s), world.output);
  EXPECT_EQ(world.get(makers, path).text("/state"), "distributed");
}

TEST(ConsoleProducts, AreSeenWhereTheyWereSentAndReadOnlyThere) {
  ConsoleWorld world;
  world.platform.registry().product_data(*world.platform.registry().find_product(test_product)).tsl = "{}";
  EXPECT_TRUE(world.get(others, "/products").at("/products").as_array().empty());
  EXPECT_EQ(world.get(others, "/products/a1TestPK001").status, 404U);
  ASSERT_EQ(world.post(makers, "/jobs", cross_body(world.code())).status, 201U);
  const Answered seen = world.get(others, "/products/a1TestPK001");
  EXPECT_TRUE(seen.at("/read_only").as_bool());
  EXPECT_EQ(seen.text("/tsl"), "{}");
  EXPECT_EQ(seen.text("/owner"), makers);
  EXPECT_EQ(world.get(others, "/products/a1TestPK001?instance=iotx-oxssharez200").status, 404U) << "it is not there for them";
  EXPECT_FALSE(world.get(makers, "/products/a1TestPK001").at("/read_only").as_bool());
  EXPECT_EQ(world.get(others, "/products").number("/total"), 1);
  EXPECT_TRUE(world.get(others, "/products?page=2").at("/products").as_array().empty());
}

TEST(ConsoleProducts, ListTheDevicesThatResideThere) {
  ConsoleWorld world;
  const Answered all = world.get(makers, "/products/a1TestPK001/devices?page_size=3&page=2");
  EXPECT_EQ(all.number("/total"), 8);
  EXPECT_EQ(all.text("/devices/0/device"), "dev4");
  ASSERT_EQ(world.post(makers, "/jobs", cross_body(world.code())).status, 201U);
  EXPECT_EQ(world.get(makers, "/products/a1TestPK001/devices").number("/total"), 7) << "at its target from its handover on";
  EXPECT_EQ(world.get(makers, "/products/a1TestPK001/devices").text("/devices/0/device"), "dev2");
  EXPECT_EQ(world.get(others, "/products/a1TestPK001/devices").text("/devices/0/device"), "dev1");
  EXPECT_TRUE(world.get(others, "/products/a1TestPK001/devices").at("/devices/0/in_handover").as_bool());
  EXPECT_EQ(world.post(makers, "/products/a1TestPK001/devices/dev1/authorize", R"({"target_account":"198001"})").status, 404U);
  world.platform.distribution().commit(world.device("dev1"), *world.platform.registry().find_instance(singapore), nowhere(), world.output);
  EXPECT_EQ(world.get(makers, "/products/a1TestPK001/devices").number("/total"), 7);
  EXPECT_EQ(world.get(others, "/products/a1TestPK001/devices").number("/total"), 1);
}

TEST(ConsoleProducts, DevicesAreAuthorizedTransferredAndTakenBack) {
  ConsoleWorld world;
  const std::string path = "/products/a1TestPK001/devices/dev2";
  const std::string with = R"({"target_account":"198001"})";
  EXPECT_EQ(world.post(others, path + "/authorize", R"({"target_account":"198000"})").status, 404U) << "not theirs";
  for (const std::string kind : {"authorize", "transfer"}) {
    EXPECT_EQ(world.post(makers, path + "/" + kind, with).text("/shared_with"), others);
    EXPECT_EQ(world.post(makers, "/jobs", to_singapore).status, 409U) << kind;
    EXPECT_EQ(world.post(makers, path + "/" + kind, with).status, 409U) << "already";
    EXPECT_EQ(world.post(makers, path + "/unshare").status, 200U);
    EXPECT_EQ(world.post(makers, path + "/unshare").status, 409U);
  }
  EXPECT_EQ(world.post(makers, "/products/a1TestPK001/devices/none/transfer", with).status, 404U);
  EXPECT_EQ(world.post(makers, "/jobs", to_singapore).status, 201U);
}

TEST(ConsoleFirmware, IsHandedFromAccountToAccount) {
  ConsoleWorld world;
  EXPECT_EQ(world.post(makers, "/firmware-grants", R"({"target_account":"198001","file":""})").status, 400U);
  EXPECT_EQ(world.post(makers, "/firmware-grants", R"({"target_account":"198001","file":"abc"})").status, 201U);
  const Registry& registry = world.platform.registry();
  EXPECT_TRUE(world.platform.distribution().firmware_grants().has(*registry.find_account(makers), *registry.find_account(others), "abc"));
}

TEST(ConsoleText, ThatIsNotUtf8OrLooksLikeSqlStaysText) {
  ConsoleWorld world;
  EXPECT_EQ(world.get(makers, "/jobs/%ff%fe").status, 400U);
  EXPECT_EQ(world.get(makers, "/products/a%27;DROP%20TABLE%20device").status, 404U);
  EXPECT_EQ(world.get(makers, "/products/a1TestPK00%31").status, 200U) << "percent-encoded";
}

/// Keeps the bytes that a connection is sent.
class SentBytes final : public Output {
 public:
  void send(ConnectionId, ByteView bytes) override { text.append(bytes.begin(), bytes.end()); }
  void close(ConnectionId, CloseMode) override {}
  void event(const PlatformEvent&) override {}
  std::string text;
};

TEST(ConsolePart, IsServedAtTheManagementEndpointToTheAccountOfTheHeader) {
  ConsoleWorld world;
  const auto answered = [&](const std::string& request) {
    SentBytes sent;
    const ConnectionId connection = world.platform.accept_management({.address = nowhere(), .tls = false}, world.now, sent);
    world.platform.received(connection, bytes_of(request), world.now, sent);
    return sent.text;
  };
  const std::string good = answered("GET /console/api/account HTTP/1.1\r\nHost: x\r\nX-Fleetsim-Account: 198000\r\n\r\n");
  EXPECT_EQ(good.substr(0, 12), "HTTP/1.1 200") << good;
  EXPECT_NE(good.find(R"("name":"makers")"), std::string::npos) << good;
  EXPECT_EQ(answered("GET /console/api/account HTTP/1.1\r\nHost: x\r\n\r\n").substr(0, 12), "HTTP/1.1 401");
  const std::string unknown = answered("GET /console/api/account HTTP/1.1\r\nHost: x\r\nX-Fleetsim-Account: 7\"\r\n\r\n");
  EXPECT_NE(unknown.find(R"("message":"there is no account \"7\"\"")"), std::string::npos) << unknown;
  EXPECT_EQ(answered("PUT /console/api/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").substr(0, 12), "HTTP/1.1 405");
}

/// "POST /jobs/{job}/retry, json": what is described, and what is served.
std::set<std::string> described_operations(const boost::json::object& paths) {
  std::set<std::string> described;
  for (const auto& [path, methods] : paths) {
    for (const auto& [method, operation] : methods.as_object()) {
      std::string line;
      for (const char c : std::string_view{method}) line.push_back(static_cast<char>(c - 'a' + 'A'));
      line.append(" ").append(path);
      const boost::json::value* const body = operation.as_object().if_contains("requestBody");
      if (body != nullptr) line.append(body->at("content").as_object().contains("text/csv") ? ", csv" : ", json");
      described.insert(line);
    }
  }
  return described;
}

std::set<std::string> served_operations() {
  std::set<std::string> served;
  for (const ConsoleApi::Operation& operation : ConsoleApi::operations()) {
    std::string line = std::string{operation.method} + " " + std::string{operation.path};
    if (operation.body == ConsoleBody::json) line += ", json";
    if (operation.body == ConsoleBody::csv) line += ", csv";
    served.insert(line);
  }
  return served;
}

/// The names in `{…}`.
std::set<std::string> names_in(std::string_view path) {
  std::set<std::string> names;
  for (std::size_t at = path.find('{'); at != std::string_view::npos; at = path.find('{', at + 1))
    names.emplace(path.substr(at + 1, path.find('}', at) - at - 1));
  return names;
}

boost::json::object console_description() {
  std::ifstream file(FLEETSIM_CONSOLE_DESCRIPTION);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return boost::json::parse(text).as_object();
}

TEST(ConsoleDescription, NamesEveryOperationWithItsBodyAndNoOther) {
  const boost::json::object description = console_description();
  EXPECT_EQ(description.at("openapi").as_string(), "3.1.0");
  EXPECT_EQ(description.at("servers").at(0).at("url").as_string(), console_path_prefix);
  EXPECT_EQ(described_operations(description.at("paths").as_object()), served_operations());
}

TEST(ConsoleDescription, SaysOfEachOperationWhatItNeedsAndHowItRefuses) {
  std::set<std::string> ids;
  const boost::json::object description = console_description();
  for (const auto& [path, methods] : description.at("paths").as_object()) {
    for (const auto& [method, value] : methods.as_object()) {
      const boost::json::object& operation = value.as_object();
      EXPECT_TRUE(ids.emplace(std::string_view{operation.at("operationId").as_string()}).second) << path;
      std::set<std::string> named;
      if (const auto* const parameters = operation.if_contains("parameters"))
        for (const boost::json::value& parameter : parameters->as_array())
          if (parameter.at("in").as_string() == "path") named.emplace(std::string_view{parameter.at("name").as_string()});
      EXPECT_EQ(named, names_in(path)) << path;
      const boost::json::object& responses = operation.at("responses").as_object();
      EXPECT_TRUE(responses.contains("200") || responses.contains("201")) << path;
      EXPECT_TRUE(responses.contains("401")) << path;
      EXPECT_EQ(responses.contains("413"), operation.contains("requestBody")) << path;
    }
  }
}

std::vector<std::string> levels_of(std::string_view path) {
  std::vector<std::string> levels{""};
  for (const char c : path) {
    if (c == '/') {
      levels.emplace_back();
    } else {
      levels.back().push_back(c);
    }
  }
  return levels;
}

/// The first row that a path fits is the one that answers: `{…}` in it must not take what a later row spells out.
bool hides(const ConsoleApi::Operation& earlier, const ConsoleApi::Operation& later) {
  const std::vector<std::string> pattern = levels_of(earlier.path);
  const std::vector<std::string> wanted = levels_of(later.path);
  if (earlier.method != later.method || pattern.size() != wanted.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (pattern[i] != wanted[i] && !pattern[i].starts_with("{")) return false;
  return true;
}

TEST(ConsoleDescription, NoOperationHidesOneBehindIt) {
  const auto operations = ConsoleApi::operations();
  for (std::size_t later = 1; later < operations.size(); ++later)
    for (std::size_t earlier = 0; earlier < later; ++earlier)
      EXPECT_FALSE(hides(operations[earlier], operations[later]))
          << operations[earlier].path << " is answered instead of " << operations[later].path;
  EXPECT_TRUE(hides({"GET", "/jobs/{job}"}, {"GET", "/jobs/newest"}));
  EXPECT_FALSE(hides({"GET", "/jobs/newest"}, {"GET", "/jobs/{job}"}));
}

}  // namespace
}  // namespace fleetsim::platform
