namespace Dashboard.Core.Registry;

/// <summary>A package whose content is not what its digest or its manifest promises.</summary>
public sealed record PackageDamaged(string Reason) : Error(ErrorKind.Invalid, Reason)
{
    public static PackageDamaged WrongHash(string file, string expected, string actual) =>
        new($"'{file}' has SHA-256 {actual}; the package promises {expected}.") { Field = file, Value = actual, Expected = expected };

    public static PackageDamaged WrongSize(string file, long expected, long actual) =>
        new($"'{file}' has {actual} bytes; the package promises {expected}.") { Field = file, Value = actual.ToString(), Expected = expected.ToString() };

    public static PackageDamaged MissingFile(string file) => new($"The package lacks the file '{file}'.") { Field = file, Expected = "a file of this name" };

    public static PackageDamaged UnexpectedFile(string file) =>
        new($"The package holds '{Shorten(file)}', which its manifest does not list.") { Field = Shorten(file), Expected = "only the files of the manifest" };
}

/// <summary>A manifest that cannot be used, with the part of it that is at fault.</summary>
public sealed record ManifestInvalid(string Reason) : Error(ErrorKind.Invalid, $"{ModelManifest.FileName}: {Reason}")
{
    public static ManifestInvalid Of(string field, string? value, string wanted) =>
        new($"{InvalidValue.Of(field, value, wanted).Message}") { Field = field, Value = value is null ? null : Shorten(value), Expected = wanted };
}

/// <summary>A file that is no package archive, or one that a package would never be.</summary>
public sealed record ArchiveRefused(ErrorKind Because, string Reason) : Error(Because, Reason);
