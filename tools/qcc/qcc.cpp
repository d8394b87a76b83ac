//===- qcc.cpp - Compiles a model: calibrates, quantizes, lowers, emits ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../ToolSupport.h"
#include "qcc/Support/Progress.h"
#include "qcc/Target/TargetDescription.h"
#include "qcc/Tools/CompileCommand.h"
#include "qcc/Tools/Registration.h"

#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/Support/InitLLVM.h"

namespace cl = llvm::cl;
using namespace qcc;

static constexpr llvm::StringLiteral kTool = "qcc";

static constexpr llvm::StringLiteral kOverview =
    "qcc: compiles a trained convolutional network to int8\n\n"
    "  qcc model.onnx --calibrate=DATA --emit=obj -o model.o --header=model.h\n"
    "      calibrates on the first images of the training data in folder DATA (IDX or .npy), and\n"
    "      writes an object for this machine and the C header to call it by\n"
    "  qcc model.onnx --calibrate=DATA --emit=mlirbc -o model.int8.mlirbc\n"
    "      writes the quantized model, which qcc and qcc-run go on from\n"
    "  qcc model.int8.mlirbc --emit=lib --target=aarch64-linux-gnu --isa=dotprod -o libmodel.a\n"
    "      compiles it for another machine; --print-targets lists what there is\n"
    "  qcc model.onnx --calibration-table=table.yaml --emit=mlir --until=integer -o -\n"
    "      quantizes with a table that an earlier run saved and shows the integer level\n";

/// Made on first use, which is after the libraries\' options were dropped.
static cl::OptionCategory &category() {
  static cl::OptionCategory instance("qcc options");
  return instance;
}

/// True if passes print, or write files: levels, which are lowered at the same time, would print
/// over each other.
static bool wantsPassesInOrder() {
  return llvm::any_of(cl::getRegisteredOptions(), [](const auto &option) {
    llvm::StringRef name = option.first;
    return option.second->getNumOccurrences() > 0 &&
           (name.starts_with("mlir-print-ir-") || name.starts_with("mlir-pass-"));
  });
}

