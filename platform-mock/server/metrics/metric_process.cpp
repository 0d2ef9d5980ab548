// The process itself, under the names that every Prometheus client uses.
#include <chrono>
#include <cstdio>
#include <dirent.h>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

#include "platform-mock/server/metrics/families.hpp"

namespace fleetsim::platform {
namespace {

double seconds_of(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6; }

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

struct MemoryBytes {
  double all = 0;
  double resident = 0;
};

MemoryBytes memory() {
  std::ifstream file{"/proc/self/statm"};
  double all = 0;
  double resident = 0;
  file >> all >> resident;
  const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
  return {all * page, resident * page};
}

std::uint64_t open_descriptors() {
  DIR* const folder = ::opendir("/proc/self/fd");
  if (folder == nullptr) return 0;
  std::uint64_t count = 0;
  while (const dirent* entry = ::readdir(folder))
    if (entry->d_name[0] != '.') ++count;
  ::closedir(folder);
  return count - 1;  // without the one that looks
}

double descriptors_max() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

/// The kernel tells it in ticks since its own start; field 22, counted behind the name, which may hold anything.
double start_seconds() {
  std::ifstream stat{"/proc/self/stat"};
  std::string line;
  std::getline(stat, line);
  constexpr int fields_behind_name = 19;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::size_t at = name_end + 2;
  for (int i = 0; i < fields_behind_name && at != std::string::npos; ++i) at = line.find(' ', at + 1);
  double up = 0;
  std::ifstream{"/proc/uptime"} >> up;
  if (at == std::string::npos) return 0;
  const double since_boot = std::stod(line.substr(at)) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count() - up + since_boot;
}

}  // namespace

void add_process_metrics(Families& families) {
  static const double started = start_seconds();  // the same in every scrape, whatever the clocks do
  const MemoryBytes bytes = memory();
  families.counter("process_cpu_seconds_total", "User and system CPU time of the process.").add({}, cpu_seconds());
  families.gauge("process_resident_memory_bytes", "Resident memory of the process.").add({}, bytes.resident);
  families.gauge("process_virtual_memory_bytes", "Virtual memory of the process.").add({}, bytes.all);
  families.gauge("process_open_fds", "Open file descriptors of the process.").add({}, open_descriptors());
  families.gauge("process_max_fds", "File descriptors that the process may open.").add({}, descriptors_max());
  families.gauge("process_start_time_seconds", "When the process started, Unix time.").add({}, started);
}

}  // namespace fleetsim::platform
