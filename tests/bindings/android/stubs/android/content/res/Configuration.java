package android.content.res;

public final class Configuration {
  public android.os.LocaleList getLocales() { return new android.os.LocaleList(); }
}
