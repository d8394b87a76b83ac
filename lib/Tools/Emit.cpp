//===- Emit.cpp - From a model to an object file and its header ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Tools/Emit.h"
#include "ModelInterface.h"
#include "qcc/Codegen/Passes.h"
#include "qcc/Dialect/Codegen/IR/CodegenOps.h"
#include "qcc/Execution/MemoryNeed.h"
#include "qcc/Pipelines/OptimizedLowering.h"
#include "qcc/Support/AtomicFile.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Support/Verification.h"
#include "qcc/Target/Levels.h"
#include "qcc/Target/MachineCode.h"
#include "qcc/Target/MergeObjects.h"
#include "qcc/Target/ObjectFile.h"
#include "qcc/Target/SharedConstants.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Threading.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Transforms/Utils/Cloning.h"

#include <deque>

using namespace mlir;
using namespace qcc;

using llvm::Error;
using llvm::Expected;

namespace {
/// What is compiled by itself: a level, the constants of all, or all levels where their objects
/// cannot be merged.
struct Part {
  CodegenErrors errors;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  /// As the object was made of it: emission changes a module.
  std::unique_ptr<llvm::Module> code;
  std::unique_ptr<llvm::MemoryBuffer> object;
  /// What `code` refers to and does not have.
  std::vector<SharedConstant> constants;

  Error open(const MachineOptions &options) {
    errors.attach(context);
    auto created = createTargetMachine(options);
    if (!created)
      return created.takeError();
    machine = std::move(*created);
    return Error::success();
  }

  Expected<std::unique_ptr<llvm::MemoryBuffer>> emit(llvm::CodeGenFileType type) {
    std::unique_ptr<llvm::Module> copy = llvm::CloneModule(*code);
    auto contents = emitMachineCode(*copy, *machine, type);
    if (Error error = errors.take(contents.takeError()))
      return addContext(std::move(error), "code generation");
    return contents;
  }

  Error emitObject() {
    auto emitted = emit(llvm::CodeGenFileType::ObjectFile);
    if (!emitted)
      return emitted.takeError();
    object = std::move(*emitted);
    return Error::success();
  }
};

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
    if (Error error = lower())
      return error;
    if (Error error = generate())
      return error;
    result.header = formatHeader(result.interface);
    report();
    return std::move(result);
  }

