package androidx.biometric;

public class BiometricPrompt {
  public BiometricPrompt(androidx.fragment.app.FragmentActivity activity, AuthenticationCallback callback) {}
  public static class AuthenticationResult {}
  public abstract static class AuthenticationCallback {
    public native void onAuthenticationSucceeded(AuthenticationResult result);
    public native void onAuthenticationError(int code, CharSequence message);
  }
  public static class PromptInfo {
    public static class Builder {
      public native Builder setTitle(CharSequence title);
      public native Builder setAllowedAuthenticators(int authenticators);
      public native PromptInfo build();
    }
  }
  public native void authenticate(PromptInfo info);
  public native void cancelAuthentication();
}
