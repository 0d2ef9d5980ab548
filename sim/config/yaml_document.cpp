#include "sim/config/yaml_document.hpp"

#include <fmt/format.h>
#include <istream>
#include <map>
#include <streambuf>
#include <utility>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace fleetsim::sim {
namespace {

/// Thrown inside the YAML library's callbacks to leave it; caught in parse_yaml.
struct Refused {
  Position at;
  std::string message;
};

/// Reads from memory without a copy.
class ViewBuffer : public std::streambuf {
 public:
  explicit ViewBuffer(std::string_view text) {
    char* begin = const_cast<char*>(text.data());  // streambuf's interface is not const; the get area is never written
    setg(begin, begin, begin + text.size());
  }
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(std::uint16_t file, Diagnostics& diagnostics) : file_(file), diagnostics_(diagnostics) {}

  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.at = position(mark);
    place(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw Refused{position(mark), "an alias inside the value that it names"};
    count(found->second.nodes, position(mark));
    Node copy = found->second.node;
    place(std::move(copy), YAML::NullAnchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    Node node;
    node.kind = Node::Kind::scalar;
    node.at = position(mark);
    node.text = value;
    node.quoted = tag == "!";
    if (!node.quoted && (value == "~" || value == "null")) node.kind = Node::Kind::null;
    place(std::move(node), anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(Node::Kind::sequence, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(Node::Kind::map, mark, anchor);
  }
  void OnMapEnd() override {
    merge(open_.back().node);
    close();
  }

 private:
  struct Anchored {
    Node node;
    std::size_t nodes = 0;
  };
  struct Open {
    Node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::size_t nodes_before = 0;
    bool key_read = false;
    std::string key;
    Position key_at;
  };

  Position position(const YAML::Mark& mark) const {
    if (mark.is_null()) return {file_, 0, 0};
    return {file_, static_cast<std::uint32_t>(mark.line + 1), static_cast<std::uint32_t>(mark.column + 1)};
  }

  void count(std::size_t more, const Position& at) {
    nodes_ += more;
    if (nodes_ > yaml_nodes_max) throw Refused{at, fmt::format("more than {} values in one file", yaml_nodes_max)};
  }

  void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (open_.size() >= yaml_depth_max) throw Refused{position(mark), fmt::format("nested deeper than {} levels", yaml_depth_max)};
    Open frame;
    frame.node.kind = kind;
    frame.node.at = position(mark);
    frame.anchor = anchor;
    frame.nodes_before = nodes_;
    if (!open_.empty() && open_.back().node.kind == Node::Kind::map && !open_.back().key_read)
      throw Refused{frame.node.at, "a key must be a plain text"};
    open_.push_back(std::move(frame));
  }

  void close() {
    Open frame = std::move(open_.back());
    open_.pop_back();
    nodes_at_close_ = nodes_ - frame.nodes_before;
    place(std::move(frame.node), frame.anchor);
  }

  void place(Node&& node, YAML::anchor_t anchor) {
    const bool leaf = node.kind == Node::Kind::scalar || node.kind == Node::Kind::null;
    count(1, node.at);
    if (anchor != YAML::NullAnchor) anchors_[anchor] = {node, leaf ? 1 : nodes_at_close_ + 1};
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::sequence) {
      parent.node.children.push_back(std::move(node));
      return;
    }
    if (!parent.key_read) {
      if (node.kind != Node::Kind::scalar) throw Refused{node.at, "a key must be a plain text"};
      parent.key = std::move(node.text);
      parent.key_at = node.at;
      parent.key_read = true;
      return;
    }
    parent.key_read = false;
    if (parent.node.children.size() >= yaml_keys_max)
      throw Refused{parent.key_at, fmt::format("more than {} keys in one map", yaml_keys_max)};
    if (parent.key != "<<") {
      if (const Node* first = parent.node.find(parent.key)) {
        diagnostics_.error(parent.key_at, fmt::format("the key \"{}\" stands here a second time; the first is on line {}", parent.key,
                                                      first->key_at.line));
        return;
      }
    }
    node.key = std::move(parent.key);
    node.key_at = parent.key_at;
    parent.node.children.push_back(std::move(node));
  }

  /// `<<: *anchor`: keys of the other map that this one does not have itself.
  static void merge(Node& map) {
    std::vector<Node> sources;
    for (auto it = map.children.begin(); it != map.children.end();) {
      if (it->key != "<<") {
        ++it;
        continue;
      }
      if (it->kind == Node::Kind::map) {
        sources.push_back(std::move(*it));
      } else if (it->kind == Node::Kind::sequence) {
        for (Node& item : it->children) sources.push_back(std::move(item));
      } else {
        throw Refused{it->at, "`<<` takes a map or a list of maps"};
      }
      it = map.children.erase(it);
    }
    for (Node& source : sources) {
      if (source.kind != Node::Kind::map) throw Refused{source.at, "`<<` takes a map or a list of maps"};
      for (Node& value : source.children)
        if (map.find(value.key) == nullptr) map.children.push_back(std::move(value));
    }
  }

  std::uint16_t file_;
  Diagnostics& diagnostics_;
  Node root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0;
  std::size_t nodes_at_close_ = 0;
};

}  // namespace

std::optional<Node> parse_yaml(std::string_view text, std::uint16_t file, Diagnostics& diagnostics) {
  if (text.size() > yaml_bytes_max) {
    diagnostics.error({file, 0, 0}, fmt::format("longer than {} bytes", yaml_bytes_max));
    return std::nullopt;
  }
  TreeBuilder builder{file, diagnostics};
  try {
    ViewBuffer buffer{text};
    std::istream stream{&buffer};
    YAML::Parser parser{stream};
    if (!parser.HandleNextDocument(builder)) {
      diagnostics.error({file, 0, 0}, "the file is empty");
      return std::nullopt;
    }
    Node root = builder.take();
    TreeBuilder rest{file, diagnostics};
    if (parser.HandleNextDocument(rest)) diagnostics.error(rest.take().at, "a second document: one file holds one document");
    return root;
  } catch (const Refused& refused) {
    diagnostics.error(refused.at, refused.message);
  } catch (const YAML::Exception& bad) {
    Position at{file, 0, 0};
    if (!bad.mark.is_null()) at = {file, static_cast<std::uint32_t>(bad.mark.line + 1), static_cast<std::uint32_t>(bad.mark.column + 1)};
    diagnostics.error(at, "no YAML: " + bad.msg);
  }
  return std::nullopt;
}

}  // namespace fleetsim::sim
