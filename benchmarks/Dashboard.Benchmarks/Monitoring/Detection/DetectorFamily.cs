using Dashboard.Core.Monitoring.Sequential;

namespace Dashboard.Benchmarks.Monitoring.Detection;

/// <summary>A kind of detector with one knob to turn.</summary>
/// <param name="Create">Makes one at a setting of the knob.</param>
/// <param name="Calm">The knob where it hardly ever alarms.</param>
/// <param name="Nervous">The knob where it alarms soon; both are above 0 and the way between is geometric.</param>
internal sealed record DetectorFamily(string Name, Func<double, IChangeDetector> Create, double Calm, double Nervous)
{
    public static readonly DetectorFamily Adwin = new("ADWIN", delta => new Adwin(new() { Delta = delta }), 1e-300, 0.99);

    /// <summary>One value a day leaves no time for a clock of 32.</summary>
    public static readonly DetectorFamily AdwinOnBlocks = new("ADWIN on days", delta => new Adwin(new() { Delta = delta, Clock = 1 }), 1e-30, 0.99);

    public static readonly DetectorFamily Ddm = new("DDM", level => new Ddm(new() { AlarmLevel = level }), 100, 1);

    public static readonly DetectorFamily PageHinkley = new("Page–Hinkley", threshold => new PageHinkley(new() { Threshold = threshold, Direction = ChangeDirection.Rise }), 10_000, 1);

    public static readonly DetectorFamily PageHinkleyOnBlocks = PageHinkley with { Name = "Page–Hinkley on days", Calm = 100, Nervous = 0.01 };

    public static DetectorFamily ShiryaevRoberts(string name, double tolerated) => new(name, threshold => new ShiryaevRobertsDetector(tolerated, threshold), 1e12, 1.5);

    /// <summary>The most nervous setting whose false alarms are no more frequent than allowed.</summary>
    /// <param name="falseAlarms">The share of calm streams in which a detector alarms.</param>
    public double Tune(double allowed, Func<Func<IChangeDetector>, double> falseAlarms)
    {
        const int halvings = 14;
        double calm = Math.Log(Calm), nervous = Math.Log(Nervous);
        for (var i = 0; i < halvings; i++)
        {
            var middle = (calm + nervous) / 2;
            if (falseAlarms(() => Create(Math.Exp(middle))) <= allowed)
                calm = middle;
            else
                nervous = middle;
        }

        return Math.Exp(calm);
    }
}
