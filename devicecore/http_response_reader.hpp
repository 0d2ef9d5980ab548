// Reads one HTTP/1.1 response as its bytes come, however they are split. Only status 200 is of interest: any other final status
// ends the reading with Failure::http_status at the end of its head. Content-Length, chunked and close-delimited bodies are
// understood; 1xx heads are skipped; header lines that are too long are skipped without being kept. No memory of its own: header
// lines and then the body share one lent block.
//
//   HttpResponseReader reader;
//   reader.begin(pool.acquire(limits::bootstrap_body_bytes_max));
//   switch (reader.feed(bytes)) { ... complete: use(reader.body()); ... failed: report(reader.failure(), reader.status()); }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "devicecore/base/bytes.hpp"
#include "devicecore/device_event.hpp"

namespace fleetsim::device {

/// linksdk: as strict as the platform's own C SDK. Only "Content-Length" in exactly this case counts and a body must have it, chunks are
/// not understood, and a header line beyond limits::http_line_bytes_max ends the reading. The others are `standard` with one thing that
/// they do not understand each: chunks, header names in another case, HTTP/1.0, a head of 1xx before the answer's own.
enum class HttpDialect : std::uint8_t { standard, linksdk, no_chunks, exact_case, only_http_1_1, first_head };

class HttpResponseReader {
 public:
  enum class Progress : std::uint8_t { more, complete, failed };

  /// `storage` holds at least limits::http_line_bytes_max bytes and stays until the reader is done; it bounds the body.
  void begin(MutableBytes storage, HttpDialect dialect = HttpDialect::standard);
  /// After begin(): status 206 (RFC 9110 §15.3.7) is as good as 200.
  void accept_part() { accepts_part_ = true; }
  /// Takes all of `bytes`; what follows a complete answer is ignored.
  Progress feed(ByteView bytes);
  /// The peer ended the stream in an orderly way: completes a body that is delimited so, else Failure::link.
  Progress end_of_stream();

  Progress progress() const { return progress_; }
  /// What feed() and end_of_stream() made of the bytes; none unless failed.
  Failure failure() const { return failure_; }
  /// Of the final head; 0 before it.
  std::uint16_t status() const { return status_; }
  /// Seconds that Retry-After asks for (RFC 9110 §10.2.3), at most limits::retry_after_s_max; 0: none, or a date.
  std::uint16_t retry_after_s() const { return retry_after_s_; }
  /// Valid while complete.
  ByteView body() const { return storage_.first(body_size_); }

 private:
  enum class Part : std::uint8_t { status_line, header, sized_body, body_until_close, chunk_size, chunk_data, chunk_end, trailer };
  enum class Framing : std::uint8_t { until_close, content_length, chunked };
  enum class LastHeader : std::uint8_t { none, ordinary, framing };

  void take_line_byte(std::uint8_t byte);
  void take_text_byte(std::uint8_t byte);
  void take_chunk_size_byte(std::uint8_t byte);
  std::size_t take_body(ByteView bytes);
  void end_line();
  void end_status_line(std::string_view line);
  void end_header_line(std::string_view line);
  void read_framing(std::string_view name, std::string_view value);
  void read_retry_after(std::string_view name, std::string_view value);
  void end_head();
  void end_chunk_size();
  void fail(Failure why);

  MutableBytes storage_;
  std::uint32_t remaining_ = 0;   // of the sized body or of the chunk
  std::uint32_t head_bytes_ = 0;  // of all lines so far, against limits::http_head_bytes_max
  std::uint16_t body_size_ = 0;
  std::uint16_t line_size_ = 0;  // of the line being read, as far as it counts
  std::uint16_t status_ = 0;
  std::uint16_t retry_after_s_ = 0;
  Part part_ = Part::status_line;
  Framing framing_ = Framing::until_close;
  LastHeader last_header_ = LastHeader::none;
  Progress progress_ = Progress::more;
  Failure failure_ = Failure::none;
  HttpDialect dialect_ = HttpDialect::standard;
  bool accepts_part_ = false;
  bool line_is_cut_ = false;            // the line is longer than what is kept; of a chunk size: an extension began
  bool after_carriage_return_ = false;  // only LF may follow
};

}  // namespace fleetsim::device
