// Whatever a bootstrap server sends, however it is split: the reader must come to the same end, stay inside its block, and the answer
// parsed from its body must be an endpoint or a named failure. The input is the stream of one connection.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "devicecore/bootstrap_messages.hpp"
#include "devicecore/http_response_reader.hpp"
#include "devicecore/limits.hpp"

namespace {

using namespace fleetsim;
using namespace fleetsim::device;

void require(bool holds) {
  if (!holds) std::abort();
}

struct Outcome {
  HttpResponseReader::Progress progress;
  Failure failure;
  std::uint16_t status;
  std::vector<std::uint8_t> body;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

/// In pieces of `piece` bytes, each in memory of its own so that a view kept too long is seen.
Outcome read(ByteView stream, std::size_t piece) {
  std::vector<std::uint8_t> storage(limits::bootstrap_body_bytes_max);
  HttpResponseReader reader;
  reader.begin(storage);
  while (!stream.empty()) {
    const std::size_t size = piece < stream.size() ? piece : stream.size();
    const std::vector<std::uint8_t> copy(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(size));
    reader.feed(copy);
    stream = stream.subspan(size);
  }
  reader.end_of_stream();
  Outcome outcome{reader.progress(), reader.failure(), reader.status(), {}};
  if (reader.progress() == HttpResponseReader::Progress::complete) outcome.body.assign(reader.body().begin(), reader.body().end());
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView stream(data, size);
  const Outcome whole = read(stream, size + 1);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, size / 2 + 1}) require(read(stream, piece) == whole);
  require(whole.progress != HttpResponseReader::Progress::more);
  require((whole.failure == Failure::none) == (whole.progress == HttpResponseReader::Progress::complete));
  require(whole.body.size() <= limits::bootstrap_body_bytes_max);
  if (whole.progress != HttpResponseReader::Progress::complete) return 0;

  const BootstrapAnswer answer = parse_bootstrap_answer(whole.body);
  if (answer.failure == Failure::none)
    require(is_valid_host(answer.endpoint.host.view()) && answer.endpoint.port != 0 && answer.code == 200);
  return 0;
}
