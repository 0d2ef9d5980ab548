// The trusted certificates in a file of their own, for a library that reads nothing else; gone with the object.
//
//   CaFile file(CaFile::write(pem));
//   options.set_trust_store(file.path());
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace fleetsim::sim {

class CaFile {
 public:
  /// Writes a new temporary file and returns its path; empty when that cannot be done.
  static std::string write(std::string_view pem);

  /// Takes the file over; an empty path is no file.
  explicit CaFile(std::string path) : path_(std::move(path)) {}
  ~CaFile();
  CaFile(const CaFile&) = delete;
  CaFile& operator=(const CaFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace fleetsim::sim
