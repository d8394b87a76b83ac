// Linear layers alone: the first reads the caller's codes, with sizes that no vector divides.
module attributes {cnn.contract = #cnn.contract<fbgemm>} {
  func.func @main(%x: tensor<?x13xf32> {cnn.name = "x"}) -> (tensor<?x5xf32> {cnn.name = "y"}) {
    %w = cnn.constant dense<[[0.1, -0.2, 0.3, 0.4, -0.5, 0.6, 0.7, -0.8, 0.9, 1.0, -1.1, 1.2, 1.3],
                             [-0.3, 0.2, 0.1, 0.0, -0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.8, -0.9],
                             [0.5, 0.5, -0.5, -0.5, 0.5, 0.5, -0.5, -0.5, 0.5, 0.5, -0.5, -0.5, 0.5],
                             [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0, -0.1, -0.2],
                             [-0.7, 0.3, -0.2, 0.8, 0.1, -0.9, 0.4, 0.6, -0.5, 0.2, 0.3, -0.1, 0.05]]> : tensor<5x13xf32>
    %b = cnn.constant dense<[0.5, -0.25, 0.0, 1.0, -1.0]> : tensor<5xf32>
    %0 = cnn.linear %x, %w, %b {cnn.name = "fc"} : (tensor<?x13xf32>, tensor<5x13xf32>, tensor<5xf32>) -> tensor<?x5xf32>
    return %0 : tensor<?x5xf32>
  }
}
