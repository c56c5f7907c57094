namespace Dashboard.Storage.Monitoring.Windows;

/// <summary>How windows are kept. A model's finest windows are as long as its setting says; an hour or a day is the merge of what lies in it.</summary>
public enum Resolution { Finest, Hour, Day }

/// <summary>How the service's windows are kept.</summary>
public enum ServiceResolution { Slot, Minute, Hour, Day }

internal static class Resolutions
{
    public const int HourSeconds = 3600;
    public const int DaySeconds = 86_400;

    public static int Seconds(this ServiceResolution resolution) => resolution switch
    {
        ServiceResolution.Slot => Core.Monitoring.ServiceCounters.SlotSeconds,
        ServiceResolution.Minute => 60,
        ServiceResolution.Hour => HourSeconds,
        _ => DaySeconds,
    };
}