static int runMain(int argc, char **argv) {
  tool::dropLibraryOptions();
  cl::opt<std::string> model(cl::Positional, cl::Required,
                             cl::desc("MODEL (.onnx, .mlir, .mlirbc)"), cl::cat(category()));
  cl::opt<std::string> output("o", cl::desc("Where to write ('-': standard output)"),
                              cl::value_desc("file"), cl::Required, cl::cat(category()));
  cl::opt<Emit> emit(
      "emit", cl::desc("What to write:"), cl::init(Emit::MLIR), cl::cat(category()),
      cl::values(clEnumValN(Emit::MLIR, "mlir", "the module as text"),
                 clEnumValN(Emit::MLIRBC, "mlirbc", "the module as bytecode: the smallest"),
                 clEnumValN(Emit::LLVM, "llvm", "LLVM IR"),
                 clEnumValN(Emit::Assembly, "asm", "assembly"),
                 clEnumValN(Emit::Object, "obj", "an object file"),
                 clEnumValN(Emit::Library, "lib", "a static library of that object"),
                 clEnumValN(Emit::Header, "header", "the C header that declares its functions")));
  cl::opt<std::string> header("header", cl::desc("Write the C header of an object here, too"),
                              cl::value_desc("file"), cl::cat(category()));
  cl::opt<std::string> name(
      "name", cl::desc("What an object's symbols begin with (default: the model file's name)"),
      cl::value_desc("identifier"), cl::cat(category()));
  cl::opt<std::string> triple("target",
                              cl::desc("What to compile for, as in aarch64-linux-gnu (default: "
                                       "this machine)"),
                              cl::value_desc("triple"), cl::cat(category()));
  cl::opt<std::string> isa("isa",
                           cl::desc("The instructions to use: a level, for objects several with "
                                    "commas between them, of which the best that the processor has "
                                    "runs, or all (default: this machine's best; the plainest of "
                                    "another target)"),
                           cl::value_desc("level"), cl::cat(category()));
  cl::opt<bool> printTargetList("print-targets", cl::desc("List targets and ISA levels, and exit"),
                                cl::cat(category()), cl::callback([](const bool &) {
                                  llvm::outs() << printTargets();
                                  tool::finish(kTool, tool::Done);
                                }));
  cl::opt<std::string> until(
      "until",
      cl::desc("The level to stop at: import, fuse, observe, calibrate, qdq, quantize, integer, "
               "plan, loops, isa or llvm; with --reference, linalg, bufferize, loops or llvm after "
               "integer (default quantize; llvm for --emit=llvm)"),
      cl::value_desc("phase"), cl::cat(category()));
  cl::opt<bool> reference("reference",
                          cl::desc("The plain lowering below the integer level: slow, obviously "
                                   "right"),
                          cl::cat(category()));
  cl::opt<std::string> qconfig(
      "qconfig",
      cl::desc("fbgemm (default; with a table: the table's), x86, onednn, qnnpack, each also with "
               "-qat, or tflite"),
      cl::value_desc("name"), cl::cat(category()));
  cl::opt<std::string> observer(
      "activation-observer",
      cl::desc(
          "Another observer of activations than the qconfig's: min-max, moving-average-min-max, "
          "histogram, percentile[=P] or entropy"),
      cl::value_desc("name"), cl::cat(category()));
  cl::opt<std::string> contract(
      "contract",
      cl::desc("The exact arithmetic: fbgemm, qnnpack or onnx (default: the qconfig's)"),
      cl::value_desc("name"), cl::cat(category()));
  cl::opt<std::string> calibrate("calibrate",
                                 cl::desc("Calibrate on the training split in this folder"),
                                 cl::value_desc("dir"), cl::cat(category()));
  cl::opt<int64_t> batches("calibration-batches", cl::desc("Batches to calibrate on (default 1)"),
                           cl::init(1), cl::cat(category()));
  cl::opt<int64_t> batchSize("calibration-batch-size", cl::desc("Images in a batch (default 64)"),
                             cl::init(64), cl::cat(category()));
  cl::opt<bool> shuffle("calibration-shuffle",
                        cl::desc("Calibrate on a random sample instead of the first images"),
                        cl::cat(category()));
  cl::opt<uint64_t> seed("seed", cl::desc("Of the random sample (default 0)"), cl::init(0),
                         cl::cat(category()));
  cl::opt<std::string> table("calibration-table",
                             cl::desc("Quantize with this table instead of calibrating"),
                             cl::value_desc("file"), cl::cat(category()));
  cl::opt<std::string> saveTable("save-table", cl::desc("Save the table that calibration makes"),
                                 cl::value_desc("file"), cl::cat(category()));
  cl::opt<bool> strict("strict", cl::desc("Fail if a layer stays in float"), cl::cat(category()));
  cl::opt<bool> report("report",
                       cl::desc("Report the bounds of accumulators (from --until=integer on), and "
                                "what --tune measured"),
                       cl::cat(category()));
  cl::opt<bool> tune("tune",
                     cl::desc("Measure the best few strategies of each kernel on this machine and "
                              "keep the winners in the module: what --emit=mlir or mlirbc writes "
                              "gives the same object everywhere"),
                     cl::cat(category()));
  cl::opt<int64_t> tuneBatch("tune-batch",
                             cl::desc("Images in a call that --tune measures (default: as many as "
                                      "are computed at a time)"),
                             cl::value_desc("N"), cl::init(0), cl::cat(category()));
  cl::opt<bool> quiet("quiet", cl::desc("No progress and no remarks"), cl::cat(category()));
  tool::PreprocessingOptions pixels{category()};
  mlir::registerPassManagerCLOptions();
  cl::HideUnrelatedOptions(category());
  cl::ParseCommandLineOptions(argc, argv, kOverview);

  CompileCommand command{.model = model,
                         .output = output,
                         .emit = emit,
                         .until = until,
                         .header = header,
                         .name = name,
                         .compile = {}};
  CompileOptions &options = command.compile;
  options.qconfig = qconfig;
  options.activationObserver = observer;
  options.contract = contract;
  options.calibrationData = calibrate;
  options.calibrationBatches = batches;
  options.calibrationBatchSize = batchSize;
  options.shuffle = shuffle;
  options.seed = seed;
  options.calibrationTable = table;
  options.saveTable = saveTable;
  options.strict = strict;
  options.report = report;
  options.lowering = reference ? Lowering::Reference : Lowering::Optimized;
  options.tune = tune;
  options.tuneBatch = tuneBatch;
  options.triple = triple;
  options.isa = isa;
  if (llvm::Error error = checkCommand(command))
    return tool::fail(kTool, std::move(error), tool::WrongUsage);
  options.configure = [](mlir::PassManager &pm) { (void)mlir::applyPassManagerCLOptions(pm); };
  options.progress = tool::showProgress("calibrating", !quiet);
  options.tuneProgress = tool::showProgress("tuning", !quiet);

  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  if (wantsPassesInOrder())
    context.disableMultithreading();
  auto module = loadModel(model, context);
  if (!module)
    return tool::fail(kTool, module.takeError());
  auto preprocessing = pixels.get(getPreprocessing(**module));
  if (!preprocessing)
    return tool::fail(kTool, preprocessing.takeError(), tool::WrongUsage);
  options.preprocessing = *preprocessing;

  tool::DiagnosticPrinter printer(&context, kTool, /*remarks=*/!quiet);
  if (llvm::Error error = runCommand(**module, command))
    return tool::fail(kTool, std::move(error));
  return tool::Done;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  tool::finish(kTool, runMain(argc, argv));
}
