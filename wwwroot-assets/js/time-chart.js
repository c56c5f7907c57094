import { number, onTheme, script, token } from "./script.js";

// One binary frame: uint32 series count, uint32 length, x as float64, then each series as float32.
// NaN is a gap; +Infinity says that this series has no point at this x and its line goes on.
function decode(bytes) {
  const buffer = bytes.slice().buffer, head = new Uint32Array(buffer, 0, 2), count = head[0], length = head[1];
  const columns = [Array.from(new Float64Array(buffer, 8, length))];
  for (let s = 0; s < count; s++) {
    const values = new Float32Array(buffer, 8 + 8 * length + 4 * length * s, length), column = new Array(length);
    for (let i = 0; i < length; i++) column[i] = Number.isNaN(values[i]) ? null : values[i] === Infinity ? undefined : values[i];
    columns.push(column);
  }
  return columns;
}

const dashes = { solid: [], dashed: [6, 4], dotted: [2, 4] };
const pad = n => String(n).padStart(2, "0");
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
// uPlot and the labels read a date's local fields. The model's clock is shown as it was sent (UTC in, UTC out): its dates are local ones with UTC's fields.
const utc = seconds => { const d = new Date(seconds * 1000); return new Date(d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate(), d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds(), d.getUTCMilliseconds()); };
const local = seconds => new Date(seconds * 1000);
const clock = (d, seconds) => `${pad(d.getHours())}:${pad(d.getMinutes())}${seconds ? ":" + pad(d.getSeconds()) : ""}`;
const when = d => `${d.getDate()} ${months[d.getMonth()]} ${d.getFullYear()}, ${clock(d, d.getSeconds())}`;
function tick(d, step) {
  if (step >= 86400 * 27) return `${months[d.getMonth()]} ${d.getFullYear()}`;
  if (step >= 86400 || (d.getHours() === 0 && d.getMinutes() === 0 && d.getSeconds() === 0)) return `${d.getDate()} ${months[d.getMonth()]}`;
  return clock(d, step < 60);
}

class TimeChart {
  constructor(element, library) {
    this.element = element;
    this.library = library;
    this.tip = document.createElement("div");
    this.tip.className = "chart-tip";
    this.tip.hidden = true;
    this.resized = new ResizeObserver(() => {
      if (!this.plot || this.width() <= 0) return;
      if (this.config.wall && this.em() !== this.drawnEm) this.build();
      else this.plot.setSize({ width: this.width(), height: this.height() });
    });
    this.resized.observe(element);
    this.unsubscribe = onTheme(() => this.build());
  }

  /** The type's size in pixels: on a wall that of the chart's place, which grows with the screen. */
  em() { return this.config.wall ? Math.round(parseFloat(getComputedStyle(this.element).fontSize)) : 11; }
  width() { return Math.floor(this.element.clientWidth); }
  height() { return Math.floor(this.element.clientHeight) || 220; }

  update(config, bytes, from, to) {
    this.from = from;
    this.to = to;
    this.data = decode(bytes);
    if (config) {
      this.config = JSON.parse(config);
      this.build();
    } else if (this.plot && !this.zoomed) {
      this.plot.setData(this.data);
    } else if (this.plot) {
      const { min, max } = this.plot.scales.x;
      this.plot.batch(() => { this.plot.setData(this.data, false); this.plot.setScale("x", { min, max }); });
    }
  }

