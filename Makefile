test:
	dotnet test --nologo
