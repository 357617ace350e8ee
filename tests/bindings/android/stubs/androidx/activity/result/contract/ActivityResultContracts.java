package androidx.activity.result.contract;

public final class ActivityResultContracts {
  public static class GetMultipleContents extends ActivityResultContract<String, java.util.List<android.net.Uri>> {}
  public static class RequestMultiplePermissions extends ActivityResultContract<String[], java.util.Map<String, Boolean>> {}
}
