//===- qcc-translate.cpp - Imports and exports models, merges calibration tables ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../ToolSupport.h"
#include "qcc/Export/ONNX/ExportModel.h"
#include "qcc/Quantization/CalibrationTable.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Tools/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include "llvm/Support/InitLLVM.h"

namespace cl = llvm::cl;
using namespace qcc;

using llvm::Error;

static constexpr llvm::StringLiteral kTool = "qcc-translate";

static constexpr llvm::StringLiteral kOverview =
    "qcc-translate: imports and exports models, merges calibration tables\n\n"
    "  qcc-translate --onnx-to-cnn model.onnx -o model.mlir\n"
    "  qcc-translate --cnn-to-onnx model.int8.mlirbc -o model.int8.onnx\n"
    "  qcc-translate --merge-tables a.yaml b.yaml -o all.yaml\n";

/// Made on first use, which is after the libraries\' options were dropped.
static cl::OptionCategory &category() {
  static cl::OptionCategory instance("qcc-translate options");
  return instance;
}

namespace {
enum class Action { None, OnnxToCnn, CnnToOnnx, MergeTables };
} // namespace

static Error translateModel(Action action, const std::string &input, const std::string &output) {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  auto module = loadModel(input, context);
  if (!module)
    return module.takeError();
  tool::DiagnosticPrinter printer(&context, kTool, /*remarks=*/true);
  if (action == Action::CnnToOnnx)
    return writeFileAtomically(
        output, [&](llvm::raw_ostream &os) { return onnx::exportModel(**module, os); });
  bool bytecode = llvm::StringRef(output).ends_with(".mlirbc");
  return saveModel(**module, output, bytecode ? ModelFormat::Bytecode : ModelFormat::Text);
}

static Error mergeTables(llvm::ArrayRef<std::string> inputs, const std::string &output) {
  std::vector<CalibrationTable> tables;
  for (const std::string &input : inputs) {
    auto table = CalibrationTable::load(input);
    if (!table)
      return table.takeError();
    tables.push_back(std::move(*table));
  }
  auto merged = CalibrationTable::merge(tables);
  if (!merged)
    return merged.takeError();
  return merged->save(output);
}

static int runMain(int argc, char **argv) {
  tool::dropLibraryOptions();
  cl::list<std::string> inputs(cl::Positional, cl::OneOrMore, cl::desc("INPUT..."),
                               cl::cat(category()));
  cl::opt<std::string> output("o", cl::desc("Where to write ('-': standard output)"),
                              cl::value_desc("file"), cl::init("-"), cl::cat(category()));
  cl::opt<Action> action(
      cl::desc("What to do:"), cl::init(Action::None), cl::cat(category()),
      cl::values(clEnumValN(Action::OnnxToCnn, "onnx-to-cnn",
                            "ONNX to the cnn dialect (bytecode if the output ends in .mlirbc)"),
                 clEnumValN(Action::CnnToOnnx, "cnn-to-onnx",
                            "a quantized or float model to ONNX, with quantize-dequantize pairs"),
                 clEnumValN(Action::MergeTables, "merge-tables", "calibration tables into one")));
  cl::HideUnrelatedOptions(category());
  cl::ParseCommandLineOptions(argc, argv, kOverview);
  if (action == Action::None)
    return tool::fail(kTool,
                      makeError("give one of --onnx-to-cnn, --cnn-to-onnx and --merge-tables"),
                      tool::WrongUsage);
  if (action == Action::MergeTables) {
    if (Error error = mergeTables(inputs, output))
      return tool::fail(kTool, std::move(error));
    return tool::Done;
  }
  if (inputs.size() != 1)
    return tool::fail(kTool, makeError("give one model, not {}", inputs.size()), tool::WrongUsage);
  if (action == Action::OnnxToCnn && !llvm::StringRef(inputs.front()).ends_with(".onnx"))
    return tool::fail(kTool, makeError("'{}' does not end in .onnx", inputs.front()),
                      tool::WrongUsage);
  if (Error error = translateModel(action, inputs.front(), output))
    return tool::fail(kTool, std::move(error));
  return tool::Done;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  tool::finish(kTool, runMain(argc, argv));
}
