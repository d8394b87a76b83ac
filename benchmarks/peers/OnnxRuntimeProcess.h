//===- OnnxRuntimeProcess.h - ONNX Runtime in a process of its own ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Its threads go on looking for work when a run has ended, for as long as the process lives. So
// that they do not look for it where qcc's threads would run, the process is stopped between its
// turns.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_BENCHMARKS_PEERS_ONNXRUNTIMEPROCESS_H
#define QCC_BENCHMARKS_PEERS_ONNXRUNTIMEPROCESS_H

#include "Turns.h"
#include "qcc/Data/Tensor.h"

#include <memory>
#include <string>
#include <sys/types.h>

namespace qcc::peers {

class OnnxRuntimeProcess {
public:
  /// Starts the process, which does nothing yet. Before this process has threads.
  static llvm::Expected<std::unique_ptr<OnnxRuntimeProcess>> start(const TurnOptions &options);
  ~OnnxRuntimeProcess();

  /// See OnnxRuntime::create().
  llvm::Error load(llvm::StringRef library, llvm::StringRef model, llvm::StringRef inputName,
                   llvm::StringRef outputName);
  /// Later turns are of `input`; `output` says the shape of what is computed.
  llvm::Error bind(const HostTensor &input, const HostTensor &output);
  /// Seconds of one call, in one turn.
  llvm::Expected<double> takeTurn();
  /// What the last call computed.
  llvm::Error read(HostTensor &output);

private:
  OnnxRuntimeProcess(pid_t process, int input, int output)
      : process(process), input(input), output(output) {}

  /// Lets the process go on, tells it something and waits until it has answered.
  llvm::Error ask(char command, llvm::StringRef data);

  pid_t process;
  /// Of this process: what it reads from and what it writes to.
  int input, output;
  std::string answer;
};

} // namespace qcc::peers

#endif // QCC_BENCHMARKS_PEERS_ONNXRUNTIMEPROCESS_H
