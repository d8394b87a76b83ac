//===- MachineCode.cpp - From the LLVM dialect to an object in memory ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Target/MachineCode.h"
#include "qcc/Support/DiagnosticCollector.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/StringDistance.h"

#include "mlir/Target/LLVMIR/Dialect/All.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/Verifier.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SmallVectorMemoryBuffer.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace qcc;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

//===----------------------------------------------------------------------===//
// Target
//===----------------------------------------------------------------------===//

MachineOptions qcc::getMachineOptions(const qcc::Target &target) {
  MachineOptions options;
  options.triple = target.triple;
  options.cpu = target.getBaselineCPU().str();
  options.features = target.getBaselineFeatures().str();
  options.abi = target.getABI().str();
  // It links into programs of either kind: nothing outside of the object is referred to.
  // WebAssembly has no addresses to be independent of, and would have the linker's variables for
  // it.
  options.relocation = target.triple.isWasm() ? llvm::Reloc::Static : llvm::Reloc::PIC_;
  options.stackSizes = true;
  return options;
}

MachineOptions qcc::getHostMachineOptions() {
  MachineOptions options;
  options.triple = llvm::Triple(llvm::sys::getProcessTriple());
  options.cpu = llvm::sys::getHostCPUName().str();
  std::vector<std::string> features;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    features.push_back((feature.second ? "+" : "-") + feature.first().str());
  llvm::sort(features); // a hash table's order is no order for a cache's key
  options.features = llvm::join(features, ",");
  return options;
}

void qcc::initializeTargets(const llvm::Triple &triple) {
  // All of them are two dozen, with hundreds of passes.
  static std::once_flag native, all;
  if (triple.getArch() == llvm::Triple(llvm::sys::getProcessTriple()).getArch())
    return std::call_once(native, [] {
      llvm::InitializeNativeTarget();
      llvm::InitializeNativeTargetAsmPrinter();
      llvm::InitializeNativeTargetAsmParser(); // for inline assembly
    });
  std::call_once(all, [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
    llvm::InitializeAllAsmParsers();
  });
}

/// Refuses names that LLVM does not know: it would warn on standard error and ignore them.
static Error checkNames(const llvm::Target &target, const MachineOptions &options) {
  std::unique_ptr<llvm::MCSubtargetInfo> info(target.createMCSubtargetInfo(options.triple, "", ""));
  if (!info)
    return makeError("LLVM cannot generate code for {}", options.triple.str());
  if (!options.cpu.empty() && !info->isCPUStringValid(options.cpu))
    return makeError("unknown CPU '{}' for {}", options.cpu, options.triple.str());
  std::vector<StringRef> known;
  for (const llvm::SubtargetFeatureKV &feature : info->getAllProcessorFeatures())
    known.push_back(feature.Key);
  llvm::SubtargetFeatures features(options.features);
  for (const std::string &feature : features.getFeatures()) {
    StringRef name = llvm::SubtargetFeatures::StripFlag(feature);
    if (!llvm::SubtargetFeatures::hasFlag(feature) || !llvm::is_contained(known, name))
      return makeError("unknown feature '{}' for {} (expected '+name' or '-name'){}", feature,
                       options.triple.str(), didYouMean(name, known));
  }
  return Error::success();
}

Expected<std::unique_ptr<llvm::TargetMachine>>
qcc::createTargetMachine(const MachineOptions &options) {
  initializeTargets(options.triple);
  std::string message;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(options.triple, message);
  if (!target || !target->hasTargetMachine())
    return makeError("no code generator for {}: {}", options.triple.str(), message);
  if (Error error = checkNames(*target, options))
    return error;
  llvm::TargetOptions targetOptions;
  // A contracted multiply-add rounds once where the semantics say twice.
  targetOptions.AllowFPOpFusion = llvm::FPOpFusion::Strict;
  targetOptions.EmitStackSizeSection = options.stackSizes;
  targetOptions.MCOptions.ABIName = options.abi;
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      options.triple, options.cpu, options.features, targetOptions, options.relocation,
      /*CM=*/std::nullopt, static_cast<llvm::CodeGenOptLevel>(std::min(options.optLevel, 3u))));
  if (!machine)
    return makeError("LLVM cannot generate code for {}", options.triple.str());
  return machine;
}

