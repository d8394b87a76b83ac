//===- Emit.cpp - From a model to an object file and its header ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Tools/Emit.h"
#include "qcc/Codegen/Passes.h"
#include "qcc/Dialect/CNN/IR/CNNDialect.h"
#include "qcc/Dialect/CNN/Transforms/QuantTypes.h"
#include "qcc/Dialect/Codegen/IR/CodegenOps.h"
#include "qcc/Execution/Callable.h"
#include "qcc/Execution/MemoryNeed.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/Verification.h"
#include "qcc/Target/Levels.h"
#include "qcc/Target/MachineCode.h"
#include "qcc/Target/ObjectFile.h"
#include "qcc/Tools/ModelFile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Quant/IR/QuantTypes.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace mlir;
using namespace qcc;

using llvm::Error;
using llvm::Expected;

//===----------------------------------------------------------------------===//
// The interface, read before it is lowered
//===----------------------------------------------------------------------===//

static std::string getCType(ElementType type) {
  switch (type) {
  case ElementType::F32:
    return "float";
  case ElementType::F64:
    return "double";
  case ElementType::Bool:
  case ElementType::U8:
    return "uint8_t";
  case ElementType::I8:
    return "int8_t";
  case ElementType::F16:
  case ElementType::BF16:
  case ElementType::U16:
    return "uint16_t";
  case ElementType::I16:
    return "int16_t";
  case ElementType::U32:
    return "uint32_t";
  case ElementType::I32:
    return "int32_t";
  case ElementType::U64:
    return "uint64_t";
  case ElementType::I64:
    return "int64_t";
  }
  llvm_unreachable("covered switch");
}

static Expected<InterfaceTensor> readTensor(const TensorSpec &spec, Attribute quantization) {
  InterfaceTensor tensor;
  tensor.name = spec.name;
  tensor.type = getCType(spec.type);
  tensor.elementBytes = static_cast<int64_t>(getElementSize(spec.type));
  if (spec.shape.empty())
    return makeError("'{}' has no batch dimension", spec.name);
  tensor.shape.assign(spec.shape.begin() + 1, spec.shape.end());
  if (llvm::is_contained(tensor.shape, -1))
    return makeError("'{}' has a size other than the batch that is not known: {}", spec.name,
                     formatShape(spec.shape));
  if (auto type = dyn_cast_or_null<TypeAttr>(quantization)) {
    QuantParams params = cnn::getParams(cast<quant::UniformQuantizedType>(type.getValue()));
    tensor.codes = CodeMeaning{params.scale, params.zeroPoint};
  }
  return tensor;
}

static Expected<InterfaceEntry> readEntry(ModuleOp module, func::FuncOp function) {
  auto signature = FunctionSignature::get(module, function.getName());
  if (!signature)
    return signature.takeError();
  InterfaceEntry entry;
  bool codes = function.getName() != "main";
  entry.suffix = codes ? "run_codes" : "run";
  entry.summary = codes ? "the codes" : "the values";
  for (auto [i, spec] : llvm::enumerate(signature->inputs)) {
    auto tensor = readTensor(spec, function.getArgAttr(i, cnn::kQuantizationAttr));
    if (!tensor)
      return tensor.takeError();
    entry.inputs.push_back(std::move(*tensor));
  }
  for (auto [i, spec] : llvm::enumerate(signature->outputs)) {
    auto tensor = readTensor(spec, function.getResultAttr(i, cnn::kQuantizationAttr));
    if (!tensor)
      return tensor.takeError();
    entry.outputs.push_back(std::move(*tensor));
  }
  return entry;
}

