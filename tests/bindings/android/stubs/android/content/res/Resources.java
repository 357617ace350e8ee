package android.content.res;

public class Resources {
  public native Configuration getConfiguration();
}
