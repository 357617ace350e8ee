// The app: one window over the pages of apps/field (tools/build-apps makes them first).
plugins {
    id("com.android.application")
    id("org.jetbrains.kotlin.android")
}

val root = rootDir.resolve("../..")

android {
    namespace = "qingfeng.app"
    compileSdk = 35
    defaultConfig {
        applicationId = "qingfeng.field"
        minSdk = 26
        targetSdk = 35
        versionCode = 1
        versionName = "0.1.0"
        resourceConfigurations += listOf("en", "zh")
    }
    buildTypes {
        release {
            isMinifyEnabled = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"))
        }
    }
    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_11
        targetCompatibility = JavaVersion.VERSION_11
    }
    sourceSets["main"].assets.srcDir(layout.buildDirectory.dir("pages"))
}

kotlin { compilerOptions { jvmTarget = org.jetbrains.kotlin.gradle.dsl.JvmTarget.JVM_11 } }

val pages = tasks.register<Copy>("pages") {
    from(root.resolve("apps/field/dist")) { into("field") }
    from(root.resolve("mobile-bindings/web/content-security-policy.txt"))
    into(layout.buildDirectory.dir("pages"))
}
tasks.named("preBuild") { dependsOn(pages) }

dependencies {
    implementation(project(":module"))
    implementation("androidx.fragment:fragment-ktx:1.8.9")
    implementation("androidx.lifecycle:lifecycle-runtime-ktx:2.9.4")
    implementation("androidx.webkit:webkit:1.14.0")
}
