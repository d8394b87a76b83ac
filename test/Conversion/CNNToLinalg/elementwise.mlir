// RUN: qcc-opt %s -convert-cnn-to-linalg -split-input-file | FileCheck %s

// CHECK-LABEL: func @relu(
// CHECK: %[[ZERO:.+]] = arith.constant 0.000000e+00 : f32
// CHECK: arith.maximumf %{{.+}}, %[[ZERO]] : f32
// CHECK-NOT: arith.minimumf
func.func @relu(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = cnn.relu %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @relu_accumulators(
// CHECK: arith.maxsi %{{.+}}, %{{.+}} : i32
func.func @relu_accumulators(%x: tensor<?x8xi32>) -> tensor<?x8xi32> {
  %y = cnn.relu %x : (tensor<?x8xi32>) -> tensor<?x8xi32>
  return %y : tensor<?x8xi32>
}

// -----

// CHECK-LABEL: func @clamp(
// CHECK: %[[LOW:.+]] = arith.constant -1.000000e+00 : f32
// CHECK: arith.maximumf %{{.+}}, %[[LOW]]
// CHECK: %[[HIGH:.+]] = arith.constant 6.000000e+00 : f32
// CHECK: arith.minimumf %{{.+}}, %[[HIGH]]
func.func @clamp(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = cnn.clamp %x {min = -1.0 : f32, max = 6.0 : f32} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @clamp_unsigned(
// CHECK-DAG: %[[LOW:.+]] = arith.constant 3 : i8
// CHECK-DAG: %[[HIGH:.+]] = arith.constant -6 : i8
// CHECK: %[[MAX:.+]] = arith.maxui %{{.+}}, %[[LOW]] : i8
// CHECK: arith.minui %[[MAX]], %[[HIGH]] : i8
func.func @clamp_unsigned(%x: tensor<?x8xui8>) -> tensor<?x8xui8> {
  %y = cnn.clamp %x {min = 3 : i32, max = 250 : i32} : (tensor<?x8xui8>) -> tensor<?x8xui8>
  return %y : tensor<?x8xui8>
}

// -----

// CHECK-LABEL: func @clamp_signed(
// CHECK: arith.maxsi
// CHECK: arith.minsi
func.func @clamp_signed(%x: tensor<?x8xi8>) -> tensor<?x8xi8> {
  %y = cnn.clamp %x {min = -3 : i32, max = 100 : i32} : (tensor<?x8xi8>) -> tensor<?x8xi8>
  return %y : tensor<?x8xi8>
}

// -----

// CHECK-LABEL: func @leaky_relu(
// CHECK: %[[C:.+]] = arith.cmpf oge
// CHECK: %[[S:.+]] = arith.mulf
// CHECK: arith.select %[[C]], %{{.+}}, %[[S]]
func.func @leaky_relu(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = cnn.leaky_relu %x {alpha = 0.01 : f32} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// exp is expanded: nothing is left that could become a call.

// CHECK-LABEL: func @sigmoid(
// CHECK: arith.negf
// CHECK-NOT: math.exp
// CHECK-NOT: math.fma
// CHECK-NOT: fastmath
// CHECK: arith.shli
// CHECK: arith.bitcast
// CHECK: arith.divf
func.func @sigmoid(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = cnn.sigmoid %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// CHECK-LABEL: func @hard_swish(
// CHECK: arith.divf
// CHECK: arith.addf
// CHECK: arith.maximumf
// CHECK: arith.minimumf
// CHECK: arith.mulf
func.func @hard_swish(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %y = cnn.hard_swish %x : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// -----

// A size of 1 repeats; the dynamic batch is that of the operand that has it.

// CHECK-DAG: #[[ID:.+]] = affine_map<(d0, d1, d2, d3) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[REPEAT:.+]] = affine_map<(d0, d1, d2, d3) -> (0, 0, 0, d3)>
// CHECK-LABEL: func @broadcast(
// CHECK-SAME: %[[A:.+]]: tensor<1x1x1x3xf32>, %[[B:.+]]: tensor<?x2x2x3xf32>
// CHECK: tensor.dim %[[B]]
// CHECK: linalg.generic {indexing_maps = [#[[REPEAT]], #[[ID]], #[[ID]]]
// CHECK: arith.addf %{{.+}}, %{{.+}} : f32
// CHECK: arith.maximumf
// CHECK: arith.mulf
func.func @broadcast(%a: tensor<1x1x1x3xf32>, %b: tensor<?x2x2x3xf32>) -> tensor<?x2x2x3xf32> {
  %s = cnn.add %a, %b {activation = #cnn.activation<relu>}
     : (tensor<1x1x1x3xf32>, tensor<?x2x2x3xf32>) -> tensor<?x2x2x3xf32>
  %p = cnn.mul %s, %b : (tensor<?x2x2x3xf32>, tensor<?x2x2x3xf32>) -> tensor<?x2x2x3xf32>
  return %p : tensor<?x2x2x3xf32>
}

// -----

// CHECK-LABEL: func @batch_norm(
// CHECK: ^bb0(%[[X:.+]]: f32, %[[S:.+]]: f32, %[[O:.+]]: f32, %[[M:.+]]: f32, %[[V:.+]]: f32, %{{.+}}: f32)
// CHECK: %[[VE:.+]] = arith.addf %[[V]], %{{.+}} : f32
// CHECK: %[[D:.+]] = math.sqrt %[[VE]] : f32
// CHECK: %[[C:.+]] = arith.subf %[[X]], %[[M]] : f32
// CHECK: %[[Q:.+]] = arith.divf %[[C]], %[[D]] : f32
// CHECK: %[[T:.+]] = arith.mulf %[[Q]], %[[S]] : f32
// CHECK: arith.addf %[[T]], %[[O]] : f32
func.func @batch_norm(%x: tensor<?x4x4x8xf32>, %s: tensor<8xf32>, %o: tensor<8xf32>, %m: tensor<8xf32>,
                      %v: tensor<8xf32>) -> tensor<?x4x4x8xf32> {
  %y = cnn.batch_norm %x, %s, %o, %m, %v {epsilon = 1.0e-5 : f32}
     : (tensor<?x4x4x8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x4x4x8xf32>
  return %y : tensor<?x4x4x8xf32>
}

// -----

// CHECK-DAG: #[[ALL:.+]] = affine_map<(d0, d1) -> (d0, d1)>
// CHECK-DAG: #[[ROW:.+]] = affine_map<(d0, d1) -> (d0)>
// CHECK-LABEL: func @softmax(
// CHECK: linalg.generic {indexing_maps = [#[[ALL]], #[[ROW]]], iterator_types = ["parallel", "reduction"]}
// CHECK: arith.maximumf
// CHECK: linalg.generic {indexing_maps = [#[[ALL]], #[[ROW]], #[[ALL]]], iterator_types = ["parallel", "parallel"]}
// CHECK: arith.subf
// CHECK: linalg.generic {indexing_maps = [#[[ALL]], #[[ROW]]], iterator_types = ["parallel", "reduction"]}
// CHECK: arith.addf %{{.+}}, %{{.+}} : f32
// CHECK: arith.divf
func.func @softmax(%x: tensor<?x10xf32>) -> tensor<?x10xf32> {
  %y = cnn.softmax %x {axis = 1 : i64} : (tensor<?x10xf32>) -> tensor<?x10xf32>
  return %y : tensor<?x10xf32>
}
