//===- SessionCache.h - Compiled models, kept in a folder ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiling takes a second, running a network microseconds: what was compiled for this machine is
// kept, so that the next process starts at once.
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TOOLS_SESSIONCACHE_H
#define QCC_TOOLS_SESSIONCACHE_H

#include "qcc/Data/Preprocessing.h"
#include "qcc/Tools/Run.h"

namespace qcc {

/// A session, and how its input is made from pixels.
struct RunnableModel {
  std::unique_ptr<Session> session;
  Preprocessing preprocessing;
};

class SessionCache {
public:
  /// Told of what went wrong with the folder, which costs time and nothing else.
  using Warn = llvm::function_ref<void(const std::string &)>;
  /// Compiles the model from its bytes, or, without them, from its file; and passes what was
  /// compiled, with its preprocessing, to the function, if there is one.
  using Compile = llvm::function_ref<llvm::Expected<RunnableModel>(
      std::unique_ptr<llvm::MemoryBuffer>, std::function<void(const CompiledModel &)>)>;

  /// `folder` is made when something is kept in it. Its files may be deleted at any time, and any
  /// number of processes may use it at once; they hold code, so that only who may run programs as
  /// this user should be able to write there.
  explicit SessionCache(std::string folder) : folder(std::move(folder)) {}

  /// The model in file `path`, from the folder if it was compiled from the same bytes, with the
  /// same options, for the same level of the instruction set, by the same build of qcc; else from
  /// `compile`, and kept. An ONNX model with weights in other files is not kept. Errors: those of
  /// `compile`, a file that cannot be read, options that name no level that this machine has or ask
  /// for the reference lowering.
  llvm::Expected<RunnableModel> get(llvm::StringRef path, const RunOptions &options,
                                    Compile compile, Warn warn) const;

private:
  std::string folder;
};

} // namespace qcc

#endif // QCC_TOOLS_SESSIONCACHE_H
