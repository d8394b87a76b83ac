//===- JIT.cpp - machine code for this process from an LLVM-dialect module ---*- C++ -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "qcc/Execution/JIT.h"
#include "CodeMemory.h"
#include "RuntimeSymbols.h"
#include "qcc/Support/Diagnostics.h"
#include "qcc/Target/MachineCode.h"
#include "qcc/Target/TargetDescription.h"
#include "llvm/ExecutionEngine/JITEventListener.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/ExecutionEngine/Orc/RTDyldObjectLinkingLayer.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Target/TargetMachine.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/Transforms/IPO/Internalize.h"

using namespace qcc;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;

/// Also of ORC, whose errors say only that something was reported on the side.
class JIT::ErrorLog : public CodegenErrors {};

void JITOptions::setTarget(const TargetDescription &description) {
  cpu = llvm::Triple(llvm::sys::getProcessTriple()).getArch() == llvm::Triple::x86_64 ? "x86-64"
                                                                                      : "generic";
  features = description.features.str();
  tuneCPU = description.tuneCPU.str();
}

/// This machine, unless the options name another CPU.
static MachineOptions makeMachineOptions(const JITOptions &options) {
  MachineOptions machine = getHostMachineOptions();
  if (!options.cpu.empty() || !options.features.empty()) {
    machine.cpu = options.cpu;
    machine.features = options.features;
  }
  // Symbols of the process can be out of the reach of direct references.
  machine.relocation = llvm::Reloc::PIC_;
  machine.optLevel = options.optLevel;
  return machine;
}

//===----------------------------------------------------------------------===//
// LLVM IR
//===----------------------------------------------------------------------===//

static std::string getPackedName(StringRef function) { return "__qcc_packed_" + function.str(); }

/// Adds `void __qcc_packed_f(void **arguments)`, which calls f(arguments[0], arguments[1], ...): a
/// type that C++ can call whatever the parameters. Integers are read and stored through their
/// slots.
static Error addPackedFunction(llvm::Module &module, StringRef name) {
  llvm::Function *function = module.getFunction(name);
  if (!function || function->isDeclaration())
    return makeError("no function '{}' to call in the module", name);
  llvm::Type *result = function->getReturnType();
  bool callable = (result->isVoidTy() || result->isIntegerTy()) &&
                  llvm::all_of(function->args(), [](const llvm::Argument &argument) {
                    return argument.getType()->isPointerTy() || argument.getType()->isIntegerTy();
                  });
  if (!callable)
    return makeError("function '{}' cannot be called: its parameters must be pointers and "
                     "integers, and its result nothing or an integer",
                     name);

  llvm::IRBuilder<> builder(module.getContext());
  auto *type = llvm::FunctionType::get(builder.getVoidTy(), builder.getPtrTy(), false);
  auto *packed =
      llvm::Function::Create(type, llvm::GlobalValue::ExternalLinkage, getPackedName(name), module);
  builder.SetInsertPoint(llvm::BasicBlock::Create(module.getContext(), "", packed));
  auto loadSlot = [&](size_t i) -> llvm::Value * {
    llvm::Value *slot = builder.CreateConstGEP1_64(builder.getPtrTy(), packed->getArg(0), i);
    return builder.CreateLoad(builder.getPtrTy(), slot);
  };
  llvm::SmallVector<llvm::Value *> arguments;
  for (llvm::Argument &argument : function->args()) {
    llvm::Value *value = loadSlot(argument.getArgNo());
    if (argument.getType()->isIntegerTy())
      value = builder.CreateLoad(argument.getType(), value);
    arguments.push_back(value);
  }
  llvm::Value *returned = builder.CreateCall(function, arguments);
  if (!result->isVoidTy())
    builder.CreateStore(returned, loadSlot(function->arg_size()));
  builder.CreateRetVoid();
  return Error::success();
}

static Error addPackedFunctions(llvm::Module &module, const JITOptions &options) {
  for (const std::string &name : options.packed)
    if (Error error = addPackedFunction(module, name))
      return error;
  if (!options.packed.empty())
    llvm::internalizeModule(module, [](const llvm::GlobalValue &value) {
      return value.getName().starts_with("__qcc_packed_");
    });
  return Error::success();
}

static void setTuneCPU(llvm::Module &module, StringRef cpu) {
  for (llvm::Function &function : module)
    if (!cpu.empty() && !function.isDeclaration() && !function.hasFnAttribute("tune-cpu"))
      function.addFnAttr("tune-cpu", cpu);
}

//===----------------------------------------------------------------------===//
// Linking
//===----------------------------------------------------------------------===//

static std::unique_ptr<llvm::orc::ObjectLayer>
createLinkingLayer(llvm::orc::ExecutionSession &session, const JITOptions &options,
                   CodegenErrors &log) {
  auto layer = std::make_unique<llvm::orc::RTDyldObjectLinkingLayer>(
      session, [&log](const llvm::MemoryBuffer &) {
        return std::make_unique<CodeMemory>([&log](StringRef section) {
          log.append(fmt::format("no memory for section {} within reach of the code", section));
        });
      });
  // Both listeners are objects that LLVM keeps for the whole process.
  if (options.notifyDebugger)
    if (auto *listener = llvm::JITEventListener::createGDBRegistrationListener())
      layer->registerJITEventListener(*listener);
  if (options.notifyPerf)
    if (auto *listener = llvm::JITEventListener::createPerfJITEventListener())
      layer->registerJITEventListener(*listener);
  return layer;
}

