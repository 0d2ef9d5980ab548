// A product, four devices and whatever it takes to send them firmware by the management API.
//
//   FirmwareWorld world;
//   const std::string id = world.make("2.0.0");                      // uploaded and created
//   world.call("CreateOTAStaticUpgradeJob", world.job(id, {"dev1"}));
#pragma once

#include <array>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "api_device.hpp"
#include "api_moves.hpp"
#include "api_world.hpp"
#include "placement_world.hpp"

#include "platform-mock/core/api/text_coding.hpp"

namespace fleetsim::platform {

/// What a boundary and a text could stumble over.
inline const std::string content{"firmware\0\r\n--bytes", 18};

struct Permit {
  std::string host, key, url, policy, signature, access_key_id;
};

struct FirmwareWorld : ApiWorld {
  explicit FirmwareWorld(PlatformConfig config = api_config())
      : ApiWorld(std::move(config)), key(make_product({"dev1", "dev2", "dev3", "dev4"})) {}

  /// Without a product yet: the platform was started before.
  FirmwareWorld(PlatformConfig config, std::uint64_t starts) : ApiWorld(std::move(config), starts) {}

  Permit permit() {
    const Answer told = call("GenerateOTAUploadURL", {});
    EXPECT_TRUE(told.ok()) << told.body;
    return {told.text("Data.Host"),   told.text("Data.Key"),       told.text("Data.FirmwareUrl"),
            told.text("Data.Policy"), told.text("Data.Signature"), told.text("Data.OSSAccessKeyId")};
  }
  Answer post(const Permit& permit, const std::string& file, const std::string& more = "") {
    std::string form;
    const auto field = [&](const std::string& name, const std::string& value) {
      form += "--xYz\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    };
    field("key", permit.key);
    field("policy", permit.policy);
    field("OSSAccessKeyId", permit.access_key_id);
    field("signature", permit.signature);
    form +=
        more +
        "--xYz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"fw.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n" +
        file + "\r\n--xYz--\r\n";
    return send("POST " + permit.host.substr(permit.host.find('/', 8)) +
                " HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=xYz\r\nContent-Length: " +
                std::to_string(form.size()) + "\r\n\r\n" + form);
  }
  std::string upload(const std::string& file = content) {
    const Permit given = permit();
    EXPECT_EQ(post(given, file).status, 204);
    return given.url;
  }
  std::string digest(DigestMethod method, const std::string& of) {
    std::array<std::uint8_t, digest_bytes_max> bytes{};
    const DigestPort port = crypto.digest_port();
    return hex_of(ByteView{bytes}.first(port.compute(port.context, method, bytes_of(of), bytes)));
  }
  CallParameters firmware(const std::string& version, const std::string& url) {
    return {
        {"ProductKey", key}, {"FirmwareName", "fw " + version}, {"DestVersion", version}, {"FirmwareUrl", url}, {"NeedToVerify", "false"}};
  }
  /// Its id.
  std::string make(const std::string& version) {
    const Answer made = call("CreateOTAFirmware", firmware(version, upload(content + version)));
    EXPECT_TRUE(made.ok()) << made.body;
    return made.text("Data.FirmwareId");
  }
  CallParameters job(const std::string& firmware_id, const std::vector<std::string>& devices) {
    CallParameters parameters = {{"ProductKey", key}, {"FirmwareId", firmware_id}, {"TargetSelection", "SPECIFIC"}};
    for (std::size_t i = 0; i < devices.size(); ++i) parameters["TargetDeviceName." + std::to_string(i + 1)] = devices[i];
    return parameters;
  }
  /// From Shanghai: to one target by policy region, to several by nearest access.
  void move(const std::vector<std::string>& devices, const std::vector<std::string_view>& targets) {
    distribute(*this, key, devices, shanghai, targets);
  }
  /// An update of one device, set at an instance.
  Answer update(const std::string& device, const std::string& firmware_id, std::string_view instance) {
    return call("CreateOTAStaticUpgradeJob", joined(job(firmware_id, {device}), {{"IotInstanceId", std::string{instance}}}));
  }
  /// "dev1 NOTIFIED, dev2 QUEUED"
  std::string tasks(const std::string& job_id) {
    const Answer list = call("ListOTATaskByJob", {{"JobId", job_id}});
    std::string out;
    for (int i = 0; i < list.count("Data.SimpleOTATaskInfo"); ++i) {
      const std::string at = "Data.SimpleOTATaskInfo." + std::to_string(i) + ".";
      out += (out.empty() ? "" : ", ") + list.text(at + "DeviceName") + " " + list.text(at + "TaskStatus");
    }
    return out;
  }
  std::string inform(const std::string& name) const { return "/ota/device/inform/" + key + "/" + name; }
  std::string progress(const std::string& name) const { return "/ota/device/progress/" + key + "/" + name; }
  static std::string version(const std::string& text) { return R"({"id":"1","params":{"version":")" + text + R"("}})"; }
  Answer get(const std::string& url, const std::string& more = "") {
    return send("GET " + url.substr(url.find('/', 8)) + " HTTP/1.1\r\nHost: x\r\n" + more + "\r\n");
  }

  std::string key;
};

/// A member of a JSON text that is a string.
inline std::string member(const std::string& json, const std::string& name) {
  const std::string mark = "\"" + name + "\":\"";
  const std::size_t at = json.find(mark);
  if (at == std::string::npos) return "?";
  return json.substr(at + mark.size(), json.find('"', at + mark.size()) - at - mark.size());
}

}  // namespace fleetsim::platform
