//===- Passes.td - Conversions out of qcc's dialects ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_CONVERSION_PASSES_TD
#define QCC_CONVERSION_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// CNNToLinalg
//===----------------------------------------------------------------------===//

def ConvertCNNToLinalg : Pass<"convert-cnn-to-linalg", "::mlir::ModuleOp"> {
  let summary = "Lower the cnn dialect to linalg on tensors: the reference lowering";
  let description = [{
    Every operation of the float and of the integer level becomes linalg, tensor, arith and math on tensors. The result
    is plain and meant to be read; it is what every faster lowering is compared with.

    Codes `ui8` become signless `i8`, in function signatures too; how an operation extends them was decided by the type
    that it had before. Values at the quantized level are an error: `cnn-lower-quantized` must have run.

    ```mlir
    %y = cnn.relu %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
    ```
    becomes
    ```mlir
    %y = linalg.generic ... ins(%x : tensor<?x8xf32>) outs(%init : tensor<?x8xf32>) {
    ^bb0(%in: f32, %out: f32):
      %0 = arith.maximumf %in, %zero : f32
      linalg.yield %0 : f32
    } -> tensor<?x8xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::linalg::LinalgDialect",
    "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// CalibToRuntime
//===----------------------------------------------------------------------===//

def ConvertCalibToRuntime : Pass<"convert-calib-to-runtime", "::mlir::ModuleOp"> {
  let summary = "Turn calib.observe into calls of the calibration's runtime";
  let description = [{
    Each `calib.observe` becomes a call that hands its value, and the number of its name in the module, to the runtime
    whose address is that of the external global `qcc_calib_session`. The program that runs the code defines that symbol and the
    functions, so several calibrations can run at a time.

    The value goes through a plain observe unchanged. Under `fake_quantize` the runtime writes what the value's codes
    mean, under parameters that include this batch, to a new buffer, and all that followed the observe reads that.

    It runs on tensors, before bufferization (with function boundaries), at any level that has observes. The calls have
    unknown effects, so that nothing merges, hoists or reorders them.

    ```mlir
    %y = calib.observe %x {name = "conv1", ..., fake_quantize} : tensor<?x8xf32>
    ```
    becomes
    ```mlir
    %session = llvm.mlir.addressof @qcc_calib_session : !llvm.ptr
    %number = arith.constant 0 : i64
    %value = tensor.cast %x : tensor<?x8xf32> to tensor<*xf32>
    %buffer = memref.alloc(%n) {alignment = 64 : i64} : memref<?x8xf32>
    %result = memref.cast %buffer : memref<?x8xf32> to memref<*xf32>
    call @qcc_calib_fake_quantize(%session, %number, %value, %result)
      : (!llvm.ptr, i64, tensor<*xf32>, memref<*xf32>) -> ()
    %y = bufferization.to_tensor %buffer restrict writable : memref<?x8xf32> to tensor<?x8xf32>
    ```
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect", "::mlir::func::FuncDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect", "::mlir::tensor::TensorDialect"
  ];
}

//===----------------------------------------------------------------------===//
// Phases: small passes between the phases of a lowering
//===----------------------------------------------------------------------===//

def VerifyNoQuantTypes : Pass<"qcc-verify-no-quant-types"> {
  let summary = "Fail if a quantized type is left anywhere";
  let description = [{
    Bufferization turns `tensor<..x!quant..>` into a `memref<..x!quant..>` that nothing can lower, without a word. This
    pass stands before it and names the operation: no operand, result, block argument, function signature or other
    attribute may hold a `!quant` type.
  }];
}

def VerifyBufferized : Pass<"qcc-verify-bufferized"> {
  let summary = "Fail if a tensor is left anywhere";
  let description = [{
    Stands after bufferization: no value and no function signature may have a tensor type. The values of constants may:
    that is how `memref.global` holds its data.
  }];
}

def DistinctResults : Pass<"qcc-distinct-results"> {
  let summary = "Make functions return every buffer once";
  let description = [{
    A function whose results share a buffer, because it returns one value twice or a value and a view of it, would have its
    caller release that buffer twice. All results but the first become copies.

    ```mlir
    return %a, %a : memref<4xf32>, memref<4xf32>
    ```
    becomes
    ```mlir
    %b = memref.alloc() : memref<4xf32>
    memref.copy %a, %b : memref<4xf32> to memref<4xf32>
    return %a, %b : memref<4xf32>, memref<4xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"];
}

def CopyToLinalg : Pass<"qcc-copy-to-linalg"> {
  let summary = "Turn memref.copy into linalg.generic";
  let description = [{
    A `memref.copy` between buffers that are not both contiguous becomes a call into a runtime library when it is lowered
    to LLVM. qcc has no such library: copies become loops like everything else.

    ```mlir
    memref.copy %a, %b : memref<4x4xf32> to memref<4x4xf32, strided<[8, 1]>>
    ```
    becomes
    ```mlir
    linalg.generic {indexing_maps = [#id, #id], iterator_types = ["parallel", "parallel"]}
        ins(%a : memref<4x4xf32>) outs(%b : memref<4x4xf32, strided<[8, 1]>>) {
    ^bb0(%in: f32, %out: f32):
      linalg.yield %in : f32
    }
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def DropAnnotations : Pass<"qcc-drop-annotations"> {
  let summary = "Drop attributes of arguments and results that LLVM does not know";
  let description = [{
    The names of values, and what bufferization was told of arguments, have served their purpose. The translation to LLVM
    IR would warn of each.

    ```mlir
    llvm.func @f(%arg0: !llvm.ptr {cnn.name = "x", llvm.noalias})   // before
    llvm.func @f(%arg0: !llvm.ptr {llvm.noalias})                    // after
    ```
  }];
}

def EmitCInterface : Pass<"qcc-emit-c-interface"> {
  let summary = "Ask for C wrappers of the public functions that have a body";
  let description = [{
    Sets `llvm.emit_c_interface`, so that a function `main` gets a wrapper `_mlir_ciface_main` that takes pointers to
    memref descriptors, its result's first. Declarations stay as they are: what they name is defined elsewhere.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // QCC_CONVERSION_PASSES_TD
