// Writes HTML piece by piece into a string. What comes from outside (names of devices, groups, rules) is escaped by every function but
// raw(), which is for our own tags only.
//
//   HtmlWriter html{out};
//   html.raw("<p class=\"faint\">"); html.text(device_name); html.raw("</p>");
//   html.element("h2", scenario_name);
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace fleetsim::sim {

/// & < > " ' as references; control characters (but tab and line end) and bytes that are no UTF-8 as U+FFFD.
void append_html_text(std::string& out, std::string_view text);

class HtmlWriter {
 public:
  explicit HtmlWriter(std::string& out) : out_(out) {}

  /// Our own tags.
  void raw(std::string_view tags) { out_ += tags; }
  void text(std::string_view content) { append_html_text(out_, content); }
  /// <tag>text</tag>; the tag may carry attributes: `td class="number"`.
  void element(std::string_view tag, std::string_view content);

  /// A table in a frame of its own that scrolls when it is wider than a phone. The first column is text, the others are numbers.
  void begin_table(std::initializer_list<std::string_view> columns);
  void row(const std::vector<std::string>& cells);
  void end_table() { raw("</tbody></table></div>\n"); }

  /// One figure with what it is below: for tiles.
  void begin_figures() { raw("<dl class=\"figures\">"); }
  /// With a word or two below each.
  void begin_small_figures() { raw("<dl class=\"figures small\">"); }
  void figure(std::string_view value, std::string_view what);
  void end_figures() { raw("</dl>\n"); }

  std::string& out() { return out_; }

 private:
  std::string& out_;
};

}  // namespace fleetsim::sim
