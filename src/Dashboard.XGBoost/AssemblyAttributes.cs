using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Dashboard.XGBoost.Tests")]
