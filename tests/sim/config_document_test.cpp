#include <gtest/gtest.h>
#include <string>

#include "sim/config/yaml_document.hpp"

namespace fleetsim::sim {
namespace {

struct Parsed {
  std::optional<Node> root;
  std::string mistakes;
};

Parsed parse(const std::string& text) {
  Diagnostics diagnostics;
  Parsed out;
  out.root = parse_yaml(text, diagnostics.add_file("f.yaml"), diagnostics);
  out.mistakes = diagnostics.text();
  return out;
}

TEST(YamlDocument, KnowsWhereEveryValueAndKeyStands) {
  const Parsed parsed = parse("a: 1\nlist:\n  - x\n  - {b: 'two'}\n");
  ASSERT_TRUE(parsed.root);
  const Node* a = parsed.root->find("a");
  EXPECT_EQ(a->at.line, 1U);
  EXPECT_EQ(a->at.column, 4U);
  EXPECT_EQ(a->key_at.column, 1U);
  const Node& two = *parsed.root->find("list")->children[1].find("b");
  EXPECT_EQ(two.text, "two");
  EXPECT_TRUE(two.quoted);
  EXPECT_EQ(two.at.line, 4U);
  EXPECT_EQ(two.at.column, 9U);
  EXPECT_FALSE(a->quoted);
}

TEST(YamlDocument, TellsNothingFromAnEmptyText) {
  const Parsed parsed = parse("a:\nb: ~\nc: null\nd: \"\"\ne: 'null'\n");
  ASSERT_TRUE(parsed.root);
  EXPECT_EQ(parsed.root->find("a")->kind, Node::Kind::null);
  EXPECT_EQ(parsed.root->find("b")->kind, Node::Kind::null);
  EXPECT_EQ(parsed.root->find("c")->kind, Node::Kind::null);
  EXPECT_EQ(parsed.root->find("d")->kind, Node::Kind::scalar);
  EXPECT_EQ(parsed.root->find("e")->text, "null");
  EXPECT_EQ(parsed.root->find("none"), nullptr);
}

TEST(YamlDocument, ReportsADuplicateKeyAndKeepsTheFirst) {
  const Parsed parsed = parse("a: 1\nb: 2\na: 3\n");
  EXPECT_EQ(parsed.mistakes, "f.yaml:3:1: error: the key \"a\" stands here a second time; the first is on line 1\n");
  ASSERT_TRUE(parsed.root);
  EXPECT_EQ(parsed.root->find("a")->text, "1");
}

TEST(YamlDocument, CopiesAliases) {
  const Parsed parsed = parse("base: &b {x: 1}\nother: *b\nlist: [*b, *b]\n");
  ASSERT_TRUE(parsed.root) << parsed.mistakes;
  EXPECT_EQ(parsed.root->find("other")->find("x")->text, "1");
  EXPECT_EQ(parsed.root->find("list")->children.size(), 2U);
}

TEST(YamlDocument, MergesMapsAndKeepsTheOwnKeys) {
  const Parsed parsed = parse("base: &b {x: 1, y: 2}\nmore: &m {z: 3}\nother: {<<: [*b, *m], x: 9}\n");
  ASSERT_TRUE(parsed.root) << parsed.mistakes;
  const Node& other = *parsed.root->find("other");
  EXPECT_EQ(other.find("x")->text, "9");
  EXPECT_EQ(other.find("y")->text, "2");
  EXPECT_EQ(other.find("z")->text, "3");
  EXPECT_EQ(other.find("<<"), nullptr);
}

TEST(YamlDocument, RefusesAMergeOfSomethingElse) {
  EXPECT_EQ(parse("a: {<<: 5}\n").mistakes, "f.yaml:1:9: error: `<<` takes a map or a list of maps\n");
}

TEST(YamlDocument, RefusesAnAliasInsideItsOwnValue) {
  EXPECT_EQ(parse("a: &x [1, *x]\n").mistakes, "f.yaml:1:11: error: an alias inside the value that it names\n");
}

TEST(YamlDocument, StopsWhatGrowsWithoutEnd) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int n = 0; n < 10; ++n) text += (n > 0 ? ", " : "") + before;
    text += "]\n";
  }
  EXPECT_NE(parse(text).mistakes.find("more than 200000 values in one file"), std::string::npos);
}

TEST(YamlDocument, StopsAtADepthThatNoScenarioNeeds) {
  EXPECT_NE(parse(std::string(40, '[') + std::string(40, ']')).mistakes.find("nested deeper than 32 levels"), std::string::npos);
  EXPECT_TRUE(parse(std::string(30, '[') + std::string(30, ']')).root);
}

TEST(YamlDocument, RefusesKeysThatAreNoText) {
  EXPECT_EQ(parse("[a]: 1\n").mistakes, "f.yaml:1:1: error: a key must be a plain text\n");
  EXPECT_EQ(parse("? {a: 1}\n: 2\n").mistakes, "f.yaml:1:3: error: a key must be a plain text\n");
}

TEST(YamlDocument, RefusesASecondDocumentAndAnEmptyFile) {
  EXPECT_NE(parse("a: 1\n---\nb: 2\n").mistakes.find("a second document: one file holds one document"), std::string::npos);
  EXPECT_EQ(parse("").mistakes, "f.yaml: error: the file is empty\n");
}

TEST(YamlDocument, SaysWhereItIsNoYaml) {
  const Parsed parsed = parse("a: [1, 2\nb: 3\n");
  EXPECT_FALSE(parsed.root);
  EXPECT_EQ(parsed.mistakes.substr(0, 7), "f.yaml:") << parsed.mistakes;
  EXPECT_NE(parsed.mistakes.find("no YAML: "), std::string::npos) << parsed.mistakes;
}

TEST(YamlDocument, EndsForEveryCutOfAFile) {
  const std::string text = "a: &x {b: [1, 'two', \"three\"], c: |\n  text\n}\nd: *x\n";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const Parsed parsed = parse(text.substr(0, cut));
    EXPECT_TRUE(parsed.root || !parsed.mistakes.empty()) << cut;
  }
}

}  // namespace
}  // namespace fleetsim::sim
