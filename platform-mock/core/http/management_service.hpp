// The management endpoint: one HTTP listener for the management API, the console's API and files, told apart by the path.
//
//   ManagementService management(config);
//   management.add("/files/", files);                  // the longest prefix that fits a path decides
//   auto link = management.accept(peer, now);
//   auto step = management.received(link, id, bytes, now, output);
//   send(step.bytes);  if (step.close) close_after_flush();
#pragma once

#include <cstdint>
#include <deque>
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

class ManagementService;

struct ManagementLink {
  HttpConnection http;
  IpAddress peer;
  bool tls = false;
  ManagementService* service = nullptr;   // whose connection it is
  HttpPart* promised_by = nullptr;        // while the connection waits for an answer
  std::string_view promised_prefix = {};  // of that part
};

class ManagementService {
 public:
  explicit ManagementService(const Limits& limits);

  /// `part` must outlive this. The prefix "/" takes what no other does.
  void add(std::string prefix, HttpPart& part);
  /// Null: none has just that prefix.
  HttpPart* part(std::string_view prefix) const;

  ManagementLink accept(const IpAddress& peer, bool tls, Instant now);

  struct Step {
    ByteView bytes;  // to send; valid until the next call
    bool close = false;
  };
  Step received(ManagementLink& link, ConnectionId id, ByteView bytes, Instant now, Output& output);
  /// Call once now >= link.http.deadline().
  Step expired(ManagementLink& link, ConnectionId id, Instant now, Output& output);
  /// The answer that a part promised. Precondition: link.http.waiting().
  Step complete(ManagementLink& link, ConnectionId id, const HttpAnswer& answer, Instant now, Output& output);

  /// Where limits that are reached are counted; it must outlive this.
  void count(LimitCounts* limits) { readers_.count(limits); }
  /// Each answer is its connection's last from now on.
  void close_after_answers() { closing_ = true; }

  std::uint64_t requests() const { return requests_; }
  struct Answered {
    std::string_view part;  // its prefix; empty: no part had the path
    std::uint16_t status = 0;
    std::uint64_t count = 0;
  };
  /// Answers by part and status, in the order in which these first came. Late answers count with their status too.
  const std::vector<Answered>& answered() const { return answered_; }

 private:
  class CallHandler;
  struct Row {
    std::string prefix;
    HttpPart* part = nullptr;
  };
  const Row* row_for(std::string_view path) const;
  void note_answer(std::string_view part, std::uint16_t status);
  Step finish(const ManagementLink& link, HttpFailure before, Output& output);

  HttpReaders readers_;
  std::deque<Row> parts_;  // views of their prefixes stay good
  std::string out_;        // of the connection being served
  std::uint64_t requests_ = 0;
  std::vector<Answered> answered_;
  bool closing_ = false;
};

}  // namespace fleetsim::platform
