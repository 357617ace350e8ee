// swift-tools-version: 6.0
import PackageDescription

// The C header, and the core behind it. On Apple's systems both come in a framework that docs/bindings.md says how to make;
// elsewhere the linker is told where libqingfeng is.
#if os(Linux)
let core = Target.systemLibrary(name: "CQingfeng")
#else
let core = Target.binaryTarget(name: "CQingfeng", path: "Qingfeng.xcframework")
#endif

let package = Package(
  name: "Qingfeng",
  platforms: [.iOS(.v15), .macOS(.v12)],
  products: [
    .library(name: "Qingfeng", targets: ["Qingfeng"]),
    .library(name: "QingfengApp", targets: ["QingfengApp"]),
  ],
  targets: [
    core,
    .target(name: "Qingfeng", dependencies: ["CQingfeng"]),
    // What an app around a page is made of; what is Apple's in it is left out elsewhere.
    .target(name: "QingfengApp", dependencies: ["Qingfeng"]),
  ],
  swiftLanguageModes: [.v6]
)
