// Runs before the first paint: the theme is in the URL (?theme=), else what was chosen last, else the system's wish. A wall is always dark.
(() => {
  if (/\/wall\/?$/.test(location.pathname)) {
    document.documentElement.dataset.theme = "dark";
    document.documentElement.dataset.wall = "";
    return;
  }
  const known = value => value === "dark" || value === "light" ? value : null;
  const apply = () => {
    const wanted = known(new URLSearchParams(location.search).get("theme"));
    if (wanted) localStorage.setItem("theme", wanted);
    const theme = wanted ?? known(localStorage.getItem("theme"));
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  apply();
  window.controlRoomTheme = {
    apply,
    toggle() {
      const root = document.documentElement;
      const now = root.dataset.theme ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
      const next = now === "light" ? "dark" : "light";
      root.dataset.theme = next;
      localStorage.setItem("theme", next);
      return next;
    },
  };
})();
