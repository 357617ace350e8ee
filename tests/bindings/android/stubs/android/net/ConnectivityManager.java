package android.net;

public class ConnectivityManager {
  public static class NetworkCallback { public native void onAvailable(Network network); }
  public native void registerDefaultNetworkCallback(NetworkCallback callback);
  public native void unregisterNetworkCallback(NetworkCallback callback);
}
