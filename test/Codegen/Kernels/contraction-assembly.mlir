// RUN: qcc-opt %s --qcc-attach-target="triple=x86_64-linux-gnu isa=avx512-vnni" --qcc-select-strategy --qcc-pack-weights --qcc-lower-to-loops --qcc-isa --qcc-machine | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect | sed 's/define internal/define/' | opt -O3 | llc -O3 | FileCheck %s --check-prefix=VNNI
// RUN: qcc-opt %s --qcc-attach-target="triple=x86_64-linux-gnu isa=avx2" --qcc-select-strategy --qcc-pack-weights --qcc-lower-to-loops --qcc-isa --qcc-machine | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect | sed 's/define internal/define/' | opt -O3 | llc -O3 | FileCheck %s --check-prefix=AVX2

// The inner loop of four steps: 4 weight vectors, 4 codes, 16 dot products for each; no spill, no call, one loop.
// VNNI-LABEL: {{^}}conv:
// VNNI: =>{{ *}}This Inner Loop Header: Depth=5
// VNNI-NOT: rsp
// VNNI-COUNT-64: vpdpbusd
// VNNI-NOT: rsp
// VNNI: {{j[a-z]+}} .LBB
// VNNI-NOT: vpdpbusd
// VNNI: vpmaxsd
// VNNI-NOT: callq
// VNNI-LABEL: {{^}}floats:
// VNNI: =>{{ *}}This Inner Loop Header
// VNNI-NOT: rsp
// VNNI: vfmadd231ps %zmm
// VNNI-NOT: rsp
// VNNI: {{j[a-z]+}} .LBB
// VNNI-NOT: callq

// Eight steps and an epilogue: all sums stay in registers.
// VNNI-LABEL: {{^}}few:
// VNNI-NOT: {{zmm.*rsp|rsp.*zmm}}
// VNNI: vpdpbusd
// VNNI-NOT: {{zmm.*rsp|rsp.*zmm}}
// VNNI: vpackssdw
// VNNI-NOT: {{zmm.*rsp|rsp.*zmm}}
// VNNI: vpackuswb
// VNNI-NOT: {{zmm.*rsp|rsp.*zmm|vpmovdb}}
// VNNI: vpermd
// VNNI-NOT: {{zmm.*rsp|rsp.*zmm}}
// VNNI: retq

// 28 sums, weights and codes are 31 of 32 registers.
// VNNI-LABEL: {{^}}crowded:
// VNNI: =>{{ *}}This Inner Loop Header
// VNNI-NOT: {{zmm.*rsp|rsp.*zmm}}
// VNNI-COUNT-28: vpdpbusd
// VNNI-NOT: {{zmm.*rsp|rsp.*zmm|vpdpbusd}}
// VNNI: {{j[a-z]+}} .LBB

// The 16 products of matrices of F(2x2, 3x3): 6 tiles, 2 vectors of channels, 2 instructions each, everything in registers.
// Proved pairs of the direct form: two multiplications and an addition.
// AVX2-LABEL: {{^}}conv:
// AVX2: vpmovzxbw
// AVX2: =>{{ *}}This Inner Loop Header: Depth=6
// AVX2-NOT: rsp
// AVX2-COUNT-6: vpbroadcastd
// AVX2-NOT: {{rsp|vpbroadcastd}}
// AVX2: {{j[a-z]+}} .LBB
// AVX2: vpmaxsd
// AVX2-NOT: callq
// AVX2-LABEL: {{^}}floats:
// AVX2: vfmadd231ps
// AVX2-LABEL: {{^}}pairs:
// AVX2: =>{{ *}}This Inner Loop Header
// AVX2-NOT: rsp
// AVX2: vpmaddubsw
// AVX2-NEXT: vpmaddwd
// AVX2-NOT: rsp
// AVX2: {{j[a-z]+}} .LBB
// AVX2-NOT: callq
func.func private @conv(%x: tensor<?x30x30x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}, %b: tensor<64xi32> {codegen.constant}, %m: tensor<64xf32> {codegen.constant}) -> tensor<?x14x14x64xui8> attributes {codegen.kernel} {
  %0 = cnn.conv2d %x, %w, %b : (tensor<?x30x30x32xui8>, tensor<64x3x3x32xi8>, tensor<64xi32>) -> tensor<?x28x28x64xi32>
  %1 = cnn.max_pool2d %0 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<?x28x28x64xi32>) -> tensor<?x14x14x64xi32>
  %2 = cnn.requantize %1, %m {zero_point = 0 : i32, min = 0 : i32, max = 127 : i32} : (tensor<?x14x14x64xi32>, tensor<64xf32>) -> tensor<?x14x14x64xui8>
  return %2 : tensor<?x14x14x64xui8>
}
func.func private @floats(%x: tensor<?x30x30x32xf32>, %w: tensor<64x3x3x32xf32> {codegen.constant}, %b: tensor<64xf32> {codegen.constant}) -> tensor<?x28x28x64xf32> attributes {codegen.kernel} {
  %0 = cnn.conv2d %x, %w, %b {activation = #cnn.activation<relu>} : (tensor<?x30x30x32xf32>, tensor<64x3x3x32xf32>, tensor<64xf32>) -> tensor<?x28x28x64xf32>
  return %0 : tensor<?x28x28x64xf32>
}
func.func private @pairs(%x: tensor<?x30x30x32xui8>, %w: tensor<64x3x3x32xi8> {codegen.constant}) -> tensor<?x14x14x64xi32> attributes {codegen.kernel} {
  %0 = cnn.conv2d %x, %w {strides = array<i64: 2, 2>, bounds = #cnn.bounds<accumulator = [-99999, 99999], pair = [-32768, 32767]>} : (tensor<?x30x30x32xui8>, tensor<64x3x3x32xi8>) -> tensor<?x14x14x64xi32>
  return %0 : tensor<?x14x14x64xi32>
}
func.func private @few(%x: tensor<?x28x28x32xui8>, %w: tensor<16x1x1x32xi8> {codegen.constant}, %m: tensor<16xf32> {codegen.constant}) -> tensor<?x28x28x16xui8> attributes {codegen.kernel} {
  %0 = cnn.conv2d %x, %w : (tensor<?x28x28x32xui8>, tensor<16x1x1x32xi8>) -> tensor<?x28x28x16xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x28x28x16xi32>, tensor<16xf32>) -> tensor<?x28x28x16xui8>
  return %1 : tensor<?x28x28x16xui8>
}
func.func private @crowded(%x: tensor<?x57x57x128xui8>, %w: tensor<128x3x3x128xi8> {codegen.constant}, %m: tensor<128xf32> {codegen.constant}) -> tensor<?x28x28x128xui8> attributes {codegen.kernel} {
  %0 = cnn.conv2d %x, %w {strides = array<i64: 2, 2>} : (tensor<?x57x57x128xui8>, tensor<128x3x3x128xi8>) -> tensor<?x28x28x128xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x28x28x128xi32>, tensor<128xf32>) -> tensor<?x28x28x128xui8>
  return %1 : tensor<?x28x28x128xui8>
}
