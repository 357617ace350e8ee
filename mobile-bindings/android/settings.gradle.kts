// The Android half of the binding, for somebody with an SDK and an NDK: docs/bindings.md, "Android", has the commands.
pluginManagement {
    repositories {
        google()
        mavenCentral()
        gradlePluginPortal()
    }
}
dependencyResolutionManagement {
    repositoriesMode.set(RepositoriesMode.FAIL_ON_PROJECT_REPOS)
    repositories {
        google()
        mavenCentral()
    }
}
rootProject.name = "qingfeng-android"
include(":module", ":app")
