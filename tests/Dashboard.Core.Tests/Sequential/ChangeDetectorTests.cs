using System.Text.Json;
using Dashboard.Core.Monitoring.Sequential;
using Dashboard.Core.Tests.Reference;

namespace Dashboard.Core.Tests.Sequential;

/// <summary>Where river raises its alarms, and that a stored state changes nothing.</summary>
public sealed class ChangeDetectorTests
{
    public static TheoryData<string, string> Alarms
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var stream in ReferenceFiles.Json("online_reference.json").EnumerateObject())
                foreach (var setting in stream.Value.EnumerateObject())
                    data.Add(stream.Name, setting.Name);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Alarms))]
    public void Alarms_are_raised_where_the_reference_raises_them(string stream, string setting)
    {
        var expected = ReferenceFiles.Json("online_reference.json").GetProperty(stream).GetProperty(setting).EnumerateArray().Select(position => position.GetInt32());
        Assert.Equal(expected, Positions(Detector(setting), Stream(stream)));
    }

    [Theory]
    [MemberData(nameof(Alarms))]
    public void A_stored_state_goes_on_as_if_it_had_never_stopped(string stream, string setting)
    {
        var values = Stream(stream);
        var detector = Detector(setting);
        var positions = new List<int>();
        for (var i = 0; i < values.Length; i++)
        {
            if (detector.Update(values[i]))
                positions.Add(i);
            if (i % 50 == 0)
                detector = Resumed(detector, setting);
        }

        Assert.Equal(Positions(Detector(setting), values), positions);
    }

    [Fact]
    public void The_window_keeps_only_what_came_after_the_change()
    {
        var adwin = new Adwin();
        for (var i = 0; i < 4_000; i++)
            adwin.Update(i < 3_000 ? 0 : 1);

        Assert.InRange(adwin.Width, 900, 1_100);
        Assert.InRange(adwin.Mean, 0.95, 1);
        Assert.True(adwin.State.Levels.Sum(level => level.Count) < 60);
    }

    [Fact]
    public void Ddm_warns_before_it_alarms_and_refuses_what_is_no_error()
    {
        var ddm = new Ddm();
        var warned = -1;
        var values = Stream("d_bits");
        var alarmed = Array.FindIndex(values, value =>
        {
            var alarm = ddm.Update(value);
            if (ddm.State.Warning && warned < 0)
                warned = (int)ddm.State.Count - 1;
            return alarm;
        });

        // The positions in river's own documentation of this stream.
        Assert.Equal((1084, 1334), (warned, alarmed));
        Assert.Throws<ArgumentOutOfRangeException>(() => ddm.Update(0.5));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adwin(new() { Delta = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adwin(new() { Clock = 0 }));
    }

    private static IChangeDetector Detector(string setting) => setting switch
    {
        "adwin_default" => new Adwin(),
        "adwin_clock1_delta0.01" => new Adwin(new(Delta: 0.01, Clock: 1)),
        "page_hinkley_default" => new PageHinkley(),
        "page_hinkley_th20" => new PageHinkley(new() { Threshold = 20 }),
        "ddm_default" => new Ddm(),
        _ => throw new ArgumentException($"No detector for {setting}.", nameof(setting)),
    };

    private static IChangeDetector Resumed(IChangeDetector detector, string setting) => detector switch
    {
        Adwin adwin => new Adwin(setting == "adwin_default" ? new() : new(Delta: 0.01, Clock: 1), Stored(adwin.State)),
        PageHinkley hinkley => new PageHinkley(setting == "page_hinkley_default" ? new() : new() { Threshold = 20 }, Stored(hinkley.State)),
        Ddm ddm => new Ddm(new(), Stored(ddm.State)),
        _ => throw new ArgumentException("An unknown detector.", nameof(detector)),
    };

    private static T Stored<T>(T state) => CanonicalJson.Deserialize<T>(CanonicalJson.Serialize(state));

    private static List<int> Positions(IChangeDetector detector, double[] values) => [.. values.Index().Where(pair => detector.Update(pair.Item)).Select(pair => pair.Index)];

    private static double[] Stream(string name) => ReferenceFiles.Csv($"stream_{name}.csv")["x"].Numbers();
}
