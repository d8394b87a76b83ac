//===- PartialLink.cpp - Several objects into one ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/PartialLink.h"
#include "qcc/Support/Diagnostics.h"

#include "lld/Common/Driver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ObjCopy/CommonConfig.h"
#include "llvm/ObjCopy/ELF/ELFConfig.h"
#include "llvm/ObjCopy/ELF/ELFObjcopy.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"

#include <mutex>

LLD_HAS_DRIVER(elf)

using namespace qcc;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

namespace fs = llvm::sys::fs;

bool qcc::canLinkPartially(const llvm::Triple &triple) { return triple.isOSBinFormatELF(); }

/// Runs the linker, which has global state and may be unusable after a crash.
static Error runLinker(llvm::ArrayRef<std::string> arguments) {
  static std::mutex mutex;
  static bool usable = true;
  std::lock_guard lock(mutex);
  if (!usable)
    return makeError("the linker has crashed before");
  auto pointers =
      llvm::map_to_vector(arguments, [](const std::string &argument) { return argument.c_str(); });
  std::string messages;
  llvm::raw_string_ostream os(messages);
  lld::Result result = lld::lldMain(pointers, os, os, {{lld::Gnu, &lld::elf::link}});
  usable = result.canRunAgain;
  if (result.retCode == 0)
    return Error::success();
  return makeError("{}", messages.empty() ? "the linker failed" : StringRef(messages).rtrim());
}

static Error writeFile(StringRef path, llvm::ArrayRef<llvm::MemoryBufferRef> contents) {
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (!code) {
    for (llvm::MemoryBufferRef part : contents)
      os << part.getBuffer();
    os.close();
    code = os.error();
    os.clear_error(); // the stream's destructor aborts over an error that nobody has looked at
  }
  return code ? makeError("cannot write '{}': {}", path, code.message()) : Error::success();
}

/// Nobody outside of the object is to find what its parts found in each other.
static Expected<std::unique_ptr<llvm::MemoryBuffer>>
localizeHidden(const llvm::MemoryBuffer &linked) {
  auto file = llvm::object::ObjectFile::createELFObjectFile(linked.getMemBufferRef());
  if (!file)
    return file.takeError();
  llvm::objcopy::CommonConfig common;
  llvm::objcopy::ELFConfig elf;
  elf.LocalizeHidden = true;
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream os(bytes);
  if (Error error = llvm::objcopy::elf::executeObjcopyOnBinary(
          common, elf, llvm::cast<llvm::object::ELFObjectFileBase>(**file), os))
    return error;
  return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes),
                                                         /*RequiresNullTerminator=*/false);
}

Expected<std::unique_ptr<llvm::MemoryBuffer>>
qcc::linkPartially(llvm::ArrayRef<llvm::MemoryBufferRef> objects) {
  llvm::SmallString<128> folder;
  if (std::error_code code = fs::createUniqueDirectory("qcc", folder)) {
    llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, folder);
    return makeError("cannot make a folder for temporary files in '{}': {}", folder.str(),
                     code.message());
  }
  llvm::scope_exit cleanUp([&] { fs::remove_directories(folder); });
  auto getPath = [&](StringRef name) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    return path.str().str();
  };

  std::string output = getPath("linked.o");
  std::vector<std::string> arguments = {"ld.lld", "-r", "--threads=1", "-o", output};
  for (auto [i, object] : llvm::enumerate(objects)) {
    arguments.push_back(getPath(fmt::format("{}.o", i)));
    if (Error error = writeFile(arguments.back(), object))
      return error;
  }
  // The linker ends the process where there is no room for what it writes, which is no more than
  // what it reads.
  if (Error error = writeFile(output, objects))
    return error;
  fs::remove(output);
  if (Error error = runLinker(arguments))
    return addContext(std::move(error), "linking the levels' objects");
  auto linked = llvm::MemoryBuffer::getFile(output, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!linked)
    return makeError("cannot read '{}': {}", output, linked.getError().message());
  return localizeHidden(**linked);
}
