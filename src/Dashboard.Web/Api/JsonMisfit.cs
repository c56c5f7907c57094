using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Dashboard.Core;
using Dashboard.Core.Deployments.Routing;

namespace Dashboard.Web.Api;

/// <summary>Finds the first place where a JSON value is not of a type's form, and says in words what was expected there.</summary>
internal static class JsonMisfit
{
    /// <returns>Null where nothing is found to be wrong.</returns>
    public static Error? In(JsonElement value, JsonTypeInfo type) => In(value, type, "");

    /// <summary>The path of a failure without its "$.".</summary>
    public static string FieldOf(JsonException fault) => fault.Path?.TrimStart('$').TrimStart('.') is { Length: > 0 } path ? path : "body";

    private static Error? In(JsonElement value, JsonTypeInfo type, string path)
    {
        if (value.ValueKind == JsonValueKind.Null && (!type.Type.IsValueType || Nullable.GetUnderlyingType(type.Type) is not null))
            return null;
        return type.Kind switch
        {
            JsonTypeInfoKind.Object => Object(value, type, path),
            JsonTypeInfoKind.Enumerable => List(value, type, path),
            JsonTypeInfoKind.Dictionary => Map(value, type, path),
            _ => Scalar(value, type, path),
        };
    }

    private static Error? Object(JsonElement value, JsonTypeInfo type, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return Wrong(path, value, path.Length == 0 ? "a JSON object" : $"a JSON object with {string.Join(", ", type.Properties.Select(one => one.Name))}");
        foreach (var member in value.EnumerateObject())
        {
            var property = type.Properties.FirstOrDefault(one => string.Equals(one.Name, member.Name, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                return InvalidValue.Of(Join(path, member.Name), Text(member.Value), "no such field") with
                {
                    Message = $"'{Join(path, member.Name)}' is no field here; expected {string.Join(", ", type.Properties.Select(one => one.Name))}.",
                    Expected = string.Join(", ", type.Properties.Select(one => one.Name)),
                };
            if (In(member.Value, type.Options.GetTypeInfo(property.PropertyType), Join(path, property.Name)) is { } fault)
                return fault;
        }

        return null;
    }

    private static Error? List(JsonElement value, JsonTypeInfo type, string path)
    {
        if (value.ValueKind != JsonValueKind.Array)
            return Wrong(path, value, "a list");
        var element = type.Options.GetTypeInfo(type.ElementType!);
        return value.EnumerateArray().Select((item, i) => In(item, element, $"{path}[{i}]")).FirstOrDefault(fault => fault is not null);
    }

    private static Error? Map(JsonElement value, JsonTypeInfo type, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return Wrong(path, value, "a JSON object");
        var element = type.Options.GetTypeInfo(type.ElementType!);
        return value.EnumerateObject().Select(member => In(member.Value, element, Join(path, member.Name))).FirstOrDefault(fault => fault is not null);
    }

    private static InvalidValue? Scalar(JsonElement value, JsonTypeInfo type, string path)
    {
        try
        {
            value.Deserialize(type);
            return null;
        }
        catch (JsonException)
        {
            return Wrong(path, value, Words(Nullable.GetUnderlyingType(type.Type) ?? type.Type));
        }
    }

    private static string Words(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}"
        : type == typeof(string) ? "text in quotes"
        : type == typeof(bool) ? "true or false"
        : type == typeof(DateTimeOffset) || type == typeof(DateTime) ? "a time like 2001-02-03T06:15:00Z"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) || type == typeof(float) || type == typeof(decimal) ? "a number"
        : type == typeof(TrafficWeight) ? "a percentage from 0 to 100 with at most two decimals"
        : type == typeof(TimeSpan) ? "a length of time like 00:10:00"
        : type == typeof(Guid) ? "an id like 01a2158b-6cc2-72d5-bb3e-4f3e2f5f293c"
        : "JSON of the documented form";

    private static InvalidValue Wrong(string path, JsonElement value, string wanted) => InvalidValue.Of(path.Length == 0 ? "body" : path, Text(value), wanted);

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
