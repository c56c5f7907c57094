using Dashboard.Core.Registry.Cards;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Dashboard.Storage.Registry.Cards;

/// <summary>One text of one written part of a version's card. Texts are added and never changed: the one with the largest revision holds, the others are its history.</summary>
public sealed class CardNoteRow
{
    public int VersionId { get; set; }
    public CardPart Part { get; set; }

    /// <summary>1, 2, 3, … With version and part it is the key, so that of two people who change the same text at once one is refused.</summary>
    public int Revision { get; set; }

    /// <summary>Empty: taken away.</summary>
    public required string Text { get; set; }
    public required string By { get; set; }
    public required DateTimeOffset At { get; set; }

    /// <summary>The number of the earlier version whose text this is.</summary>
    public int? TakenOverFrom { get; set; }

    internal CardNote Note => new(Text, By, At, Revision, TakenOverFrom);
}

internal sealed class CardNoteMapping : IEntityTypeConfiguration<CardNoteRow>
{
    public void Configure(EntityTypeBuilder<CardNoteRow> builder)
    {
        builder.ToTable("CardNotes");
        builder.HasKey(n => new { n.VersionId, n.Part, n.Revision });
        builder.Property(n => n.Part).HasConversion<string>();
        builder.HasOne<ModelVersion>().WithMany().HasForeignKey(n => n.VersionId).OnDelete(DeleteBehavior.Cascade);
    }
}
