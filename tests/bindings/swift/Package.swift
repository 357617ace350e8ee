// swift-tools-version: 6.0
import PackageDescription

// The cases of tests/bindings/cases in Swift, what an app around a page is made of, and a phone for swift_test.py.
let package = Package(
  name: "QingfengTests",
  platforms: [.macOS(.v13)],
  dependencies: [.package(name: "Qingfeng", path: "../../../mobile-bindings/ios")],
  targets: [
    .executableTarget(name: "Phone", dependencies: [.product(name: "Qingfeng", package: "Qingfeng")]),
    .target(name: "Support"),
    .testTarget(name: "CasesTests", dependencies: ["Support", .product(name: "Qingfeng", package: "Qingfeng")]),
    .testTarget(
      name: "AppTests",
      dependencies: [
        "Support", .product(name: "Qingfeng", package: "Qingfeng"), .product(name: "QingfengApp", package: "Qingfeng"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
