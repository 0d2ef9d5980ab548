// GET /metrics: everything that is counted, in Prometheus' text exposition format, serialised by prometheus-cpp's core. Collected when it
// is asked for; between two scrapes nothing is done but to count.
//
//   MetricsPage page(platform, meter, [&] { return loop.figures(); });
//   platform.management().add("/metrics", page);
#pragma once

#include <string>
#include <utility>

#include "platform-mock/core/http/http_part.hpp"
#include "platform-mock/core/platform.hpp"
#include "platform-mock/server/metrics/api_meter.hpp"
#include "platform-mock/server/server_figures.hpp"

namespace fleetsim::platform {

class MetricsPage final : public HttpPart {
 public:
  /// Both must outlive this.
  MetricsPage(Platform& platform, const ApiMeter& meter, FiguresSource figures)
      : platform_(platform), meter_(meter), figures_(std::move(figures)) {}

  HttpAnswer answer(const HttpCall& call) override;
  /// The whole page.
  std::string text() const;

 private:
  Platform& platform_;
  const ApiMeter& meter_;
  FiguresSource figures_;
  std::string text_;  // of the last answer
};

}  // namespace fleetsim::platform
