#!/usr/bin/env bash
# The Android half of the binding, as far as a machine without an SDK can tell: its Kotlin compiles against declarations of
# the platform's classes that it touches (tests/bindings/android/stubs), which remember what they are told; over them and a
# real core it runs on a JVM (ShellTest.kt); its manifest and resources link against the platform's own, together with the
# built pages; and an app packed of them, aligned and signed with a key made here, verifies.
#   android_test.sh BUILD_FOLDER      after mobile-bindings/android/build.sh BUILD_FOLDER, and tools/build-apps
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=$(realpath "$1")
android=$root/mobile-bindings/android
kotlin=$android/node_modules/kotlin-compiler
platform=/usr/share/android-framework-res/framework-res.apk
out=$build/android
rm -rf "$out" && mkdir -p "$out"/{stubs,classes,java,assets,files}

# Kotlin and what it sees.
runtime=$kotlin/lib/kotlin-stdlib.jar:$kotlin/lib/kotlinx-coroutines-core-jvm.jar
find "$root/tests/bindings/android/stubs" -name '*.java' >"$out/stubs.files"
javac -encoding UTF-8 --release 11 -cp "$runtime" -d "$out/stubs" "@$out/stubs.files"

# Resources. The platform's at hand are of Android 10: what came later is taken out here and belongs to a build with an SDK.
sed '/android:dataExtractionRules/d' "$android/app/src/main/AndroidManifest.xml" >"$out/AndroidManifest.xml"
aapt2 compile --dir "$android/module/src/main/res" -o "$out/module.zip"
aapt2 compile --dir "$android/app/src/main/res" -o "$out/app.zip"
mkdir "$out/assets/field"
cp "$root/mobile-bindings/web/content-security-policy.txt" "$out/assets"
cp -r "$root/apps/field/dist/." "$out/assets/field"
# Without a package's name the manifest belongs to Gradle, which takes it from the namespace.
sed -i 's/<manifest /<manifest package="qingfeng.app" /' "$out/AndroidManifest.xml"
aapt2 link -I "$platform" --manifest "$out/AndroidManifest.xml" --min-sdk-version 26 --target-sdk-version 29 --java "$out/java" \
  -A "$out/assets" -R "$out/module.zip" -R "$out/app.zip" --auto-add-overlay -o "$out/unsigned.apk"

find "$out/java" -name R.java -exec javac -encoding UTF-8 --release 11 -d "$out/stubs" {} +
bash "$kotlin/bin/kotlinc" -no-stdlib -jvm-target 11 -Xjdk-release=11 -Werror -d "$out/classes" \
  -cp "$(cat "$build/jvm/classpath"):$out/stubs" "$root"/tests/bindings/android/*.kt \
  "$root"/tests/bindings/android/stubs/androidx/lifecycle/*.kt "$android"/module/src/main/kotlin/qingfeng/android/*.kt "$android"/app/src/main/kotlin/qingfeng/app/*.kt
java -ea -Djava.library.path="$build/jvm" -Djava.io.tmpdir="$out/files" -Dcases="$root/tests/bindings/cases" -Dandroid.sdk=34 \
  -Dandroid.assets="$out/assets" -cp "$(cat "$build/jvm/classpath"):$out/stubs:$out/classes" org.junit.runner.JUnitCore ShellTest

# Packed, aligned, signed, and asked what it says of itself.
keytool -genkeypair -keystore "$out/key.jks" -storepass throw-away -alias test -keyalg EC -validity 1 -dname CN=test 2>/dev/null
zipalign -f 4 "$out/unsigned.apk" "$out/aligned.apk"
apksigner sign --ks "$out/key.jks" --ks-pass pass:throw-away --out "$out/app.apk" "$out/aligned.apk"
apksigner verify --min-sdk-version 26 "$out/app.apk"
said=$(aapt2 dump badging "$out/app.apk" && aapt2 dump xmltree --file AndroidManifest.xml "$out/app.apk")
says() { grep -qE "$1" <<<"$said" || { echo "the app does not say: $1" >&2; exit 1; }; }
says "^application-label:'Qingfeng'"
says "^application-label-zh:'清风'"
says "allowBackup.*(false|0x0)"
permissions=$(sed -n "s/^uses-permission: name='android.permission.\(.*\)'.*/\1/p" <<<"$said" | sort | tr '\n' ' ')
[ "$permissions" = "ACCESS_NETWORK_STATE CAMERA INTERNET MODIFY_AUDIO_SETTINGS RECORD_AUDIO " ] || { echo "the app asks for: $permissions" >&2; exit 1; }
[ "$(grep -c '^ *uses-feature-not-required: ' <<<"$said")" = 3 ] || { echo "the app needs a camera or a microphone" >&2; exit 1; }
says "EnableSafeBrowsing"
says "MetricsOptOut"
unzip -l "$out/app.apk" assets/field/index.html >/dev/null || { echo "the app holds no pages" >&2; exit 1; }
echo "the Android module compiles, links and is signed"
