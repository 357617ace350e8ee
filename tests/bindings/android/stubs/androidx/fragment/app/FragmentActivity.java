package androidx.fragment.app;

public class FragmentActivity extends android.app.Activity implements androidx.lifecycle.LifecycleOwner {}
