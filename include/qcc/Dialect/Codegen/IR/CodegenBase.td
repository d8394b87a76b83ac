//===- CodegenBase.td - The codegen dialect ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CODEGEN_IR_CODEGENBASE_TD
#define QCC_DIALECT_CODEGEN_IR_CODEGENBASE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Codegen_Dialect : Dialect {
  let name = "codegen";
  let cppNamespace = "::qcc::codegen";
  let summary = "Decisions about machine code, and the few operations that they need";
  let description = [{
    Between the integer level and loops, a network is a function that calls kernels, and each kernel is a private
    function that holds one root operation of the `cnn` dialect and the epilogue that is fused with it. What is decided
    about them is written into the module as attributes of this dialect before anything acts on it:

    - on the module: `codegen.target`, a `#codegen.target`; at any level, also before there are kernels: `codegen.tuned`, the
      strategies that were measured to be the best, by ISA level and by what each kernel computes;
    - on the network function: `codegen.arena`, a `#codegen.arena`; on its calls of kernels: `codegen.offset` (i64), where
      in the arena the result lies, in bytes, and `codegen.whole_block` if a call of the front (`#codegen.arena`) puts it into a buffer
      of all images of a block;
    - on the function that the network becomes: `codegen.entry`, a `#codegen.entry`;
    - on a kernel: `codegen.kernel`; `codegen.strategy`, one of `#codegen.contraction`, `#codegen.matrix`, `#codegen.depthwise`, `#codegen.window`,
      `#codegen.pointwise`, `#codegen.copy` and `#codegen.reference`; `codegen.split`, a `#codegen.split`, if it is computed in parts; on its arguments and its result:
      `codegen.buffer`, the memref type that the tensor is in memory; on the arguments that are constants of the network:
      `codegen.constant`. All other arguments, and the result, have the batch as their first dimension;
      a `cnn.requantize` with `codegen.scaled_fits` has scaled sums of the range of 32 bits, whatever the accumulators are;
    - on the call of a convolution: `codegen.stream`, the kernel that computes it together with the linear layer behind it if there is but
      one image; on that kernel: `codegen.stream`, the kernel of the linear layer, split along the depth, whose weights it fetches and
      whose parts it calls.

    Activations are NHWC, so that channels are adjacent: vectors run along them.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
}

#endif // QCC_DIALECT_CODEGEN_IR_CODEGENBASE_TD
