namespace Dashboard.Core.Tests.Data;

/// <summary>Tests that measure the memory of the whole process run when no other test does.</summary>
[CollectionDefinition(nameof(MeasuredAlone), DisableParallelization = true)]
public sealed class MeasuredAlone;