  build() {
    if (!this.config || !this.data) return;
    const kept = this.zoomed && this.plot ? { min: this.plot.scales.x.min, max: this.plot.scales.x.max } : null;
    this.plot?.destroy();
    const { config } = this, date = config.local ? local : utc, em = this.drawnEm = this.em(), k = em / 11, grid = { stroke: token("--line"), width: Math.max(1, k / 2) }, muted = token("--muted"), font = `${em}px ${token("--font")}`;
    const units = [...new Set(config.series.map(s => s.unit))];
    const scaleOf = unit => `y${units.indexOf(unit)}`;
    const scales = { x: { time: config.time, range: (u, min, max) => this.xRange(min, max) } };
    for (const unit of units) scales[scaleOf(unit)] = { range: (u, min, max) => this.yRange(unit, min, max) };
    const axes = [{ stroke: muted, font, grid: { show: false }, ticks: { show: false }, size: 26 * k, space: (config.time ? 76 : 60) * k,
      values: config.time ? (u, splits, i, space, step) => splits.map(s => tick(date(s), step)) : (u, splits) => splits.map(s => number(s)) }];
    units.slice(0, 2).forEach((unit, i) => axes.push({ scale: scaleOf(unit), side: i ? 1 : 3, stroke: muted, font, grid: i ? { show: false } : grid, ticks: { show: false }, size: (config.wall ? 62 : 56) * k, space: 34 * k,
      values: (u, splits) => splits.map(s => number(s, unit)) }));
    const bands = [], series = [{}];
    for (const s of config.series) {
      const stroke = token(s.color);
      series.push({ label: s.name, scale: scaleOf(s.unit), show: s.show, stroke: s.width ? stroke : "transparent", width: s.width * (config.wall ? k : 1), dash: dashes[s.style].map(length => length * k), alpha: s.alpha ?? 1,
        fill: s.fill ? `color-mix(in srgb, ${stroke}, transparent 84%)` : undefined, spanGaps: false,
        points: { show: (u, at, i0, i1) => s.width > 0 && i1 - i0 < 40 && !s.flat, size: 5 * k, fill: stroke } });
      if (s.bandWith) bands.push({ series: [series.length - 1, s.bandWith], fill: `color-mix(in srgb, ${stroke}, transparent 86%)` });
    }
    this.plot = new this.library({
      width: this.width(), height: this.height(), scales, axes, series, bands, tzDate: date, padding: [14 * k, (units.length > 1 ? 4 : 28) * k, 0, 4],
      legend: { show: false }, cursor: { show: !config.wall, drag: { x: config.zoom, y: false, setScale: config.zoom }, points: { size: 7 }, sync: config.sync ? { key: config.sync, setSeries: false } : undefined, focus: { prox: 24 } },
      hooks: { drawClear: [u => this.spans(u)], draw: [u => this.markers(u)], setCursor: [u => this.point(u)], setScale: [(u, key) => key === "x" && this.rescaled(u)] },
    }, this.data, this.element);
    this.plot.over.append(this.tip);
    if (config.zoom) this.pan(this.plot.over);
    if (kept) this.plot.setScale("x", kept);
  }

  xRange(min, max) {
    if (min == null) return [this.from ?? 0, this.to ?? 1];
    // For a single point uPlot proposes a range of its own, years wide.
    const x = this.data[0], whole = x.length === 1 || (min === x[0] && max === x[x.length - 1]);
    if (whole) { min = this.from ?? min; max = this.to ?? max; }
    return min === max ? [min - 1, max + 1] : [min, max];
  }

  yRange(unit, min, max) {
    if (min == null) return [0, 1];
    const anchored = this.config.series.some(s => s.unit === unit && s.fromZero);
    if (anchored && min >= 0) return [0, max > 0 ? max * 1.1 : unit === "%" ? .05 : 1];
    const room = (max - min || Math.abs(max) || 1) * .12;
    return [min - room, max + room];
  }

  rescaled(u) {
    const x = this.data[0], [from, to] = this.xRange(x[0], x[x.length - 1]);
    this.zoomed = x.length > 0 && (u.scales.x.min > from || u.scales.x.max < to);
  }

  pan(over) {
    over.addEventListener("dblclick", () => { this.zoomed = false; this.plot.setData(this.data); });
    over.addEventListener("wheel", event => {
      if (!event.ctrlKey && !event.shiftKey) return;
      event.preventDefault();
      const { min, max } = this.plot.scales.x, span = max - min;
      if (event.shiftKey) this.plot.setScale("x", { min: min + span * .1 * Math.sign(event.deltaY || event.deltaX), max: max + span * .1 * Math.sign(event.deltaY || event.deltaX) });
      else { const at = this.plot.posToVal(event.offsetX, "x"), k = event.deltaY > 0 ? 1.25 : .8; this.plot.setScale("x", { min: at - (at - min) * k, max: at + (max - at) * k }); }
    }, { passive: false });
  }

