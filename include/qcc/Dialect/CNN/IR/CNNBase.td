//===- CNNBase.td - The cnn dialect: base definitions ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CNN_IR_CNNBASE_TD
#define QCC_DIALECT_CNN_IR_CNNBASE_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"

def CNN_Dialect : Dialect {
  let name = "cnn";
  let cppNamespace = "::qcc::cnn";
  let summary = "Layers of convolutional networks, float, quantized or integer";
  let description = [{
    One operation per layer of a convolutional network, on tensors whose channels come last: activations are
    `[N, H, W, C]`, convolution weights `[O, KH, KW, I/groups]`, linear weights `[O, I]`. Shapes are static, except
    that the batch, `N`, may be dynamic.

    The same operations serve three *levels*, told apart by the element type alone:

    | level     | activations            | weights                | result of conv2d and linear |
    |-----------|------------------------|------------------------|-----------------------------|
    | float     | `f32`                  | `f32`                  | `f32`                       |
    | quantized | `!quant.uniform` per tensor | `!quant.uniform` per tensor or per output channel | `!quant.uniform` |
    | integer   | codes: `ui8`, `i8`     | codes: `i8`, `i16`     | accumulators: `i32`, `i64`  |

    A signless `i8` is a signed code, as in `linalg`; an unsigned one is spelled `ui8`.

    Discardable attributes of the dialect:

    - `cnn.name` (string), on an operation, a function argument (`arg_attrs`) or result (`res_attrs`): the name of the
      value in the source model. Calibration tables and layer-by-layer comparisons are keyed by it.
    - `cnn.keep_float` (unit), on a layer: a calibration table keeps it in float.
    - `cnn.contract` (`#cnn.contract`), on a module: the numeric contract that its quantized operations obey.
    - `cnn.preprocessing` (`#cnn.preprocessing`), on a module: what turns pixels into the module's input.
    - `cnn.qconfig` (string), on a module: the quantization configuration that its observers came from.
    - `cnn.quantization` (`!quant.uniform`), on a function argument or result that is codes: what they mean, also where
      the type does not say so any more.
  }];
  let dependentDialects = ["::mlir::quant::QuantDialect"];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

def CNN_QuantizedType
    : Type<CPred<"::llvm::isa<::mlir::quant::UniformQuantizedType, "
                 "::mlir::quant::UniformQuantizedPerAxisType>($_self)">,
           "uniform quantized type">;
def CNN_CodeType : AnyTypeOf<[UI8, I8], "8-bit code">;
def CNN_AccumulatorType : AnyTypeOf<[I32, I64], "integer accumulator">;
def CNN_WeightCodeType : AnyTypeOf<[I8, I16], "integer weight">;

def CNN_FloatTensor : RankedTensorOf<[F32]>;
def CNN_CodeTensor : RankedTensorOf<[CNN_CodeType]>;
def CNN_AccumulatorTensor : RankedTensorOf<[CNN_AccumulatorType]>;
/// An activation at any of the levels.
def CNN_Tensor : RankedTensorOf<[F32, CNN_QuantizedType, CNN_CodeType, CNN_AccumulatorType]>;
/// A weight or a constant at any of the levels.
def CNN_WeightTensor : RankedTensorOf<[F32, CNN_QuantizedType, UI8, I8, I16, I32, I64]>;
/// An activation that still has real values: float or quantized.
def CNN_RealTensor : RankedTensorOf<[F32, CNN_QuantizedType]>;

#endif // QCC_DIALECT_CNN_IR_CNNBASE_TD
