using Dashboard.Core.Data;

namespace Dashboard.Core.Monitoring.Segments;

internal enum LiteralKind { Number, Text, Boolean, Timestamp }

/// <summary>A value as it was written.</summary>
/// <param name="Number">The number; 1 for true and 0 for false.</param>
/// <param name="At">Its place in the source, from 0.</param>
internal readonly record struct SegmentLiteral(LiteralKind Kind, double Number, string Text, DateTime Time, int At)
{
    public override string ToString() => Kind switch
    {
        LiteralKind.Number => SegmentSyntax.Number(Number),
        LiteralKind.Boolean => Number != 0 ? "true" : "false",
        LiteralKind.Timestamp => SegmentSyntax.Timestamp(Time),
        _ => SegmentSyntax.Text(Text),
    };
}

/// <summary>The left side of a condition, and where it stands in the source.</summary>
internal readonly record struct SegmentName(string Name, int At)
{
    public override string ToString() => SegmentSyntax.Name(Name);
}

/// <summary>A parsed segment, before it is known what its names mean. <see cref="object.ToString"/> is the canonical text.</summary>
internal abstract class SegmentNode
{
    /// <summary>How the node stands inside a conjunction or behind "not".</summary>
    public virtual string ToInnerText() => ToString()!;

    /// <summary>One node for several: nested ones of the same kind become one list.</summary>
    public static SegmentNode Joined(List<SegmentNode> nodes, bool all)
    {
        if (nodes.Count == 1)
            return nodes[0];
        var flat = nodes.SelectMany(node => node is GroupNode group && group.All == all ? group.Nodes : [node]);
        return new GroupNode(all, [.. flat]);
    }
}

internal sealed class ComparisonNode(SegmentName name, ComparisonOperator comparison, int operatorAt, SegmentLiteral literal) : SegmentNode
{
    public SegmentName Name => name;

    public ComparisonOperator Comparison => comparison;

    public int OperatorAt => operatorAt;

    public SegmentLiteral Literal => literal;

    public override string ToString() => $"{name} {SegmentSyntax.Sign(comparison)} {literal}";
}

internal sealed class BetweenNode(SegmentName name, bool isNegated, int keywordAt, SegmentLiteral low, SegmentLiteral high) : SegmentNode
{
    public SegmentName Name => name;

    public bool IsNegated => isNegated;

    public int KeywordAt => keywordAt;

    public SegmentLiteral Low => low;

    public SegmentLiteral High => high;

    public override string ToString() => $"{name} {(isNegated ? "not " : "")}between {low} and {high}";
}

internal sealed class InNode(SegmentName name, bool isNegated, IReadOnlyList<SegmentLiteral> literals) : SegmentNode
{
    public SegmentName Name => name;

    public bool IsNegated => isNegated;

    public IReadOnlyList<SegmentLiteral> Literals => literals;

    public override string ToString() => $"{name} {(isNegated ? "not " : "")}in ({string.Join(", ", literals)})";
}

internal sealed class MissingNode(SegmentName name, bool isNegated) : SegmentNode
{
    public SegmentName Name => name;

    public bool IsNegated => isNegated;

    public override string ToString() => $"{name} is {(isNegated ? "not " : "")}missing";
}

internal sealed class NotNode(SegmentNode inner) : SegmentNode
{
    public SegmentNode Inner => inner;

    public override string ToString() => $"not ({inner})";
}

/// <summary>Conditions that must hold all together, or of which any is enough. Never one of its own kind directly inside it.</summary>
internal sealed class GroupNode(bool all, IReadOnlyList<SegmentNode> nodes) : SegmentNode
{
    public bool All => all;

    public IReadOnlyList<SegmentNode> Nodes => nodes;

    public override string ToString() => string.Join(all ? " and " : " or ", nodes.Select(node => node.ToInnerText()));

    public override string ToInnerText() => $"({this})";
}
