// Depths of few steps, beside an epilogue: no vector leaves its register, at whichever level. What LLVM would write out stays a loop.
// DEFINE: %{isa} = dotprod
// DEFINE: %{compile} = qcc-opt %s --qcc-attach-target="triple=aarch64-linux-gnu isa=%{isa}" --qcc-select-strategy --qcc-pack-weights --qcc-lower-to-loops --qcc-isa --qcc-machine \
// DEFINE:   | mlir-translate --mlir-to-llvmir --allow-unregistered-dialect | sed 's/define internal/define/' \
// DEFINE:   | opt -O3 -mtriple=aarch64-linux-gnu | llc -O3 -mtriple=aarch64-linux-gnu
// RUN: %{compile} | FileCheck %s --check-prefixes=CHECK,SDOT
// REDEFINE: %{isa} = i8mm
// RUN: %{compile} | FileCheck %s --check-prefixes=CHECK,MMLA

// CHECK-LABEL: {{^}}few:
// CHECK-NOT: {{q[0-9]+.*[[]sp}}
// SDOT: sdot
// MMLA: usmmla
// CHECK-NOT: {{q[0-9]+.*[[]sp}}
// CHECK: {{^[[:space:]]+}}ret
func.func private @few(%x: tensor<?x58x58x3xui8>, %w: tensor<32x3x3x3xi8> {codegen.constant}, %m: tensor<32xf32> {codegen.constant}) -> tensor<?x56x56x32xui8> attributes {codegen.kernel} {
  %0 = cnn.conv2d %x, %w : (tensor<?x58x58x3xui8>, tensor<32x3x3x3xi8>) -> tensor<?x56x56x32xi32>
  %1 = cnn.requantize %0, %m {zero_point = 0 : i32, min = 0 : i32, max = 255 : i32} : (tensor<?x56x56x32xi32>, tensor<32xf32>) -> tensor<?x56x56x32xui8>
  return %1 : tensor<?x56x56x32xui8>
}
