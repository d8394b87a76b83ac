//===- CalibOps.td - The calib dialect ---*- tablegen -*-===//
//
// Part of qcc, under the Apache License v2.0 with LLVM Exceptions. See LICENSE.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QCC_DIALECT_CALIB_IR_CALIBOPS_TD
#define QCC_DIALECT_CALIB_IR_CALIBOPS_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Calib_Dialect : Dialect {
  let name = "calib";
  let cppNamespace = "::qcc::calib";
  let summary = "Observation of the values that are to be quantized";
  let description = [{
    One operation, an identity that marks a value to be observed. `convert-calib-to-runtime` turns it into calls that
    record statistics; `calib-apply-table` gives it the parameters that a calibration chose; `cnn-insert-qdq` replaces
    it by a quantize-dequantize pair.
  }];
  let useDefaultAttributePrinterParser = 1;
}

def Calib_ObserverKind : I32EnumAttr<"ObserverKind", "how statistics become a range", [
  I32EnumAttrCase<"MinMax", 0, "min_max">,
  I32EnumAttrCase<"MovingAverageMinMax", 1, "moving_average_min_max">,
  I32EnumAttrCase<"PerChannelMinMax", 2, "per_channel_min_max">,
  I32EnumAttrCase<"MovingAveragePerChannelMinMax", 3, "moving_average_per_channel_min_max">,
  I32EnumAttrCase<"Histogram", 4, "histogram">,
  I32EnumAttrCase<"HistogramTorch113", 5, "histogram_torch_1_13">,
  I32EnumAttrCase<"Percentile", 6, "percentile">,
  I32EnumAttrCase<"Entropy", 7, "entropy">]> {
  let cppNamespace = "::qcc::calib";
  let genSpecializedAttr = 0;
}

def Calib_ObserverKindAttr : EnumAttr<Calib_Dialect, Calib_ObserverKind, "observer"> {
  let assemblyFormat = "`<` $value `>`";
}

def Calib_ObserveOp : Op<Calib_Dialect, "observe", [SameOperandsAndResultType]> {
  let summary = "The identity; marks a value that is to be observed, then quantized";
  let description = [{
    `name` is the key in the calibration table; observes with the same name share one observer, and so one range.
    `storage` is the integer type of the codes and `min`, `max` the code range that the scale is chosen for (narrower
    than the storage's under `reduce_range`).
    `axis` is the channel dimension of a per-channel observer, `percentile` what a percentile observer keeps. `fake_quantize` makes what follows see the quantized
    values while it calibrates. `params`, set by `calib-apply-table`, is the chosen quantized type; `keep_float`
    keeps the layer that produces the value in float. The attributes `bins`, `averaging_constant` and `passes` are the
    observer's where they are not the default (see `ObserverSpec`).

    Observation is an effect: an observe is never dead and never merged with another.

    ```mlir
    %y = calib.observe %x {name = "conv1", observer = #calib.observer<histogram>, storage = ui8,
                           min = 0 : i64, max = 127 : i64} : tensor<?x28x28x32xf32>
    ```
  }];
  let arguments = (ins RankedTensorOf<[F32]>:$input, StrAttr:$name, Calib_ObserverKindAttr:$observer,
                       TypeAttrOf<AnyTypeOf<[UI8, SI8]>>:$storage, I64Attr:$min, I64Attr:$max, UnitAttr:$symmetric,
                       OptionalAttr<I64Attr>:$axis,
                       OptionalAttr<F64Attr>:$percentile, UnitAttr:$fake_quantize, OptionalAttr<TypeAttr>:$params,
                       UnitAttr:$keep_float);
  let results = (outs RankedTensorOf<[F32]>:$output);
  let assemblyFormat = "$input attr-dict `:` type($output)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The code range that the scale is chosen for, signed as the codes are.
    int64_t getCodeMin() { return static_cast<int64_t>(getMin()); }
    int64_t getCodeMax() { return static_cast<int64_t>(getMax()); }
    bool isPerChannel() { return getAxis().has_value(); }
  }];
}

#endif // QCC_DIALECT_CALIB_IR_CALIBOPS_TD
