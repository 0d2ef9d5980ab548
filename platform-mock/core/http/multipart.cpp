#include "platform-mock/core/http/multipart.hpp"

#include <algorithm>
#include <string>

namespace fleetsim::platform {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view header_end = "\r\n\r\n";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

/// `name` of `form-data; name="key"; filename="a;b.bin"`, quoted or not; empty when it is not there.
std::string_view parameter_in(std::string_view header, std::string_view name) {
  std::size_t semicolon = header.find(';');
  while (semicolon != std::string_view::npos) {
    header.remove_prefix(semicolon + 1);
    while (header.starts_with(' ') || header.starts_with('\t')) header.remove_prefix(1);
    const std::size_t equals = header.find_first_of("=;");
    if (equals == std::string_view::npos) return {};
    const bool is_wanted = header[equals] == '=' && same(header.substr(0, equals), name);
    const bool is_quoted = header.substr(equals).starts_with("=\"");
    if (is_quoted) {
      const std::size_t end = header.find('"', equals + 2);
      if (end == std::string_view::npos) return {};
      if (is_wanted) return header.substr(equals + 2, end - equals - 2);
      header.remove_prefix(end);
    } else if (is_wanted) {
      const std::string_view value = header.substr(equals + 1);
      return value.substr(0, value.find_first_of("; \t\r"));
    }
    semicolon = header.find(';');
  }
  return {};
}

/// The name that a part's header lines give it.
std::string_view name_in(std::string_view lines) {
  constexpr std::string_view wanted = "content-disposition:";
  while (!lines.empty()) {
    const std::size_t end = lines.find(line_end);
    const std::string_view line = lines.substr(0, end);
    lines = end == std::string_view::npos ? std::string_view{} : lines.substr(end + line_end.size());
    if (line.size() > wanted.size() && same(line.substr(0, wanted.size()), wanted)) return parameter_in(line, "name");
  }
  return {};
}

}  // namespace

const FormPart* MultipartForm::find(std::string_view name) const {
  const auto at = std::find_if(parts.begin(), parts.end(), [name](const FormPart& part) { return same(part.name, name); });
  return at == parts.end() ? nullptr : &*at;
}

std::optional<MultipartForm> read_multipart(std::string_view content_type, std::string_view body) {
  constexpr std::string_view media_type = "multipart/form-data";
  if (content_type.size() < media_type.size() || !same(content_type.substr(0, media_type.size()), media_type)) return std::nullopt;
  const std::string_view boundary = parameter_in(content_type, "boundary");
  if (boundary.empty() || boundary.size() > form_boundary_bytes_max) return std::nullopt;
  const std::string delimiter = "\r\n--" + std::string{boundary};
  // The first delimiter has no line before it.
  if (!body.starts_with(std::string_view{delimiter}.substr(line_end.size()))) return std::nullopt;
  body.remove_prefix(delimiter.size() - line_end.size());

  MultipartForm form;
  while (!body.starts_with("--")) {
    if (!body.starts_with(line_end) || form.parts.size() == form_parts_max) return std::nullopt;
    const std::size_t header = body.substr(0, form_part_header_bytes_max).find(header_end);
    if (header == std::string_view::npos) return std::nullopt;
    const std::string_view name = name_in(body.substr(line_end.size(), header - std::min(header, line_end.size())));
    const std::string_view rest = body.substr(header + header_end.size());
    const std::size_t end = rest.find(delimiter);
    if (name.empty() || end == std::string_view::npos) return std::nullopt;
    form.parts.push_back({name, rest.substr(0, end)});
    body = rest.substr(end + delimiter.size());
  }
  return form;
}

}  // namespace fleetsim::platform
