#include "sim/report/html_writer.hpp"

#include "sim/report/utf8.hpp"

namespace fleetsim::sim {
namespace {

/// Empty: as it is.
std::string_view reference_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

bool is_control(unsigned char byte) { return (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F; }

}  // namespace

void append_html_text(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = utf8_character_bytes(text, at);
    if (bytes == 0 || is_control(static_cast<unsigned char>(text[at]))) {
      out += "\xEF\xBF\xBD";
      ++at;
      continue;
    }
    const std::string_view reference = reference_of(text[at]);
    out += reference.empty() ? text.substr(at, bytes) : reference;
    at += bytes;
  }
}

void HtmlWriter::element(std::string_view tag, std::string_view content) {
  out_ += '<';
  out_ += tag;
  out_ += '>';
  text(content);
  out_ += "</";
  out_ += tag.substr(0, tag.find(' '));
  out_ += '>';
}

void HtmlWriter::begin_table(std::initializer_list<std::string_view> columns) {
  raw("<div class=\"scroll\"><table><thead><tr>");
  for (const std::string_view column : columns) element("th", column);
  raw("</tr></thead><tbody>");
}

void HtmlWriter::row(const std::vector<std::string>& cells) {
  raw("<tr>");
  for (const std::string& cell : cells) element("td", cell);
  raw("</tr>");
}

void HtmlWriter::figure(std::string_view value, std::string_view what) {
  raw("<div>");
  element("dd", value);
  element("dt", what);
  raw("</div>");
}

}  // namespace fleetsim::sim
