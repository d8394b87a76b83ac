// RUN: qcc-opt %s --qcc-lower-to-loops --split-input-file | FileCheck %s

// Few instructions and no call: a sum that rounds, then bounds, then the low bits.
module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx2">} {
// CHECK-LABEL: func.func private @requantize(
// CHECK: %[[ACC:.*]] = vector.load {{.*}}, vector<8xi32>
// CHECK: %[[B:.*]] = vector.load {{.*}}, vector<8xf32>
// CHECK: %[[REAL:.*]] = arith.sitofp %[[ACC]]
// CHECK: %[[SUM:.*]] = arith.addf %[[REAL]], %[[B]]
// CHECK: %[[SCALED:.*]] = arith.mulf %[[SUM]], %{{.*}} : vector<8xf32>
// CHECK: %[[MAGIC:.*]] = arith.constant dense<0x4B400000>
// CHECK: %[[ROUNDED:.*]] = arith.addf %[[SCALED]], %[[MAGIC]]
// CHECK: %[[LOW:.*]] = arith.constant dense<0x4B3FFFFD>
// CHECK: %[[BELOW:.*]] = arith.cmpf olt, %[[ROUNDED]], %[[LOW]]
// CHECK: %[[C:.*]] = arith.select %[[BELOW]], %[[LOW]], %[[ROUNDED]]
// CHECK: %[[HIGH:.*]] = arith.constant dense<0x4B4000FC>
// CHECK: %[[ABOVE:.*]] = arith.cmpf ogt, %[[C]], %[[HIGH]]
// CHECK: %[[D:.*]] = arith.select %[[ABOVE]], %[[HIGH]], %[[C]]
// CHECK: %[[BITS:.*]] = arith.bitcast %[[D]] : vector<8xf32> to vector<8xi32>
// CHECK: %[[CODE:.*]] = arith.trunci %[[BITS]] : vector<8xi32> to vector<8xi8>
// CHECK: %[[ZP:.*]] = arith.constant dense<3> : vector<8xi8>
// CHECK: arith.addi %[[CODE]], %[[ZP]]
func.func private @requantize(%x: tensor<?x8xi32>, %m: tensor<1xf32> {codegen.constant}, %b: tensor<8xf32> {codegen.constant})
    -> tensor<?x8xui8> attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %q = cnn.requantize %x, %m, %b {zero_point = 3 : i32, min = 0 : i32, max = 255 : i32}
     : (tensor<?x8xi32>, tensor<1xf32>, tensor<8xf32>) -> tensor<?x8xui8>
  return %q : tensor<?x8xui8>
}

// An even zero point is part of the number that rounds. NaN gives the zero point.
// CHECK-LABEL: func.func private @quantize(
// CHECK: arith.divf
// CHECK: %[[NAN:.*]] = arith.cmpf uno
// CHECK: arith.select %[[NAN]], %{{.*}}
// CHECK: arith.constant dense<0x4B40000A>
// CHECK: arith.trunci
// CHECK-NEXT: vector.store
func.func private @quantize(%x: tensor<?x8xf32>) -> tensor<?x8xi8>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %q = cnn.quantize %x {scale = 0.1 : f32, zero_point = 10 : i32, min = -128 : i32, max = 127 : i32,
                        contract = #cnn.contract<onnx>} : (tensor<?x8xf32>) -> tensor<?x8xi8>
  return %q : tensor<?x8xi8>
}

// Codes of more bits are rounded by what every target has.
// CHECK-LABEL: func.func private @wide(
// CHECK-NOT: math.roundeven
// CHECK: math.copysign
// CHECK: arith.fptosi
// CHECK-NOT: math.roundeven
// CHECK: return
func.func private @wide(%x: tensor<?x8xf32>) -> tensor<?x8xi16>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %q = cnn.quantize %x {scale = 0.1 : f32, zero_point = 10 : i32, min = -32768 : i32, max = 32767 : i32,
                        contract = #cnn.contract<onnx>} : (tensor<?x8xf32>) -> tensor<?x8xi16>
  return %q : tensor<?x8xi16>
}

// A value that two operations use is computed once.
// CHECK-LABEL: func.func private @twice(
// CHECK-COUNT-1: arith.subi
// CHECK-NOT: arith.subi
// CHECK: return
func.func private @twice(%x: tensor<?x8xui8>) -> tensor<?x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %d = cnn.dequantize %x {scale = 0.1 : f32, zero_point = 10 : i32} : (tensor<?x8xui8>) -> tensor<?x8xf32>
  %y = cnn.add %d, %d : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}

// Signed codes are 128 further on in the table.
// CHECK-LABEL: func.func private @lookup(
// CHECK-SAME: %[[T:[^:]*]]: memref<256xi8>
// CHECK: %[[WIDE:.*]] = arith.extsi
// CHECK: %[[OFFSETS:.*]] = arith.addi %[[WIDE]]
// CHECK: %[[FIRST:.*]] = vector.extract %[[OFFSETS]][0]
// CHECK: %[[I:.*]] = arith.index_castui %[[FIRST]]
// CHECK: memref.load %[[T]][%[[I]]]
// CHECK: vector.from_elements
func.func private @lookup(%x: tensor<?x4xi8>, %t: tensor<256xi8> {codegen.constant}) -> tensor<?x4xi8>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 4>} {
  %y = cnn.lookup %x, %t : (tensor<?x4xi8>, tensor<256xi8>) -> tensor<?x4xi8>
  return %y : tensor<?x4xi8>
}
}

// -----

// AArch64 has bounds that carry NaN as single instructions.
module attributes {codegen.target = #codegen.target<"aarch64-linux-gnu", "neon">} {
// CHECK-LABEL: func.func private @bounds(
// CHECK: arith.maximumf
// CHECK: arith.minimumf
func.func private @bounds(%x: tensor<?x8xf32>) -> tensor<?x8xf32>
    attributes {codegen.kernel, codegen.strategy = #codegen.pointwise<lanes = 8>} {
  %y = cnn.clamp %x {min = 0.0 : f32, max = 6.0 : f32} : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %y : tensor<?x8xf32>
}
}
