// A platform's management API, asked by the controller: signed requests, answers as JSON objects, the platform's own errors passed on.
// Waiting calls: not for a thread that serves devices.
//
//   auto answer = client.call("QueryDeviceDistributeJob", {{"JobId", id}});
//   if (!answer) tell(answer.error());   // "QueryDeviceDistributeJob: iot.system.…: …"
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"
#include "devicecore/base/time.hpp"
#include "sim/live/http_exchange.hpp"
#include "sim/live/management_request.hpp"
#include "sim/random.hpp"
#include "sim/scenario/scenario.hpp"

namespace fleetsim::sim {

/// A member of an answer; empty when it is missing or no string.
std::string text_at(const boost::json::object& object, std::string_view name);

class ManagementClient {
 public:
  /// Lets time pass; false: the run is over, give up. Zero: only asks.
  using Pause = std::function<bool(Duration)>;

  /// `ca_pem`: who may have signed the endpoint's certificate. The error says what is wrong with the endpoint or the trust.
  static Result<std::unique_ptr<ManagementClient>, std::string> make(const ManagementEndpoint& endpoint, const IpAddress& address,
                                                                     std::string_view ca_pem, std::uint64_t seed);

  /// How calls wait; without it none is made again, and none can be given up.
  void set_pause(Pause pause) { pause_ = std::move(pause); }

  Result<boost::json::object, std::string> call(std::string_view action, const ManagementParameters& parameters);
  struct ConsoleQuestion {
    std::string_view account;  // whose operation it is: its id
    std::string_view method;
    std::string path;  // behind /console/api
    std::string body{};
  };
  /// The console's own operations, as JSON.
  Result<boost::json::object, std::string> console(const ConsoleQuestion& question);
  /// The same where the answer is a file.
  Result<std::string, std::string> console_file(const ConsoleQuestion& question);
  /// A form with a file in it to a URL that an answer names, of which only the path counts; nothing when it was taken.
  std::string upload(std::string_view url, const std::map<std::string, std::string, std::less<>>& fields, std::string_view content);
  /// A file that an answer names; of its URL only the path counts, the endpoint is this client's.
  Result<std::string, std::string> fetch(std::string_view url);

 private:
  ManagementClient(const ManagementEndpoint& endpoint, const IpAddress& address, std::uint64_t seed);

  Result<boost::json::object, std::string> call_once(std::string_view action, ManagementParameters parameters);
  bool pause(Duration duration) const;

  /// With what is the same in every question.
  HttpQuestion question_to(std::string target) const;

  HttpPeer peer_;
  Pause pause_;
  ManagementEndpoint settings_;
  AccessKey key_;
  std::unique_ptr<OpenSslClientContext> tls_;
  RandomStream nonces_;
};

}  // namespace fleetsim::sim