static Expected<ObjectInterface> readInterface(ModuleOp module, const EmitOptions &options) {
  ObjectInterface interface;
  interface.name = options.name;
  if (!isCIdentifier(options.name))
    return makeError("'{}' is not a name in C", options.name);
  auto targets = resolveTargets(options.triple, options.isa);
  if (!targets)
    return targets.takeError();
  interface.targets = std::move(*targets);
  if (auto contract = module->getAttrOfType<cnn::NumericContractAttr>(cnn::kContractAttr))
    interface.contract = stringifyNumericContract(contract.getValue()).str();
  if (module->hasAttr(cnn::kPreprocessingAttr)) {
    Preprocessing pixels = getPreprocessing(module);
    interface.preprocessing = InterfacePreprocessing{pixels.divisor,
                                                     {pixels.mean.begin(), pixels.mean.end()},
                                                     {pixels.std.begin(), pixels.std.end()}};
  }
  for (StringRef name : {"main", "main_codes"}) {
    auto function = module.lookupSymbol<func::FuncOp>(name);
    if (!function && name == "main")
      return makeError("the model has no function @main");
    if (!function)
      continue;
    auto entry = readEntry(module, function);
    if (!entry)
      return entry.takeError();
    interface.entries.push_back(std::move(*entry));
  }
  return interface;
}

//===----------------------------------------------------------------------===//
// Lowering and machine code
//===----------------------------------------------------------------------===//

namespace {
class Emitter {
public:
  Emitter(ModuleOp module, const EmitOptions &options) : module(module), options(options) {}

  Expected<EmittedModel> run() {
    auto interface = readInterface(module, options);
    if (!interface)
      return interface.takeError();
    result.interface = std::move(*interface);
    if (Error error = MemoryNeed::of(module).check(/*batch=*/1))
      return error;
    if (Error error = generate())
      return error;
    result.header = formatHeader(result.interface);
    report();
    return std::move(result);
  }

private:
  /// What a level's symbols begin with: the model's name, if there is but one level.
  std::string getPrefix(const Target &target) const {
    if (result.interface.targets.size() == 1)
      return options.name;
    return options.name + "_" + makeCIdentifier(target.description->isa);
  }

  Error lower(ModuleOp copy, const Target &target) {
    PlanOptions plan;
    plan.triple = target.triple.str();
    plan.isa = target.description->isa.str();
    plan.images = options.images;
    plan.frontImages = options.frontImages;
    if (options.leastSplitCycles)
      plan.leastSplitCycles = *options.leastSplitCycles;
    if (options.leastStreamBytes)
      plan.leastStreamBytes = *options.leastStreamBytes;
    PassManager pm(copy.getContext());
    omitVerification(pm);
    if (options.configure)
      options.configure(pm);
    buildOptimizedLoweringPipeline(pm, plan);
    pm.addPass(codegen::createPrepareObject(codegen::PrepareObjectOptions{getPrefix(target)}));
    if (failed(pm.run(copy)))
      return makeError("the model could not be lowered to machine code");
    return Error::success();
  }

  /// One workspace for whichever entry is called, at whichever level.
  void readWorkspace(ModuleOp lowered) {
    ObjectInterface &interface = result.interface;
    for (auto function : lowered.getOps<LLVM::LLVMFuncOp>()) {
      auto arena = function->getAttrOfType<codegen::ArenaAttr>(codegen::kArenaAttr);
      if (!arena)
        continue;
      interface.workspaceBytes = std::max(interface.workspaceBytes, arena.getSize());
      interface.workspaceAlignment = std::max(interface.workspaceAlignment, arena.getAlignment());
      interface.images = std::max(interface.images, arena.getImages());
      interface.fixedBatch |= arena.getFixed();
      result.workspaceBound = std::max(result.workspaceBound, arena.getBound());
    }
  }

  /// The code for all levels.
  Expected<std::unique_ptr<llvm::Module>> translate(llvm::LLVMContext &context,
                                                    const llvm::TargetMachine &machine) {
    std::vector<LevelModule> levels;
    for (const Target &target : result.interface.targets) {
      // The module itself serves the last level.
      bool isLast = &target == &result.interface.targets.back();
      OwningOpRef<ModuleOp> copy = isLast ? OwningOpRef<ModuleOp>() : module.clone();
      ModuleOp lowered = isLast ? module : *copy;
      if (Error error = lower(lowered, target))
        return std::move(error);
      readWorkspace(lowered);
      auto translated = translateToLLVMIR(lowered, context, machine);
      if (!translated || result.interface.targets.size() == 1)
        return translated;
      levels.push_back({target.description->isa.str(), getPrefix(target), std::move(*translated)});
    }
    return linkLevels(std::move(levels), options.name);
  }

