// qingfeng.aar: the JVM core (qingfeng.jar, by ../build.sh), its library for each ABI, and what only Android has.
plugins {
    id("com.android.library")
    id("org.jetbrains.kotlin.android")
}

val root = rootDir.resolve("../..")

android {
    namespace = "qingfeng.android"
    compileSdk = 35
    ndkVersion = "28.2.13676358"

    defaultConfig {
        minSdk = 26
        consumerProguardFiles("consumer-rules.pro")
        ndk { abiFilters += listOf("arm64-v8a", "x86_64") }
        externalNativeBuild {
            cmake {
                targets("qingfeng", "qingfeng_jni")
                // What ../../dependencies has built by the same NDK, a folder an ABI.
                val packages = providers.gradleProperty("qingfeng.packages").getOrElse("$root/packages")
                arguments("-DQF_JVM=ON", "-DQF_TESTS=OFF", "-DQF_PROGRAMS=OFF", "-DANDROID_STL=c++_shared", "-DQF_PACKAGES=$packages")
            }
        }
    }
    externalNativeBuild {
        cmake {
            path = root.resolve("CMakeLists.txt")
            version = "3.31.6" // of the SDK's packages; without a version the plugin takes 3.22.1, which is too old
        }
    }
    // Pages of 16 KiB: libraries lie uncompressed and are mapped as they are. ../check_page_size.py looks at them.
    packaging { jniLibs { useLegacyPackaging = false } }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_11
        targetCompatibility = JavaVersion.VERSION_11
    }
    publishing { singleVariant("release") { withSourcesJar() } }
}

kotlin { compilerOptions { jvmTarget = org.jetbrains.kotlin.gradle.dsl.JvmTarget.JVM_11 } }

dependencies {
    api(files(root.resolve("build/jvm/jvm/qingfeng.jar")))
    api("com.google.protobuf:protobuf-java:3.21.12")
    api("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.10.2")
    implementation("androidx.biometric:biometric:1.1.0")
    implementation("androidx.fragment:fragment-ktx:1.8.9")
    implementation("androidx.work:work-runtime-ktx:2.10.5")
}
