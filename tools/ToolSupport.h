//===- ToolSupport.h - What the command-line tools share ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_TOOLS_TOOLSUPPORT_H
#define QCC_TOOLS_TOOLSUPPORT_H

#include "qcc/Data/Preprocessing.h"
#include "qcc/Support/Progress.h"
#include "qcc/Tools/ModelFile.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/WithColor.h"

#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>

namespace qcc::tool {

/// Exit codes: 0 done, 1 failed (what llvm::cl itself rejects included), 2 options that contradict
/// each other.
enum ExitCode { Done = 0, Failed = 1, WrongUsage = 2 };

/// Forgets the options that libLLVM and libMLIR register for their own tools: names such as
/// --threads are ours, and --help shows only what means something here. Call it before the tool's
/// options exist.
inline void dropLibraryOptions() { llvm::cl::ResetCommandLineParser(); }

/// Prints an error as `tool: error: text` and returns the exit code for it.
inline int fail(llvm::StringRef tool, llvm::Error error, ExitCode code = Failed) {
  llvm::handleAllErrors(std::move(error), [&](const llvm::ErrorInfoBase &info) {
    llvm::WithColor::error(llvm::errs(), tool) << info.message() << "\n";
  });
  return code;
}

/// Ends the process with `code`, or with Failed and an error if standard output could not be
/// written (a full disk). Nothing that lives until the end is destroyed: the system frees it faster
/// than seven hundred destructors. (What an instrumented build writes in the end is missed, but for
/// leaks.)
[[noreturn]] inline void finish(llvm::StringRef tool, int code) {
  llvm::raw_fd_ostream &out = llvm::outs();
  out.flush();
  if (out.has_error()) {
    code = fail(tool, llvm::createStringError(out.error(), "cannot write standard output: " +
                                                               out.error().message()));
    out.clear_error();
  }
#if LLVM_ADDRESS_SANITIZER_BUILD
  std::exit(code);
#else
  llvm::sys::Process::Exit(code, /*NoCleanup=*/true);
#endif
}

/// Prints the diagnostics of passes: errors and warnings always, remarks where the tool wants them.
class DiagnosticPrinter {
public:
  DiagnosticPrinter(mlir::MLIRContext *context, llvm::StringRef tool, bool remarks)
      : handler(context, [tool = tool.str(), remarks](mlir::Diagnostic &diagnostic) {
          using mlir::DiagnosticSeverity;
          DiagnosticSeverity severity = diagnostic.getSeverity();
          if (severity == DiagnosticSeverity::Remark && !remarks)
            return;
          llvm::raw_ostream &os = llvm::errs();
          switch (severity) {
          case DiagnosticSeverity::Error:
            llvm::WithColor::error(os, tool);
            break;
          case DiagnosticSeverity::Warning:
            llvm::WithColor::warning(os, tool);
            break;
          case DiagnosticSeverity::Remark:
            llvm::WithColor::remark(os, tool);
            break;
          case DiagnosticSeverity::Note:
            llvm::WithColor::note(os, tool);
            break;
          }
          os << describe(diagnostic.getLocation()) << diagnostic << "\n";
        }) {}

private:
  /// `name: ` of a layer, or `file:line:column: `.
  static std::string describe(mlir::Location location) {
    if (auto name = llvm::dyn_cast<mlir::NameLoc>(location))
      return name.getName().str() + ": ";
    if (auto file = llvm::dyn_cast<mlir::FileLineColLoc>(location))
      return llvm::formatv("{0}:{1}:{2}: ", file.getFilename().getValue(), file.getLine(),
                           file.getColumn());
    if (auto fused = llvm::dyn_cast<mlir::FusedLoc>(location);
        fused && !fused.getLocations().empty())
      return describe(fused.getLocations().front());
    return "";
  }

  mlir::ScopedDiagnosticHandler handler;
};

/// Shows how many of how many are done, on a terminal: a line that comes with the first call and
/// ends with the last.
inline std::function<void(uint64_t, uint64_t)> showProgress(const char *title, bool wanted) {
  auto line = std::make_shared<std::optional<Progress>>();
  return [=](uint64_t done, uint64_t total) {
    if (!*line)
      line->emplace(llvm::errs(), title, total, wanted && llvm::errs().is_displayed());
    (**line)(done);
    if (done == total)
      line->reset();
  };
}

/// `--scale`, `--mean`, `--std`: what makes a model's input from pixels.
struct PreprocessingOptions {
  llvm::cl::OptionCategory &category;
  llvm::cl::opt<std::string> scale{
      "scale", llvm::cl::desc("Factor of a pixel: a number or a fraction (default 1/255)"),
      llvm::cl::value_desc("factor"), llvm::cl::cat(category)};
  llvm::cl::list<float> mean{"mean", llvm::cl::CommaSeparated,
                             llvm::cl::desc("Subtracted after scaling, one per channel"),
                             llvm::cl::value_desc("m,..."), llvm::cl::cat(category)};
  llvm::cl::list<float> std{"std", llvm::cl::CommaSeparated,
                            llvm::cl::desc("Divided by at last, one per channel"),
                            llvm::cl::value_desc("s,..."), llvm::cl::cat(category)};

  /// What was given, on top of `base`; nothing if nothing was given.
  llvm::Expected<std::optional<Preprocessing>> get(Preprocessing base) const {
    if (scale.empty() && mean.empty() && std.empty())
      return std::nullopt;
    if (!scale.empty()) {
      auto divisor = parseScaleAsDivisor(scale);
      if (!divisor)
        return divisor.takeError();
      base.divisor = *divisor;
    }
    if (!mean.empty())
      base.mean.assign(mean.begin(), mean.end());
    if (!std.empty())
      base.std.assign(std.begin(), std.end());
    size_t channels = std::max<size_t>({1, base.mean.size(), base.std.size()});
    if (llvm::Error error = base.verify(static_cast<int64_t>(channels)))
      return error;
    return base;
  }
};

} // namespace qcc::tool

#endif // QCC_TOOLS_TOOLSUPPORT_H
