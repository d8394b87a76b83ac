//===- Passes.td - From the integer level to machine instructions ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CODEGEN_PASSES_TD
#define QCC_CODEGEN_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Plan: decisions, written into the module
//===----------------------------------------------------------------------===//

def AttachTarget : Pass<"qcc-attach-target", "::mlir::ModuleOp"> {
  let summary = "Say what the module is compiled for";
  let description = [{
    Sets `codegen.target` on the module. An empty triple is this machine's; an empty ISA is its best one, or the
    plainest of another architecture.
  }];
  let options = [Option<"triple", "triple", "std::string", "\"\"", "LLVM triple">,
                 Option<"isa", "isa", "std::string", "\"\"", "ISA level; qcc --print-targets lists them">];
  let dependentDialects = ["::qcc::codegen::CodegenDialect"];
}

def MaterializePadding : Pass<"qcc-materialize-padding", "::mlir::func::FuncOp"> {
  let summary = "Turn the padding of convolutions into pads";
  let description = [{
    A kernel's inner loops test no borders: its input comes padded. The pad is an operation of its own so that the memory
    plan can let the producer write into the middle of a padded buffer, which makes it free but for the border.

    ```mlir
    // before
    %y = cnn.conv2d %x, %w {padding = array<i64: 1, 1, 1, 1>, pad_value = 3 : i64} : ...
    // after
    %p = cnn.pad %x {low = array<i64: 0, 1, 1, 0>, high = array<i64: 0, 1, 1, 0>, value = 3 : i32} : ...
    %y = cnn.conv2d %p, %w : ...
    ```
  }];
  let dependentDialects = ["::qcc::cnn::CNNDialect"];
}

def FormKernels : Pass<"qcc-form-kernels", "::mlir::ModuleOp"> {
  let summary = "Turn a network into calls of kernels";
  let description = [{
    Each root operation of `@main`, with the operations behind it that can be computed while its result is in registers, becomes a
    private function. Constants are its arguments, so that kernels of equal shape are one function. Reshapes and
    flattenings stay in `@main`: they cost nothing.

    A max pool whose windows overlap or are padded moves behind the requantization again, where it reads a quarter of the bytes; the
    two commute.
  }];
  let dependentDialects = ["::qcc::cnn::CNNDialect", "::mlir::func::FuncDialect"];
}

def SelectStrategy : Pass<"qcc-select-strategy", "::mlir::ModuleOp"> {
  let summary = "Choose how each kernel is vectorized and blocked";
  let description = [{
    Sets `codegen.strategy` on each kernel that has none: what `codegen.tuned` of the module has for the kernel and the target's level,
    else a choice from its shapes and the target's description alone. A kernel that no strategy covers gets `#codegen.reference<"...">`, and
    a remark says why.

    A strategy that a kernel has, or that was measured for it, is kept as it is. One that makes no sense for the kernel's shapes or for the
    target is an error.
  }];
  let dependentDialects = ["::qcc::codegen::CodegenDialect"];
}

def SplitKernels : Pass<"qcc-split-kernels", "::mlir::ModuleOp"> {
  let summary = "Say which kernels threads share, and along which dimension";
  let description = [{
    Sets `codegen.split` on kernels with a strategy that are worth the time that threads take to meet. It changes nothing for one thread.
  }];
  let options = [Option<"leastCycles", "least-cycles", "int64_t", "10000",
                        "Cycles that a kernel takes for one image, roughly, from which on it is split">];
  let dependentDialects = ["::qcc::codegen::CodegenDialect"];
}

def PackWeights : Pass<"qcc-pack-weights", "::mlir::ModuleOp"> {
  let summary = "Put weights into the order in which kernels read them";
  let description = [{
    The constants are permuted now, and each kernel says through `codegen.unpack` what they mean. Where the target's dot instruction
    wants the other signedness of activations, the kernel reads them through `codegen.flip_sign`, and the bias is corrected by
    128 times the sum of the weights.
  }];
  let dependentDialects = ["::qcc::cnn::CNNDialect", "::qcc::codegen::CodegenDialect"];
}

def PlanMemory : Pass<"qcc-plan-memory", "::mlir::ModuleOp"> {
  let summary = "Give every intermediate value a place in one arena";
  let description = [{
    Chooses the number of images in a block, the layout of every buffer (`codegen.buffer` on kernels), and offsets by liveness
    (`codegen.offset` on calls, `codegen.arena` on the network). A pad whose input is written by a kernel becomes a border around
    that kernel's result. An elementwise kernel may write over its input.

    Linear layers at the end that have many weights run on all images of a block at once, and what comes before them on a
    few images after the others, where that moves fewer bytes beyond the cache.
  }];
  let options = [Option<"images", "images", "int64_t", "0", "Images in a block; 0: chosen by the size of the cache">,
                 Option<"frontImages", "front-images", "int64_t", "0",
                        "With images: those that run at a time before the last linear layers; 0: all">];
  let dependentDialects = ["::qcc::codegen::CodegenDialect", "::mlir::memref::MemRefDialect"];
}

