using BenchmarkDotNet.Attributes;
using Dashboard.Core.Serving;
using Dashboard.Core.Serving.Trees;
using Dashboard.XGBoost;

namespace Dashboard.Benchmarks.Serving;

/// <summary>One row through 100 trees of depth 6 with 28 features: our walk, and the library's own call beside it. Goal: 5 µs. Each operation takes another row, so that no branch is learnt by heart.</summary>
[MemoryDiagnoser]
public class TreeWalkBenchmark : IDisposable
{
    private const int Rows = 4096;

    private readonly float[] output = new float[1];
    private float[] complete = [];
    private float[] gaps = [];
    private Scorer scorer = null!;
    private DensePredictor library = null!;
    private int next;

    [GlobalSetup]
    public void Setup()
    {
        using var booster = HiggsLike.Train(50_000);
        scorer = XGBoostModelReader.Read(booster.SaveUbj()).Value.Scorer;
        library = new(booster.SaveUbj(), HiggsLike.Columns);
        complete = HiggsLike.Rows(Rows, 8).Values;
        gaps = [.. complete.Select((value, i) => i % 9 == 0 ? float.NaN : value)];
    }

    [GlobalCleanup]
    public void Dispose()
    {
        library.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true)]
    public float Walk()
    {
        scorer.Score(Row(complete), output);
        return output[0];
    }

    [Benchmark]
    public float Walk_with_missing_values()
    {
        scorer.Score(Row(gaps), output);
        return output[0];
    }

    [Benchmark]
    public float XGBoosterPredictFromDense() => library.Predict(Row(complete));

    private ReadOnlySpan<float> Row(float[] rows) => rows.AsSpan((next = (next + 1) % Rows) * HiggsLike.Columns, HiggsLike.Columns);
}
