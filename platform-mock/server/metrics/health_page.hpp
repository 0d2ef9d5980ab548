// GET /healthz: 200 while the platform serves as it should, 503 while it drains or something is in its way; the body says what.
//
//   HealthPage page(platform, [&] { return loop.figures(); }, {});
//   platform.management().add("/healthz", page);
//   {"status":"ok","problems":[],"sessions_online":12}
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "platform-mock/core/api/json_writer.hpp"
#include "platform-mock/core/http/http_part.hpp"
#include "platform-mock/core/platform.hpp"
#include "platform-mock/server/server_figures.hpp"

namespace fleetsim::platform {

class HealthPage final : public HttpPart {
 public:
  using MoreProblems = std::function<void(std::vector<HealthProblem>&)>;

  /// `platform` must outlive this. `more` may be empty.
  HealthPage(const Platform& platform, FiguresSource figures, std::uint32_t connections_max, MoreProblems more)
      : platform_(platform), figures_(std::move(figures)), connections_max_(connections_max), more_(std::move(more)) {}

  HttpAnswer answer(const HttpCall& call) override;

 private:
  std::vector<HealthProblem> problems(const ServerFigures& figures) const;

  const Platform& platform_;
  FiguresSource figures_;
  std::uint32_t connections_max_;
  MoreProblems more_;
  JsonWriter out_;
};

}  // namespace fleetsim::platform
