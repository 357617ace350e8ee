package android.webkit;

/** Remembers what was set. */
public class WebSettings {
  public final java.util.Map<String, Boolean> set = new java.util.HashMap<>();
  public void setGeolocationEnabled(boolean on) { set.put("geolocationEnabled", on); }
  public void setJavaScriptEnabled(boolean on) { set.put("javaScriptEnabled", on); }
  public boolean getJavaScriptEnabled() { return set.get("javaScriptEnabled"); }
  public void setDomStorageEnabled(boolean on) { set.put("domStorageEnabled", on); }
  public boolean getDomStorageEnabled() { return set.get("domStorageEnabled"); }
  public void setBlockNetworkLoads(boolean on) { set.put("blockNetworkLoads", on); }
  public boolean getBlockNetworkLoads() { return set.get("blockNetworkLoads"); }
  public void setAllowFileAccess(boolean on) { set.put("allowFileAccess", on); }
  public boolean getAllowFileAccess() { return set.get("allowFileAccess"); }
  public void setAllowContentAccess(boolean on) { set.put("allowContentAccess", on); }
  public boolean getAllowContentAccess() { return set.get("allowContentAccess"); }
  public void setSafeBrowsingEnabled(boolean on) { set.put("safeBrowsingEnabled", on); }
  public boolean getSafeBrowsingEnabled() { return set.get("safeBrowsingEnabled"); }
  public void setSaveFormData(boolean on) { set.put("saveFormData", on); }
  public boolean getSaveFormData() { return set.get("saveFormData"); }
}
