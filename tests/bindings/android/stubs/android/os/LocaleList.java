package android.os;

public final class LocaleList {
  public java.util.Locale get(int index) { return java.util.Locale.getDefault(); }
}
