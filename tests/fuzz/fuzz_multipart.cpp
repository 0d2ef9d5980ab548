// Feeds the reader of uploaded forms with anything: every part must lie inside the body, and a form that was read must say of itself what
// it says when it is written anew. The input's first line is the content type, the rest is the body.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "devicecore/base/ensure.hpp"
#include "platform-mock/core/http/multipart.hpp"

namespace {

using namespace fleetsim;
using namespace fleetsim::platform;

bool lies_in(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

/// Names that can stand between quotes again.
bool is_plain(std::string_view name) { return name.find_first_of("\"\r\n;") == std::string_view::npos; }

void check(std::string_view content_type, std::string_view body) {
  const auto form = read_multipart(content_type, body);
  if (!form) return;
  ensure(form->parts.size() <= form_parts_max);
  // A boundary that no content holds.
  constexpr std::string_view boundary = "0123456789-again-0123456789";
  std::string again;
  for (const FormPart& part : form->parts) {
    ensure(!part.name.empty() && lies_in(part.name, body) && lies_in(part.content, body));
    ensure(form->find(part.name) != nullptr);
    if (!is_plain(part.name) || part.content.find(boundary) != std::string_view::npos) return;
    again.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=\"").append(part.name).append("\"\r\n\r\n");
    again.append(part.content).append("\r\n");
  }
  again.append("--").append(boundary).append("--\r\n");
  const auto same = read_multipart("multipart/form-data; boundary=\"" + std::string{boundary} + "\"", again);
  // Long names can make a header longer than it may be.
  if (!same) return;
  ensure(same->parts.size() == form->parts.size());
  for (std::size_t i = 0; i < form->parts.size(); ++i)
    ensure(same->parts[i].name == form->parts[i].name && same->parts[i].content == form->parts[i].content);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const std::size_t line = input.find('\n');
  if (line == std::string_view::npos) return 0;
  check(input.substr(0, line), input.substr(line + 1));
  return 0;
}
