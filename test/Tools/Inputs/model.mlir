// Three classes of 4 x 4 images: bright above, bright below, dark. One channel of the convolution is the image, the other
// one its negative; the maxima of the four quarters vote.
module attributes {cnn.preprocessing = #cnn.preprocessing<divisor = 255.0, mean = [], std = []>} {
  func.func @main(%x: tensor<?x1x4x4xf32> {cnn.name = "image"}) -> (tensor<?x3xf32> {cnn.name = "votes"}) {
    %0 = cnn.transpose %x {permutation = array<i64: 0, 2, 3, 1>} : (tensor<?x1x4x4xf32>) -> tensor<?x4x4x1xf32>
    %w = cnn.constant dense<[[[[0.0], [0.0], [0.0]], [[0.0], [1.0], [0.0]], [[0.0], [0.0], [0.0]]],
                             [[[0.0], [0.0], [0.0]], [[0.0], [-1.0], [0.0]], [[0.0], [0.0], [0.0]]]]> : tensor<2x3x3x1xf32>
    %b = cnn.constant dense<[0.0, 1.0]> : tensor<2xf32>
    %1 = cnn.conv2d %0, %w, %b {padding = array<i64: 1, 1, 1, 1>, cnn.name = "conv"}
      : (tensor<?x4x4x1xf32>, tensor<2x3x3x1xf32>, tensor<2xf32>) -> tensor<?x4x4x2xf32>
    %2 = cnn.relu %1 {cnn.name = "act"} : (tensor<?x4x4x2xf32>) -> tensor<?x4x4x2xf32>
    %3 = cnn.max_pool2d %2 {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>, cnn.name = "pool"} : (tensor<?x4x4x2xf32>) -> tensor<?x2x2x2xf32>
    %4 = cnn.flatten %3 : (tensor<?x2x2x2xf32>) -> tensor<?x8xf32>
    %v = cnn.constant dense<[[1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
                             [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0],
                             [0.0, 0.6, 0.0, 0.6, 0.0, 0.6, 0.0, 0.6]]> : tensor<3x8xf32>
    %5 = cnn.linear %4, %v {cnn.name = "fc"} : (tensor<?x8xf32>, tensor<3x8xf32>) -> tensor<?x3xf32>
    return %5 : tensor<?x3xf32>
  }
}