//===----------------------------------------------------------------------===//
// Errors
//===----------------------------------------------------------------------===//

namespace {
struct ErrorHandler : llvm::DiagnosticHandler {
  explicit ErrorHandler(CodegenErrors &errors) : errors(errors) {}
  bool handleDiagnostics(const llvm::DiagnosticInfo &info) override {
    if (info.getSeverity() != llvm::DS_Error)
      return true;
    std::string message;
    llvm::raw_string_ostream os(message);
    llvm::DiagnosticPrinterRawOStream printer(os);
    info.print(printer);
    errors.append(std::move(message));
    return true;
  }
  CodegenErrors &errors;
};
} // namespace

void CodegenErrors::attach(llvm::LLVMContext &context) {
  context.setDiagnosticHandler(std::make_unique<ErrorHandler>(*this));
}

void CodegenErrors::append(std::string message) {
  std::lock_guard lock(mutex);
  if (!text.empty())
    text += "; ";
  text += message;
}

Error CodegenErrors::take(Error error) {
  std::lock_guard lock(mutex);
  if (text.empty())
    return error;
  consumeError(std::move(error));
  return makeError("{}", std::exchange(text, ""));
}

//===----------------------------------------------------------------------===//
// LLVM IR
//===----------------------------------------------------------------------===//

void qcc::registerLLVMIRTranslations(mlir::MLIRContext &context) {
  mlir::DialectRegistry registry;
  mlir::registerAllToLLVMIRTranslations(registry);
  context.appendDialectRegistry(registry); // does nothing where it was done
}

Expected<std::unique_ptr<llvm::Module>> qcc::translateToLLVMIR(mlir::ModuleOp module,
                                                               llvm::LLVMContext &context,
                                                               const llvm::TargetMachine &machine) {
  registerLLVMIRTranslations(*module->getContext());
  DiagnosticCollector diagnostics(module->getContext(), /*ofThread=*/true);
  // MLIR's own verification of the result would print.
  std::unique_ptr<llvm::Module> result = mlir::translateModuleToLLVMIR(
      module, context, module.getName().value_or("qcc"), /*disableVerification=*/true);
  if (!result)
    return addContext(diagnostics.takeError("the module cannot be translated"),
                      "translation to LLVM IR");
  result->setTargetTriple(machine.getTargetTriple());
  result->setDataLayout(machine.createDataLayout());
  std::string message;
  llvm::raw_string_ostream os(message);
  if (llvm::verifyModule(*result, &os))
    return makeError("translation to LLVM IR gave invalid IR: {}", StringRef(message).rtrim());
  return result;
}

void qcc::optimize(llvm::Module &module, llvm::TargetMachine &machine, unsigned level) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = tuning.LoopInterleaving = tuning.SLPVectorization = level >= 2;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  const llvm::OptimizationLevel levels[] = {
      llvm::OptimizationLevel::O0, llvm::OptimizationLevel::O1, llvm::OptimizationLevel::O2,
      llvm::OptimizationLevel::O3};
  llvm::OptimizationLevel chosen = levels[std::min(level, 3u)];
  (level == 0 ? builder.buildO0DefaultPipeline(chosen)
              : builder.buildPerModuleDefaultPipeline(chosen))
      .run(module, modules);
}

Expected<std::unique_ptr<llvm::MemoryBuffer>> qcc::emitMachineCode(llvm::Module &module,
                                                                   llvm::TargetMachine &machine,
                                                                   llvm::CodeGenFileType type) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream os(bytes);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, os, nullptr, type))
    return makeError("LLVM cannot write {} for {}",
                     type == llvm::CodeGenFileType::AssemblyFile ? "assembly" : "an object file",
                     machine.getTargetTriple().str());
  passes.run(module);
  return std::make_unique<llvm::SmallVectorMemoryBuffer>(std::move(bytes),
                                                         module.getModuleIdentifier(),
                                                         /*RequiresNullTerminator=*/false);
}
