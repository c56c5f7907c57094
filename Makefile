# make demo    the control room with the flight-delay demonstration, on http://localhost:5080
# make run     the control room
# make build   publishes the host to artifacts/app and the command line to artifacts/cli
# make test    every test; make bench: every measurement; make screens: pictures of every page
# make soak    an hour of a wall left open; MINUTES=10 for a shorter one
.PHONY: demo run build test bench soak screens clean

SOURCES := $(shell find src wwwroot-assets appsettings.json Directory.Build.props Directory.Packages.props -type f -not -path '*/bin/*' -not -path '*/obj/*' -not -path '*/node_modules/*')
APP := artifacts/app/Dashboard.Web
CLI := artifacts/cli/dashboard

demo: $(APP)
	@.ci/setup xgboost
	@Dashboard__Demo__Enabled=true exec $(APP)

run: $(APP)
	@.ci/setup xgboost
	@exec $(APP)

build: $(APP) $(CLI)

$(APP): $(SOURCES)
	dotnet publish src/Dashboard.Web -c Release -o artifacts/app --nologo -v quiet
	@touch $@

$(CLI): $(SOURCES)
	dotnet publish src/Dashboard.Cli -c Release -o artifacts/cli --nologo -v quiet
	@touch $@

test:
	@.ci/setup xgboost
	@.ci/setup browser
	@.ci/setup mail
	@.ci/test

bench: $(APP)
	@.ci/setup xgboost
	dotnet run --project benchmarks/Dashboard.Benchmarks -c Release -- --filter '*' --artifacts $(CURDIR)/artifacts/bench
	dotnet run --no-build --project benchmarks/Dashboard.Benchmarks -c Release -- serving $(CURDIR)/$(APP) $(CURDIR)/benchmarks/peers
	dotnet run --no-build --project benchmarks/Dashboard.Benchmarks -c Release -- nodes $(CURDIR)/$(APP)
	dotnet run --no-build --project benchmarks/Dashboard.Benchmarks -c Release -- split
	dotnet run --no-build --project benchmarks/Dashboard.Benchmarks -c Release -- ingest
	dotnet run --no-build --project benchmarks/Dashboard.Benchmarks -c Release -- detection
	dotnet run --no-build --project benchmarks/Dashboard.Benchmarks -c Release -- drift
	dotnet run --no-build --project benchmarks/Dashboard.Benchmarks -c Release -- blocks
	@.ci/setup browser
	npm ci --silent --no-audit --no-fund --prefix tests/Dashboard.Browser.Tests/hub-client
	dotnet run --no-build --project benchmarks/Dashboard.Benchmarks -c Release -- live $(CURDIR)/$(APP)

MINUTES ?= 60
soak: $(APP)
	@.ci/setup xgboost
	@.ci/setup browser
	dotnet run --project benchmarks/Dashboard.Benchmarks -c Release -- soak $(CURDIR)/$(APP) $(MINUTES)

screens: $(APP)
	@.ci/setup xgboost
	@.ci/setup browser
	dotnet test tests/Dashboard.Browser.Tests -c Release --nologo --filter "Category=Screens"

clean:
	dotnet clean -c Release --nologo -v quiet
	rm -rf artifacts
