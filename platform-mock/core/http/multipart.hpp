// Parts of a form that carries a file (multipart/form-data, RFC 7578), read in place.
//
//   const auto form = read_multipart(request.header("content-type"), request.body);
//   if (!form) refuse();
//   if (const FormPart* file = form->find("file")) keep(file->content);
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace fleetsim::platform {

inline constexpr std::size_t form_parts_max = 32;
inline constexpr std::size_t form_part_header_bytes_max = 4096;
inline constexpr std::size_t form_boundary_bytes_max = 70;  // RFC 2046 §5.1.1

/// Views into the body.
struct FormPart {
  std::string_view name;
  std::string_view content;
};

struct MultipartForm {
  std::vector<FormPart> parts;

  /// Whatever its letters' case; null when there is none. The first counts.
  const FormPart* find(std::string_view name) const;
};

/// Nothing when it is no such form, has no end, or runs into one of the limits.
std::optional<MultipartForm> read_multipart(std::string_view content_type, std::string_view body);

}  // namespace fleetsim::platform
