namespace Dashboard.Web.Components.Shared;

/// <summary>Of a page that shows the chosen time range (<see cref="PageState.Range"/>), itself or in its parts: on it the header offers to choose.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReadsTimeRangeAttribute : Attribute;
