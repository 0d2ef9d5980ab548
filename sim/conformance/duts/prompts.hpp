// The person at the device: asked to do what no program can, pull a plug, and heard when it is done. A file may stand for them, with an
// answer a line; or nobody is there.
//
//   auto person = Prompts::open(answers_file);      // the error says why the file cannot be read
//   person->ask("Switch the device off, then press Enter");
//   if (const auto answer = person->answer()) …     // once descriptor() is readable
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "devicecore/base/result.hpp"

namespace fleetsim::sim {

class Prompts {
 public:
  /// An empty path: whoever sits at the terminal, if standard input is one.
  static Result<Prompts, std::string> open(const std::string& answers_file);
  Prompts(Prompts&& other) noexcept;
  Prompts& operator=(Prompts&&) = delete;
  ~Prompts();

  bool is_anybody_there() const { return fd_ >= 0; }
  /// -1: nobody is there, or not any more.
  int descriptor() const { return fd_; }
  /// On standard error, where nothing is read by programs.
  static void tell(std::string_view text);
  /// What somebody at the terminal said before, to a prompt that is over, is no answer to this one.
  void ask(std::string_view text);
  /// The next line, without its end; nothing when there is none yet. Never waits when descriptor() is readable.
  std::optional<std::string> answer();

  /// "no", "n", "cannot": it cannot be done. Anything else, nothing too: it is done.
  static bool is_refusal(std::string_view answer);

 private:
  Prompts(int fd, bool is_ours) : fd_(fd), is_ours_(is_ours) {}
  void leave();

  int fd_;
  bool is_ours_;  // to be closed
  std::string read_;
};

}  // namespace fleetsim::sim
