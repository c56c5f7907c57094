using System.Net.Http.Json;
using Dashboard.Core;
using Dashboard.Core.Deployments.Requests;
using Dashboard.Storage.Deployments.Requests;

namespace Dashboard.Cli.Installations;

/// <summary>A promotion request, as far as the command line shows it.</summary>
/// <param name="Digest">What an approval is bound to; null until there is evidence.</param>
internal sealed record RequestShown(RequestSummary Summary, string? Digest, string? EvidenceError, IReadOnlyList<StandingCheck> Checks, IReadOnlyList<RuleStanding> Rules, IReadOnlyList<ApprovalView> Approvals);

/// <content>Promotion requests. They live with a running host alone: there people have accounts, and evidence is gathered.</content>
internal sealed partial class RemoteInstallation
{
    public Task<Result<RequestShown>> ProposeAsync(string model, int version, string environment, string strategy, string reason, CancellationToken ct) =>
        SendAsync<RequestShown>(HttpMethod.Post, $"models/{Uri.EscapeDataString(model)}/requests", JsonContent.Create(new { version, environment, strategy, reason }), ct);

    /// <param name="state">open, approved, rejected, withdrawn or expired; null: all.</param>
    public Task<Result<RequestSummary[]>> RequestsAsync(string? state, bool waiting, CancellationToken ct) =>
        SendAsync<RequestSummary[]>(HttpMethod.Get, $"requests?waiting={(waiting ? "true" : "false")}{(state is null ? "" : $"&state={Uri.EscapeDataString(state)}")}", null, ct);

    public Task<Result<RequestShown>> RequestAsync(int id, CancellationToken ct) => SendAsync<RequestShown>(HttpMethod.Get, $"requests/{id}", null, ct);

    /// <param name="digest">Of what was looked at.</param>
    public Task<Result<RequestShown>> ApproveAsync(int id, string digest, string comment, CancellationToken ct) =>
        SendAsync<RequestShown>(HttpMethod.Post, $"requests/{id}/approve", JsonContent.Create(new { digest, comment }), ct);

    public Task<Result<RequestShown>> RejectAsync(int id, string reason, CancellationToken ct) =>
        SendAsync<RequestShown>(HttpMethod.Post, $"requests/{id}/reject", JsonContent.Create(new { reason }), ct);
}
