// RUN: qcc-opt %s --qcc-lower-dot --split-input-file --verify-diagnostics

// expected-error@+1 {{has no 'codegen.target': qcc-attach-target must have run}}
module {
}

// -----

module attributes {codegen.target = #codegen.target<"x86_64-linux-gnu", "avx512-vnni">} {
func.func @signed(%s: vector<16xi32>, %a: vector<4xi8>, %w: vector<64xi8>) -> vector<16xi32> {
  // expected-error@+1 {{the target's dot product takes unsigned activations: qcc-pack-weights flips them}}
  %0 = codegen.dot %s, %a, %w : vector<16xi32>, vector<4xi8>, vector<64xi8>
  return %0 : vector<16xi32>
}
}
