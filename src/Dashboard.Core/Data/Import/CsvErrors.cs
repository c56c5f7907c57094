namespace Dashboard.Core.Data.Import;

/// <summary>The file is something else: a spreadsheet, a web page, an image.</summary>
public sealed record NotCsv(string Found)
    : Error(ErrorKind.Invalid, $"The file is not CSV: {Found}. Expected text in UTF-8 with a header line and cells separated by commas, semicolons or tabs.");

public sealed record EmptyCsv() : Error(ErrorKind.Invalid, "The file is empty. Expected a header line and at least one row.");

public sealed record HeaderOnly(int Columns)
    : Error(ErrorKind.Invalid, $"The file has a header of {Columns} column{(Columns == 1 ? "" : "s")} and no rows. Expected at least one row.");

/// <summary>The first line holds numbers where names belong.</summary>
public sealed record MissingHeader(string FirstLine)
    : Error(ErrorKind.Invalid, $"The first line holds only numbers ('{Shorten(FirstLine)}'). Expected a header line with the columns' names.");

public sealed record DuplicateColumn : Error
{
    public DuplicateColumn(string name, int first, int second)
        : base(ErrorKind.Invalid, $"Columns {first} and {second} are both named '{Shorten(name)}'. Expected a different name for each column.") => Field = Shorten(name);
}

public sealed record UnnamedColumn(int Position, string Reason)
    : Error(ErrorKind.Invalid, $"Column {Position} {Reason}. Expected a name of 1 to 200 characters on one line.");

public sealed record TooManyColumns(int Columns, int Limit)
    : Error(ErrorKind.TooLarge, $"The header has {Columns:N0} columns; expected at most {Limit:N0}.");

public sealed record RecordTooLong(long Line, int Limit)
    : Error(ErrorKind.TooLarge, $"The row that starts at line {Line:N0} is longer than {Limit:N0} bytes. Is a quote left open there, or is it no CSV file?");

public sealed record UnclosedQuote(long Line, string Start)
    : Error(ErrorKind.Invalid, $"A quote that opens in the row at line {Line:N0} is never closed, so that it would swallow the rest of the file: '{Shorten(Start)}'.");

/// <summary>Not one row could be read.</summary>
public sealed record AllRowsRejected(long Rows, RejectedRow First)
    : Error(ErrorKind.Invalid, $"None of the {Rows:N0} rows could be read. The first, at line {First.Line:N0}: {First.Reason}{(First.Column is null ? "" : $" in column '{Shorten(First.Column)}'")}.");

public sealed record UnknownTypedColumn : Error
{
    public UnknownTypedColumn(string name, IEnumerable<string> columns)
        : base(ErrorKind.Invalid, $"A type is given for '{Shorten(name)}', which is not a column. The columns are {Shorten(string.Join(", ", columns))}.") => Field = Shorten(name);
}

/// <summary>Carries an expected failure out of the parser; never leaves <see cref="CsvImport"/>.</summary>
internal sealed class CsvImportException(Error error) : Exception(error.Message)
{
    public Error Error { get; } = error;
}
