using Dashboard.Core.Training;

namespace Dashboard.Core.Serving.Trees;

internal enum Link { Identity, Logistic, Exponential, Softmax, Step }

/// <summary>What XGBoost's objective does around the sum of the leaves: the task it is for, and the way from a margin to an answer.</summary>
/// <param name="BaseLink">How base_score, which is kept on the answer's scale, becomes a margin.</param>
internal sealed record Objective(string Name, ModelTask Task, Link Link, Link BaseLink)
{
    public const string Known = "binary:logistic, binary:logitraw, binary:hinge, multi:softprob, multi:softmax, reg:squarederror, reg:squaredlogerror, reg:absoluteerror, reg:pseudohubererror, "
        + "reg:quantileerror, reg:logistic, reg:gamma, reg:tweedie, count:poisson, survival:cox, survival:aft, rank:pairwise, rank:ndcg or rank:map";

    /// <summary>The objective of that name, or null where it is not supported. Source: ObjFunction::PredTransform and ProbToMargin of each objective in XGBoost's src/objective.</summary>
    public static Objective? Find(string name) => name switch
    {
        "binary:logistic" => new(name, ModelTask.BinaryClassification, Link.Logistic, Link.Logistic),
        "binary:logitraw" => new(name, ModelTask.BinaryClassification, Link.Logistic, Link.Identity),
        "binary:hinge" => new(name, ModelTask.BinaryClassification, Link.Step, Link.Identity),
        "multi:softprob" or "multi:softmax" => new(name, ModelTask.MulticlassClassification, Link.Softmax, Link.Identity),
        "reg:logistic" => new(name, ModelTask.Regression, Link.Logistic, Link.Logistic),
        "reg:gamma" or "reg:tweedie" or "count:poisson" or "survival:cox" or "survival:aft" => new(name, ModelTask.Regression, Link.Exponential, Link.Exponential),
        "reg:squarederror" or "reg:linear" or "reg:squaredlogerror" or "reg:absoluteerror" or "reg:pseudohubererror" or "reg:quantileerror"
            or "rank:pairwise" or "rank:ndcg" or "rank:map" => new(name, ModelTask.Regression, Link.Identity, Link.Identity),
        _ => null,
    };

    /// <summary>The margin that every sum starts from.</summary>
    public float Margin(float baseScore) => BaseLink switch
    {
        Link.Logistic => -MathF.Log(1f / baseScore - 1f),
        Link.Exponential => MathF.Log(baseScore),
        _ => baseScore,
    };

    /// <summary>Turns margins into answers, in place.</summary>
    public void Transform(Span<float> margins)
    {
        switch (Link)
        {
            case Link.Logistic:
                foreach (ref var margin in margins)
                    margin = 1f / (1f + MathF.Exp(-margin));
                break;
            case Link.Exponential:
                foreach (ref var margin in margins)
                    margin = MathF.Exp(margin);
                break;
            case Link.Step:
                foreach (ref var margin in margins)
                    margin = margin > 0 ? 1 : 0;
                break;
            case Link.Softmax:
                Softmax(margins);
                break;
            default:
                break;
        }
    }

    private static void Softmax(Span<float> margins)
    {
        var largest = margins[0];
        foreach (var margin in margins)
            largest = MathF.Max(largest, margin);
        var sum = 0.0;
        foreach (ref var margin in margins)
        {
            margin = MathF.Exp(margin - largest);
            sum += margin;
        }

        foreach (ref var margin in margins)
            margin /= (float)sum;
    }
}
