// RUN: qcc-opt %s -convert-cnn-to-linalg -split-input-file | FileCheck %s

// fbgemm multiplies by the reciprocal. The clamp is in float, so that the conversion is always defined.

// CHECK-LABEL: func @quantize(
// CHECK: ^bb0(%[[X:.+]]: f32, %{{.+}}: i8)
// CHECK-NEXT: %[[I:.+]] = arith.constant 4.000000e+00 : f32
// CHECK-NEXT: %[[S:.+]] = arith.mulf %[[X]], %[[I]] : f32
// CHECK-NEXT: %[[R:.+]] = math.roundeven %[[S]] : f32
// CHECK-NEXT: %[[NAN:.+]] = arith.cmpf uno, %[[R]], %[[R]] : f32
// CHECK-NEXT: %[[ZERO:.+]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[O:.+]] = arith.select %[[NAN]], %[[ZERO]], %[[R]] : f32
// CHECK-NEXT: %[[LOW:.+]] = arith.constant 0.000000e+00 : f32
// CHECK-NEXT: %[[LT:.+]] = arith.cmpf olt, %[[O]], %[[LOW]] : f32
// CHECK-NEXT: %[[C:.+]] = arith.select %[[LT]], %[[LOW]], %[[O]] : f32
// CHECK-NEXT: %[[HIGH:.+]] = arith.constant 2.520000e+02 : f32
// CHECK-NEXT: %[[GT:.+]] = arith.cmpf ogt, %[[C]], %[[HIGH]] : f32
// CHECK-NEXT: %[[D:.+]] = arith.select %[[GT]], %[[HIGH]], %[[C]] : f32
// CHECK-NEXT: %[[Q:.+]] = arith.fptosi %[[D]] : f32 to i32
// CHECK-NEXT: %[[ZP:.+]] = arith.constant 3 : i32
// CHECK-NEXT: %[[T:.+]] = arith.addi %[[Q]], %[[ZP]] : i32
// CHECK-NEXT: arith.trunci %[[T]] : i32 to i8
func.func @quantize(%x: tensor<?x8xf32>) -> tensor<?x8xui8> {
  %y = cnn.quantize %x {scale = 0.25 : f32, zero_point = 3 : i32, min = 3 : i32, max = 255 : i32,
                        contract = #cnn.contract<fbgemm>} : (tensor<?x8xf32>) -> tensor<?x8xui8>
  return %y : tensor<?x8xui8>
}

// -----

// onnx divides.

// CHECK-LABEL: func @quantize_onnx(
// CHECK: %[[S:.+]] = arith.constant 2.500000e-01 : f32
// CHECK: arith.divf %{{.+}}, %[[S]]
// CHECK: arith.constant -1.280000e+02 : f32
// CHECK: arith.constant 1.270000e+02 : f32
// CHECK: arith.fptosi
// CHECK-NOT: arith.addi
func.func @quantize_onnx(%x: tensor<?x8xf32>) -> tensor<?x8xi8> {
  %y = cnn.quantize %x {scale = 0.25 : f32, zero_point = 0 : i32, min = -128 : i32, max = 127 : i32,
                        contract = #cnn.contract<onnx>} : (tensor<?x8xf32>) -> tensor<?x8xi8>
  return %y : tensor<?x8xi8>
}

// -----

// Bounds of 32 bits need float64 to be exact.

// CHECK-LABEL: func @quantize_wide(
// CHECK: math.roundeven %{{.+}} : f32
// CHECK: arith.extf %{{.+}} : f32 to f64
// CHECK: arith.constant 0x41DFFFFFFFC00000 : f64
// CHECK: arith.fptosi %{{.+}} : f64 to i64
// CHECK: arith.trunci %{{.+}} : i64 to i32
func.func @quantize_wide(%x: tensor<8xf32>) -> tensor<8xi32> {
  %y = cnn.quantize %x {scale = 0.25 : f32, zero_point = 0 : i32, min = -2147483648 : i32, max = 2147483647 : i32,
                        contract = #cnn.contract<qnnpack>} : (tensor<8xf32>) -> tensor<8xi32>
  return %y : tensor<8xi32>
}

// -----

// CHECK-LABEL: func @dequantize(
// CHECK: %[[W:.+]] = arith.extui %{{.+}} : i8 to i32
// CHECK: %[[D:.+]] = arith.subi %[[W]], %{{.+}} : i32
// CHECK: %[[F:.+]] = arith.sitofp %[[D]] : i32 to f32
// CHECK: arith.mulf %[[F]], %{{.+}} : f32
func.func @dequantize(%x: tensor<?x8xui8>) -> tensor<?x8xf32> {
  %y = cnn.dequantize %x {scale = 0.25 : f32, zero_point = 3 : i32} : (tensor<?x8xui8>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @dequantize_signed(
// CHECK: arith.extsi %{{.+}} : i8 to i32
func.func @dequantize_signed(%x: tensor<?x8xi8>) -> tensor<?x8xf32> {
  %y = cnn.dequantize %x {scale = 0.25 : f32, zero_point = 3 : i32} : (tensor<?x8xi8>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// (float(acc) + bias) * multiplier, each repeated along the leading dimensions; no fast-math anywhere.

// CHECK-DAG: #[[ID:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[CHANNEL:.+]] = affine_map<(d0, d1, d2, d3) -> (d3)>
// CHECK-LABEL: func @requantize(
// CHECK: linalg.generic {indexing_maps = [#[[ID]], #[[CHANNEL]], #[[CHANNEL]], #[[ID]]]
// CHECK: ^bb0(%[[A:.+]]: i32, %[[M:.+]]: f32, %[[B:.+]]: f32, %{{.+}}: i8)
// CHECK-NEXT: %[[F:.+]] = arith.sitofp %[[A]] : i32 to f32
// CHECK-NEXT: %[[S:.+]] = arith.addf %[[F]], %[[B]] : f32
// CHECK-NEXT: %[[P:.+]] = arith.mulf %[[S]], %[[M]] : f32
// CHECK-NEXT: math.roundeven %[[P]] : f32
// CHECK: arith.constant -5.000000e+00 : f32
// CHECK: arith.constant 2.500000e+02 : f32
// CHECK: arith.fptosi
// CHECK: arith.constant 5 : i32
func.func @requantize(%x: tensor<?x2x2x4xi32>, %m: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<?x2x2x4xui8> {
  %y = cnn.requantize %x, %m, %b {zero_point = 5 : i32, min = 0 : i32, max = 255 : i32}
     : (tensor<?x2x2x4xi32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x2x2x4xui8>
  return %y : tensor<?x2x2x4xui8>
}

// -----

// CHECK-DAG: #[[ONE:.+]] = affine_map<(d0, d1, d2, d3) -> (0)>
// CHECK-LABEL: func @requantize_one(
// CHECK: linalg.generic {indexing_maps = [#{{.+}}, #[[ONE]], #{{.+}}]
// CHECK: arith.sitofp %{{.+}} : i64 to f32
func.func @requantize_one(%x: tensor<?x2x2x4xi64>, %m: tensor<1xf32>) -> tensor<?x2x2x4xi8> {
  %y = cnn.requantize %x, %m {zero_point = 5 : i32, min = -128 : i32, max = 127 : i32}
     : (tensor<?x2x2x4xi64>, tensor<1xf32>) -> tensor<?x2x2x4xi8>
  return %y : tensor<?x2x2x4xi8>
}

// -----

// CHECK-DAG: #[[POSITION:.+]] = affine_map<(d0, d1, d2, d3) -> (d1, d2, 0)>
// CHECK-LABEL: func @requantize_positions(
// CHECK: linalg.generic {indexing_maps = [#{{.+}}, #[[POSITION]], #{{.+}}]
func.func @requantize_positions(%x: tensor<?x2x3x4xi32>, %m: tensor<2x3x1xf32>) -> tensor<?x2x3x4xi8> {
  %y = cnn.requantize %x, %m {zero_point = 5 : i32, min = -128 : i32, max = 127 : i32}
     : (tensor<?x2x3x4xi32>, tensor<2x3x1xf32>) -> tensor<?x2x3x4xi8>
  return %y : tensor<?x2x3x4xi8>
}

// -----

// CHECK-LABEL: func @lookup(
// CHECK-SAME: %{{.+}}: tensor<?x8xi8>, %[[T:.+]]: tensor<256xi8>
// CHECK: %[[P:.+]] = arith.extui %{{.+}} : i8 to i32
// CHECK: %[[I:.+]] = arith.index_castui %[[P]] : i32 to index
// CHECK: tensor.extract %[[T]][%[[I]]]
func.func @lookup(%x: tensor<?x8xui8>, %t: tensor<256xui8>) -> tensor<?x8xui8> {
  %y = cnn.lookup %x, %t : (tensor<?x8xui8>, tensor<256xui8>) -> tensor<?x8xui8>
  return %y : tensor<?x8xui8>
}

// -----

// CHECK-LABEL: func @lookup_signed(
// CHECK: %[[P:.+]] = arith.extsi %{{.+}} : i8 to i32
// CHECK: %[[C:.+]] = arith.constant 128 : i32
// CHECK: arith.addi %[[P]], %[[C]]
func.func @lookup_signed(%x: tensor<?x8xi8>, %t: tensor<256xi8>) -> tensor<?x8xi8> {
  %y = cnn.lookup %x, %t : (tensor<?x8xi8>, tensor<256xi8>) -> tensor<?x8xi8>
  return %y : tensor<?x8xi8>
}
