// The management endpoint: one HTTP listener for the management API, the console's API and files, told apart by the path.
//
//   ManagementService management(config);
//   management.add("/files/", files);                  // the longest prefix that fits a path decides
//   auto link = management.accept(peer, now);
//   auto step = management.received(link, id, bytes, now, output);
//   send(step.bytes);  if (step.close) close_after_flush();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "devicecore/base/bytes.hpp"
#include "devicecore/base/ip_address.hpp"
#include "devicecore/base/time.hpp"
#include "platform-mock/core/http/http_connection.hpp"
#include "platform-mock/core/http/http_part.hpp"
#include "platform-mock/core/output.hpp"

namespace fleetsim::platform {

struct ManagementLink {
  HttpConnection http;
  IpAddress peer;
  bool tls = false;
  HttpPart* promised_by = nullptr;  // while the connection waits for an answer
};

class ManagementService {
 public:
  explicit ManagementService(const Limits& limits);

  /// `part` must outlive this. The prefix "/" takes what no other does.
  void add(std::string prefix, HttpPart& part);

  ManagementLink accept(const IpAddress& peer, bool tls, Instant now) const;

  struct Step {
    ByteView bytes;  // to send; valid until the next call
    bool close = false;
  };
  Step received(ManagementLink& link, ConnectionId id, ByteView bytes, Instant now, Output& output);
  /// Call once now >= link.http.deadline().
  Step expired(ManagementLink& link, ConnectionId id, Instant now, Output& output);
  /// The answer that a part promised. Precondition: link.http.waiting().
  Step complete(ManagementLink& link, ConnectionId id, const HttpAnswer& answer, Instant now, Output& output);

  std::uint64_t requests() const { return requests_; }

 private:
  class CallHandler;
  HttpPart* part_for(std::string_view path) const;
  Step finish(const ManagementLink& link, HttpFailure before, Output& output);

  HttpReaders readers_;
  std::vector<std::pair<std::string, HttpPart*>> parts_;
  std::string out_;  // of the connection being served
  std::uint64_t requests_ = 0;
};

}  // namespace fleetsim::platform
