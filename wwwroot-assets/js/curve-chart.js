import { number, onTheme, script, token } from "./script.js";

class CurveChart {
  constructor(element, library) {
    this.element = element;
    this.library = library;
    this.unsubscribe = onTheme(() => this.build());
  }

  async update(config) {
    this.config = JSON.parse(config);
    await this.build();
  }

  async build() {
    const { config } = this, colors = config.series.map(s => token(s.color)), muted = token("--muted"), line = token("--line");
    const axis = (title, labels) => ({ type: "numeric", decimalsInFloat: 2, title: { text: title, style: { color: muted, fontWeight: 500, fontSize: "12px" } }, labels: { style: { colors: muted, fontSize: "11px" }, formatter: v => number(Number(v)), ...labels } });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const options = {
      chart: { type: "line", height: this.element.clientHeight || 300, background: "transparent", fontFamily: token("--font"), toolbar: { show: true, tools: { download: false, selection: false } }, zoom: { enabled: true }, animations: { enabled: !still && !this.chart, speed: 250 } },
      series: config.series.map(s => ({ name: s.name, data: s.points.map(([x, y]) => ({ x, y })) })),
      colors, stroke: { width: config.series.map(s => s.width), dashArray: config.series.map(s => s.dash), curve: "straight" },
      markers: { size: config.series.map(s => s.dots ? 4 : 0), strokeWidth: 0 },
      xaxis: { ...axis(config.xLabel, {}), min: config.xMin, max: config.xMax, tickAmount: 5, axisBorder: { color: line }, axisTicks: { show: false }, tooltip: { enabled: false } },
      yaxis: { ...axis(config.yLabel, {}), min: config.yMin, max: config.yMax, tickAmount: 5 },
      grid: { borderColor: line }, legend: { show: false }, dataLabels: { enabled: false }, theme: { mode: getComputedStyle(document.documentElement).colorScheme.includes("light") ? "light" : "dark" },
      tooltip: { shared: false, intersect: false, x: { formatter: v => `${config.xLabel} ${number(Number(v))}` }, y: { formatter: v => number(v) } },
    };
    if (this.chart) await this.chart.updateOptions(options, true, false);
    else await (this.chart = new this.library(this.element, options)).render();
  }

  dispose() {
    this.unsubscribe();
    this.chart?.destroy();
  }
}

export async function create(element) {
  return new CurveChart(element, await script("vendor/apexcharts/4.7.0/apexcharts.min.js", "ApexCharts"));
}