namespace {
/// The engine gets objects; making a code generator for it would take longer than linking one.
struct NoCompiler : llvm::orc::IRCompileLayer::IRCompiler {
  NoCompiler() : IRCompiler({}) {}
  Expected<std::unique_ptr<llvm::MemoryBuffer>> operator()(llvm::Module &module) override {
    return makeError("'{}' was not compiled before it was linked", module.getModuleIdentifier());
  }
};
} // namespace

/// Makes the runtime's symbols and the user's visible to the main library, behind its own.
static Error defineSymbols(llvm::orc::LLJIT &engine, const JITOptions &options) {
  llvm::StringMap<void *> addresses = getRuntimeSymbols();
  for (const auto &[name, address] : options.symbols)
    addresses[name] = address;
  llvm::orc::SymbolMap symbols;
  for (const auto &entry : addresses)
    symbols[engine.mangleAndIntern(entry.first())] = {
        llvm::orc::ExecutorAddr::fromPtr(entry.second),
        llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
  llvm::orc::JITDylib &library = engine.getExecutionSession().createBareJITDylib("runtime");
  engine.getMainJITDylib().addToLinkOrder(library);
  return library.define(llvm::orc::absoluteSymbols(std::move(symbols)));
}

JIT::JIT() : log(std::make_unique<ErrorLog>()) {}
JIT::~JIT() = default;

Expected<std::unique_ptr<JIT>> JIT::create(mlir::ModuleOp module, const JITOptions &options) {
  auto object = compile(module, options);
  if (!object)
    return object.takeError();
  return link(std::move(*object), options);
}

Expected<CompiledObject> JIT::compile(mlir::ModuleOp module, const JITOptions &options) {
  auto machine = createTargetMachine(makeMachineOptions(options));
  if (!machine)
    return machine.takeError();
  ErrorLog log;
  llvm::LLVMContext context;
  log.attach(context);

  auto llvmModule = translateToLLVMIR(module, context, **machine);
  if (!llvmModule)
    return llvmModule.takeError();
  if (Error error = addPackedFunctions(**llvmModule, options))
    return error;
  setTuneCPU(**llvmModule, options.tuneCPU);
  optimize(**llvmModule, **machine, options.optLevel);
  auto contents = emitMachineCode(**llvmModule, **machine, llvm::CodeGenFileType::ObjectFile);
  if (Error error = log.take(contents.takeError()))
    return addContext(std::move(error), "code generation");
  CompiledObject object;
  object.contents = std::move(*contents);
  object.triple = (*machine)->getTargetTriple().str();
  object.dataLayout = (*llvmModule)->getDataLayoutStr();
  for (llvm::Function &function : **llvmModule)
    if (!function.isDeclaration() && !function.hasLocalLinkage()) {
      object.symbol = function.getName().str();
      break;
    }
  return object;
}

Expected<std::unique_ptr<JIT>> JIT::link(CompiledObject object, const JITOptions &options) {
  auto dataLayout = llvm::DataLayout::parse(object.dataLayout);
  if (!dataLayout)
    return dataLayout.takeError();
  std::unique_ptr<JIT> jit(new JIT());
  ErrorLog *log = jit->log.get();
  jit->objectSize = object.contents->getBufferSize();
  auto engine =
      llvm::orc::LLJITBuilder()
          .setJITTargetMachineBuilder(
              llvm::orc::JITTargetMachineBuilder(llvm::Triple(object.triple)))
          .setDataLayout(*dataLayout)
          .setCompileFunctionCreator(
              [](llvm::orc::JITTargetMachineBuilder)
                  -> Expected<std::unique_ptr<llvm::orc::IRCompileLayer::IRCompiler>> {
                return std::make_unique<NoCompiler>();
              })
          .setLinkProcessSymbolsByDefault(false)
          .setPlatformSetUp(llvm::orc::setUpInactivePlatform)
          .setObjectLinkingLayerCreator([&](llvm::orc::ExecutionSession &session)
                                            -> Expected<std::unique_ptr<llvm::orc::ObjectLayer>> {
            return createLinkingLayer(session, options, *log);
          })
          .create();
  if (!engine)
    return engine.takeError();
  jit->engine = std::move(*engine);
  jit->engine->getExecutionSession().setErrorReporter(
      [log](Error error) { log->append(toString(std::move(error))); });
  if (Error error = defineSymbols(*jit->engine, options))
    return error;
  if (Error error = jit->engine->addObjectFile(std::move(object.contents)))
    return error;

  // One look-up links the object, so that what is missing is known now and not at the first call.
  if (!object.symbol.empty()) {
    auto address = jit->lookup(object.symbol);
    if (Error error = log->take(address.takeError()))
      return addContext(std::move(error), "linking");
  }
  return jit;
}

Expected<void *> JIT::lookup(StringRef name) const {
  auto address = engine->lookup(name);
  if (!address)
    return log->take(address.takeError());
  return address->toPtr<void *>();
}

Expected<JIT::PackedFunction> JIT::getPacked(StringRef name) const {
  auto address = lookup(getPackedName(name));
  if (!address)
    return address.takeError();
  return reinterpret_cast<PackedFunction>(*address);
}
