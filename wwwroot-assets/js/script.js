const loading = new Map();

/** Loads a classic script once and resolves to the global it defines. */
export function script(source, global) {
  if (!loading.has(source)) {
    loading.set(source, new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = source;
      element.onload = () => resolve(window[global]);
      element.onerror = () => { loading.delete(source); reject(new Error(`${source} could not be loaded.`)); };
      document.head.append(element);
    }));
  }
  return loading.get(source);
}

/** Calls back when the theme changes; returns what ends it. */
export function onTheme(callback) {
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const wish = matchMedia("(prefers-color-scheme: light)");
  wish.addEventListener("change", callback);
  return () => { observer.disconnect(); wish.removeEventListener("change", callback); };
}

export const token = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const groups = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
/** The same digits as Format.Number in C#. */
export function number(value, unit = "") {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (unit === "%") return `${digits(value * 100)}\u202f%`;
  return unit ? `${digits(value)}\u202f${unit}` : digits(value);
}
function digits(value) {
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e15 || size < 1e-4) return value.toExponential(2);
  const text = size >= 1000 ? groups.format(value).replaceAll(",", "\u202f") : size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(Number.isInteger(value) ? 0 : 1)
    : size >= 1 ? (Number.isInteger(value) ? value.toFixed(0) : value.toFixed(2)) : size >= .01 ? value.toFixed(3) : value.toPrecision(2);
  return text.replace("-", "−");
}
