using System.Text.Json.Serialization;
using Dashboard.Core.Monitoring.Multivariate;
using Dashboard.Core.Training.Evaluation;

namespace Dashboard.Core.Monitoring.RootCause;

/// <summary>How much a feature tells current rows from reference ones.</summary>
/// <param name="Share">Its share of all mean absolute contributions (TreeSHAP), in [0, 1].</param>
public sealed record TellingFeature(string Name, double Share);

/// <summary>Whether a classifier can tell current rows from reference ones, and whether it can more than it can tell days of the reference from each other.</summary>
/// <param name="Auc">Of rows that it had not seen, with DeLong's interval for independent rows; 0.5 is chance.</param>
/// <param name="OwnHalves">The same figure for halves of the reference's own blocks (days), ascending: what it comes to without any change. Days differ, so it may lie far above 0.5.</param>
/// <param name="Features">The most telling first.</param>
public sealed record DomainFinding(AucInterval Auc, IReadOnlyList<double> OwnHalves, IReadOnlyList<TellingFeature> Features)
{
    private const double Level = 0.05;

    /// <summary>(1 + #{own ≥ AUC})/(1 + n).</summary>
    [JsonIgnore]
    public double P => (1.0 + OwnHalves.Count(own => own >= Auc.Auc)) / (1 + OwnHalves.Count);

    /// <summary>Whether the joint distribution is another one: beyond chance among rows, and beyond what the reference's days differ by.</summary>
    [JsonIgnore]
    public bool IsAnother => Auc.Lower > 0.5 && P <= Level;
}

/// <summary>What an analysis rests on.</summary>
/// <param name="Reference">Reference rows.</param>
/// <param name="Current">Current rows that were sampled.</param>
/// <param name="Labelled">Of these, how many have ground truth.</param>
public sealed record AnalysedRows(int Reference, int ReferenceLabelled, int Current, int Labelled);

/// <summary>What was found about a range of a model's predictions. What could not be done is null, and <paramref name="Notes"/> say why.</summary>
/// <param name="Notes">What is missing and what to keep in mind, as sentences.</param>
public sealed record ChangeReport(AnalysedRows Rows, DomainFinding? Domain, ReconstructionDrift? Reconstruction, LossCauses? Causes, IReadOnlyList<string> Notes);