  // Beneath the lines: a tint, a bar at its top, and its name at the foot where there is room.
  spans(u) {
    const { ctx, bbox } = u, ratio = (devicePixelRatio || 1) * this.drawnEm / 11, { min, max } = u.scales.x;
    if (!this.config.spans || min == null) return;
    ctx.save();
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    ctx.font = `${11 * ratio}px ${token("--font")}`;
    let end = -1e9, row = 0;
    for (const span of this.config.spans) {
      if (span.from > max || (span.to ?? max) < min) continue;
      const left = u.valToPos(Math.max(span.from, min), "x", true), right = u.valToPos(Math.min(span.to ?? max, max), "x", true), width = Math.max(right - left, 2 * ratio), color = token(`--${span.kind}`);
      ctx.fillStyle = `color-mix(in srgb, ${color}, transparent 86%)`;
      ctx.fillRect(left, bbox.top, width, bbox.height);
      ctx.fillStyle = color;
      ctx.fillRect(left, bbox.top, width, 2 * ratio);
      if (width < 28 * ratio) continue;
      const text = ctx.measureText(span.label).width, from = Math.min(left + 4 * ratio, bbox.left + bbox.width - text - 4 * ratio);
      row = from < end ? row + 1 : 0;
      if (row > 2) continue;
      end = from + text + 8 * ratio;
      ctx.fillText(span.label, from, bbox.top + bbox.height - (6 + 13 * row) * ratio);
    }
    ctx.restore();
  }

  markers(u) {
    const { ctx, bbox } = u, ratio = (devicePixelRatio || 1) * this.drawnEm / 11;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = token("--accent");
    ctx.lineWidth = ratio;
    ctx.textAlign = "left";
    ctx.textBaseline = "alphabetic";
    ctx.setLineDash([3 * ratio, 3 * ratio]);
    ctx.font = `${11 * ratio}px ${token("--font")}`;
    let end = -1e9, row = 0;
    for (const marker of this.config.markers ?? []) {
      if (marker.at < u.scales.x.min || marker.at > u.scales.x.max) continue;
      const x = Math.round(u.valToPos(marker.at, "x", true)), width = ctx.measureText(marker.label).width;
      ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
      const left = x + 5 * ratio + width > bbox.left + bbox.width, from = left ? x - 5 * ratio - width : x + 5 * ratio;
      row = from < end ? row + 1 : 0;
      end = from + width + 8 * ratio;
      ctx.fillStyle = token("--muted");
      ctx.fillText(marker.label, from, bbox.top + (10 + 13 * row) * ratio);
    }
    ctx.restore();
  }

  point(u) {
    const { idx, left } = u.cursor;
    if (idx == null || left < 0) { this.tip.hidden = true; return; }
    const x = this.data[0][idx], head = document.createElement("strong"), table = document.createElement("table");
    head.textContent = this.config.time ? when(this.config.local ? local(x) : utc(x)) : `${this.config.xLabel ?? "Step"} ${number(x)}`;
    this.config.series.forEach((s, i) => {
      if (!s.show || s.hint) return;
      let at = idx;
      const column = this.data[i + 1];
      while (at > 0 && column[at] === undefined) at--;
      const row = table.insertRow(), name = row.insertCell(), swatch = document.createElement("i");
      swatch.style.background = token(s.color);
      name.append(swatch, s.name);
      row.insertCell().textContent = number(column[at], s.unit);
    });
    for (const span of this.config.spans ?? []) {
      if (x < span.from || x > (span.to ?? Infinity)) continue;
      const row = table.insertRow(), name = row.insertCell(), swatch = document.createElement("i");
      swatch.style.background = token(`--${span.kind}`);
      name.colSpan = 2;
      name.append(swatch, span.label);
    }
    this.tip.replaceChildren(head, table);
    this.tip.hidden = false;
    const box = u.over.getBoundingClientRect(), width = this.tip.offsetWidth;
    this.tip.style.left = `${Math.max(0, left + 16 + width > box.width ? left - 16 - width : left + 16)}px`;
    this.tip.style.top = "8px";
  }

  dispose() {
    this.unsubscribe();
    this.resized.disconnect();
    this.plot?.destroy();
  }
}

export async function create(element) {
  return new TimeChart(element, await script("vendor/uplot/1.6.32/uPlot.iife.min.js", "uPlot"));
}