  Error generate() {
    MachineOptions machineOptions = getMachineOptions(result.interface.targets.front());
    auto machine = createTargetMachine(machineOptions);
    if (!machine)
      return machine.takeError();
    CodegenErrors errors;
    llvm::LLVMContext context;
    errors.attach(context);
    auto translated = translate(context, **machine);
    if (!translated)
      return translated.takeError();
    llvm::Module &code = **translated;
    code.setModuleIdentifier(options.name);
    code.setSourceFileName(options.name);
    optimize(code, **machine, machineOptions.optLevel);

    // Emission changes the module; assembly is made of one that is as the object's was.
    std::unique_ptr<llvm::Module> copy = llvm::CloneModule(code);
    auto object = emitMachineCode(code, **machine, llvm::CodeGenFileType::ObjectFile);
    if (Error error = errors.take(object.takeError()))
      return addContext(std::move(error), "code generation");
    if (Error error = inspect((*object)->getMemBufferRef(), *copy))
      return error;
    result.objectBytes = (*object)->getBufferSize();
    return format(std::move(*object), *copy, **machine, errors);
  }

  Error inspect(llvm::MemoryBufferRef object, const llvm::Module &code) {
    ObjectInterface &interface = result.interface;
    auto undefined = getUndefinedSymbols(object);
    if (!undefined)
      return undefined.takeError();
    interface.undefinedSymbols = std::move(*undefined);
    auto sizes = getStackSizes(object);
    if (!sizes)
      return sizes.takeError();
    uint64_t most = 0;
    for (const InterfaceEntry &entry : interface.entries) {
      auto bound = getStackBound(code, options.name + "_" + entry.suffix, *sizes);
      if (!bound)
        return Error::success();
      most = std::max(most, *bound);
    }
    interface.stackBytes = most;
    return Error::success();
  }

  Error format(std::unique_ptr<llvm::MemoryBuffer> object, llvm::Module &code,
               llvm::TargetMachine &machine, CodegenErrors &errors) {
    switch (options.format) {
    case ObjectFormat::Header:
      return Error::success();
    case ObjectFormat::Object:
      result.contents = std::move(object);
      return Error::success();
    case ObjectFormat::Assembly: {
      auto text = emitMachineCode(code, machine, llvm::CodeGenFileType::AssemblyFile);
      if (Error error = errors.take(text.takeError()))
        return addContext(std::move(error), "code generation");
      result.contents = std::move(*text);
      return Error::success();
    }
    case ObjectFormat::Library: {
      auto library = makeStaticLibrary(object->getMemBufferRef(), options.name + ".o");
      if (!library)
        return library.takeError();
      result.contents = std::move(*library);
      return Error::success();
    }
    }
    llvm_unreachable("covered switch");
  }

  void report() {
    const ObjectInterface &interface = result.interface;
    Location loc = UnknownLoc::get(module.getContext());
    std::string levels =
        llvm::join(llvm::map_range(interface.targets,
                                   [](const Target &target) { return target.description->isa; }),
                   ", ");
    emitRemark(loc) << interface.targets.front().triple.str() << " " << levels << ": "
                    << result.objectBytes << " bytes of object, " << interface.workspaceBytes
                    << " of workspace (" << result.workspaceBound << " are in use at one time) for "
                    << interface.images << (interface.images == 1 ? " image" : " images")
                    << " at a time";
    if (!interface.undefinedSymbols.empty())
      emitWarning(loc) << "the object needs symbols from elsewhere: "
                       << llvm::join(interface.undefinedSymbols, ", ");
  }

  ModuleOp module;
  const EmitOptions &options;
  EmittedModel result;
};
} // namespace

Expected<EmittedModel> qcc::emitModel(ModuleOp module, const EmitOptions &options) {
  return Emitter(module, options).run();
}

Error qcc::writeEmitted(const EmittedModel &emitted, StringRef output, StringRef headerOutput) {
  if (!emitted.contents)
    return writeFileAtomically(output, emitted.header);
  // The object gets its name only after the header has been written.
  return writeFileAtomically(output, [&](llvm::raw_ostream &os) -> Error {
    os << emitted.contents->getBuffer();
    if (headerOutput.empty())
      return Error::success();
    return writeFileAtomically(headerOutput, emitted.header);
  });
}
