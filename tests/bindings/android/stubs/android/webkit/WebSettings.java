package android.webkit;

public abstract class WebSettings {
  public abstract void setJavaScriptEnabled(boolean on);
  public abstract void setDomStorageEnabled(boolean on);
  public abstract void setBlockNetworkLoads(boolean on);
  public abstract void setAllowFileAccess(boolean on);
  public abstract void setAllowContentAccess(boolean on);
  public abstract void setGeolocationEnabled(boolean on);
  public abstract void setSafeBrowsingEnabled(boolean on);
  public abstract void setSaveFormData(boolean on);
  public abstract boolean getJavaScriptEnabled();
  public abstract boolean getDomStorageEnabled();
  public abstract boolean getBlockNetworkLoads();
  public abstract boolean getAllowFileAccess();
  public abstract boolean getAllowContentAccess();
  public abstract boolean getSafeBrowsingEnabled();
  public abstract boolean getSaveFormData();
}
