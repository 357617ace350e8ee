package android.view;

public abstract class ViewGroup extends View {
  public final java.util.List<View> children = new java.util.ArrayList<>();
  public ViewGroup(android.content.Context context) { super(context); }
  public void addView(View child) { children.add(child); }
}
