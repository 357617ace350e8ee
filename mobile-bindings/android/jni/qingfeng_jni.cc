// qingfeng.h for a JVM: the native half of qingfeng.client.Native, and nothing else. It does not grow with methods.
//
// Nothing here belongs to one client: a client's context is a number, which Native looks up. So there is no global
// reference to leak but that of the class itself, and a stale handle is the C ABI's to refuse.
// Threads: any; events come on the core's listener thread. No exception of Java is left pending, none of C++ passes.
#include <jni.h>

#include <cstdint>
#include <iterator>

#include "mobile-bindings/c/qingfeng.h"

namespace {

constexpr jint kInvalidArgument = 3;
constexpr jint kResourceExhausted = 8;

// Found once, when the library is loaded.
struct Java {
  JavaVM* vm;
  jclass native;  // a global reference: keeps the class, and with it `on_event`
  jmethodID on_event;
};
Java java;

// Where a JNIEnv is written to: void** in the header of the JDK, JNIEnv** in that of Android.
struct EnvOut {
  JNIEnv** env;
  operator void**() const { return reinterpret_cast<void**>(env); }  // NOLINT
  operator JNIEnv**() const { return env; }                          // NOLINT
};

// The listener thread is the core's. With its first event it becomes a daemon of the JVM, which therefore does not wait
// for it; when it ends, it leaves the JVM.
class Attached {
 public:
  ~Attached() {
    if (env_ != nullptr) java.vm->DetachCurrentThread();
  }

  // nullptr if the JVM has no memory left for a thread.
  JNIEnv* env() {
    if (env_ == nullptr) {
      char name[] = "qingfeng-listener";
      JavaVMAttachArgs args = {JNI_VERSION_1_6, name, nullptr};
      if (java.vm->AttachCurrentThreadAsDaemon(EnvOut{&env_}, &args) != JNI_OK) env_ = nullptr;
    }
    return env_;
  }

 private:
  JNIEnv* env_ = nullptr;
};

void OnEvent(void* context, qf_call call, int32_t kind, int32_t code, qf_bytes bytes) {
  thread_local Attached attached;
  JNIEnv* const env = attached.env();
  if (env == nullptr) return;
  const auto size = static_cast<jsize>(bytes.size);  // at most 1 MiB
  jbyteArray array = env->NewByteArray(size);
  if (array != nullptr) {
    env->SetByteArrayRegion(array, 0, size, reinterpret_cast<const jbyte*>(bytes.data));
  } else {
    env->ExceptionClear();  // no memory: null tells Native so
  }
  env->CallStaticVoidMethod(java.native, java.on_event, static_cast<jlong>(reinterpret_cast<intptr_t>(context)),
                            static_cast<jlong>(call), static_cast<jint>(kind), static_cast<jint>(code), array);
  // Native catches what listeners throw: what is left is a JVM without memory, and there is nobody to tell.
  if (env->ExceptionCheck()) env->ExceptionClear();
  // This thread never returns to Java, which would free it.
  if (array != nullptr) env->DeleteLocalRef(array);
}

jlong Open(JNIEnv*, jclass, jlong context) {
  return static_cast<jlong>(qf_open(OnEvent, reinterpret_cast<void*>(static_cast<intptr_t>(context))));
}

jint Start(JNIEnv* env, jclass, jlong client, jlong call, jstring method, jbyteArray request, jint window) {
  if (method == nullptr || request == nullptr) return kInvalidArgument;
  jint result = kResourceExhausted;
  if (const char* name = env->GetStringUTFChars(method, nullptr)) {
    if (jbyte* data = env->GetByteArrayElements(request, nullptr)) {
      const qf_bytes bytes = {reinterpret_cast<const uint8_t*>(data),
                              static_cast<size_t>(env->GetArrayLength(request))};
      result = qf_start(static_cast<qf_client>(client), static_cast<qf_call>(call), name, bytes, window);
      env->ReleaseByteArrayElements(request, data, JNI_ABORT);  // nothing was written into it
    }
    env->ReleaseStringUTFChars(method, name);
  }
  if (env->ExceptionCheck()) env->ExceptionClear();  // no memory: the code says so
  return result;
}

jint Credit(JNIEnv*, jclass, jlong client, jlong call, jint count) {
  return qf_credit(static_cast<qf_client>(client), static_cast<qf_call>(call), count);
}

jint Cancel(JNIEnv*, jclass, jlong client, jlong call) {
  return qf_cancel(static_cast<qf_client>(client), static_cast<qf_call>(call));
}

jint Close(JNIEnv*, jclass, jlong client) { return qf_close(static_cast<qf_client>(client)); }

jstring Version(JNIEnv* env, jclass) { return env->NewStringUTF(qf_version(nullptr)); }

// One row of the table that the JVM is given; its header asks for char* that it does not write to.
template <class Function>
JNINativeMethod Row(const char* name, const char* signature, Function* function) {
  return {const_cast<char*>(name), const_cast<char*>(signature), reinterpret_cast<void*>(function)};
}

// False, with Java's exception pending, if qingfeng.client.Native is not the one that belongs to this library: the only
// place where one may be, because loadLibrary throws it.
bool Bind(JNIEnv* env) {
  jclass found = env->FindClass("qingfeng/client/Native");
  if (found == nullptr) return false;
  java.native = static_cast<jclass>(env->NewGlobalRef(found));
  env->DeleteLocalRef(found);
  if (java.native == nullptr) return false;
  java.on_event = env->GetStaticMethodID(java.native, "onEvent", "(JJII[B)V");
  if (java.on_event == nullptr) return false;
  const JNINativeMethod methods[] = {Row("open", "(J)J", Open),       Row("start", "(JJLjava/lang/String;[BI)I", Start),
                                     Row("credit", "(JJI)I", Credit), Row("cancel", "(JJ)I", Cancel),
                                     Row("close", "(J)I", Close),     Row("version", "()Ljava/lang/String;", Version)};
  return env->RegisterNatives(java.native, methods, std::size(methods)) == JNI_OK;
}

}  // namespace

extern "C" JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM* vm, void*) {
  int32_t abi_version = 0;
  qf_version(&abi_version);
  JNIEnv* env = nullptr;
  if (abi_version != QF_ABI_VERSION || vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_6) != JNI_OK) {
    return JNI_ERR;
  }
  java.vm = vm;
  return Bind(env) ? JNI_VERSION_1_6 : JNI_ERR;
}

extern "C" JNIEXPORT void JNICALL JNI_OnUnload(JavaVM* vm, void*) {
  JNIEnv* env = nullptr;
  if (vm->GetEnv(reinterpret_cast<void**>(&env), JNI_VERSION_1_6) == JNI_OK) env->DeleteGlobalRef(java.native);
}
