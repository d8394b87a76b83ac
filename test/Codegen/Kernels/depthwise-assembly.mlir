// RUN: qcc-opt %s --qcc-attach-target="triple=x86_64-linux-gnu isa=avx512-vnni" --qcc-select-strategy --qcc-pack-weights --qcc-lower-to-loops --qcc-isa --qcc-machine | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect | sed 's/define internal/define/' | opt -O3 | llc -O3 | FileCheck %s --check-prefix=VNNI

// Two columns of two rows: 96 dot products, two columns of the input unpacked, four vectors of codes packed and stored. Weights
// may wait on the stack, in order; nothing is written there.
// VNNI-LABEL: {{^}}conv:
// VNNI: =>{{ *}}This Inner Loop Header
// VNNI-NOT: {{, -?[0-9]*\(%rsp\)}}
// VNNI: vpdpbusd {{.*}}%zmm
// VNNI-NOT: {{, -?[0-9]*\(%rsp\)}}
// VNNI: vpunpcklbw
// VNNI-NOT: {{, -?[0-9]*\(%rsp\)|vpmovdb|vpermt2}}
// VNNI: vcvtps2dq
// VNNI-NOT: {{, -?[0-9]*\(%rsp\)|vpmovdb|vpermt2}}
// VNNI: vpackssdw
// VNNI-NOT: {{, -?[0-9]*\(%rsp\)|vpmovdb|vpermt2}}
// VNNI: vpackuswb
// VNNI-NOT: {{, -?[0-9]*\(%rsp\)|vpmovdb|vpermt2}}
// VNNI: {{j[a-z]+}} .LBB
// VNNI-NOT: callq
func.func private @conv(%x: tensor<?x30x30x64xui8>, %w: tensor<64x3x3x1xi8> {codegen.constant}, %b: tensor<64xi32> {codegen.constant}, %m: tensor<64xf32> {codegen.constant}) -> tensor<?x28x28x64xui8> attributes {codegen.kernel} {
  %0 = cnn.conv2d %x, %w, %b {groups = 64 : i64} : (tensor<?x30x30x64xui8>, tensor<64x3x3x1xi8>, tensor<64xi32>) -> tensor<?x28x28x64xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x28x28x64xi32>, tensor<64xf32>) -> tensor<?x28x28x64xui8>
  return %1 : tensor<?x28x28x64xui8>
}
