// Loaded before the page is drawn, so that it doesn't flash in the wrong colours.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("cabbot-theme") ?? "auto";
  const apply = () => {
    const name = chosen();
    document.documentElement.dataset.theme = name === "auto" ? (dark.matches ? "dark" : "light") : name;
  };
  dark.addEventListener("change", apply);
  globalThis.cabbotTheme = {
    chosen,
    choose(name) {
      localStorage.setItem("cabbot-theme", name);
      apply();
    },
  };
  apply();
})();