def StreamWeights : Pass<"qcc-stream-weights", "::mlir::ModuleOp"> {
  let summary = "Let a linear layer's weights arrive while the convolution before it computes one image";
  let description = [{
    With one image a linear layer takes as long as its weights take to arrive from the second or the third cache, during
    which hardly anything is multiplied, while a convolution multiplies and reads next to nothing. So the two get kernels that go together:
    of each row of the image that the convolution has ended, the linear layer adds up the products while the next row
    is computed, and the convolution's tiles fetch the weights for it. The calls stay as they are, for more images and for threads.

    ```mlir
    %p = call @conv2d_1(%x, %w) {codegen.offset = 64 : i64, codegen.stream = @conv2d_1_stream} : ...
    %y = call @linear_0(%p, %v) {codegen.offset = 960 : i64} : ...
    func.func private @conv2d_1_stream(...) attributes {codegen.kernel, codegen.stream = @linear_0_parts, ...}
    func.func private @linear_0_parts(...) attributes {codegen.kernel, codegen.split = #codegen.split<depth>, ...}
    ```
  }];
  let options = [Option<"leastBytes", "least-bytes", "int64_t", "131072",
                        "Bytes of weights from which on a linear layer is worth it">];
  let dependentDialects = ["::qcc::codegen::CodegenDialect"];
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

def LowerToLoops : Pass<"qcc-lower-to-loops", "::mlir::ModuleOp"> {
  let summary = "Turn kernels into loops over vectors, as their strategies say, and the network into calls on one arena";
  let description = [{
    A kernel on tensors becomes a function of buffers: the number of images, its inputs, constants and result. Kernels
    with `#codegen.reference` go through the reference lowering, one image at a time, and their temporaries become one
    scratch buffer.

    `@main` becomes `@main_block`, a function of buffers, too, that runs the kernels on one block of images: the number
    of images, inputs, results and the arena. Constants become read-only globals, each once. Where calls go together for one
    image (`codegen.stream`), `@main_alone` is such a function for a block of one.
  }];
  let dependentDialects = [
    "::mlir::amx::AMXDialect", "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect", "::mlir::func::FuncDialect",
    "::mlir::linalg::LinalgDialect", "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect",
    "::mlir::vector::VectorDialect", "::qcc::codegen::CodegenDialect"
  ];
}

def VerifyVectorized : Pass<"qcc-verify-vectorized", "::mlir::ModuleOp"> {
  let summary = "Report kernels whose root operation stayed scalar";
  let description = [{
    Stands between the loops and the instructions. A kernel whose innermost loops hold no vector operation is reported with a remark, or an
    error with `strict`.
  }];
  let options = [Option<"strict", "strict", "bool", "false", "Fail instead of remarking">];
}

//===----------------------------------------------------------------------===//
// ISA
//===----------------------------------------------------------------------===//

def LowerDot : Pass<"qcc-lower-dot", "::mlir::ModuleOp"> {
  let summary = "Lower codegen.dot, codegen.narrow and tiles of matrix units to the target's instructions";
  let description = [{
    The only pass that knows instructions: it follows the `dot` of the target's description. Operations of the amx dialect
    become intrinsics, and the tiles that loops carry get LLVM's type.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::vector::VectorDialect"];
}

//===----------------------------------------------------------------------===//
// Machine
//===----------------------------------------------------------------------===//

def EmitEntry : Pass<"qcc-emit-entry", "::mlir::ModuleOp"> {
  let summary = "Give each network the function through which it is called";
  let description = [{
    Behind each function with `codegen.entry`, which runs one block of images, it writes

    ```
    i32 SYMBOL(inputs..., results..., size_t batch, void *workspace)
    ```

    which runs any number of images, one block after the other; one of a single image by the function for that, if the
    `codegen.entry` names one. It returns 0, or 1 if a pointer is null, the workspace is
    not aligned, or the batch is no multiple of a fixed one. Behind that it writes a function that takes several
    workspaces and a way to run tasks, and splits the batch between them. The module is at the LLVM dialect.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def FlattenConstants : Pass<"qcc-flatten-constants", "::mlir::ModuleOp"> {
  let summary = "Make constants in memory one-dimensional";
  let description = [{
    LLVM keeps an array of numbers as bytes, but an array of arrays as an object for each innermost array, which all that
    looks at constants then visits: of packed weights, one for every four bytes. The bytes are the same.

    ```mlir
    llvm.mlir.global private constant @w(dense_resource<w> : tensor<32xi8>) : !llvm.array<32 x i8>
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def SetMachineAttributes : Pass<"qcc-set-machine-attributes", "::mlir::ModuleOp"> {
  let summary = "Say for which machine each function is compiled, and which loops stay";
  let description = [{
    Every function gets the CPU that all machines of the target are at least, the features of the target's level and the
    CPU to schedule for, so that its code is the same whatever a code generator's default is. The functions through which
    networks are called get no features beyond the baseline: they run before anybody knows what the machine has.

    No function unwinds, and in none may LLVM turn loops into calls of a C library. What kernels say of their loops
    (`llvm.loop_annotation`, which branches were left with) is given to LLVM.

    ```mlir
    llvm.func internal @conv2d(...) attributes {no_unwind, passthrough = ["no-builtins"], target_cpu = "x86-64",
      target_features = #llvm.target_features<["+avx", "+avx2", ...]>, tune_cpu = "haswell"}
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def PrepareObject : Pass<"qcc-prepare-object", "::mlir::ModuleOp"> {
  let summary = "Name the entries of an object after its model, and let them check the machine";
  let description = [{
    `main_run` becomes `NAME_run`, `main_codes_run` becomes `NAME_run_codes`. Where the target's level needs instructions
    that not every machine of the architecture has, each entry asks first and returns 2 without them. The answer is kept
    in one byte: asking is slow under a hypervisor.
  }];
  let options = [Option<"name", "name", "std::string", "\"model\"", "What symbols begin with; a C identifier">];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // QCC_CODEGEN_PASSES_TD
