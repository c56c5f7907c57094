namespace Dashboard.XGBoost.Native;

/// <summary>Describes pinned memory to the library in the form of NumPy's __array_interface__, version 3.</summary>
internal static unsafe class ArrayInterface
{
    public static string Of(float* data, int rows, int columns) => Text(data, "<f4", $"{rows},{columns}");

    public static string Of(float* data, int count) => Text(data, "<f4", $"{count}");

    public static string Of(int* data, int count) => Text(data, "<i4", $"{count}");

    public static string Of(long* data, int count) => Text(data, "<i8", $"{count}");

    private static string Text(void* data, string type, string shape) =>
        $$"""{"data":[{{(nuint)data}},true],"shape":[{{shape}}],"typestr":"{{type}}","version":3}""";
}