private:
  ArrayRef<Target> getTargets() const { return result.interface.targets; }

  //===--------------------------------------------------------------------===//
  // Lowering
  //===--------------------------------------------------------------------===//

  /// What a level's symbols begin with: the model's name, if there is but one level.
  std::string getPrefix(const Target &target) const {
    if (getTargets().size() == 1)
      return options.name;
    return options.name + "_" + makeCIdentifier(target.description->isa);
  }

  void addPasses(PassManager &pm, const Target &target) const {
    PlanOptions plan;
    plan.triple = target.triple.str();
    plan.isa = target.description->isa.str();
    plan.images = options.images;
    plan.frontImages = options.frontImages;
    if (options.leastSplitCycles)
      plan.leastSplitCycles = *options.leastSplitCycles;
    if (options.leastStreamBytes)
      plan.leastStreamBytes = *options.leastStreamBytes;
    omitVerification(pm);
    if (options.configure)
      options.configure(pm);
    buildOptimizedLoweringPipeline(pm, plan);
    pm.addPass(codegen::createPrepareObject(codegen::PrepareObjectOptions{getPrefix(target)}));
  }

  /// A module of the LLVM dialect for each level; all levels at the same time.
  Error lower() {
    MLIRContext *context = module.getContext();
    std::deque<PassManager> managers;
    registerLLVMIRTranslations(*context);
    for (const Target &target : getTargets()) {
      levels.push_back(module.clone());
      addPasses(managers.emplace_back(context), target);
      // Threads that use a context must find its dialects there.
      DialectRegistry dialects;
      managers.back().getDependentDialects(dialects);
      context->appendDialectRegistry(dialects);
      for (StringRef dialect : dialects.getDialectNames())
        context->getOrLoadDialect(dialect);
    }
    // What several levels have to say is said once.
    llvm::StringSet<> told;
    ScopedDiagnosticHandler repeated(context, [&](Diagnostic &diagnostic) {
      if (levels.size() == 1)
        return failure();
      std::string text;
      llvm::raw_string_ostream os(text);
      os << static_cast<int>(diagnostic.getSeverity()) << diagnostic.getLocation() << diagnostic;
      for (Diagnostic &note : diagnostic.getNotes())
        os << note.getLocation() << note;
      return success(!told.insert(text).second);
    });
    if (failed(failableParallelForEachN(context, 0, levels.size(),
                                        [&](size_t i) { return managers[i].run(*levels[i]); })))
      return makeError("the model could not be lowered to machine code");
    for (OwningOpRef<ModuleOp> &level : levels)
      readWorkspace(*level);
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

  //===--------------------------------------------------------------------===//
  // Machine code
  //===--------------------------------------------------------------------===//

  Expected<LevelModule> translateLevel(size_t level, Part &part) {
    const Target &target = getTargets()[level];
    auto translated = translateToLLVMIR(*levels[level], part.context, *part.machine);
    if (!translated)
      return translated.takeError();
    return LevelModule{target.description->isa.str(), getPrefix(target), std::move(*translated)};
  }

  /// One level, whose object is merged with the others'.
  Expected<std::unique_ptr<llvm::Module>> translateAlone(size_t level, Part &part) {
    auto translated = translateLevel(level, part);
    if (!translated)
      return translated.takeError();
    std::vector<std::string> isas;
    for (const Target &target : getTargets())
      isas.push_back(target.description->isa.str());
    if (Error error = separateLevel(*translated, isas, options.name))
      return std::move(error);
    return std::move(translated->module);
  }

  /// All levels, or the only one.
  Expected<std::unique_ptr<llvm::Module>> translateAll(Part &part) {
    std::vector<LevelModule> all;
    for (size_t level = 0; level < levels.size(); ++level) {
      auto translated = translateLevel(level, part);
      if (!translated)
        return translated.takeError();
      all.push_back(std::move(*translated));
    }
    if (all.size() == 1)
      return std::move(all.front().module);
    return linkLevels(std::move(all), options.name);
  }

  Error compile(Part &part, Expected<std::unique_ptr<llvm::Module>> translated) {
    if (!translated)
      return translated.takeError();
    part.code = std::move(*translated);
    part.code->setModuleIdentifier(options.name);
    part.code->setSourceFileName(options.name);
    optimize(*part.code, *part.machine, machineOptions.optLevel);
    return Error::success();
  }

  /// An object of each level and one of their constants, all levels at the same time.
  Error generateApart() {
    std::vector<std::string> messages(levels.size());
    parts.resize(levels.size() + 1);
    auto compileLevel = [&](size_t i) -> Error {
      Part &part = parts[i];
      if (Error error = part.open(machineOptions))
        return error;
      if (Error error = compile(part, translateAlone(i, part)))
        return error;
      part.constants =
          takeConstants(*part.code, options.name + "." + getTargets()[i].description->isa.str());
      return part.emitObject();
    };
    // The best levels take the longest, so they begin. Errors are told of in the order of levels.
    parallelFor(module.getContext(), 0, levels.size(), [&](size_t i) {
      size_t level = levels.size() - 1 - i;
      if (Error error = compileLevel(level))
        messages[level] = toString(std::move(error));
    });
    for (const std::string &message : messages)
      if (!message.empty())
        return makeError("{}", message);

    std::vector<SharedConstant> constants;
    for (const Part &part : parts)
      llvm::append_range(constants, part.constants);
    Part &data = parts.back();
    if (Error error = data.open(machineOptions))
      return error;
    data.code = defineConstants(constants, data.context);
    data.code->setTargetTriple(data.machine->getTargetTriple());
    data.code->setDataLayout(data.machine->createDataLayout());
    if (Error error = data.emitObject())
      return error;
    auto merged = mergeObjects(
        llvm::map_to_vector(parts, [](const Part &part) { return part.object->getMemBufferRef(); }),
        *data.machine);
    if (!merged)
      return merged.takeError();
    object = std::move(*merged);
    return Error::success();
  }

  /// An object of one module.
  Error generateTogether() {
    Part &part = parts.emplace_back();
    if (Error error = part.open(machineOptions))
      return error;
    if (Error error = compile(part, translateAll(part)))
      return error;
    if (Error error = part.emitObject())
      return error;
    object = std::move(part.object);
    return Error::success();
  }

  Error generate() {
    machineOptions = getMachineOptions(getTargets().front());
    // Text of several modules is no text of one.
    bool apart = levels.size() > 1 && canMergeObjects(machineOptions.triple) &&
                 options.format != ObjectFormat::Assembly;
    if (Error error = apart ? generateApart() : generateTogether())
      return error;
    if (Error error = inspect())
      return error;
    result.objectBytes = object->getBufferSize();
    return format();
  }

  Error inspect() {
    ObjectInterface &interface = result.interface;
    auto undefined = getUndefinedSymbols(object->getMemBufferRef());
    if (!undefined)
      return undefined.takeError();
    interface.undefinedSymbols = std::move(*undefined);
    auto sizes = getStackSizes(object->getMemBufferRef());
    if (!sizes)
      return sizes.takeError();
    auto modules = llvm::map_to_vector(
        parts, [](const Part &part) -> const llvm::Module * { return part.code.get(); });
    uint64_t most = 0;
    for (const InterfaceEntry &entry : interface.entries) {
      auto bound = getStackBound(modules, options.name + "_" + entry.suffix, *sizes);
      if (!bound)
        return Error::success();
      most = std::max(most, *bound);
    }
    interface.stackBytes = most;
    return Error::success();
  }

  Error format() {
    switch (options.format) {
    case ObjectFormat::Header:
      return Error::success();
    case ObjectFormat::Object:
      result.contents = std::move(object);
      return Error::success();
    case ObjectFormat::Assembly: {
      auto text = parts.front().emit(llvm::CodeGenFileType::AssemblyFile);
      if (!text)
        return text.takeError();
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
  MachineOptions machineOptions;
  /// A lowered module for each of the interface's targets.
  std::vector<OwningOpRef<ModuleOp>> levels;
  std::deque<Part> parts;
  std::unique_ptr<llvm::MemoryBuffer> object;
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
