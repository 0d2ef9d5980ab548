// The event stream to a file: producers queue batches, one thread formats and writes them. A full queue makes producers wait: an event
// is never dropped, and memory stays bounded. What goes wrong when writing is kept, later events are discarded, and close() reports it.
#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fmt/format.h>
#include <mutex>
#include <thread>
#include <utility>

#include "sim/events/event_line.hpp"
#include "sim/events/event_stream.hpp"

namespace fleetsim::sim {
namespace {

constexpr std::size_t queued_events_max = 65536;
constexpr std::size_t write_bytes = std::size_t{256} * 1024;

class FileEventStream final : public EventStream {
 public:
  FileEventStream(std::FILE* file, std::string path, std::string first_line) : file_(file), path_(std::move(path)) {
    buffer_ = std::move(first_line);
    writer_ = std::thread([this] { run(); });
  }
  FileEventStream(const FileEventStream&) = delete;
  FileEventStream& operator=(const FileEventStream&) = delete;
  ~FileEventStream() override { finish(); }

  void write(std::vector<RunEvent>&& batch) override {
    if (batch.empty()) return;
    std::unique_lock lock{mutex_};
    // One batch may be longer than the queue: it is let in alone.
    room_.wait(lock, [&] { return closing_ || queued_ == 0 || queued_ + batch.size() <= queued_events_max; });
    if (closing_) return;
    queued_ += batch.size();
    queue_.push_back(std::move(batch));
    work_.notify_one();
  }

  std::string close() override {
    finish();
    return error_;
  }

 private:
  void finish() {
    {
      const std::lock_guard lock{mutex_};
      closing_ = true;
    }
    work_.notify_one();
    room_.notify_all();
    if (writer_.joinable()) writer_.join();
  }

  void run() {
    for (;;) {
      std::vector<RunEvent> batch;
      {
        std::unique_lock lock{mutex_};
        if (queue_.empty() && !closing_ && !buffer_.empty()) {
          // Nothing more to do just now: whoever follows the file sees everything so far.
          lock.unlock();
          flush();
          if (error_.empty() && std::fflush(file_) != 0) note_error();
          lock.lock();
        }
        work_.wait(lock, [&] { return closing_ || !queue_.empty(); });
        if (queue_.empty()) break;
        batch = std::move(queue_.front());
        queue_.pop_front();
        queued_ -= batch.size();
      }
      room_.notify_all();
      for (const RunEvent& event : batch) {
        append_event_line(buffer_, event);
        if (buffer_.size() >= write_bytes) flush();
      }
    }
    flush();
    close_file();
  }

  void flush() {
    if (error_.empty() && std::fwrite(buffer_.data(), 1, buffer_.size(), file_) != buffer_.size()) note_error();
    buffer_.clear();
  }

  void close_file() {
    const bool is_stdout = file_ == stdout;
    const int result = is_stdout ? std::fflush(file_) : std::fclose(file_);
    if (result != 0 && error_.empty()) note_error();
  }

  void note_error() { error_ = fmt::format("cannot write {}: {}", path_, std::strerror(errno)); }

  std::FILE* file_;  // the writer thread's, from the constructor to close_file()
  std::string path_;
  std::string buffer_;
  std::string error_;  // written by the writer thread, read after it is joined

  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable room_;
  std::deque<std::vector<RunEvent>> queue_;
  std::size_t queued_ = 0;
  bool closing_ = false;
  std::thread writer_;
};

}  // namespace

Result<std::unique_ptr<EventStream>, std::string> EventStream::to_file(const std::string& path, std::string_view scenario,
                                                                       std::uint64_t seed) {
  std::FILE* file = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  if (file == nullptr) return fail(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  return std::unique_ptr<EventStream>{std::make_unique<FileEventStream>(file, path, event_header_line(scenario, seed))};
}

}  // namespace fleetsim::sim
