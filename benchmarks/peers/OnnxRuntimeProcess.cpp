//===- OnnxRuntimeProcess.cpp - ONNX Runtime in a process of its own ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OnnxRuntimeProcess.h"
#include "OnnxRuntime.h"
#include "qcc/Support/Diagnostics.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

#include <cstring>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace qcc;
using namespace qcc::peers;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Messages: a character, the number of bytes, the bytes
//===----------------------------------------------------------------------===//

static bool writeAll(int file, const void *data, size_t bytes) {
  const char *from = static_cast<const char *>(data);
  while (bytes > 0) {
    ssize_t written = write(file, from, bytes);
    if (written <= 0)
      return false;
    from += written;
    bytes -= static_cast<size_t>(written);
  }
  return true;
}

static bool readAll(int file, void *data, size_t bytes) {
  char *to = static_cast<char *>(data);
  while (bytes > 0) {
    ssize_t count = ::read(file, to, bytes);
    if (count <= 0)
      return false;
    to += count;
    bytes -= static_cast<size_t>(count);
  }
  return true;
}

static bool sendMessage(int file, char kind, StringRef data) {
  uint64_t bytes = data.size();
  return writeAll(file, &kind, 1) && writeAll(file, &bytes, sizeof(bytes)) &&
         writeAll(file, data.data(), data.size());
}

static bool receiveMessage(int file, char &kind, std::string &data) {
  uint64_t bytes = 0;
  if (!readAll(file, &kind, 1) || !readAll(file, &bytes, sizeof(bytes)))
    return false;
  data.resize(bytes);
  return readAll(file, data.data(), bytes);
}

/// Shape and bytes of float32.
static std::string pack(const HostTensor &tensor, bool withData) {
  std::string text(1, static_cast<char>(tensor.getShape().size()));
  for (int64_t size : tensor.getShape())
    text.append(reinterpret_cast<const char *>(&size), sizeof(size));
  if (withData)
    text += llvm::toStringRef(tensor.getBytes());
  return text;
}

static HostTensor unpack(StringRef &text, bool withData) {
  llvm::SmallVector<int64_t> shape(static_cast<size_t>(text.front()));
  text = text.drop_front();
  std::memcpy(shape.data(), text.data(), shape.size() * sizeof(int64_t));
  text = text.drop_front(shape.size() * sizeof(int64_t));
  HostTensor tensor(ElementType::F32, shape);
  if (withData) {
    std::memcpy(tensor.getMutableBytes().data(), text.data(), tensor.getSizeInBytes());
    text = text.drop_front(tensor.getSizeInBytes());
  }
  return tensor;
}

//===----------------------------------------------------------------------===//
// The process
//===----------------------------------------------------------------------===//

enum Command : char { Load = 'l', Bind = 'b', Turn = 't', Read = 'r' };
enum Answer : char { Done = 'd', Failed = 'f' };

namespace {
/// What the process does.
class Server {
public:
  explicit Server(const TurnOptions &options) : options(options) {}

  /// The answer to a command.
  Expected<std::string> answer(char command, StringRef data) {
    switch (command) {
    case Load: {
      llvm::SmallVector<StringRef> words;
      data.split(words, '\0');
      auto created = OnnxRuntime::create(words[0].str(), words[1].str(), words[2].str(),
                                         words[3].str(), static_cast<int>(options.threads));
      if (!created)
        return created.takeError();
      runtime = std::move(*created);
      return "";
    }
    case Bind:
      input = unpack(data, /*withData=*/true);
      output = unpack(data, /*withData=*/false);
      if (Error error = runtime->bind(input, output))
        return std::move(error);
      return "";
    case Turn: {
      auto time = takeTurn(options, [&] { return runtime->run(); });
      if (!time)
        return time.takeError();
      return std::string(reinterpret_cast<const char *>(&*time), sizeof(double));
    }
    case Read:
      return llvm::toStringRef(output.getBytes()).str();
    default:
      return makeError("unknown command");
    }
  }

private:
  TurnOptions options;
  std::unique_ptr<OnnxRuntime> runtime;
  HostTensor input, output;
};
} // namespace

[[noreturn]] static void serve(const TurnOptions &options, int from, int to) {
  Server server(options);
  char command;
  std::string data;
  while (receiveMessage(from, command, data)) {
    auto answer = server.answer(command, data);
    bool sent = answer ? sendMessage(to, Done, *answer)
                       : sendMessage(to, Failed, toString(answer.takeError()));
    if (!sent)
      break;
  }
  _exit(0);
}

Expected<std::unique_ptr<OnnxRuntimeProcess>>
OnnxRuntimeProcess::start(const TurnOptions &options) {
  int toProcess[2], fromProcess[2];
  if (pipe(toProcess) || pipe(fromProcess))
    return makeError("cannot make pipes: {}", std::strerror(errno));
  pid_t process = fork();
  if (process < 0)
    return makeError("cannot start a process: {}", std::strerror(errno));
  if (process == 0) {
    // A process that is stopped would outlive one that was killed.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(toProcess[1]);
    close(fromProcess[0]);
    serve(options, toProcess[0], fromProcess[1]);
  }
  close(toProcess[0]);
  close(fromProcess[1]);
  signal(SIGPIPE, SIG_IGN); // that the process is gone is found when it is asked
  return std::unique_ptr<OnnxRuntimeProcess>(
      new OnnxRuntimeProcess(process, fromProcess[0], toProcess[1]));
}

OnnxRuntimeProcess::~OnnxRuntimeProcess() {
  close(input);
  close(output);
  kill(process, SIGKILL);
  waitpid(process, nullptr, 0);
}

Error OnnxRuntimeProcess::ask(char command, StringRef data) {
  kill(process, SIGCONT);
  char kind = Failed;
  bool answered = sendMessage(output, command, data) && receiveMessage(input, kind, answer);
  kill(process, SIGSTOP);
  if (!answered)
    return makeError("ONNX Runtime's process has ended");
  return kind == Done ? Error::success() : makeError("{}", answer);
}

Error OnnxRuntimeProcess::load(StringRef library, StringRef model, StringRef inputName,
                               StringRef outputName) {
  return ask(Load, llvm::join(llvm::ArrayRef<StringRef>{library, model, inputName, outputName},
                              StringRef("\0", 1)));
}

Error OnnxRuntimeProcess::bind(const HostTensor &input, const HostTensor &output) {
  return ask(Bind, pack(input, /*withData=*/true) + pack(output, /*withData=*/false));
}

Expected<double> OnnxRuntimeProcess::takeTurn() {
  if (Error error = ask(Turn, ""))
    return std::move(error);
  double time;
  std::memcpy(&time, answer.data(), sizeof(time));
  return time;
}

Error OnnxRuntimeProcess::read(HostTensor &output) {
  if (Error error = ask(Read, ""))
    return error;
  std::memcpy(output.getMutableBytes().data(), answer.data(), output.getSizeInBytes());
  return Error::success();
}
