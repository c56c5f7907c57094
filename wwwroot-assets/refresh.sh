#!/usr/bin/env bash
# Brings vendor/ up to date from package-lock.json (npm) and from the ASP.NET Core runtime pack (NuGet).
# Only for people who change a version: the product builds and runs without node from what is committed.
set -euo pipefail
cd "$(dirname "$0")"
assets=$PWD
blazor=9.0.22
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp package.json package-lock.json "$work"
(cd "$work" && npm ci --ignore-scripts --no-audit --no-fund --silent)
npm_version() { node -p "require('$work/node_modules/$1/package.json').version"; }

rm -rf vendor
vendor() { # npm package, folder, licence file, files...
  local from=$work/node_modules/$1 to=vendor/$2/$(npm_version "$1") licence=$3
  shift 3
  mkdir -p "$to"
  cp "$from/$licence" "$to/LICENSE"
  for file in "$@"; do cp "$from/$file" "$to/"; done
}
vendor uplot uplot LICENSE dist/uPlot.iife.min.js dist/uPlot.min.css
vendor apexcharts apexcharts LICENSE dist/apexcharts.min.js
vendor @fontsource-variable/inter inter LICENSE files/inter-latin-wght-normal.woff2
vendor @fontsource-variable/jetbrains-mono jetbrains-mono LICENSE files/jetbrains-mono-latin-wght-normal.woff2
mkdir -p "vendor/signalr/$(npm_version @microsoft/signalr)"
sed '/^\/\/# sourceMappingURL/d' "$work/node_modules/@microsoft/signalr/dist/browser/signalr.min.js" > "vendor/signalr/$(npm_version @microsoft/signalr)/signalr.min.js"

# blazor.web.js is an embedded resource of the runtime pack's Endpoints assembly.
mkdir "$work/pack"
cat > "$work/pack/pack.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings><RestorePackagesPath>$work/packages</RestorePackagesPath></PropertyGroup>
  <ItemGroup><PackageDownload Include="Microsoft.AspNetCore.App.Runtime.linux-x64" Version="[$blazor]" /></ItemGroup>
</Project>
XML
cat > "$work/pack/Program.cs" <<'CS'
using var script = System.Reflection.Assembly.LoadFrom(args[0]).GetManifestResourceStream("_framework/blazor.web.js")
    ?? throw new InvalidOperationException("The assembly has no resource _framework/blazor.web.js.");
using var file = File.Create(args[1]);
script.CopyTo(file);
CS
pack=$work/packages/microsoft.aspnetcore.app.runtime.linux-x64/$blazor
mkdir -p "vendor/blazor/$blazor"
dotnet build "$work/pack" --nologo --verbosity quiet
dotnet "$work/pack/bin/Debug/net10.0/pack.dll" "$pack/runtimes/linux-x64/lib/net9.0/Microsoft.AspNetCore.Components.Endpoints.dll" "$assets/vendor/blazor/$blazor/blazor.web.js"
sed -i '/^\/\/# sourceMappingURL/d' "vendor/blazor/$blazor/blazor.web.js"
# The pack and the SignalR client are both of dotnet/aspnetcore, whose packages name their licence without a file.
for folder in "vendor/blazor/$blazor" "vendor/signalr/$(npm_version @microsoft/signalr)"; do
  { printf 'The MIT License (MIT)\n\nCopyright (c) .NET Foundation and Contributors\n\nAll rights reserved.\n\n'; sed '1,/^Copyright/d' vendor/apexcharts/*/LICENSE; } > "$folder/LICENSE"
done
